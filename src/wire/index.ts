/** The wire floor: values to frames and back. Pure, and without side effects when imported. */

export { binary } from './binary.js';
export { isBytes, readBlobs, type Bytes, type Part } from './bytes.js';
export { CHUNK_SIZE } from './chunks.js';
export { json } from './json.js';
export { fitsJson } from './json-bounds.js';
export { MsgPack } from './msgpack/msgpack.js';
export { safeName } from './names.js';
export { datagramSerializer } from './native/datagrams.js';
export { safeType, type FileBuffer } from './native/files.js';
export {
  eachFrame,
  FrameType,
  frameOf,
  MAX_FRAME_HEADER,
  MESSAGE_COST,
  numbersFrame,
  numbersOf,
  type MessageKind,
} from './native/frames.js';
export type { NativeCodec, NativeCodecContext, NativeCodecFactory, NativeMessage } from './native/message.js';
export { MAX_VARINT, VarintReader, varintSize, writeVarint } from './native/varint.js';
export { createUtilChunk, utilPack, utilUnpack, type PeerJSChunk } from './peerjs-util.js';
export { raw } from './raw.js';
export {
  DEFAULT_WIRE_LIMITS,
  type Frame,
  type IncomingMessage,
  type OutgoingMessage,
  type Serializer,
  type SerializerContext,
  type SerializerFactory,
  type WireLimits,
} from './serializer.js';
export { serializerFor, type Serialization } from './serializers.js';
