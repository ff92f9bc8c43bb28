/** What the serializations make of values and messages in the native profile: docs/protocol.md, section 5. */

import { messageOf } from '../../errors.js';
import { pack } from '../binarypack/pack.js';
import { unpack } from '../binarypack/unpack.js';
import { encoder, sizeOf, type Bytes, type Part } from '../bytes.js';
import { refuseControl } from '../control.js';
import { badMessage } from '../failures.js';
import { jsonBytes, jsonValue } from '../json.js';
import { isBlob, onlyBytes, rawContent } from '../raw.js';
import { describeFile, fileBuffer } from './files.js';
import { FrameType, type MessageKind } from './frames.js';
import type { NativeCodec, NativeCodecFactory, NativeMessage } from './message.js';

/** As PeerJS keeps a leading U+FEFF. Malformed UTF-8 becomes U+FFFD, as in the text of a data channel. */
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * `binary`: whatever {@link pack} takes. What is nothing but bytes travels as it is: that is faster at every size, and
 * spares a large one the copy where it arrives.
 *
 * An object with `__peerData` is refused as in the compatible profile, and read as any other.
 */
export const binaryCodec: NativeCodecFactory = ({ limits: { maxDepth }, files }) => {
  const describe = files ? describeFile : undefined;
  const options = files ? { maxDepth, file: fileBuffer } : { maxDepth };
  return {
    encode(value) {
      refuseControl(value);
      const part = wholeOf(value, files);
      return part ? messageOfParts(FrameType.Bytes, [part]) : messageOfParts(FrameType.Value, pack(value, maxDepth, describe));
    },
    decode(kind, body, owned) {
      if (kind === FrameType.Value) return unpack(body, options);
      if (kind === FrameType.Bytes) return bufferOf(body, owned);
      throw unexpected(kind);
    },
  };
};

/** `json`: the UTF-8 of the value's JSON, of any size, by the page's `stringify` and `parse`. */
export const jsonCodec: NativeCodecFactory = (context) => ({
  encode(value) {
    refuseControl(value);
    return messageOfParts(FrameType.Value, [jsonBytes(value, context)]);
  },
  decode(kind, body) {
    if (kind === FrameType.Value) return jsonValue(body, context);
    throw unexpected(kind);
  },
});

/** `raw`: texts, numbers and booleans as text, bytes and Blobs as bytes, and nothing else. */
export const rawCodec: NativeCodecFactory = () => RAW;

const RAW: NativeCodec = {
  encode(value) {
    const content = rawContent(value);
    if (typeof content === 'string') return messageOfParts(FrameType.Text, [encoder.encode(content)]);
    return messageOfParts(FrameType.Bytes, [content]);
  },
  decode(kind, body, owned) {
    if (kind === FrameType.Text) return textOf(body);
    if (kind === FrameType.Bytes) return bufferOf(body, owned);
    throw unexpected(kind);
  },
};

/** The part that is all of a message: bytes, or a Blob that tells nothing beside them. */
function wholeOf(value: unknown, files: boolean): Part | undefined {
  // What most messages are needs no closer look.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) === Object.prototype) return undefined;
  return onlyBytes(value)?.slice() ?? (!files && isBlob(value) ? value : undefined);
}

function messageOfParts(kind: MessageKind, parts: readonly Part[]): NativeMessage {
  return { kind, byteLength: sizeOf(parts), parts };
}

/** The body as a buffer that is the page's own. */
function bufferOf(body: Bytes, owned: boolean): ArrayBuffer {
  return owned && body.byteLength === body.buffer.byteLength ? body.buffer : body.slice().buffer;
}

function textOf(body: Bytes): string {
  try {
    return decoder.decode(body);
  } catch (error) {
    throw badMessage(`A text of ${body.byteLength} bytes cannot be held by this browser: ${messageOf(error)}`, error);
  }
}

function unexpected(kind: MessageKind): Error {
  return badMessage(`A message of kind ${kind} is none of this serialization's.`);
}
