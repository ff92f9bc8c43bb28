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

  /** It has that channel, which may not be open yet. */
  adopt(channel: RTCDataChannel): void {
    this.#channel = channel;
    const connection = this.#connection;
    if (!connection || this.#left) return this.#release(true);
    connection.channelMade(channel);
    const open = (): void => this.#open(connection, channel);
    // A message may come before the event "open" does.
    const receive = (event: MessageEvent): void => {
      try {
        open();
      } finally {
        if (channel.onmessage !== receive) channel.onmessage?.call(channel, event);
      }
    };
    channel.onopen = open;
    channel.onmessage = receive;
    channel.onclose = () => connection.end(connection.refusing ? 'refused' : 'remote');
    if (channel.readyState === 'open') open();
  }

  /** The connection has ended. */
  leave(othersGoOn: boolean): void {
    this.#left = true;
    this.#release(othersGoOn);
  }

  #open(connection: DataConnection, channel: RTCDataChannel): void {
    // Without ending the link: a caller that has not noticed yet that the channel is open would never hear of its end.
    if (connection.refusing) channel.close();
    else this.#opened(connection, channel);
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
