import { PeerError, messageOf } from '../errors.js';
import { closedReason, linkedController } from './abort.js';
import { type RoomFrame, readRoomFrame } from './room-frame.js';
import { CLAIM_WAIT, RoomMember } from './room-member.js';
import type { OutgoingSignal, Signaling, SignalingSession, SignalingTraits } from './signaling.js';
import { Stay } from './stay.js';

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

  /** A roll call of {@link CLAIM_WAIT}; pages busier than that are missing. Needs no session. */
  async listPeers({ signal }: { signal?: AbortSignal } = {}): Promise<string[]> {
    signal?.throwIfAborted();
    // A channel of its own, which hears the session's answer as well: a channel does not hear itself.
    const channel = this.#channel();
    const work = linkedController(signal, this.#closing.signal);
    const ids = new Set<string>();
    channel.onmessage = ({ data }) => {
      const frame = readRoomFrame(data);
      if (frame?.kind === 'here') ids.add(frame.id);
    };
    channel.postMessage(JSON.stringify({ kind: 'who' } satisfies RoomFrame));
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, CLAIM_WAIT);
        work.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(work.signal.reason);
        });
      });
      return [...ids];
    } finally {
      channel.close();
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
