/** One id that has not answered yet. */
interface Pending {
  readonly timer: ReturnType<typeof setTimeout>;
  /** What it was sent, to be sent again when it arrives. */
  readonly texts: string[];
}

/**
 * Messages held for one id that has not answered. A description with all its candidates is some dozens; more are sent,
 * but not sent again.
 */
const MAX_HELD = 256;

/**
 * Notices who does not answer, where no server does: an id that acknowledges nothing within `wait` is reported once, and
 * until then what it was sent is kept for it.
 */
export class AbsenceWatch {
  readonly #pending = new Map<string, Pending>();
  readonly #wait: number;
  readonly #report: (id: string) => void;

  /** @param wait - milliseconds from the first message that is not acknowledged. */
  constructor(wait: number, report: (id: string) => void) {
    this.#wait = wait;
    this.#report = report;
  }

  /** `text` was sent to `id`. The wait runs from the first one: further messages do not prolong it. */
  sent(id: string, text: string): void {
    let pending = this.#pending.get(id);
    if (!pending) {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        this.#report(id);
      }, this.#wait);
      this.#pending.set(id, (pending = { timer, texts: [] }));
    }
    if (pending.texts.length < MAX_HELD) pending.texts.push(text);
  }

  /** `id` has answered. */
  answered(id: string): void {
    clearTimeout(this.#pending.get(id)?.timer);
    this.#pending.delete(id);
  }

  /** What `id` has not acknowledged, in order. */
  held(id: string): readonly string[] {
    return this.#pending.get(id)?.texts ?? [];
  }

  /** Forgets all. Idempotent. */
  end(): void {
    for (const id of [...this.#pending.keys()]) this.answered(id);
  }
}
