/** PeerJS's default serialization, `binary`: BinaryPack, in one frame or in chunks. */

import { pack } from './binarypack/pack.js';
import { unpack } from './binarypack/unpack.js';
import { concat, sizeOf, type Bytes } from './bytes.js';
import { chunkFrames, CHUNK_SIZE, Reassembly, type Chunk } from './chunks.js';
import { CLOSE, isClose, peerDataOf, refuseControl } from './control.js';
import { badMessage, refuseLarge } from './failures.js';
import { outgoing } from './outgoing.js';
import type { Frame, IncomingMessage, OutgoingMessage, Serializer, SerializerFactory, WireLimits } from './serializer.js';

/**
 * Encodes whatever {@link pack} takes; Blobs and Files may be anywhere in it. Decodes binaries as ArrayBuffers of their
 * own, where PeerJS gives an ArrayBuffer or a Uint8Array, by size.
 *
 * Controls other than chunks and close are swallowed, as by PeerJS. A text frame is a `bad-message`: PeerJS makes 0 of it.
 */
export const binary: SerializerFactory = ({ limits }) => new BinarySerializer(limits);

class BinarySerializer implements Serializer {
  readonly #limits: WireLimits;
  readonly #reassembly: Reassembly;
  #messagesInChunks = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
    this.#reassembly = new Reassembly(limits);
  }

  encode(value: unknown): OutgoingMessage {
    refuseControl(value);
    return outgoing(pack(value, this.#limits.maxDepth), this.#limits.maxMessageSize, (parts) =>
      sizeOf(parts) > CHUNK_SIZE ? chunkFrames(parts, ++this.#messagesInChunks) : [concat(parts)],
    );
  }

  decode(frame: string | ArrayBuffer): readonly IncomingMessage[] {
    if (typeof frame === 'string') throw badMessage('A text frame: does the other side use the binary serialization?');
    refuseLarge(frame, this.#limits.maxMessageSize);
    const bytes = new Uint8Array(frame);
    // A chunk's bytes are copied when its message is complete, and need not be copied here.
    const views = looksLikeChunk(bytes);
    const value = this.#unpack(bytes, views);
    if (!isChunk(value)) return incoming(views ? this.#unpack(bytes) : value);
    const message = this.#reassembly.add(value);
    if (message === undefined) return [];
    const whole = this.#unpack(message);
    if (isChunk(whole)) throw badMessage('A message in chunks is itself a chunk.');
    return incoming(whole);
  }

  encodeClose(): Frame {
    return pack(CLOSE)[0] as Bytes;
  }

  #unpack(bytes: Bytes, views = false): unknown {
    return unpack(bytes, { maxDepth: this.#limits.maxDepth, views });
  }
}

/** Whether the frame begins as PeerJS's chunks do: a map of four whose first key has ten bytes and begins with "_". */
function looksLikeChunk(bytes: Bytes): boolean {
  return bytes[0] === 0x84 && bytes[1] === 0xba && bytes[2] === 0x5f;
}

function isChunk(value: unknown): value is Chunk {
  const peerData = peerDataOf(value);
  return typeof peerData === 'number' && Boolean(peerData);
}

function incoming(data: unknown): readonly IncomingMessage[] {
  const peerData = peerDataOf(data);
  if (isClose(peerData)) return [{ type: 'close' }];
  return peerData ? [] : [{ type: 'data', data }];
}
