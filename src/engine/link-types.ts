import type { PeerError } from '../errors.js';
import type { ConnectOptions, Invitation } from './connection-types.js';
import type { DataConnection } from './data-connection.js';
import type { Link } from './link.js';
import type { Logger } from './logger.js';
import type { Announcement, DatagramSettings, ReceiveLimits } from './native/announcement.js';
import type { Opening } from './native/in-band.js';
import type { Ticker } from './ticker.js';
import type { TransportEnvironment } from './transport.js';

/** What a link needs of its peer. */
export interface LinkHost {
  readonly environment: TransportEnvironment;
  readonly logger: Logger;
  readonly ticker: Ticker;
  /** This peer's nonce. */
  readonly nonce: string;
  /** What this peer takes of a native remote before it has said more. */
  readonly limits: ReceiveLimits;
  readonly sendLimit: number;
  readonly connectTimeout: number;
  readonly resumeTimeout: number;
  readonly keepalive: number;
  /** What this peer says of itself. */
  announcement(datagrams?: DatagramSettings): object;
  /** @param wanted whether it still is, once it can be sent. Default: while there is the link. */
  signal(link: Link, type: 'OFFER' | 'ANSWER' | 'CANDIDATE', payload: object, wanted?: () => boolean): void;
  /** A native remote opens a connection on the link. */
  invited(link: Link, opening: Opening, invitation: Invitation): DataConnection | undefined;
  /** A connection that waited for the link, or was being opened on it, has to go another way. */
  unplaced(connection: DataConnection): void;
  /** What the remote did wrong, and that concerns no connection. */
  fault(error: PeerError): void;
  /** A native link's path is lost. */
  interrupted(): void;
  forget(link: Link): void;
}

/** What a link is made of: the connection that calls, or what is known of the remote's call. */
export interface LinkInit {
  readonly remoteId: string;
  /** The connection id of its OFFER: by that name signals speak of it. */
  readonly connectionId: string;
  /** The caller's offer, where the remote called. */
  readonly sdp?: RTCSessionDescriptionInit;
  /** The caller's announcement, where the remote called and both can speak the native profile. */
  readonly remote?: Announcement | undefined;
  /** Whether this side announces itself. */
  readonly announces: boolean;
  /** Of the connection that calls. */
  readonly options?: ConnectOptions;
}
