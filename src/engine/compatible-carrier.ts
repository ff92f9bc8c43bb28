import { PeerError, toPeerError } from '../errors.js';
import type { IncomingMessage, Serializer } from '../wire/index.js';
import type { Carrier, CarrierOwner } from './carrier.js';
import type { Logger } from './logger.js';
import { SendQueue } from './send-queue.js';

/** How long a flushing close waits for the remote's part once the last byte has left, in ms. */
const CLOSE_TIMEOUT = 10_000;

export interface CompatibleCarrierOptions {
  readonly sendLimit: number;
  readonly logger: Logger;
  /** Largest frame, in bytes, for the format that makes one frame of each message. */
  readonly maxFrame: () => number;
}

/** Carries messages in PeerJS's protocol: byte for byte what `peerjs` sends and takes. */
export class CompatibleCarrier implements Carrier {
  readonly profile = 'compatible';
  readonly holdsBack = false;
  readonly #channel: RTCDataChannel;
  readonly #serializer: Serializer;
  readonly #owner: CarrierOwner;
  readonly #options: CompatibleCarrierOptions;
  readonly #queue: SendQueue;
  /** Bytes of the frames that came since the last message was whole. */
  #frameBytes = 0;
  #ended = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(channel: RTCDataChannel, serializer: Serializer, owner: CarrierOwner, options: CompatibleCarrierOptions) {
    this.#channel = channel;
    this.#serializer = serializer;
    this.#owner = owner;
    this.#options = options;
    this.#queue = new SendQueue(options.sendLimit, (error) => owner.fault(error));
    channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#receive(data);
    channel.onclose = () => owner.closed();
    this.#queue.attach(channel);
  }

  get bufferedAmount(): number {
    return this.#queue.bufferedAmount;
  }

  get length(): number {
    return this.#queue.length;
  }

  /** PeerJS confirms nothing: those that have not left. */
  get unconfirmed(): number {
    return this.#queue.length;
  }

  send(value: unknown): Promise<void> {
    const message = this.#serializer.encode(value);
    const limit = this.#options.maxFrame();
    if (message.byteLength > limit) {
      throw new PeerError('message-too-big', `The browser sends at most ${limit} bytes in one frame, and this message has ${message.byteLength}. Use the "binary" serialization, which cuts messages.`);
    }
    return this.#queue.push(message);
  }

  flushed(): Promise<void> {
    return this.#queue.flushed();
  }

  /** The remote closes when it has read the control; where there is none, the channel's own closing does the same. */
  async finish(): Promise<void> {
    const controlled = this.#queueCloseControl();
    await this.#queue.flushed();
    if (!controlled) this.#channel.close();
    await new Promise<void>((resolve) => {
      if (!this.#ended) this.#timer = setTimeout(resolve, CLOSE_TIMEOUT);
    });
  }

  /** PeerJS's wire has no way to say what has been read. */
  confirm(): void {}

  end(error: PeerError): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#queue.end(error);
    this.#channel.onopen = this.#channel.onmessage = this.#channel.onclose = null;
    this.#channel.close();
  }

  #receive(frame: string | ArrayBuffer): void {
    this.#frameBytes += typeof frame === 'string' ? frame.length : frame.byteLength;
    let messages: readonly IncomingMessage[];
    try {
      messages = this.#serializer.decode(frame);
    } catch (error) {
      this.#owner.fault(toPeerError(error, 'bad-message'));
      return;
    }
    for (const message of messages) {
      if (this.#ended) return;
      const bytes = this.#frameBytes;
      this.#frameBytes = 0;
      if (message.type === 'data') this.#owner.message(message.data, bytes);
      else this.#owner.closed();
    }
  }

  /** False where the format has none, the page's own `stringify` fails at it, or the queue is full. */
  #queueCloseControl(): boolean {
    try {
      const frame = this.#serializer.encodeClose();
      if (frame !== undefined) void this.#queue.push({ byteLength: frame.length, frames: () => [frame] });
      return frame !== undefined;
    } catch (error) {
      this.#options.logger.warn(error);
      return false;
    }
  }
}
