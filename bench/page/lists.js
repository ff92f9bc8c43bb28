/** A list of the last messages: written by the elements, from a template, and by hand. */

/** What the chat demo has, file card and all. */
const templateOf = (max) => `<template data-peer-each="message" data-peer-max="${max}"><li>
  <b itemprop="name" dir="auto">Someone</b> <time itemprop="_time"></time>
  <span data-peer-when="_state=failed">not delivered</span>
  <p itemprop="text" dir="auto"></p> <p itemprop="data" dir="auto"></p>
  <figure itemprop="file" itemscope><img itemprop="url"><figcaption>
    <a itemprop="url"><bdi itemprop="name"></bdi></a> <data itemprop="size"></data>
    <span data-peer-when="state=receiving"><progress itemprop="progress"></progress></span>
  </figcaption></figure></li></template>`;

/** Puts the list of a chat into the page, below the style sheet. @returns {HTMLOListElement} */
function putList(inside, around = (log) => log) {
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/src/peer-elements.css' });
  document.head.append(sheet);
  document.body.innerHTML = around(`<div role="log" aria-label="Messages" tabindex="0"><ol>${inside}</ol></div>`);
  return document.querySelector('ol');
}

/**
 * A page without script: a node with that id, and a channel that listens, with the template.
 *
 * @returns {Promise<HTMLOListElement>} once the server knows the node
 */
export async function listOfElements(id, max) {
  const options = JSON.stringify({ config: { iceServers: [] } });
  const around = (log) =>
    `<peer-node peer-id="${id}" server="/peerjs" options='${options}'><peer-channel listen>${log}</peer-channel></peer-node>`;
  const opened = new Promise((resolve) => document.addEventListener('peer-open', resolve, { once: true }));
  const list = putList(templateOf(max), around);
  await import('/contenders/peer-elements.js');
  await opened;
  return list;
}

/**
 * What somebody writes who has no template: the same elements, filled as each message comes.
 *
 * @returns {{ list: HTMLOListElement, take: (message: { name: string, text: string }) => void }}
 */
export function listByHand(max) {
  const list = putList('');
  const format = new Intl.DateTimeFormat('en', { timeStyle: 'short' });
  const take = ({ name, text }) => {
    const item = document.createElement('li');
    const [from, time, words] = ['b', 'time', 'p'].map((tag) => document.createElement(tag));
    const now = new Date();
    from.innerText = name;
    time.innerText = format.format(now);
    time.dateTime = now.toISOString();
    words.innerText = text;
    item.append(from, ' ', time, ' ', words);
    list.append(item);
    if (list.children.length > max) list.firstElementChild.remove();
  };
  return { list, take };
}

/** Resolves when the last item of a list shows this text, and the page has been laid out. */
export function shownLast(list, text) {
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (list.querySelector('li:last-of-type p')?.textContent !== text) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(resolve));
    });
    observer.observe(list, { childList: true });
  });
}
