import type { Filled } from './fill.js';
import { fill } from './fill.js';
import type { Message } from './message.js';
import { contentOf } from './template-content.js';
import { makeIdsUnique } from './unique-ids.js';

/** The stamps by their roots, so that one that others take out of the page lets go of what it holds. */
const stamps = new WeakMap<Node, Stamp>();
/** What is inside of stamps and shows a message: it is no business of the page's own bindings. */
const bound = new WeakSet<Element>();

/** A message in the page: a copy of a template, filled. */
export class Stamp {
  readonly message: Message;
  readonly #roots: readonly ChildNode[];
  readonly #filled: Filled;
  #stopWatching: (() => void) | undefined;

  /**
   * Makes the copy. It is filled before it is in the page.
   * @param message held already; the stamp lets go of it.
   */
  constructor(template: HTMLTemplateElement, message: Message) {
    const fragment = contentOf(template);
    this.message = message;
    this.#filled = fill(fragment, message.fields);
    makeIdsUnique(fragment);
    this.#roots = [...fragment.childNodes];
    for (const root of this.#roots) {
      stamps.set(root, this);
      if (!(root instanceof Element)) continue;
      root.setAttribute('data-peer-from', message.from);
      root.setAttribute('data-peer-direction', message.direction);
    }
    for (const element of this.#filled.bound) bound.add(element);
    this.#stopWatching = message.watch(() => this.#filled.refresh());
  }

  get nodes(): readonly ChildNode[] {
    return this.#roots;
  }

  /** How many elements arrays of the message have made in it. */
  get repeats(): number {
    return this.#filled.repeats;
  }

  /** Whether something of it is still where it was put. */
  get isConnected(): boolean {
    const elements = this.#roots.filter((root) => root instanceof Element);
    return (elements.length > 0 ? elements : this.#roots).some((root) => root.isConnected);
  }

  /** Whether the keyboard's focus is inside. */
  get hasFocus(): boolean {
    return this.#roots.some((root) => {
      const { activeElement } = root.getRootNode() as Document | ShadowRoot;
      return activeElement !== null && activeElement !== undefined && root.contains(activeElement);
    });
  }

  /** Takes it out of the page. Idempotent. */
  remove(): void {
    this.dispose();
    for (const root of this.#roots) {
      // Whoever sees it go need not look through all the others.
      stamps.delete(root);
      root.remove();
    }
  }

  /** Lets go of the message and its files; what is in the page stays as it is. Idempotent. */
  dispose(): void {
    if (!this.#stopWatching) return;
    this.#stopWatching();
    this.#stopWatching = undefined;
    this.#filled.dispose();
    this.message.release();
  }
}

/** The stamp that a node is a root of. */
export function stampOf(root: Node): Stamp | undefined {
  return stamps.get(root);
}

/** Whether an element shows a message, and no state of the page. */
export function isBoundByStamp(element: Element): boolean {
  return bound.has(element);
}
