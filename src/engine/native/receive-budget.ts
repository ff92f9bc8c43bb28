/** Bytes of large messages that a link may hold half received: one of the largest, and some beside it. */
const DEFAULT_BUDGET = 576 * 1024 * 1024;

/**
 * What the streams of a link may hold of messages that go beyond their windows. Without it a remote could begin a message of
 * the largest size on each of a thousand connections.
 */
export class ReceiveBudget {
  readonly #total: number;
  /** In order: a set, so that one may be taken back. */
  readonly #waiting = new Set<{ readonly bytes: number; readonly granted: () => void }>();
  #taken = 0;
  #granting = false;

  /** @param total in bytes. */
  constructor(total: number = DEFAULT_BUDGET) {
    this.#total = total;
  }

  /** Bytes that are granted now. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Grants bytes: at once, or when others have been released. In order, so that a large wish is not passed over for ever;
   * and any wish where nothing else is taken.
   * @returns takes the wish back. Without effect once it was granted: then the bytes are to be released.
   */
  take(bytes: number, granted: () => void): () => void {
    const wish = { bytes, granted };
    this.#waiting.add(wish);
    this.#grant();
    return () => {
      if (this.#waiting.delete(wish)) this.#grant();
    };
  }

  release(bytes: number): void {
    this.#taken -= bytes;
    this.#grant();
  }

  #grant(): void {
    if (this.#granting) return; // Released by whoever is just being told: the loop below goes on.
    this.#granting = true;
    for (const wish of this.#waiting) {
      if (this.#taken > 0 && this.#taken + wish.bytes > this.#total) break;
      this.#waiting.delete(wish);
      this.#taken += wish.bytes;
      wish.granted();
    }
    this.#granting = false;
  }
}
