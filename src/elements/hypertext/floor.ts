import type { IncomingTransfer } from '../../engine/index.js';
import { PeerError } from '../../errors.js';
import type { EngineConnection } from '../engine-port.js';
import { useHypertext, type Hypertext, type HypertextElement } from '../hypertext-port.js';
import { PeerChannel } from '../peer-channel.js';
import { PeerNode } from '../peer-node.js';
import { BOUND, BOUND_ATTRIBUTES, refreshElement } from './bindings.js';
import { handleCommand, installCommandFallback, type CommandLike } from './commands.js';
import { ConnectionStamps } from './connection-stamps.js';
import { ConversationPage, sendAndShow } from './conversation-page.js';
import { listenToForms } from './forms.js';
import { MessageLists } from './message-lists.js';
import { HOLDERS } from './properties.js';
import { relay } from './relay.js';
import { isBoundByStamp, stampOf } from './stamp.js';
import type { Terms } from './terms.js';

const OBSERVED: MutationObserverInit = {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
  attributeFilter: BOUND_ATTRIBUTES,
};

/** What a page gets without script: forms that send, templates that show, conditions, counts and commands. */
class Floor implements Hypertext {
  readonly #lists = new MessageLists(() => this.#refreshLater());
  readonly #stamps = new ConnectionStamps();
  /** The elements that are in a page, and what ends what they have here. */
  readonly #elements = new Map<HypertextElement, AbortController>();
  readonly #pages = new Map<PeerChannel, ConversationPage>();
  /** The documents and shadow roots that they are in, each with how many, and the way to stop listening there. */
  readonly #roots = new Map<Document | ShadowRoot, { elements: number; stop: () => void }>();
  readonly #observer = new MutationObserver((records) => this.#mutated(records));
  #refreshing = false;

  arrived(element: HypertextElement): void {
    if (this.#elements.has(element)) {
      // Moved, perhaps to another root.
      this.left(element);
    }
    const ending = new AbortController();
    const { signal } = ending;
    this.#elements.set(element, ending);
    this.#enterRoot(element.getRootNode() as Document | ShadowRoot, signal);
    this.#observe(element);
    if (element instanceof PeerChannel && !this.#pages.has(element)) this.#openPage(element);
    this.changed(element);
  }

  left(element: HypertextElement): void {
    const ending = this.#elements.get(element);
    if (!ending) return;
    this.#elements.delete(element);
    ending.abort();
    if (!element.isConnected && element instanceof PeerChannel) {
      this.#pages.get(element)?.end();
      this.#pages.delete(element);
    }
    // An observer cannot stop to look at one element only.
    this.#observer.disconnect();
    for (const each of this.#elements.keys()) this.#observe(each);
    this.#lists.sweep();
    this.#refreshLater();
  }

  changed(_element: HypertextElement): void {
    this.#refreshLater();
  }

  declined(element: HypertextElement, transfer: IncomingTransfer): void {
    this.#pages.get(element as PeerChannel)?.declined(transfer);
  }

  channelFor(node: PeerNode, connection: EngineConnection): PeerChannel | undefined {
    return this.#stamps.channelFor(node, connection);
  }

  #openPage(channel: PeerChannel): void {
    const page = new ConversationPage(channel, {
      show: (from, message) => this.#lists.show(from, message),
      relay: (message) => {
        const { node } = channel;
        if (node?.relay) relay(node, channel, message);
      },
    });
    this.#pages.set(channel, page);
  }

  /** True where the message was taken. */
  #send(target: PeerChannel | PeerNode, given: unknown): boolean {
    const channels = target instanceof PeerChannel ? [target] : target.channels.filter((channel) => channel.isOpen);
    const pages = channels.flatMap((channel) => this.#pages.get(channel) ?? []).filter(({ outbox }) => outbox.takes);
    if (pages.length === 0) {
      target.fail(new PeerError('not-open', notOpen(target)));
      return false;
    }
    const node = target instanceof PeerNode ? target : target.node;
    const message = sendAndShow(pages, given, node?.currentId ?? '');
    if (target instanceof PeerChannel) this.#lists.show(target, message);
    else this.#lists.showAt(target, message);
    return true;
  }

  #enterRoot(root: Document | ShadowRoot, signal: AbortSignal): void {
    const known = this.#roots.get(root);
    const entry = known ?? { elements: 0, stop: this.#listenIn(root) };
    entry.elements += 1;
    this.#roots.set(root, entry);
    signal.addEventListener('abort', () => {
      entry.elements -= 1;
      if (entry.elements > 0) return;
      entry.stop();
      this.#roots.delete(root);
    });
  }

  #listenIn(root: Document | ShadowRoot): () => void {
    const commanded = (event: Event): void => handleCommand(event as CommandLike, (channel, value) => this.#send(channel, value));
    // On the way down: it does not bubble, and the page's own listeners on the element come first.
    root.addEventListener('command', commanded, { capture: true });
    const stops = [
      () => root.removeEventListener('command', commanded, { capture: true }),
      listenToForms(root, (target, message) => this.#send(target, message)),
      installCommandFallback(root),
    ];
    return () => stops.forEach((stop) => stop());
  }

  #observe(element: HypertextElement): void {
    this.#observer.observe(element, OBSERVED);
  }

  #mutated(records: readonly MutationRecord[]): void {
    let stampsWent = false;
    for (const { target, addedNodes, removedNodes } of records) {
      const changed = target instanceof Element ? target : target.parentElement;
      // An attribute, or a text that others have written over, as a morph of the page does.
      if (changed) this.#refresh(changed);
      for (const node of removedNodes) if (!node.isConnected) stampsWent = this.#lists.removed(node) || stampsWent;
      for (const node of addedNodes) if (node instanceof Element && !stampOf(node)) this.#refreshInside(node);
    }
    if (stampsWent) this.#refreshLater();
  }

  /** After all that happens now: one task changes many things. */
  #refreshLater(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      for (const element of this.#elements.keys()) if (!isInAnother(element)) this.#refreshInside(element);
    });
  }

  #refreshInside(element: Element): void {
    this.#refresh(element);
    for (const bound of element.querySelectorAll(BOUND)) this.#refresh(bound);
  }

  #refresh(element: Element): void {
    if (element.matches(BOUND) && !isBoundByStamp(element)) refreshElement(element, this.#count);
  }

  readonly #count = (holder: Element, terms: Terms): number => this.#lists.count(holder, terms);
}

/** Whether an element is looked after with the one around it. */
function isInAnother(element: Element): boolean {
  return element.parentElement?.closest(HOLDERS) != null;
}

function notOpen(target: PeerChannel | PeerNode): string {
  if (target instanceof PeerNode) return 'Nobody is connected: the message stays in its form until somebody is.';
  return 'This channel is not open: the message stays in its form until it is.';
}

let floor: Floor | undefined;

/** Has the elements of this page work without script. Idempotent; nothing where there is no page: on a server. */
export function startHypertext(): void {
  if (typeof MutationObserver === 'undefined') return;
  floor ??= new Floor();
  useHypertext(floor);
}
