import { expect } from '@open-wc/testing';
import { Idiomorph } from 'idiomorph';
import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { KEEP, LIST, hear, page, settled, sourceOf } from '../../../support/changing-page.js';
import { cleanPage, markup, next, opened, task } from '../../../support/elements.js';
import { nodeWith, shown, submit, texts } from '../../../support/html-pages.js';

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
