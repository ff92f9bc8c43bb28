import { PeerError, messageOf, type EngineErrorType } from '../errors.js';
import type { Serialization } from '../wire/index.js';
import type { ConnectOptions } from './connection-types.js';
import type { PeerOptions } from './options.js';
import { util } from './util.js';

/** What can be wrong with what a page asks for, before anything is begun. */
type Problem = PeerError<EngineErrorType> | undefined;

/** Why a peer cannot start. */
export function startProblem(id: string | undefined, options: PeerOptions): Problem {
  if (!(options.RTCPeerConnection ?? globalThis.RTCPeerConnection)) {
    return new PeerError('browser-incompatible', 'This browser has no WebRTC data channels, or they are turned off.');
  }
  if (id !== undefined && !util.validateId(id)) {
    return new PeerError('invalid-id', `ID "${id}" is invalid. Use letters and digits, with single spaces, "_" or "-" between them.`);
  }
  return undefined;
}

/** Why a call cannot be made with these arguments. They may come from JavaScript: no type is sure. */
export function connectProblem(id: unknown, options: ConnectOptions, serialization: Serialization | undefined): Problem {
  if (typeof id !== 'string' || id === '') return new PeerError('invalid-id', 'connect() needs the id of a remote peer.');
  if (!serialization) {
    return new PeerError(
      'unknown-serialization',
      `No serialization is called "${String(options.serialization)}". Use "binary", "binary-utf8", "json" or "raw", or give it in the option serializers, as a function that makes a serializer.`,
    );
  }
  if (options.signal != null && !(options.signal instanceof AbortSignal)) {
    return new PeerError('invalid-data', 'The option signal of connect() takes an AbortSignal.');
  }
  if (options.maxRetransmits !== undefined && options.maxPacketLifeTime !== undefined) {
    return new PeerError('invalid-data', 'A connection has either maxRetransmits or maxPacketLifeTime, not both.');
  }
  try {
    JSON.stringify(options.metadata);
    return undefined;
  } catch (cause) {
    return new PeerError('invalid-data', `The metadata cannot be written as JSON: ${messageOf(cause)}`, { cause });
  }
}

/** Why a peer without its server makes no call. The first sentence is PeerJS's. */
export function unreachable(): PeerError<EngineErrorType> {
  return new PeerError('disconnected', 'Cannot connect to new Peer after disconnecting from server. Call reconnect(), or make a new Peer.');
}
