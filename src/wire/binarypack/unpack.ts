/** BinaryPack decoding, for bytes that anybody may have written. */

import { messageOf, PeerError } from '../../errors.js';
import { bytesOf, type Bytes } from '../bytes.js';
import { badMessage } from '../failures.js';
import { DEFAULT_WIRE_LIMITS } from '../serializer.js';

/** Up to this many bytes a loop is faster than a call to the decoder. */
const SHORT_TEXT = 24;

/** As PeerJS keeps a leading U+FEFF. Malformed UTF-8 becomes U+FFFD: half a text is more use than none. */
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

export interface UnpackOptions {
  /** Deepest nesting of arrays and maps. */
  readonly maxDepth?: number;
  /** Give binaries as `Uint8Array`s over the input, not as ArrayBuffers of their own. For chunks, copied later anyway. */
  readonly views?: boolean;
}

/**
 * Decodes one BinaryPack value. Bytes after it are ignored, and tags without a meaning are undefined, as with PeerJS.
 *
 * Binaries are ArrayBuffers of their own, numbers IEEE-exact, 64-bit integers the nearest double. A map's keys are made
 * strings; `__proto__` becomes an own property like any other. Memory grows only with the bytes that are there, whatever
 * lengths they claim.
 *
 * @throws PeerError `bad-message`, and nothing else: for bytes that end too early (no bytes at all included, which PeerJS
 *   takes for 0), nest too deep, or make a string or buffer that this browser cannot hold.
 */
export function unpack(data: ArrayBuffer | ArrayBufferView, options: UnpackOptions = {}): unknown {
  try {
    return new Reader(bytesOf(data) as Bytes, options).value(options.maxDepth ?? DEFAULT_WIRE_LIMITS.maxDepth);
  } catch (error) {
    if (error instanceof PeerError) throw error;
    // Every read goes through a DataView or #take, so what else is thrown here is mostly a DataView at its end.
    throw badMessage(`The bytes are cut off or not BinaryPack (${messageOf(error)}).`, error);
  }
}

class Reader {
  readonly #bytes: Bytes;
  readonly #view: DataView;
  readonly #views: boolean | undefined;
  #at = 0;

  constructor(bytes: Bytes, options: UnpackOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#views = options.views;
  }

  value(depth: number): unknown {
    const view = this.#view;
    const tag = this.#uint8();
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.#map(tag & 0xf, depth);
    if (tag < 0xa0) return this.#array(tag & 0xf, depth);
    if (tag < 0xb0) return this.#binary(tag & 0xf);
    if (tag < 0xc0) return this.#string(tag & 0xf);
    if (tag >= 0xe0) return tag - 0x100;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return view.getFloat32(this.#skip(4));
      case 0xcb:
        return view.getFloat64(this.#skip(8));
      case 0xcc:
        return this.#uint8();
      case 0xcd:
        return this.#uint16();
      case 0xce:
        return this.#uint32();
      // The high half times 2^32 is exact, so that only the sum is rounded: to the nearest double.
      case 0xcf:
        return this.#uint32() * 2 ** 32 + this.#uint32();
      case 0xd3:
        return view.getInt32(this.#skip(4)) * 2 ** 32 + this.#uint32();
      case 0xd0:
        return view.getInt8(this.#skip(1));
      case 0xd1:
        return view.getInt16(this.#skip(2));
      case 0xd2:
        return view.getInt32(this.#skip(4));
      case 0xd8:
        return this.#string(this.#uint16());
      case 0xd9:
        return this.#string(this.#uint32());
      case 0xda:
        return this.#binary(this.#uint16());
      case 0xdb:
        return this.#binary(this.#uint32());
      case 0xdc:
        return this.#array(this.#uint16(), depth);
      case 0xdd:
        return this.#array(this.#uint32(), depth);
      case 0xde:
        return this.#map(this.#uint16(), depth);
      case 0xdf:
        return this.#map(this.#uint32(), depth);
      default:
        // c1 means undefined; c4-c9 and d4-d7 mean nothing.
        return undefined;
    }
  }

  #uint8(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw endsEarly();
    return byte;
  }

  #uint16(): number {
    return this.#view.getUint16(this.#skip(2));
  }

  #uint32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  #string(size: number): string {
    const bytes = this.#bytes;
    const start = this.#room(size, 1);
    this.#at += size;
    if (size <= SHORT_TEXT) {
      let text = '';
      let at = start;
      for (; at < this.#at; at++) {
        const code = bytes[at] as number;
        if (code > 0x7f) break;
        text += String.fromCharCode(code);
      }
      if (at === this.#at) return text;
    }
    return decoder.decode(bytes.subarray(start, this.#at));
  }

  #binary(size: number): ArrayBuffer | Bytes {
    const start = this.#room(size, 1);
    this.#at += size;
    const bytes = this.#bytes.subarray(start, this.#at);
    return this.#views ? bytes : bytes.slice().buffer;
  }

  #array(length: number, depth: number): unknown[] {
    const below = this.#enter(length, 1, depth);
    // Grown by its items: nested headers could each claim all the bytes that are left.
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(below));
    return items;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    const below = this.#enter(length, 2, depth);
    const map: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const key = String(this.value(below));
      const value = this.value(below);
      if (key === '__proto__') {
        Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
      } else {
        map[key] = value;
      }
    }
    return map;
  }

  #enter(length: number, size: number, depth: number): number {
    this.#room(length, size);
    if (depth < 1) throw badMessage('The message nests too deep.');
    return depth - 1;
  }

  /** The position, if that many items of at least that size can follow. */
  #room(length: number, size: number): number {
    if (length * size > this.#bytes.byteLength - this.#at) throw endsEarly();
    return this.#at;
  }

  /** The position of a number, which is passed. The DataView checks that it is there. */
  #skip(size: number): number {
    const at = this.#at;
    this.#at += size;
    return at;
  }
}

function endsEarly(): PeerError {
  return badMessage('The bytes end too early.');
}
