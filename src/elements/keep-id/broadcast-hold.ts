import { util } from '../../engine/index.js';
import type { Hold } from './exclusive-hold.js';

/** What holders and those who would be say to each other: `nonce` is of who asks. */
interface HoldFrame {
  readonly kind: 'claim' | 'held';
  readonly name: string;
  readonly nonce: string;
}

/** The prefix keeps away from the channels of the page's own scripts. */
const CHANNEL = 'peer-elements:keep-id';
/** Milliseconds in which who has it must object. The channel takes about one; the rest is for pages that are busy. */
export const ASK_WAIT = 250;

/**
 * A hold where there are no Web Locks: who wants it says so to all pages of the origin, and has it unless somebody objects
 * within {@link ASK_WAIT}. Of two who ask at once, the smaller nonce wins. A page that is frozen, or busier than that, does not
 * object in time, and then two believe that they have it.
 */
export class BroadcastHold implements Hold {
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #name: string;
  readonly #nonce = util.randomToken();
  #held = false;
  #objected = false;

  private constructor(name: string) {
    this.#name = name;
    this.#channel.onmessage = ({ data }) => this.#receive(data);
  }

  /** As `takeHold()`. Asks again for as long as there is patience. */
  static async take(name: string, patience: number, signal: AbortSignal): Promise<Hold | undefined> {
    const deadline = performance.now() + patience;
    let hold: BroadcastHold;
    try {
      hold = new BroadcastHold(name);
    } catch {
      // There is none, or it is denied.
      return undefined;
    }
    do {
      if (await hold.#ask(signal)) return hold;
    } while (!signal.aborted && performance.now() < deadline);
    void hold.release();
    return undefined;
  }

  release(): Promise<void> {
    this.#held = false;
    this.#channel.onmessage = null;
    this.#channel.close();
    return Promise.resolve();
  }

  async #ask(signal: AbortSignal): Promise<boolean> {
    this.#objected = false;
    this.#post({ kind: 'claim', name: this.#name, nonce: this.#nonce });
    await pause(ASK_WAIT, signal);
    return (this.#held = !this.#objected && !signal.aborted);
  }

  #receive(data: unknown): void {
    const { kind, name, nonce } = Object(data) as Record<keyof HoldFrame, unknown>;
    if (name !== this.#name || typeof nonce !== 'string') return;
    if (kind === 'held' && nonce === this.#nonce) this.#objected = true;
    if (kind !== 'claim') return;
    if (this.#held || this.#nonce < nonce) this.#post({ kind: 'held', name: this.#name, nonce });
    else this.#objected = true;
  }

  #post(frame: HoldFrame): void {
    this.#channel.postMessage(frame);
  }
}

/** Resolves after so many ms, or when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
