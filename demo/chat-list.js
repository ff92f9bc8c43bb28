/** The chat's list of messages: made from the templates in chat.html, filled in by `textContent` only. */

/** Older messages go, and their files with them. */
const MAX_MESSAGES = 200;
/** What `maxlength` in chat.html says; another program may send more. */
const MAX_TEXT = 10_000;
/** Who is no further from the end than this, in pixels, is shown what comes; who has scrolled back is left in peace. */
const NEAR_END = 100;

const stage = document.getElementById('stage');
const messages = document.getElementById('messages');

export function showText(who, words) {
  const item = newItem('message', who);
  item.querySelector('.text').textContent = words.length > MAX_TEXT ? `${words.slice(0, MAX_TEXT)} …` : words;
  show(item);
}

export function showNote(words) {
  showText('', words);
}

/** One item, made from a template and not shown yet. */
export function newItem(template, who) {
  const item = document.getElementById(template).content.firstElementChild.cloneNode(true);
  item.className = who ? who.toLowerCase() : 'note';
  item.querySelector('.who').textContent = who;
  item.querySelector('time').textContent = new Date().toLocaleTimeString([], { timeStyle: 'short' });
  return item;
}

export function show(item) {
  const { scrollTop, clientHeight, scrollHeight } = stage;
  const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
  messages.append(item);
  while (messages.children.length > MAX_MESSAGES && forgetOldest());
  if (atEnd || item.className === 'you') stage.scrollTop = stage.scrollHeight;
}

/** A file that is on its way stays. False where nothing else is left. */
function forgetOldest() {
  const item = messages.querySelector('li:not([data-state="pending"], [data-state="active"])');
  const href = item?.querySelector('a')?.href;
  if (href) URL.revokeObjectURL(href);
  item?.remove();
  return Boolean(item);
}
