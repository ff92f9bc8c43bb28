/** What is done to the demos, and asked of them, beyond what every page without script has. */
import assert from 'node:assert/strict';

/** More presses of Tab than a demo has stops. */
const MOST_STOPS = 40;

/** What has the focus, as a selector would say it: `body` where it is lost. */
export function focused({ page }) {
  return page.evaluate(() => {
    const { activeElement } = document;
    if (!activeElement) return 'nothing';
    const { localName, name, id } = activeElement;
    const words = activeElement.getAttribute('command') ?? activeElement.getAttribute('aria-labelledby') ?? name ?? id;
    return words ? `${localName} ${words}` : localName;
  });
}

/** Presses Tab, or Shift and Tab where it comes before, until an element that matches has the focus. */
export async function tabTo({ page }, selector) {
  await page.bringToFront();
  await page.waitForSelector(selector);
  // Never beyond the end of the page: there the browser's own buttons come, and have the keys from then on.
  const [isThere, isBefore] = await page.evaluate((wanted) => {
    const place = document.activeElement.compareDocumentPosition(document.querySelector(wanted));
    return [document.activeElement.matches(wanted), Boolean(place & Node.DOCUMENT_POSITION_PRECEDING)];
  }, selector);
  if (isThere) return;
  const stops = [];
  if (isBefore) await page.keyboard.down('Shift');
  try {
    while (stops.length < MOST_STOPS) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      stops.push(await focused({ page }));
    }
  } finally {
    if (isBefore) await page.keyboard.up('Shift');
  }
  assert.fail(`Tab does not reach ${selector}, but ${[...new Set(stops)].join(', ')}.`);
}

/** Goes to a button by Tab, and presses it by a key. */
export async function presses(visitor, selector, key = 'Enter') {
  await tabTo(visitor, selector);
  await visitor.page.keyboard.press(key);
}

/** Goes to a field by Tab, and types. */
export async function types(visitor, selector, words) {
  await tabTo(visitor, selector);
  await visitor.page.keyboard.type(words);
}

/** The focus comes to be on an element that matches. */
export async function hasFocus({ page }, selector) {
  await page.bringToFront();
  await page
    .waitForFunction((wanted) => document.activeElement?.matches(wanted) ?? false, { polling: 50 }, selector)
    .catch(async (cause) => {
      throw new Error(`"${await focused({ page })}" has the focus, not ${selector}.`, { cause });
    });
}

/** What the page says of how it stands: the visible status lines that are not empty. */
export function says({ page }) {
  return page.$$eval('[role=status]', (lines) =>
    lines.filter((line) => line.checkVisibility()).map(({ innerText }) => innerText.replace(/\s+/g, ' ').trim()).filter(Boolean),
  );
}

/** The one thing that the page says comes to be like this. */
export async function isTold(visitor, words) {
  await visitor.page.bringToFront();
  await visitor.page
    .waitForFunction(
      (source) =>
        [...document.querySelectorAll('[role=status]')].some(
          (line) => line.checkVisibility() && new RegExp(source).test(line.innerText.replace(/\s+/g, ' ')),
        ),
      { polling: 100 },
      words.source,
    )
    .catch(async (cause) => {
      throw new Error(`It says "${(await says(visitor)).join('", "')}", and not ${words}.`, { cause });
    });
}

/** The ways in which a node and a channel can stand. */
export const NODE_STATES = [
  ['connecting'],
  ['open'],
  ['disconnected', 'network'],
  ['closed'],
  ...['browser-incompatible', 'server-error', 'unavailable-id', 'webrtc'].map((error) => ['closed', error]),
];
export const CHANNEL_STATES = [
  ['idle'],
  ['connecting'],
  ['open'],
  ['open', 'message-too-big'],
  ['open', 'not-open'],
  ['interrupted'],
  ['closed'],
  ...['peer-unavailable', 'refused', 'timeout', 'negotiation-failed', 'network', 'webrtc'].map((error) => ['closed', error]),
];

/** Has a page look as if its node, or its channel, stood so: what depends on it is asked again. */
export function pretend({ page }, tag, [state, error]) {
  return page.evaluate(
    (name, pretended) => {
      const element = document.querySelector(name);
      Object.defineProperty(element, 'state', { configurable: true, get: () => pretended.state });
      const error = pretended.error ? { type: pretended.error } : null;
      Object.defineProperty(element, 'error', { configurable: true, get: () => error });
      // An attribute that others have written over is brought into line.
      for (const bound of document.querySelectorAll('[data-peer-when]')) bound.toggleAttribute('hidden');
      return new Promise((resolve) => setTimeout(resolve));
    },
    tag,
    { state, error },
  );
}
