import { expect } from '@open-wc/testing';
import { Idiomorph } from 'idiomorph';

import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { MARKUP, cleanPage, markup, mount, next, opened, task } from '../../../support/elements.js';
import { nodeWith, shown, submit, texts } from '../../../support/html-pages.js';
import { uniqueId } from '../../../support/peers.js';

const LIST = '<ol>\n<template data-peer-each="message">\n<li><p itemprop="text"></p></li>\n</template>\n</ol>';
const FIELDS = '<input name="name" data-peer-keep><input name="text">';
const FORM = `<form method="dialog" data-peer-send>${FIELDS}<button>Send</button></form>`;
const BOUND = `<b class="open" data-peer-when="state=open" hidden>open</b><b class="not" data-peer-when="!state=open">not yet</b>
  <code data-peer-text="remote-id">nobody</code><output data-peer-count="text">0</output>`;

/** What a page tells Idiomorph so that it leaves alone what was stamped, and what somebody has typed. */
const KEEP = {
  beforeNodeRemoved: (node: Node) => !(node instanceof HTMLElement && node.dataset['peerFrom'] !== undefined),
  beforeAttributeUpdated: (name: string) => name !== 'value',
};

function sourceOf(inside: string): string {
  return `<section><peer-node peer-id="${uniqueId()}" ${MARKUP}>${inside}</peer-node></section>`;
}

/** A page, its source, and a channel elsewhere that is connected with its channel. */
async function page(inside = LIST + FORM + BOUND) {
  const other = await opened(nodeWith('<peer-channel listen></peer-channel>'));
  const html = sourceOf(`<peer-channel to="${other.currentId ?? ''}">${inside}</peer-channel>`);
  const holder = markup(html);
  const node = holder.querySelector('peer-node') as PeerNode;
  const [channel, otherChannel] = [node, other].map((each) => each.querySelector('peer-channel')) as [PeerChannel, PeerChannel];
  await Promise.all([opened(channel), opened(otherChannel)]);
  return { html, holder, node, channel, otherChannel };
}

type Page = Awaited<ReturnType<typeof page>>;

/** Has the other side say something, and waits until it is shown. */
async function hear({ channel, otherChannel }: Page, text: string): Promise<void> {
  void otherChannel.send({ text });
  await shown(channel, () => texts(channel, 'li p').at(-1) === text);
}

function hiddenOnes({ channel }: Page): string[] {
  return [...channel.querySelectorAll('b')].filter(({ hidden }) => hidden).map(({ className }) => className);
}

/** Waits until the page shows what is so, however it was written over. */
function settled(each: Page, count: string): Promise<void> {
  const { holder, channel, otherChannel } = each;
  return shown(holder, () => {
    const [code, output] = [texts(channel, 'code')[0], texts(channel, 'output')[0]];
    const isRight = code === otherChannel.node?.currentId && output === count && hiddenOnes(each).join() === 'not';
    return isRight && channel.getAttribute('state') === 'open';
  });
}

describe('a page that Idiomorph morphs into its own source', () => {
  cleanPage();

  it('keeps its connection, and shows what is so again', async () => {
    const own = await page();
    await hear(own, 'before');
    const { connection } = own.channel;
    Idiomorph.morph(own.holder, own.html, { morphStyle: 'innerHTML' });
    await settled(own, '0');
    expect(own.channel.connection === connection).to.equal(true);
    expect(own.channel.isConnected).to.equal(true);
    expect(texts(own.channel, 'li p'), 'the source has no stamps').to.deep.equal([]);
    await hear(own, 'after');
    await settled(own, '1');
    expect(texts(own.channel, 'li p')).to.deep.equal(['after']);
  });

  it('keeps the stamps and half filled forms where it is told to', async () => {
    const own = await page();
    const { holder, channel } = own;
    await hear(own, 'before');
    const stamp = channel.querySelector('li');
    const [name, text] = [...channel.querySelectorAll('input')];
    if (name) name.value = 'Ann';
    if (text) text.value = 'I was about to s';
    text?.focus();
    Idiomorph.morph(holder, own.html, { morphStyle: 'innerHTML', callbacks: KEEP });
    await settled(own, '1');
    expect([name?.value, text?.value]).to.deep.equal(['Ann', 'I was about to s']);
    expect(document.activeElement === text).to.equal(true);
    await hear(own, 'after');
    expect(texts(channel, 'li p')).to.deep.equal(['before', 'after']);
    expect(channel.querySelector('li') === stamp).to.equal(true);
    const said = next(own.otherChannel, 'channel-data');
    submit(channel.querySelector('form'), { text: 'still sends' });
    expect((await said).data).to.deep.equal({ name: 'Ann', text: 'still sends' });
  });

  it('goes on though it is morphed again and again', async () => {
    const own = await page();
    for (let round = 1; round <= 3; round++) {
      await hear(own, `round ${round}`);
      Idiomorph.morph(own.holder, own.html, { morphStyle: 'innerHTML', callbacks: KEEP });
      await settled(own, String(round));
    }
    expect(texts(own.channel, 'li p')).to.deep.equal(['round 1', 'round 2', 'round 3']);
  });

  it('keeps the callers of a hub, and their channels, where it is told to', async () => {
    const stamp = '<li><peer-channel id="caller"></peer-channel></li>';
    const html = sourceOf(`<ul><template data-peer-each="connection">${stamp}</template></ul>${LIST}`);
    const holder = markup(html);
    const hub = await opened(holder.querySelector('peer-node') as PeerNode);
    const pages = [0, 1].map(() => nodeWith(`<peer-channel to="${hub.currentId ?? ''}"></peer-channel>`));
    const callers = pages.map((each) => each.querySelector('peer-channel') as PeerChannel);
    await Promise.all(callers.map(opened));
    await shown(hub, () => hub.querySelectorAll('peer-channel[state=open]').length === 2);
    const connections = hub.channels.map(({ connection }) => connection);
    Idiomorph.morph(holder, html, { morphStyle: 'innerHTML', callbacks: KEEP });
    await task();
    expect(hub.channels.every(({ connection }, index) => connection === connections[index])).to.equal(true);
    for (const caller of callers) void caller.send({ text: 'still here' });
    await shown(hub, () => texts(hub, 'ol p').length === 2);
    expect([hub.openCount, hub.getAttribute('state')]).to.deep.equal([2, 'open']);
  });
});

describe('a page that others change', () => {
  cleanPage();

  const moves: Record<string, (element: Element, to: Element) => void> = { 'append()': (element, to) => to.append(element) };
  if ('moveBefore' in Element.prototype) moves['moveBefore()'] = (element, to) => to.moveBefore(element, null);

  for (const [how, move] of Object.entries(moves)) {
    for (const what of ['peer-node', 'peer-channel', 'ol'] as const) {
      it(`keeps connection, list and stamps when a ${what} is moved by ${how}`, async () => {
        const own = await page();
        const { node, channel } = own;
        await hear(own, 'before');
        const { connection } = channel;
        const [moved, target] = [node.closest('section')?.querySelector(what) as Element, document.createElement('article')];
        if (what === 'peer-node') mount(target);
        else moved.parentElement?.append(target);
        move(moved, target);
        await task();
        await hear(own, 'after');
        expect(moved.parentElement === target).to.equal(true);
        expect(channel.connection === connection).to.equal(true);
        expect(texts(channel, 'li p')).to.deep.equal(['before', 'after']);
        await shown(channel, () => texts(channel, 'output')[0] === '2');
        const said = next(own.otherChannel, 'channel-data');
        submit(channel.querySelector('form'), { text: 'after the move' });
        expect((await said).data).to.include({ text: 'after the move' });
        await shown(channel, () => texts(channel, 'li p').length === 3);
        expect(texts(channel, 'li p').at(-1)).to.equal('after the move');
        // Its list still knows the stamps that came before.
        channel.querySelector('li')?.remove();
        await shown(channel, () => texts(channel, 'output')[0] === '2');
        node.remove();
      });
    }
  }

  it('shows later messages by the template that took the place of another', async () => {
    const own = await page();
    const { channel } = own;
    await hear(own, 'before');
    const list = channel.querySelector('ol') as HTMLElement;
    list.outerHTML = LIST;
    await hear(own, 'after');
    expect(texts(channel, 'li p')).to.deep.equal(['after']);
    await settled(own, '1');
    const template = channel.querySelector('template') as HTMLTemplateElement;
    template.replaceWith(template.cloneNode(true));
    await hear(own, 'later');
    expect(texts(channel, 'li p')).to.deep.equal(['after', 'later']);
  });

  it('shows texts and counts again where others wrote over them', async () => {
    const own = await page();
    await hear(own, 'one');
    await settled(own, '1');
    const [code, output] = [own.channel.querySelector('code'), own.channel.querySelector('output')] as [HTMLElement, HTMLElement];
    code.textContent = 'somebody else';
    (output.firstChild as Text).data = '7';
    await settled(own, '1');
    code.replaceChildren();
    await settled(own, '1');
    const meter = document.createElement('meter');
    Object.assign(meter, { max: 9 }).dataset['peerCount'] = 'text';
    own.channel.append(meter);
    await shown(own.channel, () => meter.value === 1);
    meter.removeAttribute('value');
    await shown(own.channel, () => meter.value === 1);
  });

  it('says what others wrote last, in another language perhaps, where there is nothing to show', async () => {
    const { channel, otherChannel } = await page();
    const code = channel.querySelector('code') as HTMLElement;
    channel.close();
    await shown(channel, () => code.textContent === 'nobody');
    code.textContent = 'niemand';
    await task();
    expect(code.textContent).to.equal('niemand');
    channel.connect();
    await shown(channel, () => code.textContent === otherChannel.node?.currentId);
    channel.close();
    await shown(channel, () => code.textContent !== otherChannel.node?.currentId);
    expect(code.textContent).to.equal('niemand');
  });

  it('works in an open shadow root, also where it was moved into one', async () => {
    for (const inside of [true, false]) {
      const host = mount(document.createElement('div'));
      const root = host.attachShadow({ mode: 'open' });
      const other = await opened(nodeWith('<peer-channel listen></peer-channel>'));
      const section = document.createElement('section');
      section.innerHTML = sourceOf(`<peer-channel to="${other.currentId ?? ''}">${LIST + FORM + BOUND}</peer-channel>`);
      if (inside) root.append(section);
      else mount(section);
      const channels = [section, other].map((each) => each.querySelector('peer-channel'));
      const [channel, otherChannel] = channels as [PeerChannel, PeerChannel];
      await Promise.all([opened(channel), opened(otherChannel)]);
      const own: Page = { html: '', holder: section, node: channel.node as PeerNode, channel, otherChannel };
      if (!inside) root.append(section);
      await settled(own, '0');
      await hear(own, 'received');
      const said = next(otherChannel, 'channel-data');
      submit(channel.querySelector('form'), { text: 'sent' });
      expect((await said).data).to.include({ text: 'sent' });
      await shown(channel, () => texts(channel, 'li p').length === 2);
      expect(texts(channel, 'li p')).to.deep.equal(['received', 'sent']);
      await settled(own, '2');
    }
  });
});
