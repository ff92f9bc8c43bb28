/** Whatever has to look at the clock once in a while. */
export interface Ticking {
  /** Whether it wants to look more often just now. */
  readonly urgent: boolean;
  /** @param now ms, as `performance.now()` gives them. */
  tick(now: number): void;
}

/** How often, in ms: as long as nothing is urgent, and else. */
const CALM = 2_000;
const URGENT = 1_000;

/** One timer for all links of a peer: a hundred idle links wake the page no more often than one. It runs while there are any. */
export class Ticker {
  readonly #ticking = new Set<Ticking>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  add(ticking: Ticking): void {
    this.#ticking.add(ticking);
    this.#timer ??= setTimeout(this.#tick, CALM);
  }

  /** Idempotent. */
  delete(ticking: Ticking): void {
    this.#ticking.delete(ticking);
    if (this.#ticking.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #tick = (): void => {
    const now = performance.now();
    for (const each of [...this.#ticking]) each.tick(now);
    if (this.#ticking.size === 0) return;
    const urgent = [...this.#ticking].some((each) => each.urgent);
    this.#timer = setTimeout(this.#tick, urgent ? URGENT : CALM);
  };
}
