/** The events of an element, as they come. */

/** No more than so many are kept: progress of a file comes twenty times a second. */
const KEPT = 200;
/** Longer details are cut: a message may be as large as the page's memory. */
const DETAIL_LENGTH = 300;

/** @param {{ events: { name: string }[] }} declaration */
export function logEvents(list, element, { events }) {
  for (const { name } of events) {
    element.addEventListener(name, (event) => {
      if (event.target !== element) return;
      const entry = document.createElement('li');
      const [time, title, detail] = ['time', 'b', 'span'].map((tag) => document.createElement(tag));
      time.textContent = new Date().toLocaleTimeString();
      title.textContent = name;
      detail.textContent = detailOf(event);
      entry.append(time, ' ', title, ' ', detail);
      list.prepend(entry);
      while (list.childElementCount > KEPT) list.lastElementChild.remove();
    });
  }
}

/** The event's own fields, in words. */
function detailOf(event) {
  const fields = Object.getOwnPropertyNames(event).filter((name) => name !== 'isTrusted');
  return fields.map((name) => `${name}: ${wordsOf(event[name])}`).join(', ').slice(0, DETAIL_LENGTH);
}

function wordsOf(value) {
  if (value instanceof Error) return `${value.type} (${value.message})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer of ${value.byteLength} bytes`;
  if (typeof value === 'function') return 'a function';
  // Of the engine: it points back at all there is.
  if (value?.provider) return `connection ${value.connectionId}`;
  if (value?.finished) return `"${value.name}", ${value.transferred} of ${value.size ?? '?'} bytes, ${value.state}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
