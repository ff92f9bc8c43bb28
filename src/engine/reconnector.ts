import type { PeerError } from '../errors.js';

/** The longest wait for the first attempt, in ms. It doubles with each that fails. */
const FIRST_DELAY = 500;
/** No wait is longer, in ms: a server that is back is found within a quarter of a minute. */
const MAX_DELAY = 15_000;
/** A stay as long as this, in ms, was a success. A server that lets us in and drops us at once is approached ever more slowly. */
const STEADY = 30_000;
/**
 * How long an id that is taken is asked for, in ms. PeerServer forgets a client of whom it hears nothing after 60 or 90 s: it
 * may be we who have it. Later it is somebody else.
 */
const TAKEN_LIMIT = 120_000;

/**
 * Decides when to return to a signaling server that was lost: exponential back-off with full jitter (a random part of 0.5 s,
 * then of 1 s, and so on up to 15 s), so that the many pages of a server that was restarted do not come all at once. As soon
 * as the browser is online or the page is seen again, at once.
 */
export class Reconnector {
  readonly #attempt: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listening = false;
  #failures = 0;
  #returnedAt: number | undefined;
  #takenSince: number | undefined;

  /** @param attempt - returns to the server, unless that is under way. */
  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  /** Has another attempt made in a while. To be called when the server is lost, and after each attempt that failed. */
  schedule(): void {
    this.#listen();
    if (this.#returnedAt !== undefined && Date.now() - this.#returnedAt >= STEADY) this.#failures = 0;
    this.#returnedAt = undefined;
    const limit = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** this.#failures++);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#attempt, Math.random() * limit);
  }

  /** Whether a refusal is final. All others may pass: a proxy that is restarted answers what it likes. */
  isFinal({ type }: PeerError): boolean {
    if (type !== 'unavailable-id') return false;
    this.#takenSince ??= Date.now();
    return Date.now() - this.#takenSince >= TAKEN_LIMIT;
  }

  /** The server is there again. */
  succeeded(): void {
    this.stop();
    this.#returnedAt = Date.now();
  }

  /** No more attempts, until the next `schedule()`. Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#takenSince = undefined;
    if (!this.#listening) return;
    this.#listening = false;
    globalThis.removeEventListener?.('online', this.#hasten);
    globalThis.document?.removeEventListener('visibilitychange', this.#hasten);
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    globalThis.addEventListener?.('online', this.#hasten);
    globalThis.document?.addEventListener('visibilitychange', this.#hasten);
  }

  readonly #hasten = ({ type }: Event): void => {
    if (type === 'visibilitychange' && document.visibilityState !== 'visible') return;
    clearTimeout(this.#timer);
    // What failed before may go well now; an attempt under way, if it fails, is soon followed by another.
    this.#failures = 0;
    this.#attempt();
  };
}
