import { toPeerError, type PeerError } from '../../errors.js';
import { FrameType, type NativeCodec, type NativeMessage, type MessageKind, type Bytes } from '../../wire/index.js';
import type { Carrier, CarrierOwner } from '../carrier.js';
import type { ConnectionTransferHost } from '../transfer/transfer-host.js';
import type { ReceiveLimits } from './announcement.js';
import { closeQuietly } from './first-packet.js';
import { jsonFrame } from './in-band.js';
import { MessageStream, type MessageStreamOptions } from './message-stream.js';
import { attachStream } from './transfer-routes.js';

/** How long a flushing close may see no progress, in ms. */
const CLOSE_STALL = 10_000;

export interface NativeCarrierOptions extends MessageStreamOptions {
  /** What the remote takes. */
  readonly remote: ReceiveLimits;
  /** Largest packet, in bytes. */
  readonly maxPacket: number;
  /** What carries transfers, where the remote knows them. */
  readonly transfers: ConnectionTransferHost | undefined;
}

/** Carries messages between two peers of this engine: docs/protocol.md, section 4. */
export class NativeCarrier implements Carrier {
  readonly profile = 'native';
  readonly holdsBack = true;
  readonly transfers: ConnectionTransferHost | undefined;
  #channel: RTCDataChannel;
  readonly #codec: NativeCodec;
  readonly #owner: CarrierOwner;
  readonly #stream: MessageStream;
  #ended = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param channel open. */
  constructor(channel: RTCDataChannel, codec: NativeCodec, owner: CarrierOwner, options: NativeCarrierOptions) {
    this.#channel = channel;
    this.#codec = codec;
    this.#owner = owner;
    this.transfers = options.transfers;
    this.#stream = new MessageStream(
      {
        deliver: (kind, body, owned, cost) => this.#deliver(kind, body, owned, cost),
        frame: (type) => {
          if (type === FrameType.Close) this.#closed();
        },
        fault: (error) => owner.fault(error),
        broken: (error) => this.#closed(error),
      },
      options,
    );
    this.#stream.remoteAllows(options.remote.window, Math.min(options.remote.maxMessageSize, options.maxMessageSize));
    this.resume(channel, options.maxPacket);
  }

  /** Goes on over that open channel. Also the first time. */
  resume(channel: RTCDataChannel, maxPacket: number): void {
    if (this.#ended) return channel.close();
    if (channel !== this.#channel) closeQuietly(this.#channel);
    this.#channel = channel;
    channel.onclose = () => {
      this.suspend();
      this.#owner.channelLost();
    };
    attachStream(this.#stream, channel, maxPacket);
  }

  suspend(): void {
    this.#channel.onopen = this.#channel.onmessage = this.#channel.onclose = null;
    this.#stream.detach();
  }

  get bufferedAmount(): number {
    return this.#stream.bufferedAmount;
  }

  get length(): number {
    return this.#stream.length;
  }

  send(value: unknown): Promise<void> {
    return this.#stream.push(this.#codec.encode(value));
  }

  flushed(): Promise<void> {
    return this.#stream.flushed();
  }

  /** Bounded by {@link CLOSE_STALL} without progress: a remote that has stopped reading may do so for good. */
  finish(): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = NaN;
      this.#timer = setInterval(() => {
        if (!this.#stream.attached) return; // How long an interruption lasts is the link's business.
        const now = this.#stream.bufferedAmount + this.#stream.unconfirmed;
        if (now === left) resolve();
        left = now;
      }, CLOSE_STALL);
      this.#stream.flushed().then(resolve, reject);
    });
  }

  confirm(bytes: number): void {
    this.#stream.confirm(bytes);
  }

  end(error: PeerError): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    this.#channel.onopen = this.#channel.onmessage = this.#channel.onclose = null;
    if (this.#channel.readyState === 'open' && this.#stream.attached) this.#stream.control(jsonFrame(FrameType.Close));
    this.#stream.end(error);
    this.#channel.close();
  }

  get unconfirmed(): number {
    return this.#stream.unconfirmed;
  }

  unconfirmedValues(): () => Promise<unknown[]> {
    const messages = this.#stream.unconfirmedMessages;
    return () => this.#decoded(messages);
  }

  async #decoded(messages: readonly NativeMessage[]): Promise<unknown[]> {
    const values: unknown[] = [];
    for (const { kind, parts } of messages) {
      // A Blob that cannot be read any more is as lost as it was for the remote.
      const body = await new Blob(parts as BlobPart[]).arrayBuffer().catch(() => undefined);
      if (body) values.push(this.#codec.decode(kind, new Uint8Array(body), true));
    }
    return values;
  }

  #deliver(kind: MessageKind, body: Bytes, owned: boolean, cost: number): void {
    let value: unknown;
    try {
      value = this.#codec.decode(kind, body, owned);
    } catch (error) {
      this.#stream.confirm(cost);
      this.#owner.fault(toPeerError(error, 'bad-message'));
      return;
    }
    this.#owner.message(value, cost);
  }

  #closed(error?: PeerError): void {
    if (!this.#ended) this.#owner.closed(error);
  }
}
