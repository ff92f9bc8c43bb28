/** Where a MessagePack value ends, in bytes that come piece by piece. */

import type { Bytes } from '../bytes.js';
import { badMessage } from '../failures.js';

/** How many bytes of length follow the tags from c0 to df, and how many other bytes follow in any case. */
const LENGTHS = '00001241240000000000000001242424';
const FIXED = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, 0, 0, 0, 0, 0, 0, 0];

/**
 * Walks over one value without making anything of it. What it has seen it need not see again, and it holds two numbers however
 * deep the value nests.
 */
export class Boundary {
  readonly #maxSize: number;
  /** Values that are still to come. */
  #owed = 1;
  /** The bytes up to there are seen, and may not all have come. */
  #at = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /**
   * Looks at the first `size` of the bytes, which begin with those of the last time.
   * @returns the value's size; undefined where its end has not come.
   * @throws PeerError `bad-message` for a value that has to be larger than the limit.
   */
  find(bytes: Bytes, size: number): number | undefined {
    while (this.#owed > 0 && this.#at < size) {
      const tag = bytes[this.#at] as number;
      const row = tag < 0xc0 || tag >= 0xe0 ? 0 : tag - 0xc0;
      const lengthSize = Number(LENGTHS[row]);
      if (this.#at + 1 + lengthSize > size) break;
      let length = tag < 0xa0 ? tag & 0xf : tag & 0x1f;
      if (tag < 0x80 || tag >= 0xc0) length = 0;
      for (let i = 1; i <= lengthSize; i++) length = length * 0x100 + (bytes[this.#at + i] as number);
      // Each unit of the length is a byte, or the values of an array or a map.
      const values = (tag & 0xf0) === 0x80 || (tag & 0xfe) === 0xde ? 2 : (tag & 0xf0) === 0x90 || (tag & 0xfe) === 0xdc ? 1 : 0;
      this.#owed += values * length - 1;
      this.#at += 1 + lengthSize + (FIXED[row] as number) + (values > 0 ? 0 : length);
      // Each value has a byte at least.
      if (this.#at + this.#owed > this.#maxSize) throw badMessage(`A message has more than ${this.#maxSize} bytes.`);
    }
    return this.#owed === 0 && this.#at <= size ? this.#at : undefined;
  }
}
