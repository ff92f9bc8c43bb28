const KB = 1024;
const MB = 1024 * KB;

/** Shortest time that is measured, in ms: what a browser's clock and its tasks blur is a small part of it. */
const MEASURED = 10;
/** How much of the rate is the latest measurement. */
const WEIGHT = 0.25;
/** How long what is given to a channel ahead of the network should last, in ms: a few turns of a busy page. */
const AHEAD = 20;
const LEAST_AHEAD = 64 * KB;
const MOST_AHEAD = 2 * MB;
/** As long as nothing was measured. */
const FIRST_AHEAD = 256 * KB;

/** Largest packet, by the rate from which on it pays, in bytes a second. On a slow network it would only delay others. */
const PACKETS = [
  { from: 12 * MB, size: 64 * KB },
  { from: 6 * MB, size: 32 * KB },
  { from: 0, size: 16 * KB },
] as const;

/**
 * How fast the channels of one RTCPeerConnection drain, and what follows from it. Measured only while there is something to
 * drain: a page that sends little says nothing about its network.
 */
export class DrainMeter {
  readonly #now: () => number;
  /** Bytes in the channels' buffers, as far as it was told. */
  #buffered = 0;
  /** When the measurement began, and what has left since. */
  #since = 0;
  #drained = 0;
  #rate: number | undefined;

  /** @param now a clock, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Bytes a second; undefined until it was measured. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** How many bytes a channel should have ahead of the network. */
  get ahead(): number {
    if (this.#rate === undefined) return FIRST_AHEAD;
    return Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, Math.round((this.#rate * AHEAD) / 1_000)));
  }

  /** How large a packet of a large message should be. */
  get packetSize(): number {
    const rate = this.#rate ?? 0;
    return (PACKETS.find(({ from }) => rate >= from) ?? PACKETS[0]).size;
  }

  /** Bytes were given to a channel. */
  given(bytes: number): void {
    if (this.#buffered === 0) this.#restart();
    this.#buffered += bytes;
  }

  /**
   * Bytes have left a channel.
   * @param busy whether that channel has had something to drain all the while since it was looked at last.
   */
  drained(bytes: number, busy: boolean): void {
    this.#buffered = Math.max(0, this.#buffered - bytes);
    // It stood empty for nobody knows how long.
    if (!busy && this.#buffered === 0) return this.#restart();
    this.#drained += bytes;
    const elapsed = this.#now() - this.#since;
    if (elapsed < MEASURED) return;
    const measured = (this.#drained * 1_000) / elapsed;
    this.#rate = this.#rate === undefined ? measured : this.#rate + (measured - this.#rate) * WEIGHT;
    this.#restart();
  }

  #restart(): void {
    this.#since = this.#now();
    this.#drained = 0;
  }
}
