/** PeerJS's own BinaryPack, to compare with. */

import { pack, unpack } from 'peerjs-js-binarypack';

/** What PeerJS sends for a value. */
export function oraclePack(value: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pack(value as Parameters<typeof pack>[0]) as ArrayBuffer);
}

/** What PeerJS reads. */
export function oracleUnpack(bytes: Uint8Array): unknown {
  return unpack(bytes.slice().buffer);
}
