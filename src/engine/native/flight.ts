const KB = 1024;
const MB = 1024 * KB;

/** How long bytes may wait on their way beyond what the way itself takes, in ms: what a chat message waits behind a file. */
const QUEUE = 8;
const LEAST_WINDOW = 64 * KB;
const MOST_WINDOW = 8 * MB;
/** As long as nothing was measured. */
const FIRST_WINDOW = 128 * KB;
/** Whoever has less than this under way may send, whatever others do. */
const SHARE = 64 * KB;
/** For how long at least a measured rate counts, in ms, and a measured time. */
const RATE_AGE = 1_000;
const TIME_AGE = 5_000;
/** How much more than the way holds is sent while nothing waits on it, to find out whether it holds more. */
const GROWTH = 1.25;

/** A moment in the stream of bytes, to be heard of again. */
export interface FlightMark {
  readonly at: number;
  readonly delivered: number;
  /** Whether the sender had no more to send: then little says nothing about the network. */
  readonly idle: boolean;
}

/** The best value of the last so many ms, at least, and of twice as many at the most. */
class Recent {
  readonly #age: number;
  readonly #better: (a: number, b: number) => number;
  #older: number | undefined;
  #newer: number | undefined;
  #since = 0;

  constructor(age: number, better: (a: number, b: number) => number) {
    this.#age = age;
    this.#better = better;
  }

  get value(): number | undefined {
    if (this.#older === undefined || this.#newer === undefined) return this.#newer ?? this.#older;
    return this.#better(this.#older, this.#newer);
  }

  /** True where an old value was forgotten. */
  add(value: number, now: number): boolean {
    const turned = now - this.#since > this.#age;
    if (turned) {
      this.#older = this.#newer;
      this.#newer = undefined;
      this.#since = now;
    }
    this.#newer = this.#newer === undefined ? value : this.#better(this.#newer, value);
    return turned;
  }
}

/**
 * What is under way on one RTCPeerConnection, and how much should be. SCTP fills every queue on the path until it overflows,
 * and then crawls for seconds; what it has not been given it cannot queue. So no more is given to it than the path delivers in
 * the time of an empty path and a few ms: the least time and the best rate of the last seconds tell. The idea is that of
 * BBR (Cardwell and others, ACM Queue 14:5, 2016), on top of SCTP and not instead of it.
 */
export class Flight {
  readonly #now: () => number;
  readonly #rate = new Recent(RATE_AGE, Math.max);
  readonly #time = new Recent(TIME_AGE, Math.min);
  #underWay = 0;
  #delivered = 0;
  #window = FIRST_WINDOW;

  /** @param now a clock, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How many bytes should be under way, of all streams together. */
  get window(): number {
    return this.#window;
  }

  /** Whether nothing is under way. */
  get empty(): boolean {
    return this.#underWay <= 0;
  }

  /** Bytes a second at best, lately; undefined until it was measured. */
  get rate(): number | undefined {
    return this.#rate.value;
  }

  /** Whether a stream that has so many bytes under way may send. */
  allows(underWay: number): boolean {
    return this.#underWay < this.#window || underWay < SHARE;
  }

  /** So many bytes more are under way; fewer, where they are negative. */
  change(bytes: number): void {
    this.#underWay += bytes;
    if (bytes < 0) this.#delivered -= bytes;
  }

  mark(idle: boolean): FlightMark {
    return { at: this.#now(), delivered: this.#delivered, idle };
  }

  /** The remote has everything before that mark. */
  heard({ at, delivered, idle }: FlightMark): void {
    const now = this.#now();
    const time = Math.max(0.1, now - at);
    const rate = ((this.#delivered - delivered) * 1_000) / time;
    const emptied = this.#time.add(time, now);
    if (!idle || rate > (this.#rate.value ?? 0)) this.#rate.add(rate, now);
    const best = this.#rate.value;
    const least = this.#time.value ?? time;
    if (best === undefined) return;
    const waited = time - least;
    const goal = (best * (least * (waited < QUEUE / 2 ? GROWTH : 1) + QUEUE)) / 1_000;
    // From time to time half of it, for a moment: else what waits on the path would be taken for the path.
    this.#window = Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, emptied ? goal / 2 : goal));
  }
}
