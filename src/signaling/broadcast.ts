import { PeerError, messageOf } from '../errors.js';
import { closedReason, linkedController } from './abort.js';
import { type RoomFrame, readRoomFrame } from './room-frame.js';
import { CLAIM_WAIT, RoomMember } from './room-member.js';
import type { OutgoingSignal, Signaling, SignalingSession, SignalingTraits } from './signaling.js';
import { Stay } from './stay.js';

/** Milliseconds that a roll call waits for the channel to relay its question. As a rule that takes one. */
const RELAY_LIMIT = 2_000;

export interface BroadcastOptions {
  /** Only members of the same room meet. Default: `'peer-elements'`. */
  readonly room?: string | undefined;
  /** In place of the global one, which is looked up when it is needed. */
  readonly BroadcastChannel?: (new (name: string) => BroadcastChannel) | undefined;
}

/**
 * Signaling among the tabs, frames and workers of one origin, without a server: a `BroadcastChannel`. Several peers of one
 * page meet in it too.
 *
 * - An id asked for is claimed: somebody who has it objects within {@link CLAIM_WAIT}, and the claim fails with
 *   `unavailable-id`. A page too busy to object in time does so later; the newcomer is then lost with `unavailable-id`.
 * - A message to an id that is not there is kept for `ABSENCE_WAIT` (5 s), for one who is just arriving, and then answered
 *   by one `EXPIRE`.
 * - Anybody of the same origin can send under any id: `verifiesSender` is false.
 *
 * An `open()` while a session is on ends that session silently; `close()` while `open()` is pending rejects it with an
 * `AbortError`. `network` where the browser has no `BroadcastChannel`, or denies it (some do to sandboxed frames).
 */
export class BroadcastSignaling implements Signaling {
  readonly traits: SignalingTraits = {
    trickle: true,
    reportsAbsence: true,
    maxMessageSize: Infinity,
    verifiesSender: false,
  };

  readonly #name: string;
  readonly #options: BroadcastOptions;
  #member: RoomMember | undefined;
  /** Ends the roll calls that are running. */
  #closing = new AbortController();

  constructor(options: BroadcastOptions = {}) {
    this.#options = options;
    // The prefix keeps away from the channels of the page's own scripts.
    this.#name = `peer-elements:${options.room ?? 'peer-elements'}`;
  }

  open(session: SignalingSession): Promise<string> {
    this.#member?.stay.end(closedReason());
    this.#member = undefined;
    const stay = new Stay(session);
    try {
      if (!stay.signal.aborted) this.#member = new RoomMember(stay, this.#channel());
    } catch (error) {
      stay.fail(error as PeerError);
    }
    return stay.opened;
  }

  /** Dropped unless the session is open, and where the payload is not JSON data. */
  send(message: OutgoingSignal): void {
    this.#member?.send(message);
  }

  close(): void {
    this.#member?.stay.end(closedReason());
    this.#closing.abort(closedReason());
    this.#closing = new AbortController();
  }

  /**
   * A roll call: who answers within {@link CLAIM_WAIT} of hearing it. Pages busier than that are missing; a channel that is slow,
   * because the browser is, is waited for ({@link RELAY_LIMIT}). Needs no session.
   */
  async listPeers({ signal }: { signal?: AbortSignal } = {}): Promise<string[]> {
    signal?.throwIfAborted();
    // Channels of its own, since none hears itself: the session's is to hear the question too, and this one how long it takes.
    const [asks, hears] = [this.#channel(), this.#channel()];
    const work = linkedController(signal, this.#closing.signal);
    const ids = new Set<string>();
    let heard: (() => void) | undefined;
    hears.onmessage = ({ data }) => {
      const frame = readRoomFrame(data);
      if (frame?.kind === 'here') ids.add(frame.id);
      if (frame?.kind === 'who') heard?.();
    };
    const ask = (end: () => void): void => {
      heard = end;
      asks.postMessage(JSON.stringify({ kind: 'who' } satisfies RoomFrame));
    };
    try {
      await pause(RELAY_LIMIT, work.signal, ask);
      await pause(CLAIM_WAIT, work.signal);
      // The channel keeps the order: when this one comes, so have all answers to the first.
      await pause(RELAY_LIMIT, work.signal, ask);
      return [...ids];
    } finally {
      for (const channel of [asks, hears]) channel.close();
      work.abort();
    }
  }

  #channel(): BroadcastChannel {
    const { BroadcastChannel = globalThis.BroadcastChannel } = this.#options;
    const hint = 'Signaling between tabs needs BroadcastChannel: use a PeerServer instead.';
    if (!BroadcastChannel) throw new PeerError('network', `This browser has no BroadcastChannel. ${hint}`);
    try {
      return new BroadcastChannel(this.#name);
    } catch (error) {
      throw new PeerError('network', `No BroadcastChannel here: ${messageOf(error)}. ${hint}`, { cause: error });
    }
  }
}

/** Resolves after so many ms, or when what `begin` began calls its end. Rejects with the signal's reason. */
function pause(ms: number, signal: AbortSignal, begin?: (end: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // It may have been aborted between one pause and the next.
    signal.throwIfAborted();
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', abort, { once: true });
    begin?.(end);
  });
}
