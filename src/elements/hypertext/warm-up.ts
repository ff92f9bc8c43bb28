import { timeText } from './words.js';

let isWarm = false;

/**
 * Makes what the first message would else wait for, to be called when a channel opens: the first formatter of times in a page
 * takes as long as a frame or two. Nothing where no template of the document shows a time. Idempotent.
 */
export function warmUp(): void {
  if (isWarm || !showsTimes()) return;
  isWarm = true;
  timeText(new Date());
}

function showsTimes(): boolean {
  const templates = [...document.querySelectorAll<HTMLTemplateElement>('template[data-peer-each="message"]')];
  return templates.some((template) => [template, template.content].some((root) => root.querySelector('time') !== null));
}
