/** PeerJS's `raw` serialization (`none` until 1.5): the value is the frame. */

import { bytesOf, encoder, type Bytes } from './bytes.js';
import { invalidData, refuseLarge } from './failures.js';
import { kindOf } from './kind.js';
import { outgoing } from './outgoing.js';
import type { OutgoingMessage, SerializerFactory } from './serializer.js';

/**
 * Strings are text frames, and so are numbers and booleans, as `RTCDataChannel.send()` makes them. ArrayBuffers, views
 * and Blobs are one binary frame each, however large: the browser's own limit is for the link to check. Anything else is
 * `invalid-data`, where PeerJS sends `[object Object]`. There is no close control.
 */
export const raw: SerializerFactory = ({ limits: { maxMessageSize } }) => ({
  encode: (value) => encode(value, maxMessageSize),

  decode(frame) {
    refuseLarge(frame, maxMessageSize);
    return [{ type: 'data', data: frame }];
  },

  encodeClose: () => undefined,
});

function encode(value: unknown, maxSize: number): OutgoingMessage {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean': {
      const text = String(value);
      // Encoded for its size only.
      return outgoing([encoder.encode(text)], maxSize, () => [text]);
    }
    case 'object':
      if (ArrayBuffer.isView(value)) return outgoing([copyOf(value)], maxSize);
      switch (kindOf(value)) {
        case 'ArrayBuffer':
        case 'SharedArrayBuffer':
          return outgoing([copyOf(value as ArrayBufferLike)], maxSize);
        case 'Blob':
        case 'File':
          return outgoing([value as Blob], maxSize);
      }
  }
  throw invalidData('The raw serialization sends strings, bytes and Blobs only: use binary or json for this value.');
}

function copyOf(data: ArrayBufferLike | ArrayBufferView): Bytes {
  try {
    return bytesOf(data).slice();
  } catch (error) {
    throw invalidData('The bytes are gone: their buffer was transferred.', error);
  }
}
