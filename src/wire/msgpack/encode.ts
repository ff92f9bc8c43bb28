/** MessagePack encoding: which JavaScript value becomes which MessagePack value. */

import { messageOf, PeerError } from '../../errors.js';
import { bytesOf, encoder, type Bytes } from '../bytes.js';
import { invalidData } from '../failures.js';
import { kindOf } from '../kind.js';

const TWO_32 = 2 ** 32;
/** Seconds that fit the timestamp of 64 bits, beside 30 bits of nanoseconds. */
const SECONDS_LIMIT = 2 ** 34;
/** Kinds that have something of their own to send, beside plain objects and class instances with fields. */
const REFUSED: readonly string[] = ['Map', 'Set', 'Promise', 'RegExp', 'Error', 'String', 'Number', 'Boolean', 'BigInt', 'Symbol', 'Blob', 'File'];

/**
 * Encodes a value as the package that PeerJS uses does: integers and floats in their shortest form, `undefined` as nil, views
 * of buffers as binaries, a Date as a timestamp. An ArrayBuffer is a binary too, which PeerJS sends as an empty map.
 * @throws PeerError `invalid-data` for a value that cannot be sent, nests deeper than `maxDepth` or holds itself.
 */
export function encodeMsgPack(value: unknown, maxDepth: number): Bytes {
  const writer = new Writer();
  try {
    write(writer, value, maxDepth);
    return writer.finish();
  } catch (error) {
    throw error instanceof PeerError ? error : invalidData(`The value cannot be read: ${messageOf(error)}`, error);
  }
}

function write(writer: Writer, value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
      return writeText(writer, value);
    case 'number':
      return writeNumber(writer, value);
    case 'boolean':
      return writer.byte(value ? 0xc3 : 0xc2);
    case 'undefined':
      return writer.byte(0xc0);
    case 'object':
      return value === null ? writer.byte(0xc0) : writeObject(writer, value, depth);
    default:
      throw refusal(typeof value);
  }
}

function writeObject(writer: Writer, value: object, depth: number): void {
  if (ArrayBuffer.isView(value)) return writeBytes(writer, bytesOf(value));
  if (depth < 1) throw invalidData('The value nests too deep, or holds itself: send a flatter one.');
  if (Array.isArray(value)) {
    writer.header(0x90, 16, [0xdc, 2], value.length);
    for (const item of value as unknown[]) write(writer, item, depth - 1);
    return;
  }
  const kind = kindOf(value);
  if (kind === 'ArrayBuffer' || kind === 'SharedArrayBuffer') return writeBytes(writer, bytesOf(value as ArrayBufferLike));
  if (kind === 'Date') return writeDate(writer, value as Date);
  const keys = Object.keys(value);
  if (REFUSED.includes(kind) || (kind !== 'Object' && keys.length === 0)) throw refusal(kind);
  writer.header(0x80, 16, [0xde, 2], keys.length);
  for (const key of keys) {
    writeText(writer, key);
    write(writer, (value as Record<string, unknown>)[key], depth - 1);
  }
}

function writeText(writer: Writer, text: string): void {
  const bytes = encoder.encode(text);
  writer.header(0xa0, 32, [0xd9, 1], bytes.length);
  writer.bytes(bytes);
}

function writeBytes(writer: Writer, bytes: Uint8Array): void {
  writer.header(0, 0, [0xc4, 1], bytes.length);
  writer.bytes(bytes);
}

function writeNumber(writer: Writer, value: number): void {
  if (!Number.isSafeInteger(value)) return writer.float(value);
  if (value >= -32 && value < 0x80) return writer.byte(value & 0xff);
  const reach = value < 0 ? -2 * (value + 1) : value;
  const tag = value < 0 ? 0xd0 : 0xcc;
  if (reach < 0x100) writer.tagged(tag, value, 1);
  else if (reach < 0x10000) writer.tagged(tag + 1, value, 2);
  else if (reach < TWO_32) writer.tagged(tag + 2, value, 4);
  else {
    writer.tagged(tag + 3, Math.floor(value / TWO_32), 4);
    writer.integer(value, 4);
  }
}

/** The extension -1, in the shortest of its three forms. */
function writeDate(writer: Writer, date: Date): void {
  const time = date.getTime();
  if (Number.isNaN(time)) throw invalidData('An invalid Date cannot be sent: send null instead.');
  const seconds = Math.floor(time / 1000);
  const nanoseconds = (time - seconds * 1000) * 1_000_000;
  if (seconds >= 0 && seconds < SECONDS_LIMIT) {
    const short = nanoseconds === 0 && seconds < TWO_32;
    writer.tagged(short ? 0xd6 : 0xd7, 0xff, 1);
    if (!short) writer.integer(nanoseconds * 4 + Math.floor(seconds / TWO_32), 4);
    writer.integer(seconds, 4);
  } else {
    writer.tagged(0xc7, 12, 1);
    writer.byte(0xff);
    writer.integer(nanoseconds, 4);
    writer.integer(Math.floor(seconds / TWO_32), 4);
    writer.integer(seconds, 4);
  }
}

function refusal(kind: string): PeerError {
  return invalidData(`A value of kind ${kind} cannot be sent: send a plain object, or bytes, of what matters in it.`);
}

/** A buffer that grows. */
class Writer {
  #bytes = new Uint8Array(256);
  #at = 0;

  /** What was written, in memory of its own. */
  finish(): Bytes {
    return this.#bytes.slice(0, this.#at);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  float(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#at] = 0xcb;
    new DataView(this.#bytes.buffer).setFloat64(this.#at + 1, value);
    this.#at += 9;
  }

  tagged(tag: number, value: number, size: number): void {
    this.byte(tag);
    this.integer(value, size);
  }

  /** The low bytes of an integer, the highest of them first. */
  integer(value: number, size: number): void {
    this.#reserve(size);
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) this.#bytes[this.#at++] = value >> shift;
  }

  /** A length: within the tag below `limit`, else behind the first tag whose size, doubled from tag to tag, has room for it. */
  header(fix: number, limit: number, [tag, size]: readonly [number, number], length: number): void {
    if (length >= TWO_32) throw invalidData(`MessagePack carries at most 4 GiB in one piece, not ${length} bytes: send slices.`);
    if (length < limit) return this.byte(fix | length);
    for (; size < 4 && length >= 2 ** (8 * size); size *= 2) tag++;
    this.tagged(tag, length, size);
  }

  #reserve(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}
