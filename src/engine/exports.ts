/** What of the engine `peer-elements` exports too: all but MsgPack, which its bundle for a CDN would hold for nothing. */
export { Peer, type PeerEvents } from './peer.js';
export { DataConnection } from './data-connection.js';
export { BufferedConnection, StreamConnection } from './connection-kinds.js';
export { MediaConnection } from './media/media-connection.js';
export type { CloseReason, ConnectOptions, ConnectOptions as PeerConnectOption, DataConnectionEvents, HealedBy } from './connection-types.js';
export type {
  AnswerOptions,
  AnswerOptions as AnswerOption,
  CallOptions,
  CallOptions as CallOption,
  MediaConnectionEvents,
} from './media/types.js';
export type { ConnectionStatistics, PathEnd } from './path-statistics.js';
export type { Profile } from './carrier.js';
export { IncomingTransfer } from './transfer/incoming-transfer.js';
export { OutgoingTransfer, type TransferOptions } from './transfer/outgoing-transfer.js';
export { Transfer, type TransferDescription, type TransferEvents, type TransferState } from './transfer/transfer.js';
export type { IceServersOption, PeerOptions, PeerOptions as PeerJSOption, ResolvedPeerOptions, SerializerMapping } from './options.js';
export { LogLevel, type LogFunction } from './logger.js';
export { readableOf, writableOf, type StreamableConnection } from './streams.js';
export { util, type Util, type UtilSupportsObj } from './util.js';
export { ConnectionType, SerializationType, ServerMessageType, SocketEventType } from './enums.js';
export {
  BaseConnectionErrorType,
  DataConnectionErrorType,
  ExtendedErrorType,
  PeerError,
  PeerErrorType,
  type EngineErrorType,
  type PeerErrorDetails,
} from '../errors.js';
export { BroadcastSignaling, PeerServerSignaling } from '../signaling/index.js';
export type { IncomingSignal, OutgoingSignal, Signaling, SignalingSession, SignalingTraits, SignalType } from '../signaling/index.js';
export type { FileBuffer, Frame, IncomingMessage, OutgoingMessage, Serializer, SerializerContext, SerializerFactory, WireLimits } from '../wire/index.js';
