import { PeerError } from '../../errors.js';
import type { Bytes } from '../../wire/bytes.js';
import { badMessage } from '../../wire/failures.js';
import { FrameType, MESSAGE_COST, type MessageKind } from '../../wire/native/frames.js';
import { VarintReader } from '../../wire/native/varint.js';
import { Fifo } from './fifo.js';
import { PartialMessage } from './partial-message.js';
import type { ReceiveBudget } from './receive-budget.js';

/** What the incoming half of a stream needs. Nothing is called after `end()`. */
export interface IncomingOwner {
  deliver(kind: MessageKind, body: Bytes, owned: boolean, cost: number): void;
  /** A message was skipped. */
  fault(error: PeerError): void;
  /** The limit has grown, and the remote waits for it. */
  granted(): void;
}

export interface IncomingOptions {
  readonly window: number;
  readonly maxMessageSize: number;
  readonly budget?: ReceiveBudget | undefined;
}

/** A message that has begun. */
interface BegunMessage {
  readonly kind: MessageKind;
  readonly size: number;
  readonly start: number;
  /** Absent where the message is too large: it is let pass. */
  readonly bytes: PartialMessage | undefined;
  arrived: number;
}

/** The incoming half of a stream: frames at positions to messages, and what an `ACK` says of them. No I/O. */
export class IncomingStream {
  readonly #owner: IncomingOwner;
  readonly #window: number;
  readonly #maxMessageSize: number;
  readonly #budget: ReceiveBudget | undefined;
  /** The position of the packet's next stream frame. */
  #at: number | undefined;
  #received = 0;
  #confirmed = 0;
  #limit: number;
  #message: BegunMessage | undefined;
  /** The position after the last whole message. */
  #whole = 0;
  /** Messages that no page will ever confirm, and what was granted beyond the window: both in order. */
  readonly #skipped = new Fifo<{ readonly start: number; readonly end: number }>();
  readonly #grants = new Fifo<{ readonly end: number; readonly bytes: number }>();
  /** Takes back the wish for memory that was not granted yet. */
  #withdraw: (() => void) | undefined;
  /** What the last ACK said. */
  #told = { received: 0, confirmed: 0, limit: 0 };
  /** Whether an ACK is owed whatever it says, and whether at once. */
  #owed = false;
  #urgent = false;
  #ended = false;

  constructor(owner: IncomingOwner, { window, maxMessageSize, budget }: IncomingOptions) {
    this.#owner = owner;
    this.#window = this.#limit = this.#told.limit = window;
    this.#maxMessageSize = maxMessageSize;
    this.#budget = budget;
  }

  /** The position that is expected next. */
  get received(): number {
    return this.#received;
  }

  /** Whether an ACK has something to tell. */
  get owes(): boolean {
    const { received, confirmed, limit } = this.#told;
    return this.#owed || this.#received > received || this.#confirmed > confirmed || this.#limit > limit;
  }

  /** Whether it has to be told at once. */
  get due(): boolean {
    const quarter = this.#window / 4;
    const { received, confirmed } = this.#told;
    return this.#urgent || this.#received - received >= quarter || this.#confirmed - confirmed >= quarter;
  }

  /** The numbers of an ACK, which counts as sent. */
  tell(): readonly number[] {
    this.#told = { received: this.#received, confirmed: this.#confirmed, limit: this.#limit };
    this.#owed = this.#urgent = false;
    return [this.#received, this.#confirmed, this.#limit];
  }

  /** Another port: the last ACK may be lost. */
  reattached(): void {
    if (this.#received > 0) this.#owed = this.#urgent = true;
  }

  /** A packet begins. */
  packet(): void {
    this.#at = undefined;
  }

  /** An `AT`. @throws PeerError `bad-message` */
  at(position: number): void {
    if (this.#at !== undefined && this.#at !== position) throw badMessage('A packet has two positions.');
    this.#at = position;
  }

  /**
   * Answers a `PROBE`. False where something before that position is missing.
   * @throws PeerError `bad-message`
   */
  probed(position: number): boolean {
    if (position > this.#limit) throw badMessage('A PROBE goes beyond the limit.');
    if (position > this.#received) return false;
    this.#owed = this.#urgent = true;
    return true;
  }

  /**
   * A stream frame. False where something before it is missing: the rest of the packet is of no use.
   * @throws PeerError `bad-message`
   */
  frame(type: number, body: Bytes): boolean {
    if (this.#at === undefined) throw badMessage('A packet does not say its position.');
    const start = this.#at;
    const begun = type === FrameType.Start ? beginning(body, start) : undefined;
    const bytes = begun ? body.subarray(begun.header) : body;
    const end = start + bytes.byteLength + (type === FrameType.More ? 0 : MESSAGE_COST);
    if (end > this.#limit) throw badMessage('The remote sends beyond the limit.');
    this.#at = end;
    if (end <= this.#received) {
      this.#owed = true; // It came twice: perhaps the ACK was lost.
      return true;
    }
    if (start > this.#received) return false;
    if (start < this.#received) throw badMessage('A frame begins before the position that is expected.');
    if ((this.#message !== undefined) !== (type === FrameType.More)) {
      throw badMessage('A message begins before another one has ended, or goes on that has not begun.');
    }
    this.#received = end;
    if (begun) this.#begin(begun, bytes);
    else if (this.#message) this.#continue(this.#message, bytes);
    else this.#take(type as MessageKind, bytes, start);
    return true;
  }

  /** The page has the next message, of that cost. */
  confirm(cost: number): void {
    if (this.#ended) return;
    this.#confirmTo(Math.min(this.#confirmed + cost, this.#whole));
  }

  /** Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#withdrawWish();
    this.#message = undefined;
    this.#skipped.clear();
    for (let grant; (grant = this.#grants.shift()); ) this.#budget?.release(grant.bytes);
  }

  /** A message in one frame. */
  #take(kind: MessageKind, body: Bytes, start: number): void {
    this.#whole = this.#received;
    if (body.byteLength > this.#maxMessageSize) this.#skip(body.byteLength, start);
    else this.#owner.deliver(kind, body, false, this.#received - start);
  }

  #begin({ kind, size, start }: Beginning, bytes: Bytes): void {
    const end = start + MESSAGE_COST + size;
    const tooBig = size > this.#maxMessageSize;
    this.#message = { kind, size, start, bytes: tooBig ? undefined : new PartialMessage(), arrived: 0 };
    // A message that is let pass takes no memory.
    if (end > this.#limit && tooBig) this.#grant(end);
    else if (end > this.#limit) this.#ask(end, end - this.#limit);
    this.#continue(this.#message, bytes);
  }

  #continue(message: BegunMessage, bytes: Bytes): void {
    message.arrived += bytes.byteLength;
    if (message.arrived > message.size) throw badMessage('A message is longer than it said.');
    message.bytes?.add(bytes);
    if (message.arrived < message.size) return;
    this.#message = undefined;
    this.#withdrawWish();
    this.#whole = this.#received;
    if (message.bytes) this.#owner.deliver(message.kind, message.bytes.join(), true, this.#received - message.start);
    else this.#skip(message.size, message.start);
  }

  #skip(size: number, start: number): void {
    this.#skipped.push({ start, end: this.#received });
    this.#confirmTo(this.#confirmed);
    this.#owner.fault(
      new PeerError(
        'message-too-big',
        `A message of ${size} bytes was skipped: maxMessageSize is ${this.#maxMessageSize}. Raise it here, or split the message there.`,
      ),
    );
  }

  /** Asks for memory for a message that ends beyond the limit. */
  #ask(end: number, bytes: number): void {
    if (!this.#budget) return this.#grant(end);
    const withdraw = this.#budget.take(bytes, () => {
      this.#withdraw = undefined;
      this.#grants.push({ end, bytes });
      this.#grant(end);
    });
    if (end > this.#limit) this.#withdraw = withdraw;
  }

  /** The message has come within the window after all, or never will. */
  #withdrawWish(): void {
    this.#withdraw?.();
    this.#withdraw = undefined;
  }

  #grant(end: number): void {
    this.#limit = Math.max(this.#limit, end);
    this.#urgent = true;
    this.#owner.granted();
  }

  #confirmTo(position: number): void {
    this.#confirmed = position;
    for (let first; (first = this.#skipped.at(0)) && first.start <= this.#confirmed; this.#skipped.shift()) {
      this.#confirmed = first.end;
    }
    this.#limit = Math.max(this.#limit, this.#confirmed + this.#window);
    for (let grant; (grant = this.#grants.at(0)) && grant.end <= this.#confirmed; ) {
      this.#grants.shift();
      this.#budget?.release(grant.bytes);
    }
  }
}

interface Beginning {
  readonly kind: MessageKind;
  readonly size: number;
  readonly start: number;
  /** Bytes of the body before the message's own. */
  readonly header: number;
}

/** What a `START` says. @throws PeerError `bad-message` */
function beginning(body: Bytes, start: number): Beginning {
  const kind = body[0];
  const reader = new VarintReader(body, 1);
  const size = reader.next();
  if (kind !== FrameType.Value && kind !== FrameType.Bytes && kind !== FrameType.Text) {
    throw badMessage('A message is of no known kind.');
  }
  if (!Number.isSafeInteger(start + MESSAGE_COST + size)) throw badMessage('A message is larger than any position.');
  return { kind, size, start, header: reader.at };
}
