/** PeerJS's `json` serialization: each message is the UTF-8 of its JSON, in one binary frame. */

import { messageOf, PeerError } from '../errors.js';
import { encoder, type Bytes } from './bytes.js';
import { CHUNK_SIZE } from './chunks.js';
import { CLOSE, isClose, peerDataOf, refuseControl } from './control.js';
import { badMessage, invalidData, messageTooBig, refuseLarge } from './failures.js';
import { outgoing } from './outgoing.js';
import type { IncomingMessage, SerializerFactory } from './serializer.js';

const decoder = /* @__PURE__ */ new TextDecoder();

/**
 * Sends at most 16299 bytes a message, as PeerJS; with `message-too-big` for more. Takes binary frames, and the text
 * frames of PeerJS up to 1.4. `maxDepth` is not looked at: that is for `parse` to decide.
 */
export const json: SerializerFactory = (context) => {
  const { maxMessageSize } = context.limits;
  const toBytes = (value: unknown): Bytes => {
    let text: unknown;
    try {
      text = context.stringify(value);
    } catch (error) {
      if (error instanceof PeerError) throw error;
      throw invalidData(`The value cannot be made JSON: ${messageOf(error)}`, error);
    }
    if (typeof text !== 'string') throw invalidData(`The value has no JSON form (${typeof value}): send null instead.`);
    return encoder.encode(text);
  };

  return {
    encode(value) {
      refuseControl(value);
      const bytes = toBytes(value);
      if (bytes.byteLength >= CHUNK_SIZE) {
        throw messageTooBig(
          `${bytes.byteLength} bytes of JSON are too much, ${CHUNK_SIZE - 1} is the limit: use the binary serialization.`,
        );
      }
      return outgoing([bytes], maxMessageSize);
    },

    decode(frame): readonly IncomingMessage[] {
      refuseLarge(frame, maxMessageSize);
      let data: unknown;
      try {
        data = context.parse(typeof frame === 'string' ? frame : decoder.decode(frame));
      } catch (error) {
        throw badMessage(`A message is not JSON: ${messageOf(error)}`, error);
      }
      return [isClose(peerDataOf(data)) ? { type: 'close' } : { type: 'data', data }];
    },

    encodeClose: () => toBytes(CLOSE),
  };
};
