/** How often something may happen: so many times at once, and then so many times a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts what may happen at that rate. It needs no timer: what has come back meanwhile is worked out when it is asked for. */
export class TokenBucket {
  readonly #rate: Rate;
  readonly #now: () => number;
  #tokens: number;
  #at: number;

  /** @param now a clock, in ms. */
  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#tokens = rate.burst;
    this.#at = now();
  }

  /** Whether nothing has happened lately: a bucket like a new one need not be kept. */
  get full(): boolean {
    this.#refill();
    return this.#tokens === this.#rate.burst;
  }

  /** Whether it may happen now, which then counts. */
  take(): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #refill(): void {
    const now = this.#now();
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
  }
}
