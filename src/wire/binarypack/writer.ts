/** Writes BinaryPack's scalars and headers into parts. */

import { encoder, type Bytes, type Part } from '../bytes.js';
import { invalidData } from '../failures.js';
import { writeShort } from './text.js';

/**
 * The most bytes of a string (in UTF-16 units) or binary that go through the buffer. Longer ones become parts of their
 * own, copied once. Above the chunk size, so that whatever fits one frame is one part.
 */
const MAX_INLINE = 16_384;

/** Room for the largest inline write (three bytes a UTF-16 unit, and its header) after 16 KiB of others. */
const BUFFER_SIZE = 65_536;

const TWO_32 = 2 ** 32;

/**
 * One fixed buffer that is emptied into {@link parts} when it is full, so nothing is ever grown or moved. To be used
 * for one value after another: {@link finish} leaves it as new.
 */
export class Writer {
  #bytes = new Uint8Array(BUFFER_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #parts: Part[] = [];

  /** Hands over what was written and forgets it. */
  finish(): Part[] {
    this.#cut();
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /**
   * A length in its shortest form: `fix | length` below 16, then `tag` with 16 bits, then the tag after it with 32.
   * @throws PeerError `invalid-data` from 2^32 on: the format has no header for it.
   */
  header(fix: number, tag: number, length: number): void {
    this.#reserve(5);
    if (length < 0x10) this.#bytes[this.#at++] = fix | length;
    else if (length < 0x10000) this.#tagged(tag, length, 2);
    else if (length < TWO_32) this.#tagged(tag + 1, length, 4);
    else {
      throw invalidData(`The binary serialization carries at most 4 GiB in one piece, not ${length} bytes: send slices.`);
    }
  }

  /**
   * The shortest integer form, in PeerJS's order of preference (unsigned before signed); -0 is 0. What is no integer
   * below 2^64 is an IEEE 754 double, NaN and the infinities included, which PeerJS gets wrong or refuses.
   */
  number(value: number): void {
    this.#reserve(9);
    if (!Number.isInteger(value) || value < -(2 ** 63) || value >= 2 ** 64) {
      this.#bytes[this.#at] = 0xcb;
      this.#view.setFloat64(this.#at + 1, value);
      this.#at += 9;
    } else if (value >= -32 && value < 0x80) this.#bytes[this.#at++] = value;
    else {
      // What an unsigned integer of the same size would have to hold.
      const reach = value < 0 ? -2 * (value + 1) : value;
      const tag = value < 0 ? 0xd0 : 0xcc;
      if (reach < 0x100) this.#tagged(tag, value, 1);
      else if (reach < 0x10000) this.#tagged(tag + 1, value, 2);
      else if (reach < TWO_32) this.#tagged(tag + 2, value, 4);
      else {
        // Both halves are taken modulo 2^32, so that this is two's complement as well as unsigned.
        this.#tagged(value < 2 ** 63 ? 0xd3 : 0xcf, Math.floor(value / TWO_32), 4);
        this.#integer(value, 4);
      }
    }
  }

  /** UTF-8 with its length in bytes. A lone surrogate becomes U+FFFD. */
  string(text: string): void {
    const { length } = text;
    if (length > MAX_INLINE) {
      this.#own(0xb0, 0xd8, encoder.encode(text));
      return;
    }
    this.#reserve(3 + 3 * length);
    // The header's size is guessed as for ASCII; the bytes are moved where the guess was wrong.
    const at = this.#at + (length < 0x10 ? 1 : 3);
    const size = writeShort(text, this.#bytes, at) ?? encoder.encodeInto(text, this.#bytes.subarray(at)).written;
    if (length < 0x10 && size >= 0x10) this.#bytes.copyWithin(at + 2, at, at + size);
    this.header(0xb0, 0xd8, size);
    this.#at += size;
  }

  /** A copy of the bytes, shared memory included. */
  binary(bytes: Uint8Array): void {
    if (bytes.byteLength > MAX_INLINE) {
      this.#own(0xa0, 0xda, bytes.slice());
      return;
    }
    this.#reserve(5 + bytes.byteLength);
    this.header(0xa0, 0xda, bytes.byteLength);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  /** A Blob's header, and the Blob itself as a part. */
  blob(blob: Blob): void {
    this.header(0xa0, 0xda, blob.size);
    this.#cut();
    this.#parts.push(blob);
  }

  /** Bytes that nobody else holds, as a part. */
  #own(fix: number, tag: number, bytes: Bytes): void {
    this.header(fix, tag, bytes.byteLength);
    this.#cut();
    this.#parts.push(bytes);
  }

  /** A tag and its integer, for which there must be room. */
  #tagged(tag: number, value: number, size: number): void {
    this.#bytes[this.#at++] = tag;
    this.#integer(value, size);
  }

  /** The low bytes of an integer, the highest of them first. */
  #integer(value: number, size: number): void {
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) this.#bytes[this.#at++] = value >> shift;
  }

  #reserve(size: number): void {
    if (this.#at + size > BUFFER_SIZE) this.#cut();
  }

  #cut(): void {
    if (this.#at > 0) this.#parts.push(this.#bytes.slice(0, this.#at));
    this.#at = 0;
  }
}
