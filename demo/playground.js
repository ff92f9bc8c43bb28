/** The playground: what is set becomes attributes of living elements; their markup, state and events are shown. */
import { showControls } from './playground-controls.js';
import { logEvents } from './playground-log.js';
import { markupOf } from './playground-markup.js';

const byId = (id) => document.getElementById(id);
const stage = byId('stage');
// They begin when they are put into the page: not before somebody listens.
const content = document.importNode(stage.querySelector('template').content, true);
const [node, channel] = [content.querySelector('peer-node'), content.querySelector('peer-channel')];
const elements = [node, channel];

const response = await fetch('../custom-elements.json');
const manifest = (await response.json()).modules.flatMap((module) => module.declarations ?? []);
const declarationOf = (element) => manifest.find(({ tagName }) => tagName === element.localName);

for (const element of elements) {
  showControls(byId('settings'), element, declarationOf(element));
  logEvents(byId('log'), element, declarationOf(element));
}

/** The attributes that an element writes itself, as a table. */
function showState() {
  byId('markup').textContent = markupOf(node);
  const rows = elements.flatMap((element) =>
    declarationOf(element)
      .attributes.filter(({ description }) => description.startsWith('Read-only'))
      .map(({ name }) => [element.localName, name, element.getAttribute(name)]),
  );
  const table = document.createElement('table');
  for (const [tag, name, value] of rows) {
    const row = table.insertRow();
    row.append(cell('th', `${tag} `, name), cell('td', value === '' ? 'true' : (value ?? '–')));
  }
  byId('state').replaceChildren(table);
}

function cell(tag, ...texts) {
  const element = document.createElement(tag);
  if (tag === 'th') element.scope = 'row';
  element.append(...texts);
  return element;
}

new MutationObserver(showState).observe(stage, { attributes: true, subtree: true, childList: true });
stage.replaceChildren(node);

byId('call').onclick = () => {
  const partner = byId('partner').currentId;
  if (!partner) return;
  const field = byId('settings').elements['peer-channel to'];
  field.value = partner;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  channel.connect();
};
byId('close').onclick = () => channel.close();
byId('reconnect').onclick = () => (node.state === 'closed' ? node.open() : node.reconnect());
byId('reload').onclick = () => {
  node.remove();
  setTimeout(() => stage.append(node));
};
byId('clear').onclick = () => byId('log').replaceChildren();
byId('copy').onclick = async () => {
  const copied = await navigator.clipboard?.writeText(markupOf(node)).then(() => true, () => false);
  byId('copied').textContent = copied ? 'Copied.' : 'The browser did not let it be copied.';
};

byId('settings').onsubmit = (event) => event.preventDefault();
byId('send').onsubmit = (event) => {
  event.preventDefault();
  channel.send(valueOf(event.target.message.value));
};
byId('send').file.onchange = ({ target }) => {
  for (const file of target.files) channel.transfer(file);
  target.value = '';
};

/** What is JSON is sent as that; the rest as the text that it is. */
function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
