import type { PeerError } from '../errors.js';

/**
 * Signaling: how two peers that know each other's ids exchange the first few messages. One interface, one file per
 * backend; `new Peer(id, { signaling })` takes any object that implements {@link Signaling}.
 *
 * The engine assumes little: messages may be lost, come twice or come in another order.
 */

/** What a peer sends to another by way of signaling. PeerServer's message types. */
export type SignalType = 'OFFER' | 'ANSWER' | 'CANDIDATE' | 'LEAVE' | 'EXPIRE';

/** A message that came in. `payload` is whatever the other side sent: to be validated before use. */
export interface IncomingSignal {
  readonly type: SignalType;
  /** Who sent it; for `LEAVE` who has left, for `EXPIRE` who could not be reached. */
  readonly src: string;
  readonly payload: unknown;
}

/** A message to send. The payload is plain JSON data. */
export interface OutgoingSignal {
  readonly type: Exclude<SignalType, 'EXPIRE'>;
  readonly dst: string;
  readonly payload: unknown;
}

/** What a backend can do, so that the engine need not know which one it is. */
export interface SignalingTraits {
  /** True where candidates may follow the description one by one; false where a description has to hold all of them. */
  readonly trickle: boolean;
  /** True where an `EXPIRE` comes for a message to an id that nobody has. */
  readonly reportsAbsence: boolean;
  /** Largest message in UTF-8 bytes of its JSON; Infinity where there is no limit worth knowing. */
  readonly maxMessageSize: number;
  /** True where the backend, not the sender, states `src`. */
  readonly verifiesSender: boolean;
}

/** One stay on the signaling service: what `open()` is given, and how the backend reports. */
export interface SignalingSession {
  /** The id asked for; undefined: the service assigns one. */
  readonly id: string | undefined;
  /** A secret by which the service knows this client again. */
  readonly token: string;
  /** Aborted when the session is no longer wanted. The backend then releases everything and reports nothing more. */
  readonly signal: AbortSignal;
  /** A message came in. May be called before `open()` resolves. */
  message(signal: IncomingSignal): void;
  /** Something was wrong (rubbish from the server, say), and the session goes on. */
  fault(error: PeerError): void;
  /** The session has ended by itself after `open()` had resolved. At most once, and never after `close()` or an abort. */
  lost(error: PeerError): void;
}

export interface Signaling {
  readonly traits: SignalingTraits;
  /**
   * Joins the service. Resolves to the id in force. One session at a time; it may be called again after the last one
   * ended.
   *
   * Rejects with a PeerError: `network` (unreachable, or no answer within the backend's limit), `server-error`,
   * `invalid-key`, `unavailable-id`; with the signal's reason where it was aborted. After a rejection nothing is left open.
   */
  open(session: SignalingSession): Promise<string>;
  /** Sends, best effort: a message that cannot go is dropped, and does not throw. */
  send(message: OutgoingSignal): void;
  /**
   * The network may be another one. A backend that could be cut off without noticing finds out now, within a few seconds, and tells
   * the session that it is lost where it is.
   */
  check?(): void;
  /** Leaves and releases everything. Idempotent; reports nothing. */
  close(): void;
  /** The ids of all who are here, where the service tells. Rejects with `server-error` where it does not. */
  listPeers?(options?: { signal?: AbortSignal }): Promise<string[]>;
}
