import { takeHold, type Hold } from './exclusive-hold.js';

/**
 * How long a page that comes back waits for the one before it to let go, in ms. The browser unloads a page while it loads the
 * next one; that takes some milliseconds, on a phone some hundreds.
 */
export const RELEASE_WAIT = 2_000;

/** What a claim tells its owner. */
export interface ClaimHooks {
  /** The page was in the back/forward cache, and the claim is had back. */
  resumed(): void;
  /** It is not to be had back. */
  lost(): void;
}

/** What the nodes of this page claim. A claim that ends is in here until others can have it. */
const claims = new Map<string, IdClaim>();

/**
 * Claims the right to use an id at a server, which nobody else in this page or in another tab then has, until `signal` aborts.
 *
 * A duplicated tab and `window.open()` copy `sessionStorage`, so what is kept there may be another's at the same time. While
 * the page is hidden the claim is let go of.
 *
 * @returns whether it is had. Takes up to {@link RELEASE_WAIT}, where this page has been reloaded or come back to.
 */
export async function claimId(name: string, signal: AbortSignal, hooks: ClaimHooks): Promise<boolean> {
  let patience = cameBack() ? RELEASE_WAIT : 0;
  for (let other = claims.get(name); other; other = claims.get(name)) {
    if (!other.ended) return false;
    await other.gone;
    patience = RELEASE_WAIT;
  }
  if (signal.aborted) return false;
  const claim = new IdClaim(name, hooks, patience);
  claims.set(name, claim);
  const end = (): void => claim.end();
  signal.addEventListener('abort', end);
  if ((await claim.had) && !signal.aborted) return true;
  signal.removeEventListener('abort', end);
  claim.end();
  return false;
}

class IdClaim {
  /** Whether it was had at first. */
  readonly had: Promise<boolean>;
  /** Resolves when it has ended, and others can have it. */
  readonly gone: Promise<void>;

  readonly #name: string;
  readonly #hooks: ClaimHooks;
  readonly #ending = new AbortController();
  readonly #leave: () => void;
  #acquiring: Promise<boolean>;
  #hold: Hold | undefined;
  #hidden = false;

  constructor(name: string, hooks: ClaimHooks, patience: number) {
    this.#name = name;
    this.#hooks = hooks;
    let leave!: () => void;
    this.gone = new Promise((resolve) => (leave = resolve));
    this.#leave = leave;
    this.had = this.#acquiring = this.#acquire(patience);
    window.addEventListener('pagehide', this.#onHide);
    window.addEventListener('pageshow', this.#onShow);
  }

  get ended(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Idempotent. */
  end(): void {
    if (this.ended) return;
    this.#ending.abort();
    window.removeEventListener('pagehide', this.#onHide);
    window.removeEventListener('pageshow', this.#onShow);
    void this.#giveUp();
  }

  async #giveUp(): Promise<void> {
    await this.#acquiring;
    await this.#hold?.release();
    claims.delete(this.#name);
    this.#leave();
  }

  async #acquire(patience: number): Promise<boolean> {
    const hold = await takeHold(this.#name, patience, this.#ending.signal);
    // What was granted to a page that is hidden by now is asked for again when it is shown.
    if (this.#hidden) void hold?.release();
    else this.#hold = hold;
    return hold !== undefined;
  }

  /** A page that holds something is not taken into the back/forward cache, and the next page of the tab asks for it. */
  readonly #onHide = (): void => {
    this.#hidden = true;
    void this.#hold?.release();
    this.#hold = undefined;
  };

  readonly #onShow = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted || !this.#hidden) return;
    this.#hidden = false;
    void this.#reclaim();
  };

  async #reclaim(): Promise<void> {
    // The page may have been hidden while it was still asking.
    this.#acquiring = this.#acquiring.then(() => this.#hold !== undefined || this.#acquire(RELEASE_WAIT));
    const had = await this.#acquiring;
    if (this.ended || this.#hidden) return;
    if (had) return this.#hooks.resumed();
    this.end();
    this.#hooks.lost();
  }
}

/** Whether this page may have come right after itself: then the one before it may still be on its way out. */
function cameBack(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation?.type === 'reload' || navigation?.type === 'back_forward';
}
