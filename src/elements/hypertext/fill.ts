import { Fields } from './fields.js';
import { ShownValue, isFillable } from './fill-value.js';
import { ownMembers } from './own-value.js';
import { Terms } from './terms.js';
import { makeIdsUnique } from './unique-ids.js';

/** The most elements that arrays make in one stamp, all together. */
export const MAX_REPEATS = 1000;

const WHEN = 'data-peer-when';
const COUNT = 'data-peer-count';

/** A copy of a template that shows a message. */
export interface Filled {
  /** Every element inside that bears `data-peer-when` or `data-peer-count`; templates excepted. */
  readonly bound: readonly Element[];
  /** How many elements arrays have made, at most {@link MAX_REPEATS}. */
  readonly repeats: number;
  /** Brings `value`, `href`, `src`, `download` and `hidden` into line. A text is written once, when there first is a value. */
  refresh(): void;
  /** Nothing is refreshed any more. What is shown stays. Idempotent. */
  dispose(): void;
}

/**
 * Fills what bears `itemprop` in a copy of a template, before it is in the page. Elements take values by their tags
 * ({@link ShownValue}); `itemscope` takes an object, and is repeated for an array of them. What has no usable value keeps its
 * content; it is hidden where it is empty, or an `itemscope`. `data-peer-when` inside hides by the fields of the closest
 * `itemscope`, on one by those around it; with `conditions: false` it speaks of something else, and is left alone. So are templates
 * inside. Never throws, whatever the fields hold.
 */
export function fill(root: DocumentFragment, fields: Fields, { conditions = true } = {}): Filled {
  const stamp = new FilledStamp(conditions);
  stamp.fillIn(root, fields);
  return stamp;
}

class FilledStamp implements Filled {
  readonly bound: Element[] = [];
  #parts: (() => void)[] = [];
  #left = MAX_REPEATS;
  readonly #conditions: boolean;

  constructor(conditions: boolean) {
    this.#conditions = conditions;
  }

  get repeats(): number {
    return MAX_REPEATS - this.#left;
  }

  refresh(): void {
    for (const part of this.#parts) part();
  }

  dispose(): void {
    this.#parts = [];
  }

  fillIn(parent: ParentNode, fields: Fields): void {
    for (const element of [...parent.children]) {
      if (!(element instanceof HTMLTemplateElement)) this.#fill(element, fields);
    }
  }

  #fill(element: Element, fields: Fields): void {
    const names = namesOf(element);
    if (names.length === 0 || !isFillable(element)) {
      this.#show(element, fields);
      this.fillIn(element, fields);
    } else if (element.hasAttribute('itemscope')) {
      this.#fillItems(element, fields, names);
    } else {
      const shown = new ShownValue(element, fields, names);
      this.#show(element, fields, shown);
      if (!shown.isTexted) this.fillIn(element, fields);
    }
  }

  #fillItems(element: HTMLElement, fields: Fields, names: readonly string[]): void {
    const items = firstItems(fields, names);
    const copies = this.#repeat(element, items.length);
    for (const [index, copy] of copies.entries()) {
      const item = items[index];
      this.#show(copy, fields, item ? 'item' : 'missing');
      // What is inside a missing item shows nothing of another one.
      this.fillIn(copy, item ?? new Fields({}, undefined, fields));
    }
  }

  /** The element, and as many copies after it as are wanted and left. */
  #repeat(element: HTMLElement, wanted: number): HTMLElement[] {
    const copies = [element];
    if (wanted > 1) this.#left -= 1;
    while (copies.length < wanted && this.#left > 0) {
      this.#left -= 1;
      copies.push(element.cloneNode(true) as HTMLElement);
    }
    for (const copy of copies.slice(1)) makeIdsUnique(copy);
    element.after(...copies.slice(1));
    return copies;
  }

  /** Has an element show its value, and be hidden while it has none or its condition does not hold. */
  #show(element: Element, fields: Fields, value?: ShownValue | 'item' | 'missing'): void {
    const condition = this.#conditions ? element.getAttribute(WHEN) : null;
    if (condition !== null || element.hasAttribute(COUNT)) this.bound.push(element);
    const terms = condition === null ? undefined : new Terms(condition);
    if (!terms && !value) return;
    const shown = value instanceof ShownValue ? value : undefined;
    // What has content, and no condition, is as hidden as its author made it.
    const mayHide = terms !== undefined || !shown || shown.isEmpty;
    const part = (): void => {
      const isMissing = shown ? !shown.refresh() && shown.isEmpty : value === 'missing';
      const isWanted = terms?.holds((name) => fields.get(name)) ?? true;
      if (mayHide) setHidden(element, isMissing || !isWanted);
    };
    part();
    this.#parts.push(part);
  }
}

/** The items that the first usable one of some fields holds. */
function firstItems(fields: Fields, names: readonly string[]): Fields[] {
  for (const name of names) {
    const value = fields.get(name);
    const members: readonly unknown[] = Array.isArray(value) ? ownMembers(value, MAX_REPEATS) : [value];
    const items = members.flatMap((member) => fields.inner(member) ?? []);
    if (items.length > 0) return items;
  }
  return [];
}

function namesOf(element: Element): string[] {
  return (element.getAttribute('itemprop') ?? '').split(/\s+/).filter(Boolean);
}

/** Writes only what changes: an attribute that is written is a mutation that others hear of. */
function setHidden(element: Element, hidden: boolean): void {
  if (element.hasAttribute('hidden') !== hidden) element.toggleAttribute('hidden', hidden);
}
