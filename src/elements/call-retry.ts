import type { PeerChannel } from './peer-channel.js';

/** Times of the retries, in ms. Tests make them short. */
export const RETRY_TIMES = {
  /** The longest wait for the first retry. It doubles with each that fails. */
  first: 1_000,
  /** No wait is longer: a friend who comes is met within half a minute. */
  max: 30_000,
  /** A conversation as long as this was a success. A PeerJS page declines by opening and closing: it is called ever less. */
  steady: 5_000,
};

/** Ends after which the remote may be there a little later, or again. The others somebody has wanted. */
const PASSING: readonly string[] = ['unavailable', 'timeout', 'failed', 'remote', 'replaced'];

/** What a retry needs of its channel. */
export interface RetryingChannel {
  /** Whether there is somebody to call. */
  wanted(): boolean;
  /** Whether its node can call now. */
  ready(): boolean;
  call(): void;
}

/**
 * The attribute `retry`: decides when a channel whose call has failed, or whose remote has gone, calls again. Exponential
 * back-off, each wait a random part between its half and its whole, so that the many guests of a host that was reloaded do
 * not come all at once. As soon as the browser is online, the page is seen again or the node is open, at once.
 */
export class CallRetry {
  readonly #channel: RetryingChannel;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting = false;
  /** An end is being told, and no listener has decided otherwise. */
  #ending = false;
  #failures = 0;
  #openedAt: number | undefined;

  constructor(element: PeerChannel, channel: RetryingChannel) {
    this.#channel = channel;
    element.addEventListener('channel-close', (event) => {
      if (event.target === element) this.#ended(event.reason);
    });
  }

  /** The channel has another state. */
  entered(state: PeerChannel['state']): void {
    this.#ending = state === 'closed';
    if (this.#ending) return;
    this.stop();
    if (state === 'open') this.#openedAt ??= Date.now();
  }

  /** What held it up may be gone: calls at once, if it waits and can. */
  hasten(): void {
    if (!this.#waiting || !this.#channel.ready()) return;
    this.stop();
    if (this.#channel.wanted()) this.#channel.call();
  }

  /** The next failure is a first one. To be called where the channel is to call somebody else, or its page says when. */
  reset(): void {
    this.stop();
    this.#failures = 0;
    this.#openedAt = undefined;
  }

  /** No more calls, until the next one has failed. Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#ending = false;
    if (!this.#waiting) return;
    this.#waiting = false;
    globalThis.removeEventListener('online', this.#sooner);
    document.removeEventListener('visibilitychange', this.#sooner);
  }

  #ended(reason: string): void {
    if (!this.#ending) return;
    const steady = this.#openedAt !== undefined && Date.now() - this.#openedAt >= RETRY_TIMES.steady;
    this.#openedAt = undefined;
    if (steady) this.#failures = 0;
    if (PASSING.includes(reason) && this.#channel.wanted()) this.#schedule();
  }

  #schedule(): void {
    this.stop();
    this.#waiting = true;
    globalThis.addEventListener('online', this.#sooner);
    document.addEventListener('visibilitychange', this.#sooner);
    const limit = Math.min(RETRY_TIMES.max, RETRY_TIMES.first * 2 ** this.#failures++);
    // Without its node it waits on, for `hasten()`.
    this.#timer = setTimeout(() => this.hasten(), limit * (0.5 + Math.random() / 2));
  }

  readonly #sooner = ({ type }: Event): void => {
    if (type === 'visibilitychange' && document.visibilityState !== 'visible') return;
    // What failed before may go well now.
    this.#failures = 0;
    this.hasten();
  };
}
