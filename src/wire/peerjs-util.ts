/** The wire half of PeerJS's `util`: `pack`, `unpack` and `chunk`. The engine itself does not use them. */

import { unpack } from './binarypack/unpack.js';
import { pack } from './binarypack/pack.js';
import { concat, isBytes, readBlobs } from './bytes.js';
import { CHUNK_SIZE } from './chunks.js';

/**
 * `util.pack`: the value's BinaryPack bytes, or a Promise of them where it holds Blobs or Files.
 * @throws PeerError `invalid-data`, as {@link pack}; the Promise rejects with it where a Blob cannot be read.
 */
export function utilPack(value: unknown): ArrayBuffer | Promise<ArrayBuffer> {
  const parts = pack(value);
  return parts.every(isBytes) ? concat(parts).buffer : readBlobs(parts).then((read) => concat(read).buffer);
}

/**
 * `util.unpack`: the value that the bytes hold; ArrayBuffers for binaries.
 * @throws PeerError `bad-message` for bytes that are cut off; PeerJS reads some of those as zeros.
 */
export function utilUnpack(data: ArrayBuffer | ArrayBufferView): unknown {
  return unpack(data);
}

/** One element of what `util.chunk` gives, not yet packed. */
export interface PeerJSChunk {
  __peerData: number;
  n: number;
  data: ArrayBuffer;
  total: number;
}

/** Makes a `util.chunk`, which numbers its messages from 1. Nothing for an empty buffer. */
export function createUtilChunk(): (data: ArrayBuffer) => PeerJSChunk[] {
  let messages = 0;
  return (data) => {
    const id = ++messages;
    const total = Math.ceil(data.byteLength / CHUNK_SIZE);
    return Array.from({ length: total }, (_, n) => ({
      __peerData: id,
      n,
      data: data.slice(n * CHUNK_SIZE, (n + 1) * CHUNK_SIZE),
      total,
    }));
  };
}
