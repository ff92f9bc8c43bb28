/** How long one task may stamp, in ms: the layout that follows takes more than as much again, and a busy machine twice of both. */
const TASK_BUDGET = 4;
/** How often a hidden page, which has no animation frames, is brought up to date, in ms. Browsers make a second of it. */
const HIDDEN_INTERVAL = 250;
/** As the first, in a page of which nobody sees how smoothly it goes, and yet may come back any moment. */
const HIDDEN_BUDGET = 40;

/** Work that is done a piece at a time. */
export interface PiecewiseWork {
  /** Does a piece. False: there is no more of it. */
  step(): boolean;
}

/** Work for the next animation frame, spread over as many as it takes. */
export class Frames {
  readonly #due = new Set<PiecewiseWork>();
  readonly #afterwards: () => void;
  #stop: (() => void) | undefined;

  /** @param afterwards called once after each frame in which something was done. */
  constructor(afterwards: () => void) {
    this.#afterwards = afterwards;
  }

  request(work: PiecewiseWork): void {
    this.#due.add(work);
    this.#stop ??= nextFrame((budget) => this.#run(budget));
  }

  cancel(work: PiecewiseWork): void {
    this.#due.delete(work);
    if (this.#due.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #run(budget: number): void {
    this.#stop = undefined;
    const until = performance.now() + budget;
    for (const work of this.#due) {
      let more = true;
      while (more && performance.now() < until) more = work.step();
      if (!more) this.#due.delete(work);
    }
    if (this.#due.size > 0) this.#stop = nextFrame((next) => this.#run(next));
    this.#afterwards();
  }
}

/** Calls back at the next frame, or soon where the page is hidden or becomes so, and says how long that may take. Returns the way to call it off. */
function nextFrame(callback: (budget: number) => void): () => void {
  const run = (budget: number): void => {
    stop();
    callback(budget);
  };
  const frame = requestAnimationFrame(() => run(TASK_BUDGET));
  const timer = setTimeout(run, HIDDEN_INTERVAL, HIDDEN_BUDGET);
  const stop = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return stop;
}
