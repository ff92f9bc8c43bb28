import { expect } from '@open-wc/testing';
import { addressWith, remoteIdFrom, watchAddress } from '../../../src/elements/page-address.js';
import { cleanPage, makeChannel, makeNode, mount, next, openNode, opened, reached, record } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

const start = location.href;

/** Goes to another fragment as a link does, and waits until the page has been told. */
async function goTo(hash: string): Promise<void> {
  const told = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
  location.hash = hash;
  await told;
}

function at(address: string): void {
  history.replaceState(null, '', address);
}

describe('an id in the address', () => {
  afterEach(() => at(start));

  it('is what a "to" says that names no parameter', () => {
    at('#peer=other');
    expect(['abc', 'peer', 'a#peer', undefined].map(remoteIdFrom)).to.deep.equal(['abc', 'peer', 'a#peer', undefined]);
  });

  it('is read from the fragment, or from the query', () => {
    at('?peer=in-query&x=1#y=2&peer=in-fragment');
    expect([remoteIdFrom('#peer'), remoteIdFrom('?peer')]).to.deep.equal(['in-fragment', 'in-query']);
    expect([remoteIdFrom('#x'), remoteIdFrom('?y'), remoteIdFrom('#y')]).to.deep.equal([undefined, undefined, '2']);
  });

  it('is read as a form writes it', () => {
    at('#peer=a+b%20c%C3%A9&n%C3%A4me=d');
    expect([remoteIdFrom('#peer'), remoteIdFrom('#näme')]).to.deep.equal(['a b cé', 'd']);
  });

  it('is the first of several', () => {
    at('#peer=a&peer=b');
    expect(remoteIdFrom('#peer')).to.equal('a');
  });

  it('is absent where it is empty, too long or not named', () => {
    at(`#peer=&long=${'x'.repeat(513)}&most=${'x'.repeat(512)}&=nameless`);
    expect(['#peer', '#long', '#', '?', '##peer', '#most=', '#a&most'].map(remoteIdFrom)).to.deep.equal([
      undefined, undefined, undefined, undefined, undefined, 'x'.repeat(512), undefined,
    ]);
    at('#?peer=part of another name');
    expect(remoteIdFrom('#peer')).to.equal(undefined);
  });

  it('does not come from a prototype', () => {
    at('#x=1');
    expect(['#__proto__', '#constructor', '#toString', '#get'].map(remoteIdFrom)).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it('throws nothing where the percent sequences are malformed', () => {
    at('?%=%&peer=%zz%C3#%E0%A4%A&peer=%&%');
    expect(remoteIdFrom('#peer')).to.equal('%');
    expect(remoteIdFrom('?peer')).to.equal('%zz\uFFFD');
  });
});

describe('watching the address', () => {
  afterEach(() => at(start));

  it('tells of a fragment and of a step in the history, until it is stopped', async () => {
    const heard: string[] = [];
    const [stop, stopOther] = [watchAddress(() => heard.push('a')), watchAddress(() => heard.push('b'))];
    await goTo('one');
    expect([heard.includes('a'), heard.includes('b')]).to.deep.equal([true, true]);
    stop();
    stop();
    heard.length = 0;
    dispatchEvent(new PopStateEvent('popstate'));
    expect(heard).to.deep.equal(['b']);
    stopOther();
    dispatchEvent(new PopStateEvent('popstate'));
    dispatchEvent(new HashChangeEvent('hashchange'));
    expect(heard).to.deep.equal(['b']);
  });

  it('has one pair of listeners, and none after the last user', () => {
    const listeners: string[] = [];
    const { addEventListener: add, removeEventListener: remove } = window;
    window.addEventListener = (type: string) => void listeners.push(`+${type}`);
    window.removeEventListener = (type: string) => void listeners.push(`-${type}`);
    try {
      const stops = [watchAddress(() => {}), watchAddress(() => {})];
      expect(listeners).to.deep.equal(['+hashchange', '+popstate']);
      for (const stop of [...stops, ...stops]) stop();
      expect(listeners.slice(2)).to.deep.equal(['-hashchange', '-popstate']);
    } finally {
      Object.assign(window, { addEventListener: add, removeEventListener: remove });
    }
  });
});

describe('an address with an id', () => {
  const base = 'https://a.example/dir/page.html';
  afterEach(() => at(start));

  const cases: Record<string, string | undefined> = {
    'guest.html#peer': 'https://a.example/dir/guest.html#peer=ID',
    'guest.html?peer': 'https://a.example/dir/guest.html?peer=ID',
    'guest.html?room=1&peer': 'https://a.example/dir/guest.html?room=1&peer=ID',
    'guest.html?room=1#lang=de&peer=': 'https://a.example/dir/guest.html?room=1#lang=de&peer=ID',
    'guest.html#peer=old&peer': 'https://a.example/dir/guest.html#peer=ID',
    '/#peer': 'https://a.example/#peer=ID',
    '//b.example/#peer': 'https://b.example/#peer=ID',
    'http://b.example/x#/route&peer': 'http://b.example/x#/route&peer=ID',
    'https://name:secret@b.example/#peer': 'https://b.example/#peer=ID',
    'file:///home/guest.html#peer': 'file:///home/guest.html#peer=ID',
    'javascript:alert(1)#peer': undefined,
    'data:text/html,x#peer': undefined,
    'blob:https://a.example/x#peer': undefined,
    'mailto:a@b.example?peer': undefined,
    'https://#peer': undefined,
    'guest.html': undefined,
    'guest.html?room=1': undefined,
    '': undefined,
  };
  for (const [href, address] of Object.entries(cases)) {
    it(`is ${address} for href="${href}"`, () => expect(addressWith(href, 'ID', base)).to.equal(address));
  }

  it('is this page with everything else that its address has', () => {
    at('?a=%zz&peer=q#section&peer=x&b=1+2&peer=y');
    const [page] = start.split(/[?#]/);
    expect(addressWith('#peer', 'ID', base)).to.equal(`${page}?a=%zz&peer=q#section&b=1+2&peer=ID`);
    expect(addressWith('?peer', 'ID', base)).to.equal(`${page}?a=%zz&peer=ID#section&peer=x&b=1+2&peer=y`);
    expect(['#', '?', '#a&peer', '#peer=x'].map((href) => addressWith(href, 'ID', base))).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it('says any id so that it is read again as it was', () => {
    for (const id of ['a b', 'a+b', 'a&peer=b', '#?/%=', 'ünï→', '%zz', '<img src=x>', 'x'.repeat(512)]) {
      at(addressWith('#peer', id, base) ?? '');
      at(addressWith('?peer', id, base) ?? '');
      expect([remoteIdFrom('#peer'), remoteIdFrom('?peer')]).to.deep.equal([id, id]);
    }
  });

  it('is none for an id that would not be read, and throws nothing', () => {
    expect([addressWith('#peer', '', base), addressWith('#peer', 'x'.repeat(513), base)]).to.deep.equal([undefined, undefined]);
    expect(addressWith('#peer', '\uD800', base)).to.match(/#peer=%EF%BF%BD$/);
    expect(addressWith('guest.html#peer', 'ID', 'about:blank')).to.equal(undefined);
  });
});

describe('a channel whose "to" names a parameter', () => {
  cleanPage();
  afterEach(() => at(start));

  it('calls whom the address says, keeps its "to", and says in its events whom it has called', async () => {
    const host = await openNode({}, makeChannel({ listen: true }));
    at(`#x=1&peer=${host.currentId}`);
    const channel = makeChannel({ to: '#peer' });
    await openNode({}, channel);
    await opened(channel);
    expect([channel.to, channel.remoteId]).to.deep.equal(['#peer', host.currentId]);
    expect(location.hash).to.equal(`#x=1&peer=${host.currentId}`);
    const closed = next(channel, 'channel-close');
    await goTo('#x=1');
    expect([(await closed).reason, (await closed).remoteId]).to.deep.equal(['local', host.currentId]);
    expect(channel.state).to.equal('closed');
  });

  it('listens while there is none, calls when one comes, and calls another when it changes', async () => {
    const hosts = [await openNode({}, makeChannel({ listen: true })), await openNode({}, makeChannel({ listen: true }))];
    const channel = makeChannel({ to: '#peer', listen: true });
    await openNode({}, channel);
    await reached(channel, 'waiting');
    for (const host of hosts) {
      const open = next(channel, 'channel-open');
      await goTo(`#peer=${host.currentId}`);
      expect((await open).remoteId).to.equal(host.currentId);
    }
    await goTo(`#peer=${hosts[1]?.currentId}&other=1`);
    expect(channel.state, 'after a change of another parameter').to.equal('open');
    await goTo('#');
    await reached(channel, 'waiting');
  });

  it('does not call its own node, whose id is not known at first', async () => {
    const own = uniqueId();
    at(`#peer=${own}`);
    const called: string[] = [];
    const channel = makeChannel({ to: '#peer', listen: true });
    const node = makeNode({}, channel);
    // The server assigns the id: only the engine says it.
    const engine = new EventTarget();
    node.peer = {
      id: null as string | null,
      open: false,
      disconnected: false,
      destroyed: false,
      on(type: string, listener: (value: string) => void) {
        engine.addEventListener(type, () => listener(own));
        return this;
      },
      off() {
        return this;
      },
      connect(id: string) {
        called.push(id);
      },
      disconnect() {},
      reconnect() {},
      destroy() {},
    } as never;
    mount(node);
    await reached(node, 'connecting');
    await reached(channel, 'connecting');
    engine.dispatchEvent(new Event('open'));
    await reached(channel, 'waiting');
    expect([node.currentId, called]).to.deep.equal([own, []]);
  });

  it('on a manual channel is called on connect(), and not when it has changed since', async () => {
    const host = await openNode({}, makeChannel({ listen: true }));
    at('#peer=someone');
    const channel = makeChannel({ to: '#peer', manual: true });
    await openNode({}, channel);
    const states = record(channel, 'channel-state');
    await goTo(`#peer=${host.currentId}`);
    expect(states.length).to.equal(0);
    channel.connect();
    await opened(channel);
    await goTo('#peer=someone');
    expect(channel.state).to.equal('closed');
    await goTo('#');
    const failed = next(channel, 'channel-error');
    channel.connect();
    expect((await failed).error.type).to.equal('invalid-setting');
  });

  it('hears of the address no more once it is out of the page', async () => {
    const channel = makeChannel({ to: '#peer' });
    const node = await openNode({}, channel);
    channel.remove();
    await Promise.resolve();
    const states = record(channel, 'channel-state', 'channel-error');
    await goTo('#peer=someone');
    expect(states.length).to.equal(0);
    node.append(channel);
    expect(states.map(({ type }) => type)).to.deep.equal(['channel-state']);
    expect(channel.state).to.equal('connecting');
  });
});
