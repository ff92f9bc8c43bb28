/** PeerJS's optional `MsgPack` serialization: MessagePack values one behind the other, cut into frames wherever it comes. */

import { CLOSE, isClose, peerDataOf, refuseControl } from '../control.js';
import type { Bytes } from '../bytes.js';
import { badMessage, refuseLarge } from '../failures.js';
import { outgoing } from '../outgoing.js';
import type { IncomingMessage, SerializerFactory } from '../serializer.js';
import { Boundary } from './boundary.js';
import { decodeMsgPack } from './decode.js';
import { encodeMsgPack } from './encode.js';

/** The most bytes of a frame: PeerJS's. */
const FRAME_SIZE = 32_768;

/**
 * To be given to a peer, as in PeerJS: `new Peer({ serializers: { MsgPack } })`, and then `connect(id, { serialization: 'MsgPack' })`.
 * Binaries arrive as `Uint8Array`, as there.
 */
export const MsgPack: SerializerFactory = ({ limits: { maxMessageSize, maxDepth } }) => {
  let held: Bytes = new Uint8Array(0);
  let size = 0;
  let boundary = new Boundary(maxMessageSize);

  function keep(frame: Bytes): void {
    if (size + frame.length > held.length) {
      const grown = new Uint8Array(Math.max(size + frame.length, Math.min(2 * held.length, maxMessageSize)));
      grown.set(held.subarray(0, size));
      held = grown;
    }
    held.set(frame, size);
    size += frame.length;
  }

  function forget(): void {
    held = new Uint8Array(0);
    size = 0;
    boundary = new Boundary(maxMessageSize);
  }

  /** All values that are whole, and keeps what is left. */
  function take(frame: Bytes): IncomingMessage[] {
    const messages: IncomingMessage[] = [];
    if (size > 0) keep(frame);
    let [bytes, end] = size > 0 ? [held, size] : [frame, frame.length];
    for (let found = boundary.find(bytes, end); found !== undefined; found = boundary.find(bytes, end)) {
      const data = decodeMsgPack(bytes.subarray(0, found), maxDepth);
      messages.push(isClose(peerDataOf(data)) ? { type: 'close' } : { type: 'data', data });
      [bytes, end] = [bytes.subarray(found, end), end - found];
      boundary = new Boundary(maxMessageSize);
    }
    if (messages.length > 0) [held, size] = [bytes.slice(0, end), end];
    else if (size === 0) keep(frame);
    return messages;
  }

  return {
    encode(value) {
      refuseControl(value);
      return outgoing([encodeMsgPack(value, maxDepth)], maxMessageSize, ([bytes]) => framesOf(bytes as Bytes));
    },

    decode(frame) {
      try {
        if (typeof frame === 'string') throw badMessage('A text frame is not MessagePack.');
        refuseLarge(frame, maxMessageSize);
        return take(new Uint8Array(frame));
      } catch (error) {
        forget();
        throw error;
      }
    },

    encodeClose: () => encodeMsgPack(CLOSE, maxDepth),
  };
};

function* framesOf(bytes: Bytes): Iterable<Bytes> {
  for (let at = 0; at < bytes.length; at += FRAME_SIZE) yield bytes.subarray(at, at + FRAME_SIZE);
}
