import { passFocusOn } from './focus.js';
import { holderOf, propertyAt } from './properties.js';
import { Terms } from './terms.js';

/** What marks an element that shows something of the page. */
export const BOUND = '[data-peer-when],[data-peer-text],[data-peer-count]';
/** The attributes that such an element depends on; `hidden` and `value`, because others may write them too. */
export const BOUND_ATTRIBUTES = ['data-peer-when', 'data-peer-text', 'data-peer-count', 'hidden', 'value'];

/** What text bound elements show, and what they say where there is nothing to show. */
const shownTexts = new WeakMap<Element, { shown: string; fallback: string }>();

/** Counts the stamped messages inside a holder that match. */
export type Counter = (holder: Element, terms: Terms) => number;

/** Brings an element that shows something of the page into line with it. A template shows nothing. */
export function refreshElement(element: Element, count: Counter): void {
  if (!(element instanceof HTMLElement) || element instanceof HTMLTemplateElement) return;
  const condition = element.getAttribute('data-peer-when');
  if (condition !== null) setHidden(element, !new Terms(condition).holds((name) => propertyAt(element, name)));
  const name = element.getAttribute('data-peer-text');
  if (name !== null) showText(element, propertyAt(element, name.trim()));
  const counted = element.getAttribute('data-peer-count');
  const holder = counted === null ? undefined : holderOf(element);
  if (counted !== null && holder) showCount(element, count(holder, new Terms(counted)));
}

function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hasAttribute('hidden') === hidden) return;
  if (hidden) passFocusOn(element);
  element.toggleAttribute('hidden', hidden);
}

function showText(element: HTMLElement, value: unknown): void {
  const known = shownTexts.get(element);
  // What others have written is the page's own text: its source, a morph of it, or a translation.
  const fallback = known?.shown === element.textContent ? known.fallback : element.textContent;
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  const shown = text || fallback;
  shownTexts.set(element, { shown, fallback });
  setText(element, shown);
}

function showCount(element: HTMLElement, count: number): void {
  if (element instanceof HTMLMeterElement) {
    if (element.getAttribute('value') !== String(count)) element.setAttribute('value', String(count));
    return;
  }
  if (element instanceof HTMLDataElement && element.value !== String(count)) element.value = String(count);
  setText(element, String(count));
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
