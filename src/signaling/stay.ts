import type { PeerError } from '../errors.js';
import { linkedController } from './abort.js';
import type { SignalingSession } from './signaling.js';

/**
 * One stay on a signaling service, from `open()` to its end: what every backend needs to keep the promises of
 * {@link SignalingSession}.
 *
 * A stay ends once: refused, lost, left by `close()`, or aborted by the session. {@link signal} is aborted at that moment,
 * and everything a backend acquires is released by it, so that no way out can forget any:
 *
 * ```ts
 * const timer = setTimeout(…);
 * stay.onEnd(() => clearTimeout(timer));
 * ```
 */
export class Stay {
  readonly session: SignalingSession;
  /** What `open()` returns: the id in force, or why there is none. */
  readonly opened: Promise<string>;

  readonly #ending: AbortController;
  #id: string | undefined;
  #resolve!: (id: string) => void;

  constructor(session: SignalingSession) {
    this.session = session;
    this.#ending = linkedController(session.signal);
    this.opened = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.onEnd(() => reject(this.signal.reason));
    });
  }

  /** Aborted when the stay ends, for whatever reason. To be checked after each `await`. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** The id in force while the stay is open; undefined before and after. */
  get id(): string | undefined {
    return this.signal.aborted ? undefined : this.#id;
  }

  /** Runs `release` when the stay ends; at once where it has ended already. */
  onEnd(release: () => void): void {
    if (this.signal.aborted) release();
    else this.signal.addEventListener('abort', release, { once: true });
  }

  /** The service has let us in. */
  open(id: string): void {
    if (this.signal.aborted) return;
    this.#id = id;
    this.#resolve(id);
  }

  /** Ends the stay by itself: a pending `open()` rejects, an open session is told that it is lost. */
  fail(error: PeerError): void {
    if (this.signal.aborted) return;
    const wasOpen = this.id !== undefined;
    this.end(error);
    if (wasOpen) this.session.lost(error);
  }

  /** Ends the stay without a report; a pending `open()` rejects with `reason`. Idempotent. */
  end(reason: unknown): void {
    this.#ending.abort(reason);
  }
}
