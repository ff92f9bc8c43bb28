import type { ChannelPort } from './channel-port.js';

/**
 * How long `bufferedAmount` may stand still before more is sent all the same, in ms. Chromium (seen in 156, on channels that
 * the remote opened) now and then misses that bytes have left: until the next frame is sent the amount stays as it was,
 * and `bufferedamountlow` does not come.
 */
const STANDSTILL = 250;
/** Most bytes given to a channel that stands still, where the network may be at fault after all. */
export const STANDSTILL_LIMIT = 4 * 1024 * 1024;

/** Whoever feeds a channel, as the watch sees it. */
export interface StandstillOwner {
  /** The channel that is fed now. */
  port(): ChannelPort | undefined;
  /** Whether anything waits for the channel to drain. */
  waits(): boolean;
  /** The channel has held this amount for a quarter of a second, and that so many times in a row. */
  stoodStill(amount: number, times: number): void;
}

/** Looks after a channel while something waits for it to drain: docs/decisions/0009. */
export class StandstillWatch {
  readonly #owner: StandstillOwner;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #times = 0;

  constructor(owner: StandstillOwner) {
    this.#owner = owner;
  }

  /** To be called whenever something may have begun to wait. */
  look(): void {
    if (this.#timer !== undefined || !this.#owner.waits()) return;
    const amount = this.#amount;
    if (amount === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#amount === amount) this.#owner.stoodStill(amount, ++this.#times);
      else this.#times = 0;
      this.look();
    }, STANDSTILL);
  }

  /** Idempotent. */
  stop(): void {
    this.#times = 0;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #amount(): number {
    return this.#owner.port()?.bufferedAmount ?? 0;
  }
}
