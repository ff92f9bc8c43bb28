import type { DrainMeter } from '../native/drain-meter.js';
import type { Flight } from '../native/flight.js';
import type { MessageStream, MessageStreamOwner } from '../native/message-stream.js';
import type { ReceiveLimits } from '../native/announcement.js';

/** What a transfer needs of its connection. */
export interface TransferHost {
  /** The remote peer's id. */
  readonly peer: string;
  readonly connectionId: string;
  /** What this peer takes, and says so. */
  readonly limits: ReceiveLimits;
  /** How long the other side may take to answer where no page decides, in ms. */
  readonly answerTimeout: number;
  /**
   * A stream over an open channel, attached.
   * @param path what is known of the channel's RTCPeerConnection. Default: of the link's.
   */
  stream(channel: RTCDataChannel, owner: MessageStreamOwner, remote: ReceiveLimits, path?: { meter: DrainMeter; flight: Flight }): MessageStream;
  /** The stream goes on over that open channel. */
  attach(stream: MessageStream, channel: RTCDataChannel): void;
  /** A channel has closed without a word. `ended` is called when it is sure that it was not the link that was lost. */
  doubt(ended: () => void): void;
  /** The transfer has ended. */
  ended(transfer: object): void;
}

/** What the sender's side needs beside that. */
export interface SendingHost extends TransferHost {
  /** Opens the channel of a transfer. */
  openChannel(id: string): RTCDataChannel;
  /** Opens a lane: a channel on another RTCPeerConnection. Rejects where there can be none. */
  openLane(id: string, index: number): Promise<RTCDataChannel>;
}

/** What a connection has for all its transfers. */
export type ConnectionTransferHost = Omit<SendingHost, 'ended'>;
