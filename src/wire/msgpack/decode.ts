/** MessagePack decoding, for bytes that anybody may have written. */

import { messageOf, PeerError } from '../../errors.js';
import type { Bytes } from '../bytes.js';
import { badMessage } from '../failures.js';

const TWO_32 = 2 ** 32;
/** The extension that is a time. */
const TIMESTAMP = -1;
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Decodes one value, as the package that PeerJS uses does: binaries are `Uint8Array`s (of memory of their own), a timestamp is a
 * Date, 64-bit integers are the nearest double, and an unknown extension is `{ type, data }`. `__proto__` becomes an own
 * property like any other.
 * @throws PeerError `bad-message`, and nothing else: for bytes that end too early, mean nothing or nest too deep.
 */
export function decodeMsgPack(bytes: Bytes, maxDepth: number): unknown {
  try {
    return new Reader(bytes).value(maxDepth);
  } catch (error) {
    if (error instanceof PeerError) throw error;
    throw badMessage(`The bytes are not MessagePack (${messageOf(error)}).`, error);
  }
}

class Reader {
  readonly #bytes: Bytes;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(depth: number): unknown {
    const tag = this.#uint(1);
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.#map(tag & 0xf, depth);
    if (tag < 0xa0) return this.#array(tag & 0xf, depth);
    if (tag < 0xc0) return this.#text(tag & 0x1f);
    if (tag >= 0xe0) return tag - 0x100;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#uint(2 ** (tag - 0xc4))).slice();
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#uint(2 ** (tag - 0xc7)));
      case 0xca:
        return this.#view.getFloat32(this.#passed(4));
      case 0xcb:
        return this.#view.getFloat64(this.#passed(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(2 ** (tag - 0xcc));
      case 0xcf:
        return this.#uint(4) * TWO_32 + this.#uint(4);
      case 0xd0:
        return this.#view.getInt8(this.#passed(1));
      case 0xd1:
        return this.#view.getInt16(this.#passed(2));
      case 0xd2:
        return this.#view.getInt32(this.#passed(4));
      case 0xd3:
        return this.#view.getInt32(this.#passed(4)) * TWO_32 + this.#uint(4);
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(2 ** (tag - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(2 ** (tag - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#uint(tag === 0xdc ? 2 : 4), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(tag === 0xde ? 2 : 4), depth);
      default:
        throw badMessage('The bytes are not MessagePack: the tag c1 has no meaning.');
    }
  }

  #uint(size: number): number {
    const at = this.#passed(size);
    return size === 1 ? this.#view.getUint8(at) : size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #text(size: number): string {
    return decoder.decode(this.#take(size));
  }

  #array(length: number, depth: number): unknown[] {
    this.#enter(length, depth);
    // Grown by its items: nested headers could each claim all the bytes that are left.
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(depth - 1));
    return items;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    this.#enter(2 * length, depth);
    const map: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const key = this.value(depth - 1);
      if (typeof key !== 'string' && typeof key !== 'number') throw badMessage('A key of a map is no text or number.');
      const value = this.value(depth - 1);
      Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return map;
  }

  #extension(size: number): unknown {
    const type = this.#view.getInt8(this.#passed(1));
    const data = this.#take(size).slice();
    if (type !== TIMESTAMP) return { type, data };
    const view = new DataView(data.buffer);
    if (size === 4) return new Date(view.getUint32(0) * 1000);
    if (size === 8) {
      const seconds = (view.getUint32(0) & 3) * TWO_32 + view.getUint32(4);
      return new Date(seconds * 1000 + (view.getUint32(0) >>> 2) / 1_000_000);
    }
    if (size !== 12) throw badMessage(`A timestamp of ${size} bytes.`);
    return new Date((view.getInt32(4) * TWO_32 + view.getUint32(8)) * 1000 + view.getUint32(0) / 1_000_000);
  }

  #enter(items: number, depth: number): void {
    if (items > this.#bytes.byteLength - this.#at) throw badMessage('The bytes end too early.');
    if (depth < 1) throw badMessage('The message nests too deep.');
  }

  #take(size: number): Bytes {
    const at = this.#passed(size);
    return this.#bytes.subarray(at, this.#at);
  }

  /** The position of that many bytes, which are passed. */
  #passed(size: number): number {
    if (size > this.#bytes.byteLength - this.#at) throw badMessage('The bytes end too early.');
    this.#at += size;
    return this.#at - size;
  }
}
