import type { PeerError } from '../errors.js';
import type { ConnectionTransferHost } from './transfer/transfer-host.js';

/** What a connection speaks: PeerJS's protocol, or the one between two peers of this engine. */
export type Profile = 'compatible' | 'native';

/**
 * What carries the messages of one open connection over its channel, in one profile. It owns the channel from then on.
 */
export interface Carrier {
  readonly profile: Profile;
  /** Whether the remote waits with more until what it has sent is confirmed. */
  readonly holdsBack: boolean;
  /** What carries transfers; undefined where the remote knows none. */
  readonly transfers?: ConnectionTransferHost | undefined;
  /** Bytes not yet given to the network: here and in the channel's own buffer. */
  readonly bufferedAmount: number;
  /** Messages of which no byte has been given to the channel. */
  readonly length: number;
  /**
   * Takes a value; the promise is resolved already while bytes are below high water.
   * @throws PeerError where the value was not taken
   */
  send(value: unknown): Promise<void>;
  /** Resolves when all that was sent has left, or, where the remote can tell, has arrived. Rejects if it ends before. */
  flushed(): Promise<void>;
  /** Has everything arrive and asks the remote to close. Resolves when there is no more to wait for. */
  finish(): Promise<void>;
  /** The page has had messages of so many bytes. */
  confirm(bytes: number): void;
  /** Its channel is gone, or about to be, and another one may come. Idempotent. Absent where none can. */
  suspend?(): void;
  /** Goes on over another open channel: nothing is lost, and nothing comes twice. */
  resume?(channel: RTCDataChannel, maxPacket: number): void;
  /** Messages of which it is not sure that the remote's page has had them. */
  readonly unconfirmed: number;
  /** Those of this moment, to be read later: as they would have arrived, in order. Absent where they are not kept. */
  unconfirmedValues?(): () => Promise<unknown[]>;
  /** Ends the channel; what waits is rejected with the error. Idempotent. */
  end(error: PeerError): void;
}

/** What a carrier reports. Nothing after its end. */
export interface CarrierOwner {
  /** A message. Its bytes are to be confirmed when the page has had it. */
  message(data: unknown, bytes: number): void;
  /** Something went wrong with one message; the connection goes on. */
  fault(error: PeerError): void;
  /** The remote has closed, or has broken the protocol: then with an error. */
  closed(error?: PeerError): void;
  /** The channel has closed and nobody has said why. */
  channelLost(): void;
}
