import type { PeerError } from '../../errors.js';
import type { Bytes } from '../../wire/index.js';
import type { ReceiveLimits } from '../native/announcement.js';
import { DrainMeter } from '../native/drain-meter.js';
import { Flight } from '../native/flight.js';
import { closeQuietly } from '../native/first-packet.js';
import { Fifo } from '../native/fifo.js';
import type { MessageStream } from '../native/message-stream.js';
import { endMessage, pieceMessage } from './pieces.js';
import type { TransferHost } from './transfer-host.js';

/** Bytes of a transfer and their place in it. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Bytes;
}

export interface LaneOwner {
  /** The remote has confirmed more. */
  progressed(): void;
  frame(type: number): void;
  /** It carries nothing any more: its channel has closed, or with an error the remote has broken the protocol. */
  lost(error?: PeerError): void;
}

/** One of the ways on which pieces of an outgoing transfer travel: a stream over a channel of its own. */
export class Lane {
  readonly remote: ReceiveLimits;
  #channel: RTCDataChannel;
  readonly #stream: MessageStream;
  readonly #host: TransferHost;
  readonly #owner: LaneOwner;
  /** What it has to send first, and was not given to the stream. */
  #due: Piece[];
  /** What was given to the stream and may not be confirmed. */
  readonly #onTheWay = new Fifo<Piece>();
  #given = 0;
  #ended = false;

  /**
   * @param channel open.
   * @param remote what the receiver takes.
   * @param pieces what it has to send first.
   * @param alone on an RTCPeerConnection of its own.
   */
  constructor(channel: RTCDataChannel, host: TransferHost, owner: LaneOwner, remote: ReceiveLimits, pieces: readonly Piece[], alone: boolean) {
    this.remote = remote;
    this.#due = [...pieces];
    this.#channel = channel;
    this.#host = host;
    this.#owner = owner;
    this.#stream = host.stream(
      channel,
      {
        deliver: (_kind, _body, _owned, cost) => this.#stream.confirm(cost), // A receiver has nothing to say.
        frame: (type) => owner.frame(type),
        acknowledged: () => owner.progressed(),
        fault: (error) => owner.lost(error),
        broken: (error) => owner.lost(error),
      },
      remote,
      alone ? { meter: new DrainMeter(), flight: new Flight() } : undefined,
    );
    channel.onclose = () => owner.lost();
  }

  /** Its channel is gone, or about to be. Idempotent. */
  suspend(): void {
    closeQuietly(this.#channel);
    this.#stream.detach();
  }

  /** Goes on over that open channel. */
  resume(channel: RTCDataChannel): void {
    if (this.#ended) return channel.close();
    this.suspend();
    this.#channel = channel;
    this.#host.attach(this.#stream, channel);
    channel.onclose = () => this.#owner.lost();
  }

  /** Bytes that the remote has confirmed. */
  get confirmed(): number {
    this.#forget();
    let waiting = 0;
    for (let index = 0; index < this.#onTheWay.length; index++) waiting += this.#onTheWay.at(index)?.bytes.byteLength ?? 0;
    return this.#given - waiting;
  }

  /** Sends what it has to send first. Resolves when there is room for more. Rejects if the lane ends before. */
  async begin(): Promise<void> {
    for (let piece; (piece = this.#due.shift()); ) await this.push(piece);
  }

  /** Resolves when there is room for more. Rejects if the lane ends before. */
  push(piece: Piece): Promise<void> {
    this.#forget();
    this.#onTheWay.push(piece);
    this.#given += piece.bytes.byteLength;
    return this.#stream.push(pieceMessage(piece.offset, piece.bytes));
  }

  /** Resolves when the remote's page has read everything that was pushed. Rejects if the lane ends before. */
  settled(): Promise<void> {
    return this.#stream.confirmed();
  }

  /** Says that nothing follows. Resolves when the remote's page knows. */
  finish(size: number): Promise<void> {
    void this.#stream.push(endMessage(size));
    return this.#stream.confirmed();
  }

  /** What it was given and is not confirmed, whether it was pushed or not: to go another way. */
  takeBack(): Piece[] {
    this.#forget();
    const pieces: Piece[] = [];
    for (let piece = this.#onTheWay.shift(); piece; piece = this.#onTheWay.shift()) pieces.push(piece);
    pieces.push(...this.#due);
    this.#due = [];
    return pieces;
  }

  /** @param farewell a last frame. Idempotent. */
  end(error: PeerError, farewell?: Bytes): void {
    if (this.#ended) return;
    this.#ended = true;
    if (farewell && this.#channel.readyState === 'open') this.#stream.control(farewell);
    this.#stream.end(error);
    closeQuietly(this.#channel);
  }

  #forget(): void {
    while (this.#onTheWay.length > this.#stream.unconfirmed) this.#onTheWay.shift();
  }
}
