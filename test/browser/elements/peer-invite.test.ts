import { expect } from '@open-wc/testing';
import { PeerInvite, PeerNode } from '../../../src/index.js';
import { MARKUP, cleanPage, makeNode, markup, mount, openNode, opened, reached, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';
import { drawn, read, seen } from '../../support/qr.js';

const START = location.href;
const [PAGE] = location.href.split('#') as [string];

/** An invitation that is not in the page yet, with a link in it. */
function makeInvite(attributes: Record<string, string> = { href: '#peer' }, content = '<a>Link</a>'): PeerInvite {
  const invite = document.createElement('peer-invite');
  for (const [name, value] of Object.entries(attributes)) invite.setAttribute(name, value);
  invite.innerHTML = content;
  return invite;
}

/** An invitation within an open node. */
async function openInvite(attributes?: Record<string, string>, content?: string): Promise<{ node: PeerNode; invite: PeerInvite; link: HTMLAnchorElement }> {
  const invite = makeInvite(attributes, content);
  const node = await openNode({}, invite);
  return { node, invite, link: invite.querySelector('a') as HTMLAnchorElement };
}

/** Waits until the link has this address, or for null none. */
function linked(link: Element, href: string | null): Promise<true> {
  return seen(link, () => link.getAttribute('href') === href);
}

function event<E extends Event>(target: EventTarget, type: string): Promise<E> {
  return new Promise((resolve) => target.addEventListener(type, (event) => resolve(event as E), { once: true }));
}

/** What the browser has in place of the real thing, until the test is over. */
function pretend(name: 'clipboard' | 'share', value: unknown): void {
  Object.defineProperty(navigator, name, { value, configurable: true });
}

function restore(): void {
  for (const name of ['clipboard', 'share']) delete (navigator as unknown as Record<string, unknown>)[name];
  history.replaceState(null, '', START);
}

describe('<peer-invite>', () => {
  cleanPage();
  afterEach(restore);

  it('has the address in its link while its node has an id', async () => {
    const invite = makeInvite({ href: '#peer' }, '<p><a href="old.html">Link</a> <a href="other.html">Other</a></p>');
    const link = invite.querySelector('a') as HTMLAnchorElement;
    const node = mount(makeNode({ manual: true, peerId: uniqueId() }, invite));
    await invite.updateComplete;
    expect([link.hasAttribute('href'), invite.ready, invite.url, invite.hasAttribute('ready')]).to.deep.equal([false, false, null, false]);
    node.open();
    await opened(node);
    const url = `${PAGE}#peer=${node.currentId}`;
    expect([link.href, invite.ready, invite.url, invite.hasAttribute('ready'), invite.matches(':state(ready)')]).to.deep.equal([url, true, url, true, true]);
    node.disconnect();
    await reached(node, 'disconnected');
    expect(link.href, 'while the server is lost').to.equal(url);
    node.close();
    expect([link.hasAttribute('href'), invite.ready, invite.url, invite.hasAttribute('ready'), invite.matches(':state(ready)')]).to.deep.equal([false, false, null, false, false]);
    expect(invite.querySelectorAll('a')[1]?.getAttribute('href')).to.equal('other.html');
  });

  it('keeps the other parameters of the page, and follows them', async () => {
    history.replaceState(null, '', '#x=1&peer=somebody&section');
    const { node, link } = await openInvite();
    expect(link.href).to.equal(`${PAGE}#x=1&section&peer=${node.currentId}`);
    location.hash = '#y=2';
    await linked(link, `${PAGE}#y=2&peer=${node.currentId}`);
  });

  it('leads to another page, resolved against the base of this one', async () => {
    const { node, invite, link } = await openInvite({ href: 'guest.html?room=1#peer' });
    expect(link.href).to.equal(new URL(`guest.html?room=1#peer=${node.currentId}`, document.baseURI).href);
    invite.href = 'https://a.example/?peer';
    await invite.updateComplete;
    expect(link.href).to.equal(`https://a.example/?peer=${node.currentId}`);
    invite.removeAttribute('href');
    await invite.updateComplete;
    expect([link.hasAttribute('href'), invite.ready]).to.deep.equal([false, false]);
  });

  it('has no address under another protocol, or without a parameter: the console says so once', async () => {
    const { warn } = console;
    const said: unknown[][] = [];
    console.warn = (...words: unknown[]) => void said.push(words);
    try {
      const { invite, link } = await openInvite({ href: 'javascript:alert(1)#peer' });
      for (const href of ['javascript:alert(2)?peer', 'data:text/html,x#peer', 'guest.html']) {
        invite.href = href;
        await invite.updateComplete;
        await invite.copy();
        expect([link.hasAttribute('href'), invite.ready]).to.deep.equal([false, false]);
      }
    } finally {
      console.warn = warn;
    }
    expect(said.map(String).map((text) => text.slice(0, 30))).to.deep.equal([
      '<peer-invite>,href="javascript', '<peer-invite>,href="javascript', '<peer-invite>,href="data:text/', '<peer-invite>,href="guest.html',
    ]);
  });

  it('writes the address again where others have changed it, and into a link that comes later', async () => {
    const { invite, link } = await openInvite();
    const url = invite.url as string;
    link.href = 'https://evil.example/';
    await linked(link, url);
    link.removeAttribute('href');
    await linked(link, url);
    invite.innerHTML = '';
    await task();
    expect(link.hasAttribute('href'), 'a link that is not its own any more').to.equal(false);
    invite.innerHTML = '<div><a>Later</a></div>';
    await linked(invite.querySelector('a') as Element, url);
    const [second, first] = [invite.querySelector('a') as Element, document.createElement('a')];
    invite.prepend(first);
    await linked(first, url);
    expect(second.hasAttribute('href')).to.equal(false);
  });

  it('leaves the link of an invitation inside it alone', async () => {
    const { node, invite } = await openInvite({ href: 'a.html#peer' }, '<peer-invite href="b.html#peer"><a>Inner</a></peer-invite><a>Outer</a>');
    const [inner, outer] = invite.querySelectorAll('a');
    await task();
    expect([inner?.hash, inner?.pathname.slice(-7), outer?.pathname.slice(-7)]).to.deep.equal([`#peer=${node.currentId}`, '/b.html', '/a.html']);
  });

  it('belongs to the node that it names, which may come later, be renamed and go', async () => {
    const [id, other] = [uniqueId(), uniqueId()];
    const invite = makeInvite({ href: '#peer', node: id });
    const around = await openNode({}, invite);
    await invite.updateComplete;
    expect([invite.node, invite.ready]).to.deep.equal([null, false]);
    const named = await openNode({ id });
    expect([invite.node === named, invite.url]).to.deep.equal([true, `${PAGE}#peer=${named.currentId}`]);
    named.id = other;
    expect([invite.node, invite.url]).to.deep.equal([null, null]);
    invite.setAttribute('node', other);
    await invite.updateComplete;
    expect(invite.node === named).to.equal(true);
    named.remove();
    await task();
    expect([invite.node, invite.url]).to.deep.equal([null, null]);
    invite.node = around;
    await invite.updateComplete;
    expect(invite.url).to.equal(`${PAGE}#peer=${around.currentId}`);
    invite.node = null;
    await invite.updateComplete;
    expect(invite.node === around).to.equal(true);
  });

  it('keeps its link when it is moved, and takes the address of another node there', async () => {
    const { node, invite, link } = await openInvite();
    const url = invite.url;
    const changes: unknown[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(invite, { subtree: true, attributes: true });
    node.append(mount(document.createElement('section')));
    node.querySelector('section')?.append(invite);
    await task();
    expect([invite.url, changes.length]).to.deep.equal([url, 0]);
    observer.disconnect();
    const other = await openNode();
    if ('moveBefore' in Element.prototype) other.moveBefore(invite, null);
    else (other as Element).append(invite);
    expect(link.href).to.equal(`${PAGE}#peer=${other.currentId}`);
  });

  it('ends when it is removed, and begins again when it is put back', async () => {
    const { node, invite, link } = await openInvite({ href: '#peer', qr: '' });
    const url = invite.url as string;
    await drawn(invite.shadowRoot as ShadowRoot);
    pretend('clipboard', { writeText: () => Promise.resolve() });
    await invite.copy();
    invite.remove();
    await Promise.resolve();
    expect([link.hasAttribute('href'), invite.ready, invite.copied, invite.shadowRoot?.querySelector('svg')]).to.deep.equal([false, false, false, null]);
    link.href = 'mine.html';
    location.hash = '#x=1';
    node.disconnect();
    await task();
    expect([link.getAttribute('href'), invite.node]).to.deep.equal(['mine.html', null]);
    history.replaceState(null, '', START);
    node.append(invite);
    expect(link.href).to.equal(url);
  });

  it('may be defined later than the page was written', async () => {
    const tag = `late-${uniqueId()}`.toLowerCase();
    const holder = markup(`<peer-node peer-id="${uniqueId()}" ${MARKUP}><${tag} ready copied><a>Link</a></${tag}></peer-node>`);
    const node = await opened(holder.querySelector('peer-node') as PeerNode);
    const invite = holder.querySelector(tag) as PeerInvite;
    Object.assign(invite, { href: '?peer' });
    class LateInvite extends PeerInvite {}
    LateInvite.define(tag);
    await invite.updateComplete;
    expect(new URL(invite.querySelector('a')?.href ?? '').searchParams.get('peer')).to.equal(node.currentId);
    await task();
    expect([invite.hasAttribute('ready'), invite.hasAttribute('copied')]).to.deep.equal([true, false]);
  });

  it('writes its read-only attributes back', async () => {
    const { invite } = await openInvite();
    invite.removeAttribute('ready');
    invite.setAttribute('shared', 'x');
    await task();
    expect([invite.hasAttribute('ready'), invite.hasAttribute('shared')]).to.deep.equal([true, false]);
  });

  it('has a box of its own, unless it is hidden', async () => {
    const { invite } = await openInvite();
    expect(getComputedStyle(invite).display).to.equal('block');
    invite.hidden = true;
    expect(getComputedStyle(invite).display).to.equal('none');
  });

  it('makes nothing but text of an id that looks like markup', async () => {
    const invite = makeInvite({ href: '#peer', qr: '' });
    const id = '"><img src=x onerror=alert(1)>&peer=#?';
    const node = mount(makeNode({ manual: true }, invite));
    Object.defineProperty(node, 'currentId', { value: id });
    node.dispatchEvent(new Event('peer-state'));
    await invite.updateComplete;
    expect([new URLSearchParams(new URL(invite.url ?? '').hash.slice(1)).get('peer'), invite.querySelectorAll('*').length]).to.deep.equal([id, 1]);
    expect(read(await drawn(invite.shadowRoot as ShadowRoot))).to.equal(invite.url);
  });
});

describe('the QR code of <peer-invite>', () => {
  cleanPage();

  it('says the address, in black on white, and goes with it', async () => {
    const { node, invite } = await openInvite({ href: '#peer', qr: '' });
    const root = invite.shadowRoot as ShadowRoot;
    const image = await drawn(root);
    expect(read(image)).to.equal(`${PAGE}#peer=${node.currentId}`);
    const style = getComputedStyle(image);
    expect([style.backgroundColor, style.fill]).to.deep.equal(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    expect([image.getAttribute('part'), image.getAttribute('aria-hidden')]).to.deep.equal(['qr', 'true']);
    expect(root.querySelector('[style], style') === null, 'inline styles').to.equal(true);
    node.close();
    expect(root.querySelector('svg') === null).to.equal(true);
  });

  it('is there with the attribute only, whose value names it', async () => {
    const { invite } = await openInvite();
    const root = invite.shadowRoot as ShadowRoot;
    expect(root.querySelector('svg') === null).to.equal(true);
    invite.setAttribute('qr', 'Code of this chat');
    const image = await drawn(root);
    expect([image.getAttribute('role'), image.getAttribute('aria-label')]).to.deep.equal(['img', 'Code of this chat']);
    invite.removeAttribute('qr');
    await invite.updateComplete;
    expect(root.querySelector('svg') === null).to.equal(true);
  });

  it('is at least 10rem wide, square, and as wide as the page says', async () => {
    const { invite } = await openInvite({ href: '#peer', qr: '' });
    const image = await drawn(invite.shadowRoot as ShadowRoot);
    const size = (): number[] => [image.getBoundingClientRect().width, image.getBoundingClientRect().height];
    expect(size()).to.deep.equal([160, 160]);
    invite.style.setProperty('--peer-qr-size', '12.5rem');
    expect(size()).to.deep.equal([200, 200]);
    invite.style.setProperty('--peer-qr-size', '1rem');
    expect(size()).to.deep.equal([160, 160]);
  });
});

describe('giving out the address of <peer-invite>', () => {
  cleanPage();
  afterEach(restore);

  /** Has the browser's clipboard take what is copied. */
  function clipboard(): string[] {
    const texts: string[] = [];
    pretend('clipboard', { writeText: async (text: string) => void texts.push(text) });
    return texts;
  }

  /** As a button with that command does. */
  function command(invite: PeerInvite, name: string): void {
    const { CommandEvent } = globalThis as unknown as { CommandEvent?: typeof Event };
    invite.dispatchEvent(CommandEvent ? new CommandEvent('command', { command: name } as EventInit) : Object.assign(new Event('command'), { command: name }));
  }

  it('copies by "--copy", and says so for two seconds', async () => {
    const texts = clipboard();
    const { invite } = await openInvite();
    const copied = event<Event & { url: string }>(document, 'invite-copy');
    command(invite, '--copy');
    expect((await copied).url).to.equal(invite.url);
    expect(texts).to.deep.equal([invite.url]);
    expect([invite.copied, invite.hasAttribute('copied'), invite.matches(':state(copied)'), invite.shared]).to.deep.equal([true, true, true, false]);
    await seen(invite, () => !invite.hasAttribute('copied'));
    expect([invite.copied, invite.matches(':state(copied)')]).to.deep.equal([false, false]);
  });

  it('copies the address as a script has just made it', async () => {
    const texts = clipboard();
    const { node, invite } = await openInvite();
    history.replaceState(null, '', '#room=1');
    expect(await invite.copy()).to.equal(true);
    expect(texts).to.deep.equal([`${PAGE}#room=1&peer=${node.currentId}`]);
  });

  it('shares by "--share", with the title of the page', async () => {
    const shared: unknown[] = [];
    pretend('share', async (data: unknown) => void shared.push(data));
    const { invite } = await openInvite();
    expect(invite.canShare).to.equal(true);
    const told = event<Event & { url: string }>(document, 'invite-share');
    command(invite, '--share');
    expect((await told).url).to.equal(invite.url);
    expect(shared).to.deep.equal([{ url: invite.url, title: document.title }]);
    expect([invite.shared, invite.hasAttribute('shared'), invite.matches(':state(shared)'), invite.copied]).to.deep.equal([true, true, true, false]);
  });

  it('copies where the browser cannot share', async () => {
    const texts = clipboard();
    pretend('share', undefined);
    const { invite } = await openInvite();
    expect([invite.canShare, await invite.share(), invite.copied, invite.shared]).to.deep.equal([false, true, true, false]);
    expect(texts).to.deep.equal([invite.url]);
  });

  it('says nothing where the person changed their mind', async () => {
    pretend('share', () => Promise.reject(new DOMException('No.', 'AbortError')));
    const { invite } = await openInvite();
    let errors = 0;
    invite.addEventListener('invite-error', () => errors++);
    expect([await invite.share(), invite.shared, errors]).to.deep.equal([false, false, 0]);
  });

  it('tells of a failure by an event, and never rejects', async () => {
    pretend('share', () => Promise.reject(new DOMException('Not so.', 'NotAllowedError')));
    const { invite } = await openInvite();
    const failed = event<Event & { error: Error & { type: string } }>(document, 'invite-error');
    expect(await invite.share()).to.equal(false);
    expect((await failed).error.type).to.equal('not-allowed');
    expect((await failed).error.message).to.equal('The browser has not shared the address: Not so.');
  });

  it('fails without an address, and says why', async () => {
    clipboard();
    const types: string[] = [];
    const invite = makeInvite({}, '');
    invite.addEventListener('invite-error', ({ error }) => types.push(error.type));
    expect(await invite.copy()).to.equal(false);
    const node = mount(makeNode({ manual: true }, invite));
    await invite.updateComplete;
    expect(await invite.copy()).to.equal(false);
    node.open();
    await opened(node);
    expect(await invite.copy()).to.equal(false);
    expect(types).to.deep.equal(['no-node', 'disconnected', 'invalid-setting']);
  });

  it('copies by the older command where there is no clipboard, and leaves the selection as it was', async () => {
    pretend('clipboard', undefined);
    const { invite, link } = await openInvite();
    const text = mount(document.createElement('p'));
    text.textContent = 'Selected';
    getSelection()?.selectAllChildren(text);
    const { execCommand } = document;
    let data = '';
    let selected = '';
    // The browser does this after a click only.
    document.execCommand = (name: string) => {
      selected = String(getSelection());
      const copy = new ClipboardEvent('copy', { bubbles: true, cancelable: true, clipboardData: new DataTransfer() });
      const taken = !link.dispatchEvent(copy);
      data = copy.clipboardData?.getData('text/plain') ?? '';
      return name === 'copy' && taken;
    };
    try {
      expect(await invite.copy()).to.equal(true);
      expect([data, selected, String(getSelection())]).to.deep.equal([invite.url, 'Link', 'Selected']);
      document.execCommand = () => false;
      const failed = event<Event & { error: Error & { type: string } }>(invite, 'invite-error');
      expect(await invite.copy()).to.equal(false);
      expect((await failed).error.type).to.equal('not-allowed');
      expect(String(getSelection())).to.equal('Selected');
    } finally {
      document.execCommand = execCommand;
    }
  });
});
