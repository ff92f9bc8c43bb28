import type { PiecewiseWork } from './frames.js';
import type { Message } from './message.js';
import { Stamp } from './stamp.js';
import { maxOf } from './template-content.js';
import { Terms } from './terms.js';

/** Stamps that a template without `data-peer-max` keeps: a remote that floods a page must not fill its memory. */
const DEFAULT_MAX = 1_000;

/** The messages that one template shows: stamps right before it, the newest last. */
export class MessageList implements PiecewiseWork {
  readonly template: HTMLTemplateElement;
  #stamps: Stamp[] = [];
  /** What is to be stamped in the next frames. */
  #waiting: Message[] = [];

  constructor(template: HTMLTemplateElement) {
    this.template = template;
  }

  get stamps(): readonly Stamp[] {
    return this.#stamps;
  }

  /** Whether the template chooses a message. */
  takes(message: Message): boolean {
    const condition = this.template.getAttribute('data-peer-when');
    return condition === null || new Terms(condition).holds((name) => message.fields.get(name));
  }

  /** Adds a message, to be shown by the next {@link step}s. */
  add(message: Message): void {
    message.hold();
    this.#waiting.push(message);
    // What would be trimmed at once is never stamped.
    if (this.#waiting.length > this.#max) this.#waiting.shift()?.release();
  }

  step(): boolean {
    const message = this.#waiting.shift();
    if (!message) return false;
    const stamp = new Stamp(this.template, message);
    this.template.before(...stamp.nodes);
    this.#stamps.push(stamp);
    this.#trim();
    return this.#waiting.length > 0;
  }

  /** Forgets the stamps that others have taken out of the page. */
  sweep(): void {
    const gone = this.#stamps.filter((stamp) => !stamp.isConnected);
    if (gone.length === 0) return;
    for (const stamp of gone) stamp.dispose();
    this.#stamps = this.#stamps.filter((stamp) => !gone.includes(stamp));
  }

  /** Lets go of everything; what is in the page stays as it is. Idempotent. */
  dispose(): void {
    for (const stamp of this.#stamps.splice(0)) stamp.dispose();
    for (const message of this.#waiting.splice(0)) message.release();
  }

  get #max(): number {
    return maxOf(this.template, DEFAULT_MAX);
  }

  #trim(): void {
    for (let excess = this.#stamps.length - this.#max; excess > 0; excess--) {
      // Whoever is reading one with the keyboard keeps it, and the newest is there to be seen.
      const index = this.#stamps.findIndex((stamp, at) => at < this.#stamps.length - 1 && !stamp.hasFocus);
      if (index < 0) return;
      this.#stamps.splice(index, 1)[0]?.remove();
    }
  }
}
