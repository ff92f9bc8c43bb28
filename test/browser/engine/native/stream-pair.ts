/** Two message streams, joined by ports that lose, double and forget what the test says, in a time that the test makes pass. */

import { expect } from '@open-wc/testing';

import { PeerError } from '../../../../src/errors.js';
import type { ChannelPort } from '../../../../src/engine/channel-port.js';
import {
  MessageStream,
  type MessageStreamOptions,
  type MessageStreamOwner,
} from '../../../../src/engine/native/message-stream.js';
import type { Bytes } from '../../../../src/wire/bytes.js';
import { FrameType, type MessageKind } from '../../../../src/wire/native/frames.js';
import type { NativeMessage } from '../../../../src/wire/native/message.js';

export const OVER = new PeerError('connection-closed', 'The test is over.');
export const OPTIONS: MessageStreamOptions = { sendLimit: Infinity, window: 65_536, maxMessageSize: 1 << 30 };

/** Bytes that differ by place and by seed. */
export function pattern(size: number, seed = 0): Bytes {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >>> 8) * 7 + seed * 101) & 0xff;
  return bytes;
}

export function bytesMessage(bytes: Bytes, kind: MessageKind = FrameType.Bytes): NativeMessage {
  return { kind, byteLength: bytes.byteLength, parts: [bytes] };
}

/** A message of so many bytes. */
export function message(size: number, seed = 0, kind: MessageKind = FrameType.Bytes): NativeMessage {
  return bytesMessage(pattern(size, seed), kind);
}

/** One end of a channel. What is sent stays in it until the test lets it leave. */
export class Port implements ChannelPort {
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onbufferedamountlow: unknown = null;
  readonly sent: Bytes[] = [];
  readonly buffer: Bytes[] = [];
  closed = false;

  send(frame: string | Bytes): void {
    if (this.closed) throw new DOMException('closed', 'InvalidStateError');
    const copy = (frame as Bytes).slice();
    this.sent.push(copy);
    this.buffer.push(copy);
    this.bufferedAmount += copy.byteLength;
  }

  /** The oldest packet leaves. */
  leave(): Bytes | undefined {
    const packet = this.buffer.shift();
    if (!packet) return undefined;
    const before = this.bufferedAmount;
    this.bufferedAmount -= packet.byteLength;
    const low = this.bufferedAmountLowThreshold;
    if (before > low && this.bufferedAmount <= low) (this.onbufferedamountlow as (() => void) | null)?.();
    return packet;
  }
}

/** What a stream has told its owner. */
export class Heard implements MessageStreamOwner {
  readonly bodies: Bytes[] = [];
  readonly kinds: MessageKind[] = [];
  readonly owned: boolean[] = [];
  /** Costs of messages that were not confirmed yet. */
  readonly costs: number[] = [];
  readonly frames: number[] = [];
  readonly faults: PeerError[] = [];
  readonly ends: PeerError[] = [];
  /** Called for each message. */
  then: (cost: number) => void = (cost) => void this.costs.push(cost);

  deliver(kind: MessageKind, body: Bytes, owned: boolean, cost: number): void {
    if (owned) expect(body.byteLength).to.equal(body.buffer.byteLength);
    this.kinds.push(kind);
    this.owned.push(owned);
    this.bodies.push(body.slice());
    this.then(cost);
  }

  frame(type: number): void {
    this.frames.push(type);
  }

  fault(error: PeerError): void {
    this.faults.push(error);
  }

  broken(error: PeerError): void {
    this.ends.push(error);
  }
}

/** A stream with its port and its owner. */
export class End {
  readonly heard = new Heard();
  readonly stream: MessageStream;
  port = new Port();

  constructor(options: Partial<MessageStreamOptions> = {}) {
    this.stream = new MessageStream(this.heard, { ...OPTIONS, ...options });
  }

  /** From now on messages are confirmed as they come. */
  reads(): this {
    this.heard.then = (cost) => this.stream.confirm(cost);
    this.confirm(Infinity);
    return this;
  }

  /** Confirms the next messages. */
  confirm(count: number): void {
    for (const cost of this.heard.costs.splice(0, count)) this.stream.confirm(cost);
  }
}

/** Two ends that know each other's limits and have a channel. */
export class Pair {
  readonly a: End;
  readonly b: End;

  readonly #maxPacket: number;

  constructor(a: Partial<MessageStreamOptions> = {}, b: Partial<MessageStreamOptions> = a, maxPacket = 65_536) {
    this.#maxPacket = maxPacket;
    this.a = new End(a);
    this.b = new End(b);
    const of = (options: Partial<MessageStreamOptions>): [number, number] => {
      const { window, maxMessageSize } = { ...OPTIONS, ...options };
      return [window, maxMessageSize];
    };
    this.a.stream.remoteAllows(...of(b));
    this.b.stream.remoteAllows(...of(a));
    this.attach();
  }

  get ends(): readonly [End, End] {
    return [this.a, this.b];
  }

  /** Another channel: what was in the old one is lost. */
  attach(): void {
    this.detach();
    for (const end of this.ends) {
      end.port = new Port();
      end.stream.attach(end.port, this.#maxPacket);
    }
  }

  detach(): void {
    for (const end of this.ends) {
      end.port.closed = true;
      end.stream.detach();
    }
  }

  /** Lets the oldest packet of one end arrive, so many times. */
  pass(from: End, times = 1): boolean {
    const packet = from.port.leave();
    if (!packet) return false;
    for (let i = 0; i < times; i++) (from === this.a ? this.b : this.a).stream.receive(packet.slice().buffer);
    return true;
  }

  /** Lets everything arrive, and what that brings about, until both channels are empty. */
  async settle(): Promise<void> {
    do {
      while (this.pass(this.a) || this.pass(this.b));
      await turn();
    } while (this.a.port.buffer.length + this.b.port.buffer.length > 0);
  }

  end(): void {
    for (const { stream } of this.ends) stream.end(OVER);
  }
}

/** A task of its own: every microtask before it is done. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** The page's time stands still until the test lets it pass. */
export class Clock {
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  readonly #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  #now = 1_000;
  #id = 0;

  constructor() {
    Object.assign(globalThis, {
      setTimeout: (callback: () => void, delay = 0) => {
        this.#timers.set(++this.#id, { at: this.#now + delay, callback });
        return this.#id;
      },
      clearTimeout: (id: number) => this.#timers.delete(id),
    });
    performance.now = () => this.#now;
  }

  /** Timers that are running. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass up to the next timer, which runs. False where there is none. */
  next(): boolean {
    const [first] = [...this.#timers].sort(([, left], [, right]) => left.at - right.at);
    if (!first) return false;
    const [id, { at, callback }] = first;
    this.#timers.delete(id);
    this.#now = Math.max(this.#now, at);
    callback();
    return true;
  }

  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    while ([...this.#timers.values()].some(({ at }) => at <= until)) this.next();
    this.#now = until;
  }

  restore(): void {
    Object.assign(globalThis, this.#real);
    Reflect.deleteProperty(performance, 'now');
  }
}
