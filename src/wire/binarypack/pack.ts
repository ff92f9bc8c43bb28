/** BinaryPack encoding: which JavaScript value becomes which BinaryPack value. */

import { messageOf, PeerError } from '../../errors.js';
import { bytesOf, type Part } from '../bytes.js';
import { invalidData } from '../failures.js';
import { kindOf } from '../kind.js';
import { DEFAULT_WIRE_LIMITS } from '../serializer.js';
import { Writer } from './writer.js';

/** What to do instead, by the kind of value that cannot be sent. */
const INSTEAD: Readonly<Record<string, string>> = {
  bigint: 'send a number or a string',
  function: 'leave it out',
  symbol: 'leave it out',
  Map: 'send Object.fromEntries(map) or [...map]',
  Set: 'send [...set]',
  Promise: 'await it first',
  RegExp: 'send its source',
  Error: 'send its message',
  String: 'send its valueOf()',
  Number: 'send its valueOf()',
  Boolean: 'send its valueOf()',
  BigInt: 'send a number or a string',
  Symbol: 'leave it out',
};

/** What is told of a File or Blob where its bytes alone are not enough: a value for {@link pack}. */
export type DescribeFile = (blob: Blob) => Readonly<Record<string, unknown>>;

/** The writer of the last call, to spare each call an allocation. Absent while in use: a getter may call {@link pack}. */
let idle: Writer | undefined;

/**
 * Encodes a value as PeerJS's BinaryPack does, byte for byte wherever that is right. Synchronous, and a snapshot of all
 * but Blobs and Files: those become parts by themselves, behind a header with their size.
 *
 * Numbers, strings, booleans, arrays and objects are what they seem. Beyond JSON: `undefined` and holes become null, a
 * Date its `toString()`, an ArrayBuffer or any view of one its bytes, a class instance the map of its own enumerable
 * properties. What has nothing of its own to send (a Map, a Promise, a URL, a DOM node) is refused, not sent as `{}`.
 * Without Blobs, up to 16300 bytes are a single part.
 *
 * @param maxDepth how deep arrays and objects may nest.
 * @param describe where it is given, Files and Blobs are tag `0xc7`, the map that it gives (which is nested one deeper),
 *   and their bytes. PeerJS does not know that tag.
 * @throws PeerError `invalid-data` for a value that cannot be sent, nests too deep or holds itself, and with `cause`
 *   for one whose getter or `toString()` throws.
 */
export function pack(value: unknown, maxDepth: number = DEFAULT_WIRE_LIMITS.maxDepth, describe?: DescribeFile): Part[] {
  const writer = idle ?? new Writer();
  idle = undefined;
  try {
    write(writer, value, maxDepth, describe);
    return writer.finish();
  } catch (error) {
    writer.finish();
    throw error instanceof PeerError ? error : invalidData(`The value cannot be read: ${messageOf(error)}`, error);
  } finally {
    idle = writer;
  }
}

function write(writer: Writer, value: unknown, depth: number, describe: DescribeFile | undefined): void {
  switch (typeof value) {
    case 'string':
      return writer.string(value);
    case 'number':
      return writer.number(value);
    case 'boolean':
      return writer.byte(value ? 0xc3 : 0xc2);
    case 'undefined':
      return writer.byte(0xc0);
    case 'object':
      return value === null ? writer.byte(0xc0) : writeObject(writer, value, depth, describe);
    default:
      throw refusal(typeof value);
  }
}

function writeObject(writer: Writer, value: object, depth: number, describe: DescribeFile | undefined): void {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const { length } = items;
    const below = deeper(depth);
    writer.header(0x90, 0xdc, length);
    for (let i = 0; i < length; i++) write(writer, items[i], below, describe);
    return;
  }
  if (ArrayBuffer.isView(value)) return writer.binary(bytesOf(value));

  // What most objects are needs no brand, and what has no prototype has none to show.
  const prototype: unknown = Object.getPrototypeOf(value);
  const kind = prototype === Object.prototype || prototype === null ? 'Object' : kindOf(value);
  switch (kind) {
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      return writer.binary(bytesOf(value as ArrayBufferLike));
    case 'Blob':
    case 'File':
      if (describe) {
        writer.byte(0xc7);
        writeObject(writer, describe(value as Blob), depth, undefined);
      }
      return writer.blob(value as Blob);
    case 'Date':
      return writer.string((value as Date).toString());
  }
  const keys = Object.keys(value);
  if (kind !== 'Object' && (keys.length === 0 || Object.hasOwn(INSTEAD, kind))) throw refusal(kind);

  const below = deeper(depth);
  writer.header(0x80, 0xde, keys.length);
  for (const key of keys) {
    writer.string(key);
    write(writer, (value as Record<string, unknown>)[key], below, describe);
  }
}

function deeper(depth: number): number {
  if (depth < 1) throw invalidData('The value nests too deep, or holds itself: send a flatter one.');
  return depth - 1;
}

function refusal(kind: string): PeerError {
  const instead = Object.hasOwn(INSTEAD, kind) ? INSTEAD[kind] : 'send a plain object of what matters in it';
  return invalidData(`A value of kind ${kind} cannot be sent: ${instead}.`);
}
