import { expect } from '@open-wc/testing';

import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { cleanPage, forgotten, next, opened, until } from '../../../support/elements.js';
import { nodeWith, shown, submit, texts } from '../../../support/html-pages.js';
import { uniqueId } from '../../../support/peers.js';

const LIST = '<ol><template data-peer-each="message"><li><b itemprop="name">Someone</b> <span itemprop="text"></span></li></template></ol>';
const FORM = '<form method="dialog" data-peer-send><input name="name" data-peer-keep><input name="text"></form>';
const GUESTS = `<ul><template data-peer-each="connection"><li class="guest"><i itemprop="nickname">nobody</i><peer-channel id="guest">
  <code data-peer-text="remote-id"></code><button type="button" command="--close" commandfor="guest">Remove</button></peer-channel></li></template></ul>`;
const HUB = `${GUESTS}<output data-peer-text="open-count">0</output>${LIST}${FORM}`;

async function hubWith(guests: number, attributes = '', inside = HUB) {
  const hub = await opened(nodeWith(inside, attributes));
  const channels: PeerChannel[] = [];
  for (let n = 0; n < guests; n++) channels.push(await join(hub));
  return { hub, channels };
}

async function join(hub: PeerNode, id = uniqueId(), attributes = '', count = hub.openCount + 1): Promise<PeerChannel> {
  const guest = nodeWith(`<peer-channel to="${hub.currentId ?? ''}" ${attributes}>${LIST}${FORM}</peer-channel>`, '', id);
  const channel = await opened(guest.querySelector('peer-channel') as PeerChannel);
  await until(() => hub.openCount === count);
  return channel;
}

describe('a hub', () => {
  cleanPage();

  it('stamps a channel for each caller, counts them, and takes the stamp away with its channel', async () => {
    const { hub, channels } = await hubWith(2);
    expect(texts(hub, 'code')).to.deep.equal(channels.map((channel) => channel.node?.currentId));
    await shown(hub, () => texts(hub, 'output')[0] === '2');
    const ids = [...hub.querySelectorAll('peer-channel')].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(2);
    hub.querySelector('button')?.click();
    await shown(hub, () => hub.querySelectorAll('.guest').length === 1);
    expect(texts(hub, 'code')).to.deep.equal([channels[1]?.node?.currentId]);
    await shown(hub, () => texts(hub, 'output')[0] === '1');
  });

  it('fills a connection stamp with the metadata, and chooses by it', async () => {
    const chosen = GUESTS.replace('data-peer-each', 'data-peer-when="nickname" data-peer-each');
    const { hub } = await hubWith(0, '', chosen);
    await join(hub, undefined, `metadata='{"nickname": "<i>Ann</i>"}'`);
    expect(texts(hub, '.guest > i')).to.deep.equal(['<i>Ann</i>']);
    const refused = nodeWith(`<peer-channel to="${hub.currentId ?? ''}"></peer-channel>`);
    expect((await next(refused, 'channel-close')).reason).to.equal('refused');
  });

  it('refuses whom a template without a channel is for, and the console says so once', async () => {
    const { warn } = console;
    const said: unknown[] = [];
    console.warn = (text: unknown) => void said.push(text);
    try {
      const { hub } = await hubWith(0, '', '<ul><template data-peer-each="connection"><li>Somebody</li></template></ul>');
      for (let calls = 0; calls < 2; calls++) {
        const refused = nodeWith(`<peer-channel to="${hub.currentId ?? ''}"></peer-channel>`);
        expect((await next(refused, 'channel-close')).reason).to.equal('refused');
      }
      expect(texts(hub, 'li')).to.deep.equal([]);
    } finally {
      console.warn = warn;
    }
    expect(said.filter((text) => String(text).includes('<peer-channel>')).length).to.equal(1);
  });

  it('sends a broadcast to everybody, and shows it once', async () => {
    const { hub, channels } = await hubWith(2);
    submit(hub.querySelector('form'), { name: 'Host', text: 'welcome' });
    await Promise.all(channels.map((channel) => shown(channel, () => texts(channel, 'li span').includes('welcome'))));
    await shown(hub, () => texts(hub, 'ol span').length > 0);
    expect(texts(hub, 'ol span')).to.deep.equal(['welcome']);
  });

  it('refuses a broadcast where nobody is connected', async () => {
    const { hub } = await hubWith(0);
    const failed = next(hub, 'peer-error');
    submit(hub.querySelector('form'), { text: 'for nobody' });
    expect((await failed).error.type).to.equal('not-open');
    expect(hub.querySelector<HTMLInputElement>('[name=text]')?.value).to.equal('for nobody');
  });

  it('relays what one guest says to the others, and not what has files', async () => {
    const { hub, channels } = await hubWith(3, 'relay');
    const [first, second, third] = channels as [PeerChannel, PeerChannel, PeerChannel];
    void first.send({ text: 'with bytes', data: new ArrayBuffer(3) });
    void first.send({ text: 'with a file', file: { name: 'a', type: '', size: 1, attachment: 'a' } });
    submit(first.querySelector('form'), { name: 'First', text: 'hello' });
    await Promise.all([second, third].map((channel) => shown(channel, () => texts(channel, 'li span').length > 0)));
    for (const channel of [second, third]) expect(texts(channel, 'li span')).to.deep.equal(['hello']);
    await shown(hub, () => texts(hub, 'ol span').length === 3);
    // Its own message and nothing else: what is relayed does not come back.
    void second.send({ text: 'answer' });
    await shown(first, () => texts(first, 'li span').includes('answer'));
    expect(texts(first, 'li span')).to.deep.equal(['hello', 'answer']);
  });

  it('without relay keeps to itself what guests say', async () => {
    const { hub, channels } = await hubWith(2);
    void channels[0]?.send({ text: 'secret' });
    await shown(hub, () => texts(hub, 'ol span').includes('secret'));
    void channels[1]?.send({ text: 'done' });
    await shown(hub, () => texts(hub, 'ol span').includes('done'));
    expect(texts(channels[1] as PeerChannel, 'li span')).to.deep.equal([]);
  });

  it('keeps the stamps that it is to keep, and gives a caller that comes again the old one', async () => {
    const kept = `<template data-peer-each="connection" data-peer-keep><div><peer-channel>
      <template data-peer-each="message" data-peer-max="1"><data itemprop="choice"></data></template></peer-channel></div></template>
      <output data-peer-count="choice=tea">0</output><output data-peer-count="choice=coffee">0</output>`;
    const { hub } = await hubWith(0, '', kept);
    const id = uniqueId();
    const voter = await join(hub, id);
    void voter.send({ choice: 'tea' });
    await shown(hub, () => texts(hub, 'output').join() === '1,0');
    voter.node?.remove();
    await Promise.all([until(() => hub.openCount === 0), forgotten(id)]);
    expect(texts(hub, 'output')).to.deep.equal(['1', '0']);
    const again = await join(hub, id);
    void again.send({ choice: 'coffee' });
    await shown(hub, () => texts(hub, 'output').join() === '0,1');
    expect(hub.querySelectorAll('peer-channel').length).to.equal(1);
  });
});
