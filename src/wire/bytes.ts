/** Lists of byte parts: their size, their joining, and the reading of the Blobs among them. */

import { messageOf } from '../errors.js';
import { invalidData } from './failures.js';

/** Bytes that can be given to `RTCDataChannel.send()`: never over shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A piece of an encoded message. A Blob stands for its bytes, which are read when the message's turn comes. */
export type Part = Bytes | Blob;

export const encoder = /* @__PURE__ */ new TextEncoder();

/** How much of a Blob is asked for at a time, in bytes, so that no browser has to copy a large file in one piece. */
const BLOB_SLICE = 4 * 1024 * 1024;

/** The bytes that the parts hold or stand for. */
export function sizeOf(parts: readonly Part[]): number {
  let size = 0;
  for (const part of parts) size += isBytes(part) ? part.byteLength : part.size;
  return size;
}

/** Whether a part's bytes are here already. */
export function isBytes(part: Part): part is Bytes {
  return part instanceof Uint8Array;
}

/** One array of all parts. A single part is given back as it is. */
export function concat(parts: readonly Bytes[]): Bytes {
  if (parts.length === 1) return parts[0] as Bytes;
  const bytes = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** The bytes of a buffer or of the range that a view shows. Shares memory with it. */
export function bytesOf(data: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}

/**
 * The parts with every Blob replaced by its bytes.
 * @throws PeerError `invalid-data` where a Blob can no longer be read: a file that was changed, moved or deleted.
 */
export async function readBlobs(parts: readonly Part[]): Promise<Bytes[]> {
  const read: Bytes[] = [];
  for (const part of parts) {
    if (isBytes(part)) {
      read.push(part);
      continue;
    }
    try {
      for (let at = 0; at < part.size; at += BLOB_SLICE) {
        const end = Math.min(at + BLOB_SLICE, part.size);
        const piece = new Uint8Array(await part.slice(at, end).arrayBuffer());
        // The length is on its way in a header already: other bytes behind it would garble the whole message.
        if (piece.byteLength !== end - at) throw new Error('its size has changed');
        read.push(piece);
      }
    } catch (error) {
      throw invalidData(`A Blob or File can no longer be read (${messageOf(error)}): choose the file again.`, error);
    }
  }
  return read;
}
