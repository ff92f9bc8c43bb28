import { PeerError } from '../errors.js';
import { AbsenceWatch } from './absence.js';
import { randomId } from './random-id.js';
import { type RoomFrame, readRoomFrame } from './room-frame.js';
import type { OutgoingSignal } from './signaling.js';
import type { Stay } from './stay.js';

/**
 * Milliseconds in which who has an id must object to another's claim, and in which the members answer a roll call. The
 * channel itself takes about one; the rest is for pages that are busy.
 */
export const CLAIM_WAIT = 150;

/** Milliseconds until an id that acknowledges nothing is reported as absent. PeerServer's `expire_timeout`. */
export const ABSENCE_WAIT = 5_000;

/** Messages whose number is remembered. More than one sender repeats to who arrives (256). */
const MAX_SEEN = 1024;

/** One stay in a room, from the claim of its id to its end. Owns the channel and the timers. */
export class RoomMember {
  readonly stay: Stay;
  readonly #channel: BroadcastChannel;
  readonly #id: string;
  readonly #nonce = randomId();
  #sent = 0;
  /** Numbers of the last messages received: who arrives may be sent one twice, directly and as a repetition. */
  readonly #seen = new Set<string>();
  readonly #absence = new AbsenceWatch(ABSENCE_WAIT, (id) => this.#expire(id));

  constructor(stay: Stay, channel: BroadcastChannel) {
    const { id } = stay.session;
    this.stay = stay;
    this.#channel = channel;
    this.#id = id || randomId();
    channel.onmessage = ({ data }) => this.#receive(data);
    stay.onEnd(() => {
      channel.onmessage = null;
      channel.close();
      this.#absence.end();
    });
    if (id) this.#post({ kind: 'claim', id, nonce: this.#nonce });
    // A random id is nobody else's: it waits for no one, and yet is never there before `open()` has returned.
    const timer = setTimeout(() => this.#arrive(), id ? CLAIM_WAIT : 0);
    stay.onEnd(() => clearTimeout(timer));
  }

  send({ type, payload, dst }: OutgoingSignal): void {
    if (this.stay.id === undefined) return;
    let text: string;
    try {
      const n = `${this.#nonce}/${this.#sent++}`;
      text = JSON.stringify({ kind: 'signal', n, type, src: this.#id, dst, payload } satisfies RoomFrame);
    } catch {
      return;
    }
    if (dst === this.#id) {
      // Like any other message it comes later, and never from within `send()`.
      queueMicrotask(() => this.#receive(text));
      return;
    }
    this.#channel.postMessage(text);
    // A LEAVE asks for nothing: PeerServer does not report its receiver's absence either.
    if (type !== 'LEAVE') this.#absence.sent(dst, text);
  }

  #arrive(): void {
    this.stay.open(this.#id);
    this.#post({ kind: 'here', id: this.#id });
  }

  #receive(data: unknown): void {
    if (this.stay.signal.aborted) return;
    const frame = readRoomFrame(data);
    if (!frame) {
      this.stay.session.fault(new PeerError('socket-error', 'Something that is not a message came in the room.'));
      return;
    }
    const isOpen = this.stay.id !== undefined;
    switch (frame.kind) {
      case 'claim':
        if (frame.id === this.#id) this.#contest(frame.nonce, isOpen);
        return;
      case 'held':
        if (frame.id === this.#id && frame.nonce === this.#nonce) this.#yield();
        return;
      case 'who':
        if (isOpen) this.#post({ kind: 'here', id: this.#id });
        return;
      case 'here':
        for (const text of this.#absence.held(frame.id)) this.#channel.postMessage(text);
        return;
      case 'ack':
        if (frame.dst === this.#id) this.#absence.answered(frame.src);
        return;
      case 'signal':
        // Nothing is taken before the id is ours; the sender repeats it when we say `here`.
        if (frame.dst === this.#id && isOpen) this.#deliver(frame);
    }
  }

  /** Somebody claims our id: it is ours when we are open, or when of two claims ours has the smaller nonce. */
  #contest(nonce: string, isOpen: boolean): void {
    if (isOpen || this.#nonce < nonce) this.#post({ kind: 'held', id: this.#id, nonce });
    else this.#yield();
  }

  #yield(): void {
    this.stay.fail(new PeerError('unavailable-id', `ID "${this.#id}" is taken`));
  }

  #deliver({ n, type, src, payload }: Extract<RoomFrame, { kind: 'signal' }>): void {
    if (src !== this.#id && type !== 'LEAVE') this.#post({ kind: 'ack', src: this.#id, dst: src });
    if (this.#seen.has(n)) return;
    this.#seen.add(n);
    // A set keeps the order of arrival: the first one is the oldest.
    for (const oldest of this.#seen) {
      if (this.#seen.size <= MAX_SEEN) break;
      this.#seen.delete(oldest);
    }
    this.stay.session.message({ type, src, payload });
  }

  #expire(id: string): void {
    this.stay.session.message({ type: 'EXPIRE', src: id, payload: undefined });
  }

  #post(frame: RoomFrame): void {
    this.#channel.postMessage(JSON.stringify(frame));
  }
}
