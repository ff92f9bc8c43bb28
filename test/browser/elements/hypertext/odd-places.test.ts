import { expect } from '@open-wc/testing';
import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { MARKUP, cleanPage, markup, mount, next, opened, record, task } from '../../../support/elements.js';
import { nodeWith, shown, submit, texts, twoPages } from '../../../support/html-pages.js';
import { uniqueId } from '../../../support/peers.js';

const LIST = '<ol><template data-peer-each="message"><li itemprop="text"></li></template></ol>';
const FORM = '<form method="dialog" data-peer-send><input name="text"><button>Send</button></form>';

/** A channel with this inside has been told two things, and each of its templates has shown them. */
async function told(inside: string): Promise<PeerChannel> {
  const { hostChannel, guestChannel } = await twoPages(inside, '');
  const templates = hostChannel.querySelectorAll('template').length;
  for (const [name, text] of [['Ann', 'one'], ['Bob', 'two']]) void guestChannel.send({ name, text });
  await shown(hostChannel, () => hostChannel.textContent.split('two').length > templates);
  return hostChannel;
}

function formFor(channel: PeerChannel): HTMLFormElement {
  channel.id = uniqueId();
  const holder = document.createElement('div');
  holder.innerHTML = FORM.replace('data-peer-send', `data-peer-send="${channel.id}"`);
  return holder.firstElementChild as HTMLFormElement;
}

describe('a template for messages', () => {
  cleanPage();

  it('makes rows of a table, and cells of a row', async () => {
    const row = '<template data-peer-each="message"><tr><td itemprop="name"></td><td itemprop="text"></td></tr></template>';
    const channel = await told(`<table><thead><tr><th>Name<th>Text</thead><tbody>${row}</tbody></table>
      <table><tr class="wide"><template data-peer-each="message"><td itemprop="text"></td></template></tr></table>`);
    const [table, wide] = channel.querySelectorAll('table') as unknown as [HTMLTableElement, HTMLTableElement];
    expect([...(table.tBodies[0]?.rows ?? [])].map((each) => texts(each, 'td'))).to.deep.equal([['Ann', 'one'], ['Bob', 'two']]);
    expect([...(wide.rows[0]?.cells ?? [])].map(({ textContent }) => textContent)).to.deep.equal(['one', 'two']);
  });

  it('makes options of a select and of a datalist', async () => {
    const option = '<template data-peer-each="message"><option itemprop="text"></option></template>';
    const channel = await told(`<select><option>none</option>${option}</select><datalist>${option}</datalist>`);
    const [select, list] = [channel.querySelector('select') as HTMLSelectElement, channel.querySelector('datalist') as HTMLDataListElement];
    expect([...select.options].map(({ value }) => value)).to.deep.equal(['none', 'one', 'two']);
    expect([...list.options].map(({ value }) => value)).to.deep.equal(['one', 'two']);
    expect(select.value, 'what was chosen stays').to.equal('none');
  });

  it('makes terms and descriptions of a dl, which go together', async () => {
    const channel = await told('<dl><template data-peer-each="message" data-peer-max="1"><dt itemprop="name"></dt><dd itemprop="text"></dd></template></dl>');
    expect([...(channel.querySelector('dl')?.children ?? [])].map(({ textContent }) => textContent)).to.deep.equal(['Bob', 'two', '']);
  });

  it('inside the stamp of a message shows nothing, and the console says so once', async () => {
    const { warn } = console;
    const said: string[] = [];
    console.warn = (text: string) => void said.push(text);
    try {
      const inner = '<template data-peer-each="message"><b itemprop="text"></b></template>';
      const channel = await told(`<template data-peer-each="message"><p><i itemprop="text"></i>${inner}</p></template>`);
      submit(channel.parentElement?.appendChild(formFor(channel)) ?? null, { text: 'three' });
      await shown(channel, () => texts(channel, 'i').length === 3);
      expect([texts(channel, 'i'), texts(channel, 'b')]).to.deep.equal([['one', 'two', 'three'], []]);
    } finally {
      console.warn = warn;
    }
    expect(said.filter((text) => text.startsWith('data-peer-each')).length).to.equal(1);
  });
});

describe('a form in a stamp', () => {
  cleanPage();

  /** A hub with this for each of its two callers, and their channels. */
  async function hub(stamp: string, rest = '') {
    const host = await opened(nodeWith(`<template data-peer-each="connection"><section>${stamp}</section></template>${rest}`));
    const callers: PeerChannel[] = [];
    // One after the other: the stamps are to be in this order.
    while (callers.length < 2) {
      const answered = next(host, 'channel-open');
      const caller = nodeWith(`<peer-channel to="${host.currentId ?? ''}"></peer-channel>`).querySelector('peer-channel') as PeerChannel;
      callers.push(caller);
      await Promise.all([opened(caller), answered]);
    }
    return { host, callers: callers as [PeerChannel, PeerChannel], heard: callers.map((caller) => record(caller, 'channel-data')) };
  }

  for (const [where, stamp] of [['in', `<peer-channel>${FORM}</peer-channel>`], ['beside', `<peer-channel></peer-channel>${FORM}`]] as const) {
    it(`of a connection, ${where} its channel, replies to that remote alone`, async () => {
      const { host, callers, heard } = await hub(stamp, FORM);
      const [, form, toAll] = host.querySelectorAll('form');
      const said = next(callers[1], 'channel-data');
      submit(form ?? null, { text: 'to you' });
      expect((await said).data).to.deep.equal({ text: 'to you' });
      const both = callers.map((caller) => next(caller, 'channel-data'));
      submit(toAll ?? null, { text: 'to all' });
      await Promise.all(both);
      expect(heard.map((events) => events.map(({ data }) => (data as { text: string }).text))).to.deep.equal([['to all'], ['to you', 'to all']]);
    });
  }

  it('of a message, in its channel, replies over that channel, and is as it was when others come', async () => {
    const { hostChannel, guestChannel } = await twoPages(`<template data-peer-each="message"><div><b itemprop="text"></b>${FORM}</div></template>`, '');
    void guestChannel.send({ text: 'one' });
    await shown(hostChannel, () => texts(hostChannel, 'b').length === 1);
    const form = hostChannel.querySelector('form') as HTMLFormElement;
    (form.elements.namedItem('text') as HTMLInputElement).value = 'half a rep';
    void guestChannel.send({ text: 'two' });
    await shown(hostChannel, () => texts(hostChannel, 'b').length === 2);
    const said = next(guestChannel, 'channel-data');
    submit(form);
    expect((await said).data).to.deep.equal({ text: 'half a rep' });
  });

  it('of a message, in the list of a node, goes to all of its channels', async () => {
    const { host, callers } = await hub('<peer-channel></peer-channel>', `<template data-peer-each="message"><div><b itemprop="text"></b>${FORM}</div></template>`);
    void callers[0].send({ text: 'who is there?' });
    await shown(host, () => texts(host, 'b').length === 1);
    const both = callers.map((caller) => next(caller, 'channel-data'));
    submit(host.querySelector('form'), { text: 'we are' });
    for (const { data } of await Promise.all(both)) expect(data).to.deep.equal({ text: 'we are' });
  });
});

describe('what stands outside of a node', () => {
  cleanPage();

  it('is left alone: a title, a condition, a text and a template', async () => {
    const { title } = document;
    const titled = document.querySelector('title') ?? document.head.appendChild(document.createElement('title'));
    titled.dataset['peerText'] = 'state';
    const outside = markup(`<p data-peer-when="state=open" hidden>open</p><b data-peer-text="state">as it was</b>${LIST}`);
    try {
      const { hostChannel, guestChannel } = await twoPages(LIST, '');
      void guestChannel.send({ text: 'one' });
      await shown(hostChannel, () => texts(hostChannel, 'li').length === 1);
      expect([document.title, texts(outside, 'b'), texts(outside, 'li'), outside.querySelector('p')?.hidden]).to.deep.equal([title, ['as it was'], [], true]);
    } finally {
      delete titled.dataset['peerText'];
    }
  });

  it('in a page with two nodes each shows and sends its own', async () => {
    const BOUND = '<b data-peer-text="remote-id"></b><output data-peer-count="text">0</output>';
    const pairs = await Promise.all([twoPages(LIST + FORM + BOUND, LIST), twoPages(LIST + FORM + BOUND, LIST)]);
    for (const [index, { hostChannel, guestChannel }] of pairs.entries()) {
      submit(hostChannel.querySelector('form'), { text: `of pair ${index}` });
      await shown(guestChannel, () => texts(guestChannel, 'li').length === 1);
    }
    for (const [index, { hostChannel, guestChannel, guest }] of pairs.entries()) {
      await shown(hostChannel, () => texts(hostChannel, 'output')[0] === '1');
      expect([texts(hostChannel, 'li'), texts(guestChannel, 'li'), texts(hostChannel, 'b')]).to.deep.equal([[`of pair ${index}`], [`of pair ${index}`], [guest.currentId]]);
    }
  });
});

describe('a shadow root', () => {
  cleanPage();

  it('that is declared in the markup works as a page does', async () => {
    const other = await opened(nodeWith('<peer-channel listen></peer-channel>'));
    const inside = `<peer-node peer-id="${uniqueId()}" ${MARKUP}><peer-channel to="${other.currentId ?? ''}">${LIST}${FORM}
      <p data-peer-when="state=open" hidden>open</p></peer-channel></peer-node>`;
    const holder = mount(document.createElement('div'));
    holder.setHTMLUnsafe(`<div><template shadowrootmode="open">${inside}</template></div>`);
    const root = holder.firstElementChild?.shadowRoot as ShadowRoot;
    const [channel, otherChannel] = [root.querySelector('peer-channel'), other.querySelector('peer-channel')] as [PeerChannel, PeerChannel];
    await Promise.all([opened(channel), opened(otherChannel)]);
    await shown(channel, () => channel.querySelector('p')?.hidden === false);
    void otherChannel.send({ text: 'theirs' });
    await shown(channel, () => texts(channel, 'li').length === 1);
    const said = next(otherChannel, 'channel-data');
    submit(root.querySelector('form'), { text: 'mine' });
    expect((await said).data).to.deep.equal({ text: 'mine' });
    await shown(channel, () => texts(channel, 'li').length === 2);
    expect(texts(channel, 'li')).to.deep.equal(['theirs', 'mine']);
  });

  it('inside of a channel is left alone, unless there is a channel in it as well', async () => {
    const { host, hostChannel, guestChannel } = await twoPages('<div></div>', '');
    const root = (hostChannel.firstElementChild as Element).attachShadow({ mode: 'open' });
    root.innerHTML = `${LIST}${FORM}<p data-peer-when="state=open" hidden>open</p>`;
    const heard = record(guestChannel, 'channel-data');
    submit(root.querySelector('form'), { text: 'nobody hears' });
    void guestChannel.send({ text: 'nobody sees' });
    await next(hostChannel, 'channel-data');
    await task();
    expect([texts(root as never, 'li'), root.querySelector('p')?.hidden, heard.length]).to.deep.equal([[], true, 0]);
    // Its node is found across the border.
    root.innerHTML = `<peer-channel to="${guestChannel.node?.currentId ?? ''}" label="within">${LIST}${FORM}</peer-channel>`;
    const within = root.querySelector('peer-channel') as PeerChannel;
    const answering = document.createElement('peer-channel');
    Object.assign(answering, { listen: true, label: 'within' });
    (guestChannel.node as PeerNode).append(answering);
    within.retry = true;
    await Promise.all([opened(within), opened(answering)]);
    expect(within.node === host).to.equal(true);
    const said = next(answering, 'channel-data');
    submit(root.querySelector('form'), { text: 'heard' });
    expect((await said).data).to.deep.equal({ text: 'heard' });
    await shown(within, () => texts(within, 'li').length === 1);
  });
});
