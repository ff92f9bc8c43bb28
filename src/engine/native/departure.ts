/** How long a link without connections is kept for the next one, in ms. */
const LINGER = 2_000;
/** How long a goodbye waits for its answer, in ms. */
const GOODBYE_TIMEOUT = 2_000;

export interface DepartureOwner {
  /** Sends GOODBYE. */
  goodbye(): void;
  /** Sends FAREWELL, its answer. */
  farewell(): void;
  /** Nobody needs the link. */
  over(): void;
}

/** How a link ends that nobody needs any more: docs/protocol.md, section 2. */
export class Departure {
  readonly #owner: DepartureOwner;
  #leaving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: DepartureOwner) {
    this.#owner = owner;
  }

  /** Whether one of the two sides has said goodbye. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** Nobody needs the link: it ends in a while. */
  linger(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#leaving = true;
      this.#owner.goodbye();
      this.#wait();
    }, LINGER);
  }

  /** Somebody needs it after all. */
  stay(): void {
    clearTimeout(this.#timer);
    this.#leaving = false;
  }

  /** The remote has said goodbye. */
  dismissed(): void {
    this.#leaving = true;
    this.#owner.farewell();
    this.#wait();
  }

  /** Idempotent. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#owner.over(), GOODBYE_TIMEOUT);
  }
}
