/** PeerJS's `raw` serialization (`none` until 1.5): the value is the frame. */

import { bytesOf, encoder, type Part } from './bytes.js';
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
  const content = rawContent(value);
  // A text is encoded for its size only.
  if (typeof content === 'string') return outgoing([encoder.encode(content)], maxSize, () => [content]);
  return outgoing([content], maxSize);
}

/**
 * What is sent of a value: its text, a copy of its bytes, or the Blob that it is.
 * @throws PeerError `invalid-data` for anything else, and for bytes that are gone.
 */
export function rawContent(value: unknown): string | Part {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return String(value);
    case 'object': {
      const bytes = onlyBytes(value);
      if (bytes) return bytes.slice();
      if (isBlob(value)) return value;
    }
  }
  throw invalidData('The raw serialization sends strings, bytes and Blobs only: use binary or json for this value.');
}

/**
 * The bytes of a value that is nothing else: a buffer, shared or not, or a view of one. They share memory with it.
 * @throws PeerError `invalid-data` where they are gone.
 */
export function onlyBytes(value: unknown): Uint8Array | undefined {
  const kind = ArrayBuffer.isView(value) ? 'ArrayBuffer' : kindOf(value);
  if (kind !== 'ArrayBuffer' && kind !== 'SharedArrayBuffer') return undefined;
  try {
    return bytesOf(value as ArrayBufferLike | ArrayBufferView);
  } catch (error) {
    throw invalidData('The bytes are gone: their buffer was transferred.', error);
  }
}

/** Whether a value is a Blob or a File. */
export function isBlob(value: unknown): value is Blob {
  const kind = kindOf(value);
  return kind === 'Blob' || kind === 'File';
}
