import { openAnnounced } from '../announced-channel.js';
import type { DatagramSettings } from './announcement.js';
import { closeQuietly } from './first-packet.js';

/** Most channels of datagrams that may come before their connection is open. */
const MAX_EARLY = 16;

/** The channels of datagrams that the remote opens, and the connections that expect them: in whichever order they come. */
export class DatagramChannels {
  readonly #connection: RTCPeerConnection;
  readonly #early = new Map<string, RTCDataChannel>();
  readonly #expected = new Map<string, (channel: RTCDataChannel) => void>();

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** Takes a channel of the remote, whose label is the connection's id. */
  take(channel: RTCDataChannel): void {
    const begin = this.#expected.get(channel.label);
    if (begin) this.#begin(channel, begin);
    else if (this.#early.size < MAX_EARLY && !this.#early.has(channel.label)) this.#early.set(channel.label, channel);
    else channel.close();
  }

  expect(connectionId: string, begin: (channel: RTCDataChannel) => void): void {
    const early = this.#early.get(connectionId);
    if (early) this.#begin(early, begin);
    else this.#expected.set(connectionId, begin);
  }

  /** The connection has ended. */
  forget(connectionId: string): void {
    this.#expected.delete(connectionId);
    const early = this.#early.get(connectionId);
    this.#early.delete(connectionId);
    if (early) closeQuietly(early);
  }

  end(): void {
    this.#expected.clear();
    for (const channel of this.#early.values()) closeQuietly(channel);
    this.#early.clear();
  }

  #begin(channel: RTCDataChannel, begin: (channel: RTCDataChannel) => void): void {
    this.#expected.delete(channel.label);
    // Until it has begun it is to be closed with its connection.
    this.#early.set(channel.label, channel);
    openAnnounced(channel, this.#connection, {
      open: () => {
        if (this.#early.delete(channel.label)) begin(channel);
      },
      // The caller's connection ends with it, and then this one.
      missed: () => channel.close(),
    });
  }
}

/** The settings of a connection's datagram channel; undefined where it asks for none. */
export function datagramSettings({ ordered, maxRetransmits, maxPacketLifeTime }: Partial<Record<keyof DatagramSettings, unknown>>): DatagramSettings | undefined {
  if (ordered !== false && maxRetransmits === undefined && maxPacketLifeTime === undefined) return undefined;
  return {
    ordered: ordered !== false,
    ...(maxRetransmits === undefined ? {} : { maxRetransmits: maxRetransmits as number }),
    ...(maxPacketLifeTime === undefined ? {} : { maxPacketLifeTime: maxPacketLifeTime as number }),
  };
}
