/** PeerJS's `json` serialization: each message is the UTF-8 of its JSON, in one binary frame. */

import { messageOf, PeerError } from '../errors.js';
import { encoder, type Bytes } from './bytes.js';
import { CHUNK_SIZE } from './chunks.js';
import { CLOSE, isClose, peerDataOf, refuseControl } from './control.js';
import { badMessage, invalidData, messageTooBig, refuseLarge } from './failures.js';
import { nestsDeeper } from './json-bounds.js';
import { outgoing } from './outgoing.js';
import type { IncomingMessage, SerializerContext, SerializerFactory } from './serializer.js';

const decoder = /* @__PURE__ */ new TextDecoder();

/**
 * Sends at most 16299 bytes a message, as PeerJS; with `message-too-big` for more. Takes binary frames, and the text
 * frames of PeerJS up to 1.4.
 */
export const json: SerializerFactory = (context) => {
  const { maxMessageSize } = context.limits;

  return {
    encode(value) {
      refuseControl(value);
      const bytes = jsonBytes(value, context);
      if (bytes.byteLength >= CHUNK_SIZE) {
        throw messageTooBig(
          `${bytes.byteLength} bytes of JSON are too much, ${CHUNK_SIZE - 1} is the limit: use the binary serialization.`,
        );
      }
      return outgoing([bytes], maxMessageSize);
    },

    decode(frame): readonly IncomingMessage[] {
      refuseLarge(frame, maxMessageSize);
      const data = jsonValue(frame, context);
      return [isClose(peerDataOf(data)) ? { type: 'close' } : { type: 'data', data }];
    },

    encodeClose: () => jsonBytes(CLOSE, context),
  };
};

/**
 * The UTF-8 of a value's JSON, by the page's `stringify`.
 * @throws PeerError `invalid-data` for a value that has no JSON.
 */
export function jsonBytes(value: unknown, context: SerializerContext): Bytes {
  let text: unknown;
  try {
    text = context.stringify(value);
  } catch (error) {
    if (error instanceof PeerError) throw error;
    throw invalidData(`The value cannot be made JSON: ${messageOf(error)}`, error);
  }
  if (typeof text !== 'string') throw invalidData(`The value has no JSON form (${typeof value}): send null instead.`);
  return encoder.encode(text);
}

/**
 * The value of a JSON text, by the page's `parse`.
 * @throws PeerError `bad-message` for what is not JSON, and for what nests deeper than `maxDepth`, whatever `parse` is.
 */
export function jsonValue(json: string | ArrayBuffer | Bytes, context: SerializerContext): unknown {
  const { maxDepth } = context.limits;
  try {
    const text = typeof json === 'string' ? json : decoder.decode(json);
    if (nestsDeeper(text, maxDepth)) throw badMessage(`A message nests deeper than ${maxDepth} arrays and objects.`);
    return context.parse(text);
  } catch (error) {
    if (error instanceof PeerError) throw error;
    throw badMessage(`A message is not JSON: ${messageOf(error)}`, error);
  }
}
