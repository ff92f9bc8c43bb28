/** A file in the chat's list: how far it is, the buttons to stop, take or decline it, and the link once it is here. */
import { ASK_ABOVE, baseName, harmless, sizeInWords } from './chat-files.js';
import { newItem, show } from './chat-list.js';

/** How often a screen reader is told how far a file is, in ms. */
const NEWS_INTERVAL = 10_000;

/** The items of the files on their way. */
const items = new Map();

/** A file that came as a message: whole. */
export function showFile(who, file) {
  const item = newFile(who, file.name, file.type);
  offer(item, file);
  finish(item, 'complete', sizeInWords(file.size), file.size);
  show(item);
}

/** A file that this page sends. */
export function showOutgoing(transfer, file, { stoppable }) {
  const own = harmless(file, file.name, file.type);
  const item = newTransfer('You', transfer, own.type, stoppable);
  offer(item, own);
  showProgress(transfer);
  show(item);
}

/** A file that the friend sends. It is taken at once, unless it is large, or may be: then the person is asked. */
export function showIncoming(transfer) {
  // Only what is harmless as an image gets the place of one.
  const item = newTransfer('Friend', transfer, harmless('', '', transfer.type).type, true);
  const take = () => {
    delete item.dataset.asks;
    transfer.blob().then((blob) => offer(item, harmless(blob, transfer.name, transfer.type)), () => undefined);
    showProgress(transfer);
  };
  const asks = transfer.size === undefined || transfer.size > ASK_ABOVE;
  if (asks) item.dataset.asks = '';
  item.asked = asks;
  item.querySelector('.accept').addEventListener('click', () => keepFocus(item, take));
  item.querySelector('.decline').addEventListener('click', () => stop(item, transfer, 'Declined'));
  if (asks) showProgress(transfer);
  else take();
  show(item);
}

/** To be called whenever more of a transfer has arrived, and at its end. */
export function showProgress(transfer) {
  const item = items.get(transfer);
  if (!item) return;
  const { state, size, transferred, incoming } = transfer;
  item.dataset.state = state;
  if (state === 'complete') return finish(item, state, sizeInWords(transferred), transferred);
  if (state === 'aborted') return finish(item, state, endInWords(item, transfer), 0);
  // It says that it is small, and is not.
  if (incoming && !item.asked && transferred > ASK_ABOVE) return transfer.abort();
  const bar = item.querySelector('progress');
  // A message has no progress until it has left.
  if (size === undefined || item.dataset.stoppable === undefined) bar.removeAttribute('value');
  else [bar.max, bar.value] = [size || 1, transferred];
  item.querySelector('.size').textContent = stateInWords(item, transfer);
  if (state === 'active' && size && performance.now() - item.told > NEWS_INTERVAL) tell(item, `${percent(transfer)} percent`);
}

function newFile(who, name, type) {
  const item = newItem('file', who);
  item.querySelector('.name').textContent = baseName(name);
  item.querySelector('.preview').hidden = !type.startsWith('image/');
  return item;
}

function newTransfer(who, transfer, type, stoppable) {
  const item = newFile(who, transfer.name || undefined, type);
  const name = item.querySelector('.name').textContent;
  item.told = performance.now();
  if (stoppable) item.dataset.stoppable = '';
  item.querySelector('progress').ariaLabel = `${who === 'You' ? 'Sending' : 'Receiving'} ${name}`;
  for (const [button, does] of Object.entries({ stop: 'Cancel', accept: 'Accept', decline: 'Decline' })) {
    item.querySelector(`.${button}`).ariaLabel = `${does} ${name}`;
  }
  item.querySelector('.stop').addEventListener('click', () => stop(item, transfer, 'Cancelled'));
  items.set(transfer, item);
  return item;
}

/** Makes the item a link to its file. */
function offer(item, file) {
  const [link, image] = [item.querySelector('a'), item.querySelector('img')];
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  if (item.querySelector('.preview').hidden) return;
  image.onerror = () => (image.hidden = true);
  image.hidden = false;
  image.src = link.href;
}

function stop(item, transfer, words) {
  item.ended = words;
  keepFocus(item, () => transfer.abort());
}

/** It has ended: there is nothing more to stop, take or decline. */
function finish(item, state, words, size) {
  for (const [transfer, each] of items) if (each === item) items.delete(transfer);
  const moved = item.dataset.state !== undefined;
  keepFocus(item, () => {
    item.dataset.state = state;
    delete item.dataset.asks;
  });
  item.querySelector('.size').value = size;
  item.querySelector('.size').textContent = words;
  if (moved) tell(item, state === 'complete' ? 'complete' : words);
}

/** A button that goes leaves the focus to what is there instead. */
function keepFocus(item, change) {
  const had = item.contains(document.activeElement);
  change();
  if (!had || document.activeElement?.checkVisibility({ visibilityProperty: true })) return;
  const next = [...item.querySelectorAll('button, a[href]')].find((each) => each.checkVisibility({ visibilityProperty: true }));
  (next ?? document.getElementById('stage')).focus({ preventScroll: true });
}

function stateInWords(item, transfer) {
  const { state, size, transferred, incoming } = transfer;
  const all = size === undefined ? 'Size unknown' : sizeInWords(size);
  if (item.dataset.asks !== undefined) return `${all}. Do you want it?`;
  if (state === 'pending') return incoming ? all : 'Waiting for your friend';
  if (item.dataset.stoppable === undefined) return `Sending ${all} …`;
  if (size === undefined) return `${sizeInWords(transferred)} so far`;
  return `${sizeInWords(transferred)} of ${all} · ${percent(transfer)} %`;
}

function endInWords(item, { error, incoming }) {
  if (item.ended) return item.ended;
  if (error.type === 'refused') return 'Your friend has declined it';
  if (error.type !== 'transfer-aborted' || error.cause) return incoming ? 'Not received: connection lost' : 'Not sent';
  return incoming ? 'Your friend has cancelled it' : 'Your friend has stopped it';
}

function percent({ progress }) {
  return Math.floor(progress * 100);
}

/** Says something of a file to who cannot see it. */
function tell(item, words) {
  item.told = performance.now();
  document.getElementById('news').textContent = `${item.querySelector('.name').textContent}: ${words}`;
}
