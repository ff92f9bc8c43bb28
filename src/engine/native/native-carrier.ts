import { toPeerError, type PeerError } from '../../errors.js';
import { FrameType, type NativeCodec, type MessageKind, type Bytes } from '../../wire/index.js';
import type { Carrier, CarrierOwner } from '../carrier.js';
import type { ConnectionTransferHost } from '../transfer/transfer-host.js';
import type { ReceiveLimits } from './announcement.js';
import { jsonFrame } from './in-band.js';
import { MessageStream, type MessageStreamOptions } from './message-stream.js';

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
  readonly transfers: ConnectionTransferHost | undefined;
  readonly #channel: RTCDataChannel;
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
    channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#stream.receive(data);
    channel.onclose = () => this.#closed();
    this.#stream.attach(channel, options.maxPacket);
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
    if (this.#channel.readyState === 'open') this.#stream.control(jsonFrame(FrameType.Close));
    this.#stream.end(error);
    this.#channel.close();
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
