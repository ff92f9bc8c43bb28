import { openAnnounced, openOnMessage } from './announced-channel.js';
import { connectionError } from './connection-errors.js';
import type { DataConnection } from './data-connection.js';
import { closeQuietly } from './native/first-packet.js';
import type { OfferedConnection } from './signals.js';

/** The connection that a link's OFFER is for, and its channel: the one that PeerJS knows. */
export class FirstChannel {
  readonly #connectionId: string;
  /** The channel is open on both sides, as far as is known. */
  readonly #opened: (connection: DataConnection, channel: RTCDataChannel) => void;
  #connection: DataConnection | undefined;
  #channel: RTCDataChannel | undefined;
  #openNow: (() => void) | undefined;
  #begun = false;
  /** Whether the connection has ended, or went elsewhere. */
  #left = false;

  constructor(connectionId: string, opened: (connection: DataConnection, channel: RTCDataChannel) => void) {
    this.#connectionId = connectionId;
    this.#opened = opened;
  }

  get connection(): DataConnection | undefined {
    return this.#connection;
  }

  /** Whether it has its channel. */
  get taken(): boolean {
    return this.#channel !== undefined;
  }

  /** What signals say of it: of one that has ended they still have to say the id. */
  get described(): OfferedConnection {
    return this.#connection ?? { connectionId: this.#connectionId, label: '', reliable: false, serialization: '' };
  }

  carries(connection: DataConnection): void {
    this.#connection = connection;
  }

  /**
   * It has that channel, which may not be open yet.
   * @param announcedOn the RTCPeerConnection, where the remote has opened the channel.
   */
  adopt(channel: RTCDataChannel, announcedOn?: RTCPeerConnection): void {
    this.#channel = channel;
    const connection = this.#connection;
    if (!connection || this.#left) return this.#release(true);
    connection.channelMade(channel);
    channel.onclose = () => connection.end(connection.refusing ? 'refused' : 'remote');
    const open = (): void => this.#open(connection, channel);
    if (announcedOn) {
      this.#openNow = openAnnounced(channel, announcedOn, { open, missed: () => this.#missed(connection, channel) });
    } else {
      channel.onopen = open;
      // It may come before the event "open" does.
      openOnMessage(channel, open);
    }
  }

  /** The remote has opened another channel after it: so it can send. */
  followed(): void {
    this.#openNow?.();
  }

  /** The connection has ended. */
  leave(othersGoOn: boolean): void {
    this.#left = true;
    this.#release(othersGoOn);
  }

  #open(connection: DataConnection, channel: RTCDataChannel): void {
    if (this.#begun || this.#left) return;
    this.#begun = true;
    // Without ending the link: a caller that has not noticed yet that the channel is open would never hear of its end.
    if (connection.refusing) channel.close();
    else this.#opened(connection, channel);
  }

  /** The channel brings messages, but can send none. The remote takes it for open, so it is to hear of the end. */
  #missed(connection: DataConnection, channel: RTCDataChannel): void {
    if (this.#left) return;
    closeQuietly(channel);
    const problem = `The browser has missed that the channel to ${connection.peer} is open, as Chromium does at times. Have it connect again.`;
    connection.fail(connectionError(connection, 'negotiation-failed', problem));
  }

  /** Where others go on, the remote learns of the first one's end by its channel: which has to open for that. */
  #release(othersGoOn: boolean): void {
    const channel = this.#channel;
    if (!channel) return;
    if (!othersGoOn || channel.readyState !== 'connecting') return closeQuietly(channel);
    channel.onmessage = channel.onclose = null;
    channel.onopen = () => channel.close();
  }
}
