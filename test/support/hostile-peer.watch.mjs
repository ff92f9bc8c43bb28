/** What a page must stay whatever a remote sends: watched from within, with every change and not only at the end. */

/**
 * Runs in a page. From then on `window.watched.faults()` tells what has come to be that is neither in the page nor in one of
 * its templates: elements, attributes, addresses, prototypes, scripts that ran, and what a policy had to stop.
 */
export function watch() {
  /** What the elements may write into a stamp, besides what its template has: docs/html.md. */
  const WRITTEN = new Set([
    ...['hidden', 'href', 'src', 'rel', 'download', 'alt', 'datetime', 'value', 'id', 'commandfor'],
    ...['data-peer-from', 'data-peer-direction', 'state', 'incoming', 'profile', 'remote-id', 'error', 'open-count', 'current-id'],
    ...['ready', 'copied', 'shared', 'can-share'],
  ]);
  const MOST = 20;
  const found = new Set();
  const marks = new Set();
  const own = new WeakMap();
  /** Of each path of tags in a template the names of its attributes. */
  const shapes = new Map();
  const prototypes = [Object, Array, Function, String, Promise, Node, Element].map(({ prototype }) => [prototype, Reflect.ownKeys(prototype).length]);
  const { title, URL: address } = document;
  const fault = (text) => void (found.size < MOST && found.add(text));

  const pathOf = (element, root) => (element === root ? element.localName : `${pathOf(element.parentElement, root)}>${element.localName}`);
  const learn = (template) => {
    for (const root of template.content.children) {
      for (const element of [root, ...root.querySelectorAll('*')]) {
        const names = shapes.get(pathOf(element, root)) ?? new Set();
        shapes.set(pathOf(element, root), names);
        for (const name of element.getAttributeNames()) names.add(name);
        if (element.localName === 'template') learn(element);
      }
    }
  };
  for (const template of document.querySelectorAll('template')) learn(template);
  for (const element of document.querySelectorAll('*')) {
    if (!element.closest('[data-peer-direction]')) own.set(element, new Set(element.getAttributeNames()));
  }

  const isReceived = (value) => value.startsWith(`blob:${location.origin}/`);
  const check = (element) => {
    const root = element.closest('[data-peer-direction]');
    const names = root ? shapes.get(pathOf(element, root)) : own.get(element);
    if (!names) return fault(`an element ${element.outerHTML.slice(0, 200)}`);
    for (const name of element.getAttributeNames()) {
      if (!names.has(name) && !WRITTEN.has(name)) fault(`an attribute ${name} of ${element.localName}`);
    }
    if (!root) return;
    const { attributes } = element;
    const [href, src] = [attributes.href?.value, attributes.src?.value];
    if (src !== undefined && !isReceived(src)) fault(`src=${src}`);
    if (href === undefined) return;
    const isSafe = isReceived(href) ? element.hasAttribute('download') : /^(?:https?:|mailto:)/.test(href);
    if (!isSafe || !['noopener', 'noreferrer'].every((relation) => element.relList.contains(relation))) fault(`href=${href}`);
  };
  const checkAll = (element) => [element, ...element.querySelectorAll('*')].forEach(check);

  const observer = new MutationObserver((records) => look(records));
  const look = (records) => {
    for (const { type, target, addedNodes } of records) {
      // What was taken out again cannot be told from where it was.
      if (type === 'attributes') {
        if (target.isConnected) check(target);
      } else {
        for (const node of addedNodes) if (node instanceof Element && node.isConnected) checkAll(node);
      }
    }
  };
  observer.observe(document, { subtree: true, childList: true, attributes: true });
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => fault(`${violatedDirective} stopped ${blockedURI}`));
  document.addEventListener('channel-data', ({ data }) => marks.add(data?.mark), { capture: true });

  const stamps = () => [...document.querySelectorAll('[data-peer-direction]')];
  let before = new Set();

  window.watched = {
    begin: () => void (before = new Set(stamps())),
    shown: () => stamps().filter((stamp) => !before.has(stamp)).map(({ textContent }) => textContent).join('\n'),
    hasHeard: (mark) => marks.has(mark),
    faults() {
      look(observer.takeRecords());
      checkAll(document.documentElement);
      for (const [prototype, count] of prototypes) if (Reflect.ownKeys(prototype).length !== count) fault(`a prototype of ${prototype.constructor.name}`);
      if ('hacked' in window || localStorage.getItem('hacked') !== null) fault('a script ran');
      if (document.title !== title || document.URL !== address) fault(`title or address: ${document.title} ${document.URL}`);
      return [...found];
    },
  };
}
