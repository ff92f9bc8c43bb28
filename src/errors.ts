/**
 * The one error class of this project, and every `type` it can have. A leaf: every floor may import it.
 */

/**
 * What concerns a whole `Peer`. The names and values are those of PeerJS 1.5.5; `socket-closed` and `ssl-unavailable`
 * are kept for programs that compare against them, and are never emitted (neither does PeerJS).
 *
 * The 2012 API's `peer-destroyed` is today's `disconnected`, as in PeerJS.
 */
export const PeerErrorType = {
  /** This browser lacks WebRTC data channels. Fatal. */
  BrowserIncompatible: 'browser-incompatible',
  /** `connect()` on a peer that was disconnected or destroyed. */
  Disconnected: 'disconnected',
  /** The id asked for has characters that PeerServer's clients do not allow. Fatal. */
  InvalidID: 'invalid-id',
  /** The signaling server does not know the key. Fatal. */
  InvalidKey: 'invalid-key',
  /** The signaling server cannot be reached, or its connection was lost. The peer disconnects; connections live on. */
  Network: 'network',
  /** Nobody has the id that was called. Also emitted on the connection, which closes. */
  PeerUnavailable: 'peer-unavailable',
  /** Never emitted. */
  SslUnavailable: 'ssl-unavailable',
  /** The signaling server refused, with a reason. */
  ServerError: 'server-error',
  /** The signaling server sent what is not a message. The session goes on. */
  SocketError: 'socket-error',
  /** Never emitted: a socket that closes is `network`. */
  SocketClosed: 'socket-closed',
  /** Somebody else has the id. Fatal before the first `open`. */
  UnavailableID: 'unavailable-id',
  /** The browser's WebRTC reported a failure: a bad `config`, description or candidate. */
  WebRTC: 'webrtc',
} as const;
export type PeerErrorType = (typeof PeerErrorType)[keyof typeof PeerErrorType];

/** What can end any connection, in PeerJS's names. */
export const BaseConnectionErrorType = {
  /** ICE or DTLS failed: no network path, or the path was lost. */
  NegotiationFailed: 'negotiation-failed',
  /** The connection has ended, or the browser closed it beneath the engine. */
  ConnectionClosed: 'connection-closed',
} as const;
export type BaseConnectionErrorType = (typeof BaseConnectionErrorType)[keyof typeof BaseConnectionErrorType];

/** What concerns one data connection, in PeerJS's names. */
export const DataConnectionErrorType = {
  /** `send()` before `open`. */
  NotOpenYet: 'not-open-yet',
  /** A message is larger than the serialization, the browser or `maxMessageSize` allows. The name is PeerJS's. */
  MessageToBig: 'message-too-big',
} as const;
export type DataConnectionErrorType = (typeof DataConnectionErrorType)[keyof typeof DataConnectionErrorType];

/** Error types beyond PeerJS's: where PeerJS throws, stays silent or waits forever, this project says one of these. */
export const ExtendedErrorType = {
  /** The other side declined the connection. */
  Refused: 'refused',
  /** A wait has reached its limit: `connectTimeout`, or a close that nobody confirmed. */
  Timeout: 'timeout',
  /** The browser cannot hold more RTCPeerConnections now. */
  TooManyLinks: 'too-many-links',
  /** `connect({ serialization })` names no serializer that this peer has. */
  UnknownSerialization: 'unknown-serialization',
  /** The value given to `send()` cannot be serialized. */
  InvalidData: 'invalid-data',
  /** A frame from the remote cannot be decoded, or breaks a bound. */
  BadMessage: 'bad-message',
  /** A signaling message from a remote is malformed, or breaks a bound. */
  BadSignal: 'bad-signal',
  /** More bytes wait than the limit allows: unsent ones (`sendLimit`), or received ones that nobody reads. */
  BufferFull: 'buffer-full',
  /** A transfer was given up, by either side or by the end of its connection. */
  TransferAborted: 'transfer-aborted',
  /** The remote peer can't do what was asked, or nobody there takes it. */
  Unsupported: 'unsupported',
} as const;
export type ExtendedErrorType = (typeof ExtendedErrorType)[keyof typeof ExtendedErrorType];

/** Error types that only the elements use. */
export const ElementErrorType = {
  /** An attribute or property holds what cannot be used: not JSON, not a URL. Nothing is started until it is mended. */
  InvalidSetting: 'invalid-setting',
  /** A channel was asked to connect, and there is no `<peer-node>` around it or under the id it names. */
  NoNode: 'no-node',
  /** A form was sent while nobody is connected: its fields stay as they are. */
  NotOpen: 'not-open',
  /** The browser did not let the page copy or share an invitation. */
  NotAllowed: 'not-allowed',
} as const;
export type ElementErrorType = (typeof ElementErrorType)[keyof typeof ElementErrorType];

/** Every `type` that an error of the engine can have. */
export type EngineErrorType = PeerErrorType | BaseConnectionErrorType | DataConnectionErrorType | ExtendedErrorType;

/** Where an error belongs and what it came from. Non-enumerable on the error. */
export interface PeerErrorDetails {
  /** What was caught: an Error, an Event or any value. */
  cause?: unknown;
  /** The remote peer's id, where the error concerns one remote. */
  peer?: string;
  /** The connection's id, where the error concerns one connection. */
  connectionId?: string;
}

/**
 * An error with a stable {@link type} and a message that says what to do.
 *
 * `JSON.stringify(error)` is exactly `{"type":"…"}`, as with PeerJS, so every other field is non-enumerable. Made from an
 * Error it keeps that error's message (PeerJS loses it) and holds the error as `cause`.
 */
export class PeerError<T extends string = string> extends Error {
  /** What kind of error it is: stable, to be compared. */
  readonly type: T;
  /** The remote peer's id, where the error concerns one remote. */
  declare readonly peer?: string;
  /** The connection's id, where the error concerns one connection. */
  declare readonly connectionId?: string;

  constructor(type: T, problem: string | Error, details: PeerErrorDetails = {}) {
    const cause = details.cause ?? (typeof problem === 'string' ? undefined : problem);
    super(typeof problem === 'string' ? problem : problem.message, cause === undefined ? undefined : { cause });
    this.type = type;
    if (details.peer !== undefined) hide(this, 'peer', details.peer);
    if (details.connectionId !== undefined) hide(this, 'connectionId', details.connectionId);
  }

  get [Symbol.toStringTag](): string {
    return 'PeerError';
  }

  static {
    hide(this.prototype, 'name', 'PeerError');
  }
}

/** What was caught, if it is one of ours already; else an error of that type around it. */
export function toPeerError(caught: unknown, type: string, context = ''): PeerError {
  if (caught instanceof PeerError) return caught as PeerError;
  return new PeerError(type, context + messageOf(caught), { cause: caught });
}

/** The message of whatever was caught. */
export function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

function hide(target: object, name: string, value: string): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
}
