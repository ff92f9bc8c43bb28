import { PeerError, toPeerError } from '../errors.js';
import type { Frame, OutgoingMessage } from '../wire/index.js';
import type { ChannelPort } from './channel-port.js';
import { Deferred, RESOLVED, handled } from './deferred.js';
import { STANDSTILL_LIMIT, StandstillWatch } from './standstill-watch.js';

export type { ChannelPort } from './channel-port.js';

/** How the queue reports what concerns one message; the queue goes on. */
export type SendFault = (error: PeerError) => void;

/**
 * Bytes handed to the browser ahead of the network. Chunks are 16 KiB: more than 256 KiB of them gains no throughput, and
 * every byte queued here delays what comes after it.
 */
export const HIGH_WATER = 256 * 1024;
const LOW_WATER = 64 * 1024;
/** Standstills in a row after which a channel for which there are no more frames counts as empty. */
const STANDSTILLS_TO_EMPTY = 8;
/** Sent messages that may be held before their places are given up. */
const COMPACT_AT = 1_024;

/**
 * The messages of one connection on their way out, in order of `send()`.
 *
 * It feeds the channel up to a high-water mark and is woken by `bufferedamountlow`, or at last by a timer. A message that holds
 * Blobs is read when its turn comes; what was sent after it waits, so that nothing is overtaken.
 */
export class SendQueue {
  readonly #limit: number;
  readonly #fault: SendFault;
  #port: ChannelPort | undefined;
  #messages: OutgoingMessage[] = [];
  /** Index of the next message: shifting an array of 100,000 would cost more than sending them. */
  #next = 0;
  /** Bytes of waiting messages, and what is left of the current one. */
  #waiting = 0;
  #currentRest = 0;
  #current: Iterator<Frame> | undefined;
  #loading = false;
  #ended: PeerError | undefined;
  readonly #watch = new StandstillWatch({
    port: () => this.#port,
    waits: () => !this.#idle || this.#room !== undefined || this.#empty !== undefined,
    stoodStill: (amount, times) => this.#nudge(amount, times),
  });
  /** Settles when bytes are below high water again. */
  #room: Deferred | undefined;
  /** Settles when every byte has left this page. */
  #empty: Deferred | undefined;

  constructor(limit: number, fault: SendFault) {
    this.#limit = limit;
    this.#fault = fault;
  }

  /** Bytes not yet given to the network: here and in the channel's own buffer. */
  get bufferedAmount(): number {
    return this.#waiting + this.#currentRest + (this.#port?.bufferedAmount ?? 0);
  }

  /** Messages of which no byte has been given to the channel. */
  get length(): number {
    return this.#messages.length - this.#next;
  }

  /** Starts sending on an open channel. */
  attach(port: ChannelPort): void {
    this.#port = port;
    port.bufferedAmountLowThreshold = LOW_WATER;
    port.onbufferedamountlow = () => this.#pump();
    this.#pump();
  }

  /**
   * Queues a message. The promise is resolved already while bytes are below high water.
   * @throws PeerError `buffer-full`: the message was not taken.
   */
  push(message: OutgoingMessage): Promise<void> {
    if (this.#ended) throw this.#ended;
    if (this.#waiting + message.byteLength > this.#limit) {
      throw new PeerError(
        'buffer-full',
        `${this.#waiting} bytes wait to be sent already, and sendLimit is ${this.#limit}. Await send(), so that it can slow you down.`,
      );
    }
    this.#messages.push(message);
    this.#waiting += message.byteLength;
    this.#pump();
    if (this.bufferedAmount <= HIGH_WATER) return RESOLVED;
    this.#room ??= new Deferred();
    this.#watch.look();
    return this.#room.promise;
  }

  /** Resolves when all bytes have been given to the network. Rejects if the queue ends before. */
  flushed(): Promise<void> {
    if (this.#ended) return handled(Promise.reject(this.#ended));
    if (this.bufferedAmount === 0 && this.#idle) return RESOLVED;
    this.#empty ??= new Deferred();
    if (this.#port) this.#port.bufferedAmountLowThreshold = 0;
    this.#watch.look();
    return this.#empty.promise;
  }

  /** Drops what is left; what waits is rejected with the error. Idempotent. */
  end(error: PeerError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#watch.stop();
    if (this.#port) this.#port.onbufferedamountlow = null;
    this.#port = undefined;
    this.#messages = [];
    this.#next = this.#waiting = this.#currentRest = 0;
    this.#current = undefined;
    this.#room?.reject(error);
    this.#empty?.reject(error);
  }

  get #idle(): boolean {
    return this.#current === undefined && !this.#loading && this.length === 0;
  }

  /** Gives the channel frames until it has enough, the queue is empty, or a Blob has to be read first. */
  #pump(enough = HIGH_WATER): void {
    while (this.#port && !this.#loading) {
      if (this.#current === undefined && !this.#advance()) break;
      if (this.#current === undefined) continue;
      if (this.#port.bufferedAmount >= enough) break;
      const next = this.#current.next();
      if (next.done) this.#finishCurrent();
      else this.#give(this.#port, next.value);
    }
    this.#settle();
  }

  /** Makes the next message the current one. False where there is none. */
  #advance(): boolean {
    const message = this.#messages[this.#next];
    if (!message) return false;
    this.#next++;
    // A queue that is never quite empty must not hold all that it ever sent. Half of it at a time: each moves once.
    if (this.#next === this.#messages.length || (this.#next >= COMPACT_AT && this.#next * 2 >= this.#messages.length)) {
      this.#messages = this.#messages.slice(this.#next);
      this.#next = 0;
    }
    this.#waiting -= message.byteLength;
    this.#currentRest = message.byteLength;
    if (message.load) void this.#load(message, message.load());
    else this.#current = message.frames()[Symbol.iterator]();
    return true;
  }

  async #load(message: OutgoingMessage, loaded: Promise<void>): Promise<void> {
    this.#loading = true;
    try {
      await loaded;
      if (!this.#ended) this.#current = message.frames()[Symbol.iterator]();
    } catch (cause) {
      if (!this.#ended) {
        this.#finishCurrent();
        this.#fault(toPeerError(cause, 'invalid-data'));
      }
    }
    this.#loading = false;
    this.#pump();
  }

  #give(port: ChannelPort, frame: Frame): void {
    this.#currentRest = Math.max(0, this.#currentRest - frame.length);
    try {
      port.send(frame);
    } catch (cause) {
      this.#finishCurrent();
      // TypeError: larger than the remote takes. Anything else: the channel is closing, and its close event follows.
      if (cause instanceof TypeError) {
        this.#fault(
          new PeerError('message-too-big', `The browser cannot send ${frame.length} bytes in one frame. Use the "binary" serialization, which cuts messages.`, { cause }),
        );
      }
    }
  }

  #finishCurrent(): void {
    this.#current = undefined;
    this.#currentRest = 0;
  }

  #settle(): void {
    if (this.bufferedAmount <= HIGH_WATER) this.#settleRoom();
    if (this.#idle && this.bufferedAmount === 0) this.#settleEmpty();
    this.#watch.look();
  }

  #settleRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #settleEmpty(): void {
    if (!this.#empty) return;
    this.#empty.resolve();
    this.#empty = undefined;
    if (this.#port) this.#port.bufferedAmountLowThreshold = LOW_WATER;
  }

  /** One frame more than there should be sets the browser's count right. Where there is none, whoever waits goes on. */
  #nudge(amount: number, standstills: number): void {
    if (!this.#idle) {
      if (amount < STANDSTILL_LIMIT) this.#pump(amount + 1);
      return;
    }
    this.#settleRoom();
    if (standstills >= STANDSTILLS_TO_EMPTY) this.#settleEmpty();
  }
}


