import { expect } from '@open-wc/testing';
import { PeerChannel, PeerInvite, PeerNode } from '../../../src/index.js';
import { OURS, cleanPage, converse, ended, makeChannel, makeNode, mount, next, openNode, opened, reached, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

interface Entry {
  readonly name: string;
  readonly description?: string;
  readonly type?: { readonly text: string };
  readonly fieldName?: string;
}

/** What `custom-elements.json` says of an element. */
interface Declaration {
  readonly tagName: string;
  readonly attributes: readonly Entry[];
  readonly events: readonly Entry[];
  readonly commands: readonly Entry[];
  readonly cssStates: readonly Entry[];
  readonly cssParts?: readonly Entry[];
  readonly cssProperties?: readonly Entry[];
  readonly slots?: readonly Entry[];
  readonly members: readonly (Entry & { readonly kind: string; readonly static?: boolean })[];
}

type Tag = 'peer-node' | 'peer-channel' | 'peer-invite';
type PeerElement = PeerNode | PeerChannel | PeerInvite;

const CLASSES = { 'peer-node': PeerNode, 'peer-channel': PeerChannel, 'peer-invite': PeerInvite };
const TAGS = Object.keys(CLASSES) as Tag[];

/** What has been seen of the elements of a tag: names of events, attributes and states. */
interface Seen {
  readonly events: Set<string>;
  readonly attributes: Set<string>;
  readonly states: Set<string>;
}

/** An attribute that only the element writes. */
function isReadOnly({ description }: Entry): boolean {
  return /^Read-only\b/.test(description ?? '');
}

function names(entries: readonly Entry[] | undefined): string[] {
  return (entries ?? []).map(({ name }) => name).sort();
}

/** A text for an attribute of that type, and what its property is then. */
function sample(type: string): [text: string, value: unknown] {
  if (type === 'boolean') return ['', true];
  if (type === 'number') return ['3', 3];
  if (type === 'object') return ['{"debug":1}', { debug: 1 }];
  if (type === 'array') return ['[]', []];
  return ['sample', 'sample'];
}

/** Does all that elements fire an event for, without anybody else's help. */
async function everything(look: (element: PeerElement) => void): Promise<void> {
  // Not begun, called, talking, interrupted, and at an end.
  const channel = makeChannel();
  const node = mount(makeNode({ manual: true }, channel));
  look(node);
  look(channel);
  const { host, guest, called, calling } = await converse(OURS.Engine);
  const data = next(called, 'channel-data');
  void calling.send('Hello');
  await data;
  const offer = next(called, 'channel-transfer');
  const outgoing = calling.transfer(new Blob(['Hello']));
  await (await offer).transfer.blob();
  await ended(outgoing);
  const interrupted = reached(calling, 'interrupted');
  calling.connection?.peerConnection?.close();
  await interrupted;
  await opened(calling);
  const closed = next(calling, 'channel-close');
  called.close();
  await closed;
  void calling.send('too late');

  // An address is given out.
  const invite = document.createElement('peer-invite');
  invite.href = '#peer';
  host.append(invite);
  await invite.updateComplete;
  await invite.copy();
  await invite.share();
  invite.remove();
  await invite.copy();

  // The server is left, then the network; and one that cannot start.
  host.disconnect();
  guest.close();
  const wrong = mount(makeNode({ manual: true, server: 'ftp://peers.example' }));
  await wrong.updateComplete;
  wrong.open();
}

describe('custom-elements.json', () => {
  cleanPage();

  let declarations: Record<Tag, Declaration>;
  const seen = Object.fromEntries(TAGS.map((tag) => [tag, { events: new Set(), attributes: new Set(), states: new Set() }])) as unknown as Record<Tag, Seen>;

  before(async () => {
    const manifest = (await (await fetch('/custom-elements.json')).json()) as { modules: { declarations?: Declaration[] }[] };
    const all = manifest.modules.flatMap((module) => module.declarations ?? []);
    declarations = Object.fromEntries(TAGS.map((tag) => [tag, all.find(({ tagName }) => tagName === tag)])) as Record<Tag, Declaration>;

    const look = (element: PeerElement): void => {
      const { attributes, states } = seen[element.localName as Tag];
      for (const name of element.getAttributeNames()) attributes.add(name);
      for (const { name } of declarations[element.localName as Tag].cssStates) if (element.matches(`:state(${name})`)) states.add(name);
      if ('state' in element) states.add(element.state);
    };
    const pretended = { clipboard: { writeText: () => Promise.resolve() }, share: () => Promise.resolve() };
    for (const [name, value] of Object.entries(pretended)) Object.defineProperty(navigator, name, { value, configurable: true });
    const { dispatchEvent } = EventTarget.prototype;
    EventTarget.prototype.dispatchEvent = function (event) {
      const element = this as PeerElement;
      if (element instanceof Element && element.localName in CLASSES) {
        seen[element.localName as Tag].events.add(event.type);
        look(element);
      }
      return dispatchEvent.call(this, event);
    };
    try {
      await everything(look);
    } finally {
      EventTarget.prototype.dispatchEvent = dispatchEvent;
      for (const name of Object.keys(pretended)) delete (navigator as unknown as Record<string, unknown>)[name];
    }
  });

  for (const tag of TAGS) {
    it(`lists every event of <${tag}>, and none that it does not fire`, () => {
      expect([...seen[tag].events].sort()).to.deep.equal(names(declarations[tag].events));
    });

    it(`lists every attribute of <${tag}>, and none that it does not know`, () => {
      // Every element has an id; a node only watches its own. The other is a server's to write, for whoever binds.
      const observed = CLASSES[tag].observedAttributes.filter((name) => name !== 'id' && name !== 'defer-hydration');
      expect([...new Set(observed)].sort()).to.deep.equal(names(declarations[tag].attributes));
    });

    it(`names the property that each attribute of <${tag}> sets`, async () => {
      for (const { name, type, fieldName } of declarations[tag].attributes.filter((attribute) => !isReadOnly(attribute))) {
        const element = document.createElement(tag) as PeerElement & Record<string, unknown>;
        if (name === 'node') {
          const node = mount(makeNode({ id: uniqueId('node'), manual: true }));
          element.setAttribute(name, node.id);
          mount(element);
          await element.updateComplete;
          expect(element[fieldName ?? ''] === node, name).to.equal(true);
          continue;
        }
        const [text, value] = sample(type?.text ?? '');
        expect(element[fieldName ?? ''], `${name} before`).to.not.deep.equal(value);
        element.setAttribute(name, text);
        expect(element[fieldName ?? ''], name).to.deep.equal(value);
      }
    });

    it(`calls attributes of <${tag}> read-only that show something, and that others cannot write`, async () => {
      const readOnly = declarations[tag].attributes.filter(isReadOnly);
      expect(readOnly.map(({ name }) => name).filter((name) => !seen[tag].attributes.has(name))).to.deep.equal([]);
      const element = mount(Object.assign(document.createElement(tag), { manual: true })) as PeerElement;
      await element.updateComplete;
      for (const { name, fieldName } of readOnly) {
        const before = element.getAttribute(name);
        element.setAttribute(name, 'forged');
        await task();
        expect(element.getAttribute(name), name).to.equal(before);
        expect(() => Object.assign(element, { [fieldName ?? '']: 'forged' }), fieldName).to.throw(TypeError);
      }
    });

    it(`lists every state of <${tag}>, and none that it is never in`, () => {
      expect([...seen[tag].states].sort()).to.deep.equal(names(declarations[tag].cssStates));
    });

    it(`lists members that <${tag}> has`, () => {
      const element = document.createElement(tag) as PeerElement & Record<string, unknown>;
      for (const { name, kind, static: isStatic } of declarations[tag].members) {
        if (kind === 'method') expect(isStatic ? (CLASSES[tag] as unknown as Record<string, unknown>)[name] : element[name], name).to.be.a('function');
        else expect(name in element, name).to.equal(true);
      }
    });

    it(`lists commands that <${tag}> obeys`, () => {
      const element = mount(Object.assign(document.createElement(tag), { id: uniqueId(tag), manual: true })) as PeerElement & Record<string, unknown>;
      const button = mount(document.createElement('button'));
      button.setAttribute('commandfor', element.id);
      for (const { name } of declarations[tag].commands) {
        let obeyed = false;
        // A message that nobody can have is an error.
        (element as HTMLElement).addEventListener('channel-error', ({ error }) => (obeyed = name === '--send' && error.type === 'not-open'));
        if (name !== '--send') element[name.slice(2)] = () => (obeyed = true);
        button.setAttribute('command', name);
        button.value = 'Hello';
        button.click();
        expect(obeyed, name).to.equal(true);
      }
    });
  }

  it('lists slot, part and property of the shadow root that there is', async () => {
    expect([document.createElement('peer-node'), document.createElement('peer-channel')].map((element) => mount(element).shadowRoot)).to.deep.equal([null, null]);
    const { slots, cssParts, cssProperties } = declarations['peer-invite'];
    const invite = Object.assign(document.createElement('peer-invite'), { href: '#peer', qr: true });
    const node = await openNode({}, invite);
    await invite.updateComplete;
    const root = invite.shadowRoot as ShadowRoot;
    expect([...root.querySelectorAll('slot')].map(({ name }) => name).sort()).to.deep.equal(names(slots));
    expect([...root.querySelectorAll('[part]')].flatMap((element) => [...element.part]).sort()).to.deep.equal(names(cssParts));
    const code = root.querySelector('[part=qr]') as Element;
    for (const name of names(cssProperties)) {
      const before = code.getBoundingClientRect().width;
      node.style.setProperty(name, '300px');
      expect([before, code.getBoundingClientRect().width], name).to.deep.equal([160, 300]);
    }
  });
});
