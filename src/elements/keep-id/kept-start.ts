/**
 * How long a node asks for the id it has kept while the server says that somebody has it, in ms: PeerServer holds the id of a
 * page that was reloaded until the old socket closes, and if it never hears of that, until it has been silent for
 * 60 or 90 s.
 */
export const TAKEN_WAIT = 120_000;

/** The first wait between two attempts, and the longest, in ms. Each is twice the one before. */
const FIRST_DELAY = 250;
const MAX_DELAY = 5_000;

/** How long an engine that does not know of the missing OPEN may take to open at first, in ms. Twice as long each time. */
export const OPEN_WAIT = 3_000;

export interface KeptStartHooks {
  /** Ends the attempt: false where the node is not `connecting` any more. */
  drop(): boolean;
  /** Makes another one. */
  retry(): void;
}

/**
 * The start of a node under an id that it has kept, while the server may still hold the socket of the page before: it is
 * tried again, with another instance of the engine, until it succeeds or {@link TAKEN_WAIT} is over.
 */
export class KeptStart {
  readonly #hooks: KeptStartHooks;
  readonly #began = performance.now();
  #repeats = 0;
  #openWait = OPEN_WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(hooks: KeptStartHooks) {
    this.#hooks = hooks;
  }

  /** Whether it has taken too long. */
  get isOver(): boolean {
    return performance.now() - this.#began >= TAKEN_WAIT;
  }

  /** An attempt has failed: ends it, and makes another one after a while. Gives false where there will be none. */
  again(): boolean {
    this.end();
    if (this.isOver || !this.#hooks.drop()) return false;
    this.#timer = setTimeout(() => this.#hooks.retry(), Math.min(MAX_DELAY, FIRST_DELAY * 2 ** this.#repeats++));
    return true;
  }

  /**
   * An attempt begins with an engine that waits for an OPEN for ever. PeerServer sends none to who comes back with the same
   * token while it holds the old socket, but it forgets the id when the new socket closes.
   */
  watch(): void {
    this.#timer = setTimeout(() => this.again(), this.#openWait);
    this.#openWait *= 2;
  }

  /** Idempotent. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
