import type { EngineErrorType, PeerError } from '../errors.js';
import type { Serialization } from '../wire/index.js';
import type { DataConnection } from './data-connection.js';
import type { Logger } from './logger.js';
import type { Peer } from './peer.js';
import type { IncomingTransfer } from './transfer/incoming-transfer.js';

/** How an interrupted link came back: by itself, over another path (an ICE restart), or over a new RTCPeerConnection. */
export type HealedBy = 'ice' | 'restart' | 'resume';

/**
 * Why a connection ended.
 *
 * - `local`: closed here. `remote`: closed at the other end. `refused`: declined, here or there.
 * - `unavailable`: nobody has the id, or has it any more. `timeout`: it did not open within `connectTimeout`.
 * - `failed`: no network path, or the path was lost; or it could not even be tried (`error` says why).
 * - `replaced`: the remote called again under the same connection id, or from another page. `destroyed`: its `Peer` was.
 */
export type CloseReason = 'local' | 'remote' | 'refused' | 'unavailable' | 'timeout' | 'failed' | 'replaced' | 'destroyed';

/** @typeParam Data What its messages are: the page's word for it, which nobody checks. */
export interface DataConnectionEvents<Data = unknown> {
  /** The connection can be written to, and `data` may follow. */
  open: () => void;
  /** A message, as it was sent; binary data is an ArrayBuffer of its own. */
  data: (data: Data) => void;
  /** The remote sends a file. Nothing of it comes before the page takes it, by `transfer.readable` or `transfer.blob()`. */
  transfer: (transfer: IncomingTransfer) => void;
  /**
   * The connection has ended: once, whether it was ever open or not. (PeerJS stays silent where it was not.)
   * @param unconfirmed messages of which it is not sure that the remote's page has had them: see `connection.takeUnconfirmed()`.
   */
  close: (reason: CloseReason, unconfirmed: number) => void;
  /** The path to the remote is lost, or the remote silent. `resumed` or `close` follows. */
  interrupted: () => void;
  /** It is back. With a remote of this engine nothing was lost. */
  resumed: (by: HealedBy) => void;
  /** Something went wrong. Where it ended the connection, `close` follows. */
  error: (error: PeerError<EngineErrorType>) => void;
  /** PeerJS's name for `RTCPeerConnection.iceConnectionState`. */
  iceStateChanged: (state: RTCIceConnectionState) => void;
}

/** Options of `peer.connect(id, options)`. */
export interface ConnectOptions {
  /** Tells several connections between the same two peers apart. Default: the connection id, which means "none". */
  label?: string | undefined;
  /** Anything JSON can hold; the remote finds it as `connection.metadata`. */
  metadata?: unknown;
  /** `binary` (default), `binary-utf8` (the same), `json`, `raw`, `none` (raw's old name), or one of the option `serializers`. */
  serialization?: string | undefined;
  /**
   * PeerJS: asks for an ordered channel; every channel is fully reliable. This engine's channels are ordered whatever this
   * says, and it goes to the remote as given.
   */
  reliable?: boolean | undefined;
  /** The connection's id. Default random. */
  connectionId?: string | undefined;
  /**
   * `RTCDataChannelInit`'s options. Any of them, together with a remote of this engine, makes a connection of datagrams: each
   * message is one packet, may come late or never, and is not cut, held back or repeated. For games and sensors. With a
   * PeerJS peer, or `ordered: true` alone, the connection is an ordinary one.
   */
  ordered?: boolean | undefined;
  /** See `ordered`: how often a lost message is sent again. */
  maxRetransmits?: number | undefined;
  /** See `ordered`: for how long a lost message is sent again, in ms. Not together with `maxRetransmits`. */
  maxPacketLifeTime?: number | undefined;
  /** Gives the call up, as `close()` does. Nothing once it is open. */
  signal?: AbortSignal | undefined;
  /** A last change to the offer before it is sent. */
  sdpTransform?: ((sdp: string) => string) | undefined;
  /** `RTCOfferOptions`. */
  constraints?: RTCOfferOptions | undefined;
}

/** What a connection needs of its peer. */
export interface ConnectionHost {
  readonly logger: Logger;
  readonly connectTimeout: number;
  readonly maxMessageSize: number;
  /** Finds a link for a connection that calls, or makes one. */
  place(connection: DataConnection): void;
  forget(connection: DataConnection): void;
}

/** How an incoming connection tells its caller what becomes of it. */
export interface Invitation {
  /** What makes it this call and no other. */
  readonly sdp?: string | undefined;
  accept(connection: DataConnection): void;
  /** Declines. False where the caller's protocol has no way to say so: then it is to be accepted, and closed once open. */
  decline(): boolean;
}

/** What a connection is made of. */
export interface ConnectionInit {
  readonly peer: string;
  readonly provider: Peer;
  readonly host: ConnectionHost;
  readonly options: ConnectOptions;
  readonly connectionId: string;
  readonly serialization: Serialization;
  /** Present where the remote called. */
  readonly invitation?: Invitation;
}
