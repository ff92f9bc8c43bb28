/** From so long a pause on, in ms, the page itself was asleep. The ticker comes every other second. */
const ASLEEP = 4_500;

/** When the remote was heard of last, and what that means. */
export class Pulse {
  readonly #keepalive: number;
  #heardAt: number;
  #tickedAt: number;

  /**
   * @param keepalive after so much silence, in ms, the remote is asked; after twice as much it counts as silent.
   * @param now a time, in ms.
   */
  constructor(keepalive: number, now: number) {
    this.#keepalive = keepalive;
    this.#heardAt = this.#tickedAt = now;
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  /** To be called every other second or so: where it was not, this page was asleep, and what the remote said meanwhile is still to come. */
  tick(now: number): void {
    if (now - this.#tickedAt >= ASLEEP) this.#heardAt = Math.max(this.#heardAt, now - this.#keepalive);
    this.#tickedAt = now;
  }

  /** For how long nothing has come, in ms. */
  silence(now: number): number {
    return now - this.#heardAt;
  }

  /** `quiet`: it is time to ask. `silent`: it was asked, and has not answered. */
  look(now: number): { readonly quiet: boolean; readonly silent: boolean } {
    const silence = this.silence(now);
    return { quiet: silence >= this.#keepalive, silent: silence >= 2 * this.#keepalive };
  }
}
