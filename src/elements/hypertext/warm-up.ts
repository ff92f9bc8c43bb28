import { timeText } from './words.js';

let isWarm = false;
let isDue = false;

/**
 * Makes what the first message would else wait for: the first formatter of times in a page takes as long as a frame or two, or three
 * on a slow machine. Nothing where no template of the document shows a time. Idempotent.
 */
export function warmUp(): void {
  if (isWarm || !showsTimes()) return;
  isWarm = true;
  timeText(new Date());
}

/** The same, once the page has nothing better to do: it need not be in the way of a channel that opens. Idempotent. */
export function warmUpWhenIdle(): void {
  if (isWarm || isDue) return;
  isDue = true;
  const due = (): void => {
    isDue = false;
    warmUp();
  };
  // Safari has no such callback.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(due);
  else setTimeout(due);
}

function showsTimes(): boolean {
  const templates = [...document.querySelectorAll<HTMLTemplateElement>('template[data-peer-each="message"]')];
  return templates.some((template) => [template, template.content].some((root) => root.querySelector('time') !== null));
}
