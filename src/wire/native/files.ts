/** Files and Blobs within a message, with their name and type: docs/protocol.md, section 9. */

import { kindOf } from '../kind.js';
import { safeName } from '../names.js';

/**
 * A File or Blob as it arrives: its bytes, and what the sender said of it. The properties are the buffer's own and cannot
 * be changed; a copy of the buffer, or one in a worker, lacks them.
 */
export type FileBuffer = ArrayBuffer & {
  /** Its media type; empty where the sender knew none, or said what cannot be one. */
  readonly type: string;
  /** Of a File: a safe name without folders. Absent for a Blob. */
  readonly name?: string;
  /** Of a File: when it was last changed, in milliseconds since 1970. Absent for a Blob, or where the sender was wrong. */
  readonly lastModified?: number;
};

/** The longest media type, in characters: RFC 6838 allows 127 on either side of the slash. */
const MAX_TYPE = 255;

/** A media type and its parameters, not looked at closely. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: *;[\w!#$&^.+\-/ ;=,"']*)?$/;

/** What is sent of a File or Blob, beside its bytes. */
export function describeFile(blob: Blob): Record<string, unknown> {
  const { type } = blob;
  if (kindOf(blob) !== 'File') return { type };
  const { name, lastModified } = blob as File;
  return { type, name, lastModified };
}

/** A file of these bytes, with what of its description can be true. */
export function fileBuffer({ type, name, lastModified }: Readonly<Record<string, unknown>>, data: ArrayBuffer): FileBuffer {
  show(data, 'type', safeType(type));
  if (typeof name === 'string') show(data, 'name', safeName(name));
  if (Number.isSafeInteger(lastModified)) show(data, 'lastModified', lastModified);
  return data as FileBuffer;
}

/** A media type that a remote gave; empty where it can't be one. */
export function safeType(type: unknown): string {
  return typeof type === 'string' && type.length <= MAX_TYPE && MEDIA_TYPE.test(type) ? type : '';
}

function show(data: ArrayBuffer, name: keyof FileBuffer, value: unknown): void {
  Object.defineProperty(data, name, { value, enumerable: true });
}
