/** Unsigned LEB128 integers below 2^53, in their shortest form: docs/protocol.md. */

import { badMessage } from '../failures.js';

/** Most bytes of one. */
export const MAX_VARINT = 8;

/** How many bytes a value takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes a value, for which there must be room, and gives the place after it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  // Bitwise operators would cut it to 32 bits.
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}

/** Reads varints, one after another. What is too long, not in its shortest form or cut off is `bad-message`. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** @throws PeerError `bad-message` */
  next(): number {
    const first = this.#bytes[this.at++];
    if (first === undefined) throw badMessage('A number is cut off.');
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let size = 1, scale = 0x80; size < MAX_VARINT; size++, scale *= 0x80) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw badMessage('A number is cut off.');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 || value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw badMessage('A number is not in its shortest form, or is too large.');
  }
}
