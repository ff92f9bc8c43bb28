import { PeerError } from '../../errors.js';
import type { Bytes } from '../../wire/bytes.js';
import { badMessage } from '../../wire/failures.js';
import { FrameType, eachFrame, numbersFrame, numbersOf, type MessageKind } from '../../wire/native/frames.js';
import type { NativeMessage } from '../../wire/native/message.js';
import type { ChannelPort } from '../channel-port.js';
import { DrainMeter } from './drain-meter.js';
import { Flight } from './flight.js';
import { IncomingStream } from './incoming-stream.js';
import { Outflow } from './outflow.js';
import { OutgoingStream } from './outgoing-stream.js';
import type { ReceiveBudget } from './receive-budget.js';

/** Bytes that a remote may send before it hears of any being read: 40 MiB/s over 100 ms there and back. */
export const DEFAULT_WINDOW = 4 * 1024 * 1024;
/** Half of how long what came may stay unacknowledged, in ms: docs/protocol.md, section 4, as the next two. */
const ACK_TICK = 50;
/** How long something is unacknowledged before the remote is probed, in ms. */
const PROBE_AFTER = 1_000;
/** How long a gap is not asked for again, in ms. */
const RESEND_AGAIN = 1_000;

/** What a stream needs of whoever holds it. Nothing is called after `end()`. */
export interface MessageStreamOwner {
  /**
   * A whole message, in order, exactly once. The body is a view of what arrived and valid for this call, unless `owned`: then its
   * whole buffer is this message's alone. To be confirmed, in order, by `confirm(cost)` once the page has it.
   */
  deliver(kind: MessageKind, body: Bytes, owned: boolean, cost: number): void;
  /** A frame that is not the stream's, of whatever type. */
  frame(type: number, body: Bytes): void;
  /** The remote has acknowledged or confirmed something. */
  acknowledged?(): void;
  /** Concerns one message, and the stream goes on: `invalid-data` (a Blob that can't be read), `message-too-big` (skipped). */
  fault(error: PeerError): void;
  /** The stream cannot go on, and the connection has to end: `bad-message`, or `invalid-data` of a message that was begun. */
  broken(error: PeerError): void;
}

export interface MessageStreamOptions {
  /** Bytes that may wait unsent; each message counts 16 more than it has. */
  readonly sendLimit: number;
  /** What the remote may send before our first `ACK`, in bytes. */
  readonly window: number;
  /** Largest message that is taken, in bytes. */
  readonly maxMessageSize: number;
  /** Shared by all streams of a link. Default: no bound beside `maxMessageSize`. */
  readonly budget?: ReceiveBudget | undefined;
  /** Shared by all channels of one RTCPeerConnection. */
  readonly meter?: DrainMeter | undefined;
  /** The same. */
  readonly flight?: Flight | undefined;
}

/**
 * The two streams of a connection, one each way: docs/protocol.md, sections 3 and 4. It outlives the channel beneath: what was
 * not acknowledged goes over the next one, and every message arrives in order and once.
 */
export class MessageStream {
  readonly #owner: MessageStreamOwner;
  readonly #incoming: IncomingStream;
  readonly #outgoing: OutgoingStream;
  readonly #outflow: Outflow;
  /** Frames for the next port. */
  #held: Bytes[] = [];
  #receiving = false;
  /** Broken or ended. */
  #over = false;
  /** Both run on where what they wait for has come: a message there and back would set and stop each of them. */
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #probeTimer: ReturnType<typeof setTimeout> | undefined;
  /** Ticks of the first since the last ACK. */
  #ackTicks = 0;
  /** Whether an ACK has come since the probe's timer was set. */
  #heard = false;
  /** Whether somebody waits to hear how far the remote has come. */
  #asking = false;
  /** The gap that was asked for last, and when. */
  #gap = -1;
  #gapAt = 0;
  /** Whether this packet has probed it. */
  #probedGap = false;

  constructor(owner: MessageStreamOwner, options: MessageStreamOptions) {
    this.#owner = owner;
    this.#incoming = new IncomingStream(
      {
        deliver: (kind, body, owned, cost) => owner.deliver(kind, body, owned, cost),
        fault: (error) => owner.fault(error),
        granted: () => this.#acknowledge(),
      },
      options,
    );
    this.#outgoing = new OutgoingStream(
      {
        ready: () => this.#outflow.feed(true),
        ack: () => this.#ackNumbers(),
        fault: (error) => owner.fault(error),
        broken: (error) => this.#break(error),
      },
      options.sendLimit,
    );
    const { meter = new DrainMeter(), flight = new Flight() } = options;
    this.#outflow = new Outflow(this.#outgoing, meter, flight, () => this.#fed());
  }

  /** Bytes not yet given to the network: here and in the port's buffer. */
  get bufferedAmount(): number {
    return this.#outflow.bufferedAmount;
  }

  /** Messages of which nothing has been given to the port. */
  get length(): number {
    return this.#outgoing.length;
  }

  /** Messages that the remote has not confirmed. */
  get unconfirmed(): number {
    return this.#outgoing.unconfirmed;
  }

  /** Those, in order. */
  get unconfirmedMessages(): NativeMessage[] {
    return this.#outgoing.unconfirmedMessages;
  }

  /** Whether there is a port. */
  get attached(): boolean {
    return this.#outflow.attached;
  }

  /** What the remote has announced: the window before its first `ACK`, and its largest message. Before the first push. */
  remoteAllows(window: number, maxMessageSize: number): void {
    this.#outgoing.allow(window, maxMessageSize);
    this.#outflow.feed(true);
  }

  /**
   * Goes on over this open port: what was not acknowledged is sent again, and then what waits. Also the first time.
   * @param maxPacket largest packet, in bytes; not smaller than that of an earlier port, whose packets are sent again as they are.
   */
  attach(port: ChannelPort, maxPacket: number): void {
    if (this.#over) return;
    this.detach();
    this.#outflow.attach(port, maxPacket);
    this.#outgoing.rewind();
    this.#incoming.reattached();
    this.#gap = -1;
    for (const frame of this.#held) this.#outflow.send(frame);
    this.#held = [];
    this.#acknowledge();
    this.#outflow.feed(true);
  }

  /** The port is gone. Everything is kept for the next one. Idempotent. */
  detach(): void {
    this.#outflow.detach();
    this.#outgoing.rewind();
    this.#stopTimers();
  }

  /** Takes what came from the port. */
  receive(packet: ArrayBuffer | string): void {
    if (this.#over) return;
    this.#receiving = true;
    try {
      if (typeof packet === 'string') throw badMessage('A text came where packets are expected.');
      this.#incoming.packet();
      this.#probedGap = false;
      eachFrame(new Uint8Array(packet), (type, body) => this.#frame(type, body) && !this.#over);
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.#break(error as PeerError);
    } finally {
      this.#receiving = false;
    }
    this.#acknowledge();
  }

  /**
   * Queues a message. The promise is resolved already while little waits; it rejects if the stream ends before there is room.
   * @throws PeerError `buffer-full`, `message-too-big` (for the remote), or what the stream ended with: the message was not
   * taken.
   */
  push(message: NativeMessage): Promise<void> {
    this.#outgoing.push(message);
    this.#outflow.pushed();
    return this.#outflow.room();
  }

  /** Sends a frame that is not the stream's, after what was pushed and can leave now. Without a port, over the next one. */
  control(frame: Bytes): void {
    if (this.#over) return;
    this.#outflow.feed(true);
    if (!this.#outflow.attached) this.#held.push(frame);
    else this.#outflow.send(frame);
  }

  /** The page has the next message, of that cost. */
  confirm(cost: number): void {
    this.#incoming.confirm(cost);
    this.#acknowledge();
  }

  /** Resolves when everything that was pushed so far has arrived at the remote. Rejects if the stream ends before. */
  flushed(): Promise<void> {
    return this.#asked(this.#outgoing.flushed());
  }

  /** Resolves when the remote's page has had everything that was pushed so far. Rejects if the stream ends before. */
  confirmed(): Promise<void> {
    return this.#asked(this.#outgoing.confirmed());
  }

  /** Drops everything; what waits is rejected with the error. Idempotent. */
  end(error: PeerError): void {
    this.#over = true;
    this.#stopTimers();
    this.#outflow.end(error);
    this.#outgoing.end(error);
    this.#incoming.end();
    this.#held = [];
  }

  /** One frame of a packet. False where the rest is of no use. */
  #frame(type: number, body: Bytes): boolean {
    switch (type) {
      case FrameType.At:
        this.#incoming.at(...(numbersOf(body, 1) as [number]));
        break;
      case FrameType.Value:
      case FrameType.Bytes:
      case FrameType.Text:
      case FrameType.Start:
      case FrameType.More:
        if (this.#incoming.frame(type, body)) break;
        this.#askAgain();
        return false;
      case FrameType.Ack:
        this.#heedAck(...(numbersOf(body, 3) as [number, number, number]));
        this.#outflow.feed(true);
        this.#owner.acknowledged?.();
        break;
      case FrameType.Resend:
        this.#outgoing.resend(...(numbersOf(body, 1) as [number]));
        this.#outflow.feed(true);
        break;
      case FrameType.Probe:
        if (this.#incoming.probed(...(numbersOf(body, 1) as [number]))) break;
        // Once a packet, of which a remote may fill all with them.
        if (!this.#probedGap) this.#gap = -1;
        this.#probedGap = true;
        this.#askAgain();
        break;
      default:
        this.#owner.frame(type, body);
    }
    return true;
  }

  #heedAck(received: number, confirmed: number, limit: number): void {
    this.#outgoing.acknowledge(received, confirmed, limit);
    this.#outflow.acknowledged(received);
    this.#heard = true;
  }

  /** Who waits should not wait for the remote's delayed ACK. */
  #asked(waiting: Promise<void>): Promise<void> {
    this.#asking = true;
    this.#outflow.feed(true);
    return waiting;
  }

  #askAgain(): void {
    const { received } = this.#incoming;
    const now = performance.now();
    if (this.#gap === received && now - this.#gapAt < RESEND_AGAIN) return;
    this.#gap = received;
    this.#gapAt = now;
    this.#outflow.send(numbersFrame(FrameType.Resend, received));
  }

  /** Sends an ACK where one is due, and sees to it that one will be. */
  #acknowledge(): void {
    // At the end of the packet there will be more to tell.
    if (this.#receiving || this.#over || !this.#outflow.attached || !this.#incoming.owes) return;
    if (this.#incoming.due) this.#sendAck();
    else this.#ackTimer ??= setTimeout(this.#ackTick, ACK_TICK);
  }

  readonly #ackTick = (): void => {
    this.#ackTimer = undefined;
    // What is owed came after the last ACK, so at the second tick since then it is between one and two ticks old.
    if (++this.#ackTicks > 1) this.#sendAck();
    else this.#acknowledge();
  };

  #sendAck(): void {
    const numbers = this.#ackNumbers();
    if (numbers) this.#outflow.send(numbersFrame(FrameType.Ack, ...numbers));
  }

  /** What is owed, which then counts as told. */
  #ackNumbers(): readonly number[] | undefined {
    this.#ackTicks = 0;
    return this.#incoming.owes ? this.#incoming.tell() : undefined;
  }

  /** What could leave now has left. */
  #fed(): void {
    if (this.#over) return;
    if (this.#asking && this.#outgoing.unsent === 0) {
      this.#asking = false;
      if (this.#outgoing.expecting) this.#probe();
    }
    if (this.#probeTimer !== undefined || !this.#outgoing.expecting) return;
    this.#heard = false;
    this.#probeTimer = setTimeout(() => {
      this.#probeTimer = undefined;
      if (!this.#heard && this.#outgoing.expecting) this.#probe();
      this.#fed();
    }, PROBE_AFTER);
  }

  #probe(): void {
    this.#outflow.send(numbersFrame(FrameType.Probe, this.#outgoing.given));
  }

  #break(error: PeerError): void {
    if (this.#over) return;
    this.#over = true;
    this.detach();
    this.#owner.broken(error);
  }

  #stopTimers(): void {
    clearTimeout(this.#ackTimer);
    clearTimeout(this.#probeTimer);
    this.#ackTimer = this.#probeTimer = undefined;
  }
}
