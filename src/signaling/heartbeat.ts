import { workerClock } from './worker-clock.js';

/**
 * Calls back at an interval, in a hidden page too.
 *
 * The page's timer does it as long as it is on time. The worker's clock is asked for at the first beat in a hidden page,
 * so that pages in use need no worker, and those whose policy forbids one see no complaint; it does it from then on; where it does not tick for two intervals, the page's timer does it again.
 */
export class Heartbeat {
  readonly #interval: number;
  readonly #beat: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leaveClock: (() => void) | undefined;
  #lastBeat = Date.now();
  #stopped = false;

  /** @param interval - milliseconds from one beat to the next. The first one comes after it. */
  constructor(interval: number, beat: () => void) {
    this.#interval = interval;
    this.#beat = beat;
    this.#setTimer(interval);
  }

  /** Idempotent. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#leaveClock?.();
  }

  #setTimer(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#timerFired(), delay);
  }

  #timerFired(): void {
    const first = !this.#leaveClock && globalThis.document?.visibilityState === 'hidden';
    this.#next(first ? 2 * this.#interval : this.#interval);
    if (first && !this.#stopped) this.#leaveClock = workerClock.start(this.#interval, () => this.#clockTicked());
  }

  #clockTicked(): void {
    // A page that was held up gets its ticks all at once.
    if (Date.now() - this.#lastBeat >= this.#interval / 2) this.#next(2 * this.#interval);
  }

  /** Beats, and looks again in `delay`, should the clock not tick before. */
  #next(delay: number): void {
    this.#lastBeat = Date.now();
    this.#setTimer(delay);
    this.#beat();
  }
}
