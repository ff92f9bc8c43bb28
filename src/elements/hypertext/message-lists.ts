import type { PeerChannel } from '../peer-channel.js';
import { Frames } from './frames.js';
import type { Message } from './message.js';
import { MessageList } from './message-list.js';
import { HOLDERS } from './properties.js';
import { stampOf } from './stamp.js';
import type { Terms } from './terms.js';

const TEMPLATES = 'template[data-peer-each="message"]';

/** The message templates of the page, and what each of them shows. */
export class MessageLists {
  readonly #lists = new Map<HTMLTemplateElement, MessageList>();
  /** Which templates a channel's messages go to; looked up again for each frame. */
  readonly #templates = new Map<Element, HTMLTemplateElement[]>();
  readonly #frames: Frames;

  /** @param stamped called after each frame in which stamps came or went. */
  constructor(stamped: () => void) {
    this.#frames = new Frames(() => {
      this.#templates.clear();
      stamped();
    });
  }

  /** Shows a message of a channel by the channel's templates and its node's. False where none chooses it. */
  show(channel: PeerChannel, message: Message): boolean {
    return this.#showIn([channel, channel.node].flatMap((holder) => (holder ? this.#templatesOf(holder) : [])), message);
  }

  /** Shows a message by a holder's own templates: those that are in no channel or node inside it. */
  showAt(holder: Element, message: Message): boolean {
    return this.#showIn(this.#templatesOf(holder), message);
  }

  count(holder: Element, terms: Terms): number {
    let count = 0;
    for (const list of this.#lists.values()) {
      if (!holder.contains(list.template)) continue;
      for (const { message } of list.stamps) if (terms.holds((name) => message.fields.get(name))) count++;
    }
    return count;
  }

  /** Something has been taken out of the page by others. True where stamps went with it. */
  removed(node: Node): boolean {
    const concerned = stampOf(node) !== undefined || (node instanceof Element && node.querySelector('[data-peer-direction]') !== null);
    if (concerned || node instanceof HTMLTemplateElement) this.sweep();
    return concerned;
  }

  /** Lets go of what is not in the page any more. */
  sweep(): void {
    for (const [template, list] of this.#lists) {
      list.sweep();
      if (template.isConnected) continue;
      this.#frames.cancel(list);
      list.dispose();
      this.#lists.delete(template);
    }
    this.#templates.clear();
  }

  #showIn(templates: readonly HTMLTemplateElement[], message: Message): boolean {
    message.hold();
    let shown = false;
    for (const template of templates) {
      const list = this.#listOf(template);
      if (!list.takes(message)) continue;
      list.add(message);
      this.#frames.request(list);
      shown = true;
    }
    message.release();
    return shown;
  }

  #listOf(template: HTMLTemplateElement): MessageList {
    const known = this.#lists.get(template);
    if (known) return known;
    const list = new MessageList(template);
    this.#lists.set(template, list);
    return list;
  }

  #templatesOf(holder: Element): HTMLTemplateElement[] {
    let templates = this.#templates.get(holder);
    if (!templates) {
      templates = [...holder.querySelectorAll<HTMLTemplateElement>(TEMPLATES)].filter((each) => each.closest(HOLDERS) === holder);
      this.#templates.set(holder, templates);
      // Without a frame nobody would look them up again.
      if (templates.length === 0) queueMicrotask(() => this.#templates.delete(holder));
    }
    return templates;
  }
}
