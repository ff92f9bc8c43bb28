import type { PiecewiseWork } from './frames.js';
import type { Message } from './message.js';
import { Stamp } from './stamp.js';
import { maxOf } from './template-content.js';
import { Terms } from './terms.js';

/** Stamps that a template without `data-peer-max` keeps: a remote that floods a page must not fill its memory. */
const DEFAULT_MAX = 1_000;
/** Elements that arrays make in all stamps of a template: few bytes of a message are a thousand of them. The newest stays. */
const MAX_REPEATS = 5_000;

/** The messages that one template shows: stamps right before it, the newest last. */
export class MessageList implements PiecewiseWork {
  readonly template: HTMLTemplateElement;
  /** The channel or node around the template, when it was last given a message. */
  holder: Element | null = null;
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

  /** Whether a template stands where this one's was put: after the newest stamp. */
  isBefore(template: HTMLTemplateElement): boolean {
    return this.#stamps.at(-1)?.nodes.includes(template.previousElementSibling as ChildNode) ?? false;
  }

  /** Goes on with what another list shows, and was to show: its template is gone, and this one stands for it. */
  inherit(other: MessageList): void {
    this.#stamps = [...other.#stamps.splice(0), ...this.#stamps];
    this.#waiting = [...other.#waiting.splice(0), ...this.#waiting];
    while (this.#waiting.length > this.#max) this.#waiting.shift()?.release();
    this.#trim();
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
    let excess = this.#stamps.length - this.#max;
    let repeats = this.#stamps.reduce((sum, stamp) => sum + stamp.repeats, 0) - MAX_REPEATS;
    while (excess > 0 || repeats > 0) {
      // Whoever is reading one with the keyboard keeps it, and the newest is there to be seen.
      const index = this.#stamps.findIndex((stamp, at) => at < this.#stamps.length - 1 && !stamp.hasFocus);
      const [oldest] = index < 0 ? [] : this.#stamps.splice(index, 1);
      if (!oldest) return;
      oldest.remove();
      excess -= 1;
      repeats -= oldest.repeats;
    }
  }
}
