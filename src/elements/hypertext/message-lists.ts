import type { PeerChannel } from '../peer-channel.js';
import { Frames } from './frames.js';
import type { Message } from './message.js';
import { MessageList } from './message-list.js';
import { HOLDERS } from './properties.js';
import { stampOf } from './stamp.js';
import { isEqualTemplate } from './template-content.js';
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
    if (concerned || node instanceof HTMLTemplateElement || (node instanceof Element && node.querySelector(TEMPLATES))) this.sweep();
    return concerned;
  }

  /** Lets go of what is not in the page any more. What a template showed goes over to an equal one that took its place. */
  sweep(): void {
    this.#templates.clear();
    for (const [template, list] of this.#lists) {
      list.sweep();
      if (template.isConnected) continue;
      this.#frames.cancel(list);
      this.#lists.delete(template);
      const successor = this.#successorOf(list);
      successor?.inherit(list);
      if (successor) this.#frames.request(successor);
      list.dispose();
    }
    this.#templates.clear();
  }

  #successorOf(list: MessageList): MessageList | undefined {
    if (!list.holder?.isConnected) return undefined;
    const equals = this.#templatesOf(list.holder).filter((template) => isEqualTemplate(template, list.template));
    const successor = equals.find((template) => list.isBefore(template)) ?? equals.find((template) => !this.#lists.has(template));
    return successor && this.#listOf(successor);
  }

  #showIn(templates: readonly HTMLTemplateElement[], message: Message): boolean {
    message.hold();
    let shown = false;
    for (const template of templates) {
      const list = this.#listOf(template);
      list.holder = template.closest(HOLDERS);
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
      const inside = [...holder.querySelectorAll<HTMLTemplateElement>(TEMPLATES)].filter((each) => each.closest(HOLDERS) === holder);
      templates = inside.filter((each) => !isInStamp(each, holder));
      if (templates.length < inside.length) warnOfNesting();
      this.#templates.set(holder, templates);
      // Without a frame nobody would look them up again.
      if (templates.length === 0) queueMicrotask(() => this.#templates.delete(holder));
    }
    return templates;
  }
}

/** Each message would be stamped in each stamp, and these in turn hold templates. */
function isInStamp(template: Element, holder: Element): boolean {
  let at: Element | null = template;
  while (at && at !== holder && !stampOf(at)) at = at.parentElement;
  return at !== null && at !== holder;
}

let warned = false;

function warnOfNesting(): void {
  if (!warned) console.warn('data-peer-each: a template for messages inside the stamp of a message shows nothing. Put it beside the outer template.');
  warned = true;
}
