/** The chat's list of messages: made from the templates in chat.html, filled in by `textContent` only. */
import { sizeInWords } from './chat-files.js';

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
  return show(item);
}

export function showNote(words) {
  return showText('', words);
}

export function showFile(who, file) {
  const item = newItem('file', who);
  const [anchor, preview] = [item.querySelector('a'), item.querySelector('img')];
  anchor.href = URL.createObjectURL(file);
  anchor.download = file.name;
  item.querySelector('.name').textContent = file.name;
  item.querySelector('.size').textContent = sizeInWords(file.size);
  item.querySelector('.size').value = file.size;
  item.querySelector('progress').ariaLabel = `Sending ${file.name}`;
  preview.hidden = !file.type.startsWith('image/');
  preview.onerror = () => (preview.hidden = true);
  if (!preview.hidden) preview.src = anchor.href;
  return show(item);
}

function newItem(template, who) {
  const item = document.getElementById(template).content.firstElementChild.cloneNode(true);
  item.className = who ? who.toLowerCase() : 'note';
  item.querySelector('.who').textContent = who;
  item.querySelector('time').textContent = new Date().toLocaleTimeString([], { timeStyle: 'short' });
  return item;
}

function show(item) {
  const { scrollTop, clientHeight, scrollHeight } = stage;
  const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
  messages.append(item);
  while (messages.children.length > MAX_MESSAGES) forget(messages.firstElementChild);
  if (atEnd || item.className === 'you') stage.scrollTop = stage.scrollHeight;
  return item;
}

function forget(item) {
  const href = item.querySelector('a')?.href;
  if (href) URL.revokeObjectURL(href);
  item.remove();
}
