/** The wire floor: values to frames and back. Pure, and without side effects when imported. */

export { binary } from './binary.js';
export { CHUNK_SIZE } from './chunks.js';
export { json } from './json.js';
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
