/** BinaryPack decoding, for bytes that anybody may have written. */

import { messageOf, PeerError } from '../../errors.js';
import { bytesOf, type Bytes } from '../bytes.js';
import { badMessage } from '../failures.js';
import { DEFAULT_WIRE_LIMITS } from '../serializer.js';
import { readShort, readShortKey } from './text.js';

/** As PeerJS keeps a leading U+FEFF. Malformed UTF-8 becomes U+FFFD: half a text is more use than none. */
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/** Where the bytes of a float become a number. One for all: making a DataView takes longer than reading a short text. */
const float = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

export interface UnpackOptions {
  /** Deepest nesting of arrays and maps. */
  readonly maxDepth?: number;
  /** Give binaries as `Uint8Array`s over the input, not as ArrayBuffers of their own. For chunks, copied later anyway. */
  readonly views?: boolean;
  /** Makes the value of tag `0xc7`, a map and a binary, which means nothing to PeerJS. Without it the tag has no meaning. */
  readonly file?: ((description: Readonly<Record<string, unknown>>, data: ArrayBuffer) => unknown) | undefined;
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
    // Only the plain class is taken as it is: the slices of a Node Buffer share its memory.
    const bytes = data.constructor === Uint8Array ? data : bytesOf(data);
    return new Reader(bytes as Bytes, options).value(options.maxDepth ?? DEFAULT_WIRE_LIMITS.maxDepth);
  } catch (error) {
    if (error instanceof PeerError) throw error;
    // Every read is checked, so what else is thrown here is mostly a want of memory, or a key that is no string.
    throw badMessage(`The bytes are not BinaryPack (${messageOf(error)}).`, error);
  }
}

class Reader {
  readonly #bytes: Bytes;
  readonly #options: UnpackOptions;
  #at = 0;

  constructor(bytes: Bytes, options: UnpackOptions) {
    this.#bytes = bytes;
    this.#options = options;
  }

  value(depth: number): unknown {
    const tag = this.#uint8();
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.#map(tag & 0xf, depth);
    if (tag < 0xa0) return this.#array(tag & 0xf, depth);
    if (tag < 0xb0) return this.#binary(tag & 0xf);
    if (tag < 0xc0) return this.#string(tag & 0xf);
    if (tag >= 0xe0) return tag - 0x100;
    if (tag >= 0xd8) return this.#sized(tag, depth);
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        float.setUint32(0, this.#uint32());
        return float.getFloat32(0);
      case 0xcb:
        float.setUint32(0, this.#uint32());
        float.setUint32(4, this.#uint32());
        return float.getFloat64(0);
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
        return (this.#uint32() | 0) * 2 ** 32 + this.#uint32();
      case 0xd0:
        return (this.#uint8() << 24) >> 24;
      case 0xd1:
        return (this.#uint16() << 16) >> 16;
      case 0xd2:
        return this.#uint32() | 0;
      case 0xc7:
        return this.#options.file && this.#file(this.#options.file, depth);
      default:
        // c1 means undefined; c4-c9 and d4-d7 mean nothing.
        return undefined;
    }
  }

  /** What comes with a length of 16 bits, or 32 behind an odd tag. */
  #sized(tag: number, depth: number): unknown {
    const length = tag & 1 ? this.#uint32() : this.#uint16();
    if (tag < 0xda) return this.#string(length);
    if (tag < 0xdc) return this.#binary(length);
    return tag < 0xde ? this.#array(length, depth) : this.#map(length, depth);
  }

  #uint8(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw endsEarly();
    return byte;
  }

  #uint16(): number {
    return (this.#uint8() << 8) | this.#uint8();
  }

  #uint32(): number {
    return this.#uint16() * 2 ** 16 + this.#uint16();
  }

  #string(size: number, short = readShort): string {
    const start = this.#take(size);
    return short(this.#bytes, start, this.#at) ?? decoder.decode(this.#bytes.subarray(start, this.#at));
  }

  #binary(size: number): ArrayBuffer | Bytes {
    const bytes = this.#bytes.subarray(this.#take(size), this.#at);
    return this.#options.views ? bytes : bytes.slice().buffer;
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
      const key = this.#key(below);
      const value = this.value(below);
      if (key === '__proto__') {
        Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
      } else {
        map[key] = value;
      }
    }
    return map;
  }

  /** Tags are looked at first: files within files would nest without a bound. */
  #file(make: NonNullable<UnpackOptions['file']>, depth: number): unknown {
    const description = isMap(this.#bytes[this.#at]) && this.value(depth);
    const data = isBinary(this.#bytes[this.#at]) && this.value(depth);
    if (!description || !data) throw badMessage('A file is not a map and its bytes.');
    return make(description as Record<string, unknown>, data as ArrayBuffer);
  }

  #key(depth: number): string {
    const tag = this.#bytes[this.#at] as number;
    if (tag < 0xb0 || tag >= 0xc0) return String(this.value(depth));
    this.#at++;
    return this.#string(tag & 0xf, readShortKey);
  }

  #enter(length: number, size: number, depth: number): number {
    this.#room(length, size);
    if (depth < 1) throw badMessage('The message nests too deep.');
    return depth - 1;
  }

  /** Refuses a length of items of at least that size, if not all of them can follow. */
  #room(length: number, size: number): void {
    if (length * size > this.#bytes.byteLength - this.#at) throw endsEarly();
  }

  /** The position of that many bytes, which are passed. */
  #take(size: number): number {
    this.#room(size, 1);
    this.#at += size;
    return this.#at - size;
  }
}

function isMap(tag: number | undefined): boolean {
  return tag !== undefined && ((tag >= 0x80 && tag < 0x90) || tag === 0xde || tag === 0xdf);
}

function isBinary(tag: number | undefined): boolean {
  return tag !== undefined && ((tag >= 0xa0 && tag < 0xb0) || tag === 0xda || tag === 0xdb);
}

function endsEarly(): PeerError {
  return badMessage('The bytes end too early.');
}
