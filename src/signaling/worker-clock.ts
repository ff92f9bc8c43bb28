/** What the worker runs: an interval for each number it is sent, until it is sent the number alone. */
const SOURCE = `
const timers = new Map();
onmessage = ({ data: { id, interval } }) => {
  clearInterval(timers.get(id));
  timers.delete(id);
  if (interval) timers.set(id, setInterval(() => postMessage(id), interval));
};
`;

/**
 * A clock that goes on in a hidden page, whose own timers browsers slow down to one a minute: a worker's timers are left
 * alone. One worker for the page, made for its first user and ended with its last.
 *
 * A page may have none: its policy forbids workers from Blob URLs, or the Trusted Types policy `peer-elements`, or there are no
 * workers at all (Node). Then nothing ever ticks, so whoever uses it keeps a timer of their own as well.
 */
class WorkerClock {
  readonly #ticks = new Map<number, () => void>();
  #worker: Worker | undefined;
  #url = '';
  #lastId = 0;
  /** Tried in vain. Another attempt would only have the browser complain once more. */
  #unavailable = false;

  /** Has `tick` called every `interval` milliseconds, where it can. Returns how to stop it, which is idempotent. */
  start(interval: number, tick: () => void): () => void {
    const id = ++this.#lastId;
    this.#ticks.set(id, tick);
    if (!this.#worker && !this.#unavailable) this.#makeWorker();
    this.#worker?.postMessage({ id, interval });
    return () => {
      if (!this.#ticks.delete(id)) return;
      if (this.#ticks.size === 0) this.#endWorker();
      else this.#worker?.postMessage({ id });
    };
  }

  #makeWorker(): void {
    try {
      this.#url = URL.createObjectURL(new Blob([SOURCE], { type: 'text/javascript' }));
      this.#worker = new Worker(trusted(this.#url), { name: 'peer-elements heartbeat' });
      this.#worker.onmessage = ({ data }) => this.#ticks.get(data as number)?.();
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#giveUp();
      };
    } catch {
      this.#giveUp();
    }
  }

  #giveUp(): void {
    this.#unavailable = true;
    this.#endWorker();
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = '';
  }
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL: (url: string) => unknown };
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/**
 * A URL of our own as one that a page takes which requires Trusted Types.
 * @throws TypeError where the page does not allow the policy.
 */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  policy ??= trustedTypes.createPolicy('peer-elements', { createScriptURL: (own) => own });
  return policy.createScriptURL(url) as string;
}

/** The page's. */
export const workerClock = /* @__PURE__ */ new WorkerClock();
