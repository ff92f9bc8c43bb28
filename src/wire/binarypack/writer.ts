/** Writes BinaryPack's scalars and headers into parts. */

import { encoder, type Bytes, type Part } from '../bytes.js';
import { invalidData } from '../failures.js';

/**
 * The most bytes of a string (in UTF-16 units) or binary that go through the buffer. Longer ones become parts of their
 * own, copied once. Above the chunk size, so that whatever fits one frame is one part.
 */
const MAX_INLINE = 16_384;

/** Room for the largest inline write (three bytes a UTF-16 unit, and its header) after 16 KiB of others. */
const BUFFER_SIZE = 65_536;

/** Up to this many units a loop is faster than a call to the encoder. */
const SHORT_TEXT = 40;

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
    if (length < 0x10) {
      this.#bytes[this.#at++] = fix | length;
    } else if (length < 0x10000) {
      this.#bytes[this.#at] = tag;
      this.#view.setUint16(this.#at + 1, length);
      this.#at += 3;
    } else if (length < TWO_32) {
      this.#bytes[this.#at] = tag + 1;
      this.#view.setUint32(this.#at + 1, length);
      this.#at += 5;
    } else {
      throw invalidData(`The binary serialization carries at most 4 GiB in one piece, not ${length} bytes: send slices.`);
    }
  }

  /**
   * The shortest integer form, in PeerJS's order of preference (unsigned before signed); -0 is 0. What is no integer
   * below 2^64 is an IEEE 754 double, NaN and the infinities included, which PeerJS gets wrong or refuses.
   */
  number(value: number): void {
    this.#reserve(9);
    const view = this.#view;
    const at = this.#at;
    const head = (tag: number, size: number): number => {
      this.#bytes[at] = tag;
      this.#at = at + 1 + size;
      return at + 1;
    };
    if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) {
      if (value >= -32 && value < 0x80) head(value, 0);
      else if (value >= 0 && value < 0x100) view.setUint8(head(0xcc, 1), value);
      else if (value >= -0x80 && value < 0) view.setInt8(head(0xd0, 1), value);
      else if (value >= 0 && value < 0x10000) view.setUint16(head(0xcd, 2), value);
      else if (value >= -0x8000 && value < 0) view.setInt16(head(0xd1, 2), value);
      else if (value >= 0 && value < TWO_32) view.setUint32(head(0xce, 4), value);
      else if (value >= -(2 ** 31) && value < 0) view.setInt32(head(0xd2, 4), value);
      else {
        // Both halves are taken modulo 2^32, so that this is two's complement as well as unsigned.
        const to = head(value < 2 ** 63 ? 0xd3 : 0xcf, 8);
        view.setUint32(to, Math.floor(value / TWO_32));
        view.setUint32(to + 4, value);
      }
    } else {
      view.setFloat64(head(0xcb, 8), value);
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
    const size = this.#short(text, at) ?? encoder.encodeInto(text, this.#bytes.subarray(at)).written;
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

  /** Writes a short ASCII text and gives its length, or undefined for any other. */
  #short(text: string, at: number): number | undefined {
    if (text.length > SHORT_TEXT) return undefined;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return undefined;
      this.#bytes[at + i] = code;
    }
    return text.length;
  }

  #reserve(size: number): void {
    if (this.#at + size > BUFFER_SIZE) this.#cut();
  }

  #cut(): void {
    if (this.#at > 0) this.#parts.push(this.#bytes.slice(0, this.#at));
    this.#at = 0;
  }
}
