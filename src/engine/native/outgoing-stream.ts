import { PeerError } from '../../errors.js';
import { isBytes, type Bytes } from '../../wire/bytes.js';
import { badMessage, messageTooBig } from '../../wire/failures.js';
import { FrameType, MESSAGE_COST, type MessageKind } from '../../wire/native/frames.js';
import type { NativeMessage } from '../../wire/native/message.js';
import { varintSize } from '../../wire/native/varint.js';
import { Deferred, RESOLVED, handled } from '../deferred.js';
import { Fifo } from './fifo.js';
import type { OutflowSource, OutgoingPacket } from './outflow.js';
import { PacketBuilder, recycle } from './packet-builder.js';
import { PartSource } from './part-source.js';

/** Most bytes of small messages in one packet: what arrives together is handled together, and a page wants to paint. */
export const COALESCED = 8 * 1024;
/** Most bytes that are kept for a remote that allows a large message and acknowledges nothing of it. */
const KEPT_LIMIT = 4 * 1024 * 1024;

/** What the outgoing half of a stream needs. Nothing is called after `end()`. */
export interface OutgoingOwner {
  /** There may be a packet where there was none. */
  ready(): void;
  /** The numbers of an `ACK` that is owed and may leave with the next packet. */
  ack(): readonly number[] | undefined;
  /** A message was not sent: a Blob can't be read any more. */
  fault(error: PeerError): void;
  /** A message that was begun cannot be completed. */
  broken(error: PeerError): void;
}

/** A packet that was made and not acknowledged yet, by the positions of its frames. */
interface KeptPacket {
  readonly start: number;
  readonly end: number;
  readonly bytes: Bytes;
}

/** The large message of which part has been sent, or that is about to be. */
interface CurrentMessage {
  readonly message: NativeMessage;
  readonly kind: MessageKind;
  readonly size: number;
  readonly source: PartSource;
  /** Bytes that were sent; undefined before the first frame. */
  sent: number | undefined;
}

/** The outgoing half of a stream: messages in order of `push()`, cut into packets within the remote's limit. No I/O. */
export class OutgoingStream implements OutflowSource {
  readonly #owner: OutgoingOwner;
  readonly #sendLimit: number;
  readonly #builder = new PacketBuilder();
  /** Messages that were not begun, and their cost. */
  readonly #messages = new Fifo<NativeMessage>();
  #waiting = 0;
  #current: CurrentMessage | undefined;
  /** Packets that the remote has not acknowledged, and the place of the next one to be given to the port. */
  readonly #kept = new Fifo<KeptPacket>();
  #next = 0;
  /** No packet can be made before something comes: credit, or a Blob's bytes. */
  #blocked = false;
  /** The position after all that was made into packets. */
  #made = 0;
  #received = 0;
  #confirmed = 0;
  #limit = 0;
  #window = 0;
  #maxMessageSize = Infinity;
  /** Where messages end that were sent and not confirmed, and the messages. */
  readonly #ends = new Fifo<number>();
  readonly #sent = new Fifo<NativeMessage>();
  #pushed = 0;
  /** Who waits for how many messages to be confirmed. */
  readonly #confirmations = new Fifo<{ readonly pushed: number; readonly done: Deferred }>();
  /** Who waits for everything before which position to arrive. */
  readonly #arrivals = new Fifo<{ position: number; readonly done: Deferred }>();
  #ended: PeerError | undefined;

  constructor(owner: OutgoingOwner, sendLimit: number) {
    this.#owner = owner;
    this.#sendLimit = sendLimit;
  }

  /** What was pushed and is not with the port: each message counts its bytes and 16. */
  get unsent(): number {
    return this.#unmade + this.#made - this.given;
  }

  /** Messages of which nothing has been given to the port. */
  get length(): number {
    return this.#messages.length + (this.#current && this.#current.sent === undefined ? 1 : 0);
  }

  /** Messages that the remote has not confirmed. */
  get unconfirmed(): number {
    return this.#messages.length + (this.#current ? 1 : 0) + this.#ends.length;
  }

  /** Those messages, in order. */
  get unconfirmedMessages(): NativeMessage[] {
    return [...this.#sent.all(), ...(this.#current ? [this.#current.message] : []), ...this.#messages.all()];
  }

  /** The position up to which this port was given everything. */
  get given(): number {
    return this.#kept.at(this.#next)?.start ?? this.#made;
  }

  /** Bytes that this port was given and that have not arrived. */
  get underWay(): number {
    return Math.max(0, this.given - this.#received);
  }

  /** Whether an `ACK` has to come: for what was sent, for more credit, or for whoever waits for a confirmation. */
  get expecting(): boolean {
    return this.#made > this.#received || this.#blocked || (this.#confirmations.length > 0 && this.#made > this.#confirmed);
  }

  /** What the remote takes before its first `ACK`, and the largest message that it takes. */
  allow(window: number, maxMessageSize: number): void {
    this.#window = window;
    this.#limit = Math.max(this.#limit, window);
    this.#maxMessageSize = maxMessageSize;
    this.#blocked = false;
  }

  /** @throws PeerError `buffer-full`, `message-too-big`: the message was not taken. */
  push(message: NativeMessage): void {
    if (this.#ended) throw this.#ended;
    const { byteLength } = message;
    if (byteLength > this.#maxMessageSize) {
      throw messageTooBig(
        `A message of ${byteLength} bytes, and the remote takes ${this.#maxMessageSize}: split it, or raise maxMessageSize there.`,
      );
    }
    const cost = byteLength + MESSAGE_COST;
    if (this.#waiting + cost > this.#sendLimit) {
      throw new PeerError(
        'buffer-full',
        `${this.#waiting} bytes wait to be sent already, and sendLimit is ${this.#sendLimit}. Await send(), so that it can slow you down.`,
      );
    }
    this.#messages.push(message);
    this.#waiting += cost;
    this.#pushed++;
  }

  /** Resolves when all that was pushed so far has arrived. Rejects if the stream ends before. */
  flushed(): Promise<void> {
    if (this.#ended) return handled(Promise.reject(this.#ended));
    const position = this.#made + this.#unmade;
    if (position <= this.#received) return RESOLVED;
    const last = this.#arrivals.at(this.#arrivals.length - 1);
    if (last?.position === position) return last.done.promise;
    const done = new Deferred();
    this.#arrivals.push({ position, done });
    return done.promise;
  }

  /** Resolves when the remote has confirmed all that was pushed so far. Rejects if the stream ends before. */
  confirmed(): Promise<void> {
    if (this.#ended) return handled(Promise.reject(this.#ended));
    if (this.unconfirmed === 0) return RESOLVED;
    const last = this.#confirmations.at(this.#confirmations.length - 1);
    if (last?.pushed === this.#pushed) return last.done.promise;
    const done = new Deferred();
    this.#confirmations.push({ pushed: this.#pushed, done });
    return done.promise;
  }

  /** Whether there is a packet now. Small messages that do not fill one wait for more, unless told to leave. */
  hasPacket(all: boolean): boolean {
    if (this.#next < this.#kept.length) return true;
    if (this.#blocked) return false;
    return this.#current !== undefined || (all ? this.#messages.length > 0 : this.#waiting >= COALESCED);
  }

  nextPacket(size: number, due: number): OutgoingPacket | undefined {
    const again = this.#kept.at(this.#next);
    if (!again) return this.#make(size, due);
    this.#next++;
    return { bytes: again.bytes, probes: false };
  }

  takeBack(): void {
    this.#next--;
  }

  /** Another port: what was not acknowledged is sent again, before anything new. */
  rewind(): void {
    this.#next = 0;
  }

  /**
   * What an `ACK` says.
   * @throws PeerError `bad-message` where it cannot be true.
   */
  acknowledge(received: number, confirmed: number, limit: number): void {
    if (received < this.#received || confirmed < this.#confirmed || limit < this.#limit) {
      throw badMessage('An ACK takes back what an earlier one said.');
    }
    if (confirmed > received || received > limit || received > this.#made) {
      throw badMessage('An ACK tells of what was never sent.');
    }
    this.#received = received;
    this.#confirmed = confirmed;
    this.#limit = limit;
    this.#blocked = this.#current?.source.prepared === false;
    for (let first; (first = this.#kept.at(0)) && first.end <= received; ) {
      this.#kept.shift();
      if (this.#next > 0) this.#next--;
      recycle(first.bytes);
    }
    this.#settle();
  }

  /**
   * Sends again from a position.
   * @throws PeerError `bad-message` where nothing was sent there.
   */
  resend(position: number): void {
    if (position > this.#made) throw badMessage('A RESEND asks for what was never sent.');
    // By halves: a remote may ask as often as it likes.
    let from = 0;
    for (let to = this.#next; from < to; ) {
      const middle = (from + to) >>> 1;
      if ((this.#kept.at(middle) as KeptPacket).end <= position) from = middle + 1;
      else to = middle;
    }
    this.#next = from;
  }

  /** Idempotent. */
  end(error: PeerError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#current?.source.end();
    this.#current = undefined;
    this.#messages.clear();
    this.#kept.clear();
    this.#ends.clear();
    this.#sent.clear();
    this.#waiting = this.#next = this.#made = 0;
    this.#blocked = false;
    for (let waiting; (waiting = this.#confirmations.shift()); ) waiting.done.reject(error);
    for (let waiting; (waiting = this.#arrivals.shift()); ) waiting.done.reject(error);
  }

  /** The cost of what was pushed and is in no packet. */
  get #unmade(): number {
    const { size = 0, sent } = this.#current ?? { sent: 0 };
    return this.#waiting + (sent === undefined ? size + MESSAGE_COST : size - sent);
  }

  get #credit(): number {
    return Math.min(this.#limit, this.#received + KEPT_LIMIT) - this.#made;
  }

  #make(size: number, due: number): OutgoingPacket | undefined {
    const builder = this.#builder;
    const start = this.#made;
    builder.begin(start, size);
    while (this.#current ? this.#writeCurrent(this.#current) : this.#writeNext());
    if (builder.empty) {
      this.#blocked = true;
      return undefined;
    }
    const probes = this.#made >= due;
    const { packet, kept } = builder.take(this.#owner.ack(), probes ? this.#made : undefined);
    this.#kept.push({ start, end: this.#made, bytes: kept });
    this.#next++;
    return { bytes: packet, probes };
  }

  /** Writes the next message whole, or makes it the current one. False where the packet is to leave first. */
  #writeNext(): boolean {
    const message = this.#messages.at(0);
    if (!message) return false;
    const { kind, byteLength, parts } = message;
    if (this.#fits(byteLength) && parts.every(isBytes)) {
      if (byteLength + MESSAGE_COST <= this.#credit) {
        this.#shift(message);
        this.#builder.header(kind, byteLength);
        this.#builder.parts(parts);
        this.#made += byteLength + MESSAGE_COST;
        this.#complete(message);
        return true;
      }
      // What is confirmed makes room for it. Begun now it would have the remote take more than its page has read.
      if (this.#confirmed < this.#made && byteLength + MESSAGE_COST <= this.#window) return false;
    }
    if (!this.#builder.empty) return false;
    this.#shift(message);
    const source = new PartSource(parts, {
      filled: () => {
        this.#blocked = false;
        this.#owner.ready();
      },
      failed: (error) => this.#fail(error),
    });
    this.#current = { message, kind, size: byteLength, source, sent: undefined };
    return true;
  }

  /** Writes as much of the current message as fits. False where there is no more room, credit, or byte that is ready. */
  #writeCurrent(current: CurrentMessage): boolean {
    const { kind, size, source, sent } = current;
    const builder = this.#builder;
    if (!source.prepared) return false;
    if (sent === undefined) {
      if (source.ready === size && this.#fits(size) && size + MESSAGE_COST <= this.#credit) {
        builder.header(kind, size);
        source.read(builder.reserve(size));
        return this.#advanced(current, size, MESSAGE_COST);
      }
      const fixed = 1 + varintSize(size);
      if (this.#credit < MESSAGE_COST) return false;
      const length = this.#most(source.ready, this.#credit - MESSAGE_COST, fixed);
      builder.header(FrameType.Start, fixed + length);
      builder.byte(kind);
      builder.varint(size);
      source.read(builder.reserve(length));
      return this.#advanced(current, length, MESSAGE_COST);
    }
    const length = this.#most(source.ready, this.#credit, 0);
    if (length <= 0) return false;
    builder.header(FrameType.More, length);
    source.read(builder.reserve(length));
    return this.#advanced(current, length, 0);
  }

  /** Most bytes of a message in a frame of which `fixed` bytes are something else. */
  #most(ready: number, credit: number, fixed: number): number {
    const { room } = this.#builder;
    return Math.min(ready, credit, room - 1 - varintSize(room) - fixed);
  }

  /** Whether a message of that size fits the packet as one frame. Small ones share a packet, and it stays small. */
  #fits(size: number): boolean {
    const frame = 1 + varintSize(size) + size;
    return frame <= this.#builder.room && (this.#builder.empty || this.#builder.used + frame <= COALESCED);
  }

  #shift({ byteLength }: NativeMessage): void {
    this.#messages.shift();
    this.#waiting -= byteLength + MESSAGE_COST;
  }

  #advanced(current: CurrentMessage, bytes: number, cost: number): true {
    current.sent = (current.sent ?? 0) + bytes;
    this.#made += bytes + cost;
    if (current.sent === current.size) {
      this.#current = undefined;
      this.#complete(current.message);
    }
    return true;
  }

  /** All of a message was made into packets. */
  #complete(message: NativeMessage): void {
    this.#ends.push(this.#made);
    this.#sent.push(message);
  }

  /** Without its Blob a message that was begun can have no end, and nothing can come after it. */
  #fail(error: PeerError): void {
    if (!this.#current) return;
    const { message, sent, size } = this.#current;
    if (sent !== undefined) return this.#owner.broken(error);
    for (let place = 0; place < this.#arrivals.length; place++) {
      const arrival = this.#arrivals.at(place);
      if (arrival) arrival.position -= size + MESSAGE_COST;
    }
    this.#current = undefined;
    this.#blocked = false;
    // Confirmed with what was sent before it.
    this.#complete(message);
    this.#settle();
    this.#owner.fault(error);
    this.#owner.ready();
  }

  /** Lets go of what is confirmed, and of those who waited for it. */
  #settle(): void {
    for (let end; (end = this.#ends.at(0)) !== undefined && end <= this.#confirmed; ) {
      this.#ends.shift();
      this.#sent.shift();
    }
    const confirmed = this.#pushed - this.unconfirmed;
    for (let first; (first = this.#confirmations.at(0)) && first.pushed <= confirmed; ) {
      this.#confirmations.shift();
      first.done.resolve();
    }
    for (let first; (first = this.#arrivals.at(0)) && first.position <= this.#received; ) {
      this.#arrivals.shift();
      first.done.resolve();
    }
  }
}
