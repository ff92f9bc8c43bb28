import { expect } from '@open-wc/testing';

import type { PeerChannel } from '../../../../src/index.js';
import { COMPATIBLE, OURS, PEERJS, cleanPage, opened } from '../../../support/elements.js';
import { choose, nodeWith, shown, submit, texts, twoPages } from '../../../support/html-pages.js';

const CARD = `<template data-peer-each="message"><li>
  <p itemprop="text"></p>
  <figure itemprop="files" itemscope><a itemprop="url"><span itemprop="name"></span></a><img itemprop="url">
    <i data-peer-when="state=complete">complete</i><i data-peer-when="state=failed">failed</i></figure>
  <figure itemprop="file" itemscope><a itemprop="url"><span itemprop="name"></span></a>
    <i data-peer-when="state=complete">complete</i><i data-peer-when="state=failed">failed</i></figure>
</li></template>`;
const FORM = '<form method="dialog" data-peer-send><input name="text"><input type="file" name="files" multiple></form>';

function settled(channel: Element, count: number, state = 'complete'): Promise<void> {
  return shown(channel, () => texts(channel, 'figure:not([hidden]) i:not([hidden])').filter((text) => text === state).length === count);
}

async function content(link: Element | null): Promise<{ text: string; type: string | null }> {
  const response = await fetch((link as HTMLAnchorElement).href);
  return { text: await response.text(), type: response.headers.get('content-type') };
}

describe('files in messages', () => {
  cleanPage();

  for (const { name, Engine } of [OURS, COMPATIBLE, PEERJS]) {
    it(`arrive and are shown on both sides, from ${name}`, async () => {
      const { hostChannel, guestChannel, guest } = await pair(Engine);
      expect(guestChannel.profile).to.equal(Engine === OURS.Engine ? 'native' : 'compatible');
      const control = guestChannel.querySelector('[type=file]');
      choose(control, new File(['<b>one</b>'], 'one.html', { type: 'text/html' }), new File(['two'], '../two.txt'));
      submit(guest.querySelector('form'), { text: 'two files' });
      await Promise.all([hostChannel, guestChannel].map((channel) => settled(channel, 2)));
      for (const channel of [hostChannel, guestChannel]) {
        expect(texts(channel, 'figure span')).to.deep.equal(['one.html', '.._two.txt'.slice(3), '']);
        const link = channel.querySelector('figure a');
        expect(await content(link)).to.deep.equal({ text: '<b>one</b>', type: 'application/octet-stream' });
        expect((link as HTMLAnchorElement).download).to.equal('one.html');
      }
      expect((control as HTMLInputElement).files?.length).to.equal(0);
    });
  }

  it('that a script transfers alone are messages, too', async () => {
    const { hostChannel, guestChannel } = await twoPages(CARD, '');
    guestChannel.transfer(new File(['alone'], 'alone.txt'));
    await settled(hostChannel, 1);
    expect(await content(hostChannel.querySelector('figure:not([hidden]) a'))).to.include({ text: 'alone' });
  });

  it('are left to a script that takes them first', async () => {
    const { hostChannel, guestChannel } = await twoPages(CARD, '');
    const taken = new Promise<Blob>((resolve) => {
      hostChannel.addEventListener('channel-transfer', ({ transfer }) => resolve(transfer.blob()), { once: true });
    });
    guestChannel.transfer(new File(['mine'], 'mine.txt'));
    expect(await (await taken).text()).to.equal('mine');
    expect(hostChannel.querySelectorAll('li').length).to.equal(0);
  });

  it('over max-bytes fail, on both sides, and the message stays', async () => {
    for (const { Engine } of [OURS, COMPATIBLE]) {
      const { hostChannel, guestChannel, guest } = await pair(Engine, 'max-bytes="4"');
      choose(guestChannel.querySelector('[type=file]'), new File(['too large'], 'large.txt'));
      submit(guest.querySelector('form'), { text: 'large' });
      await settled(hostChannel, 1, 'failed');
      expect(texts(hostChannel, 'p')).to.deep.equal(['large']);
      expect(hostChannel.querySelector('figure a')?.hasAttribute('href')).to.equal(false);
    }
  });

  it('are not called complete over json, which takes no bytes: they and their message fail, and it is said', async () => {
    for (const { Engine } of [COMPATIBLE, PEERJS]) {
      const { hostChannel, guestChannel, guest } = await pair(Engine, '', 'serialization="json"');
      choose(guestChannel.querySelector('[type=file]'), new File(['bytes'], 'bytes.txt'));
      submit(guest.querySelector('form'), { text: 'with a file' });
      await settled(guestChannel, 1, 'failed');
      expect(guestChannel.error?.type).to.equal('invalid-data');
      submit(guest.querySelector('form'), { text: 'without' });
      await shown(hostChannel, () => texts(hostChannel, 'p').includes('without'));
      expect(texts(hostChannel, 'p')).to.deep.equal(['without']);
    }
  });

  it('that are promised and do not come fail when the connection ends', async () => {
    const { hostChannel, guestChannel } = await twoPages(CARD, '');
    void guestChannel.send({ file: { name: 'never.txt', type: '', size: 9, attachment: 'never' } });
    await shown(hostChannel, () => hostChannel.querySelectorAll('li').length === 1);
    guestChannel.close();
    await settled(hostChannel, 1, 'failed');
  });

  it('let go of their URLs when their stamp goes', async () => {
    const { hostChannel, guestChannel } = await twoPages(CARD.replace('<template', '<template data-peer-max="1"'), '');
    guestChannel.transfer(new File(['first'], 'first.txt'));
    await settled(hostChannel, 1);
    const { href } = hostChannel.querySelector('figure:not([hidden]) a') as HTMLAnchorElement;
    void guestChannel.send({ text: 'second' });
    await shown(hostChannel, () => texts(hostChannel, 'p').includes('second'));
    expect(await fetch(href).then(() => 'alive', () => 'revoked')).to.equal('revoked');
  });
});

async function pair(Engine: typeof OURS.Engine, attributes = '', guestAttributes = '') {
  const host = await opened(nodeWith(`<peer-channel listen ${attributes}>${CARD}</peer-channel>`));
  const guest = nodeWith(`<peer-channel ${guestAttributes}>${FORM}${CARD}</peer-channel>`, 'manual');
  guest.engine = Engine;
  guest.open();
  const [hostChannel, guestChannel] = [host, guest].map((node) => node.querySelector('peer-channel') as PeerChannel);
  (guestChannel as PeerChannel).to = host.currentId;
  await Promise.all([opened(hostChannel as PeerChannel), opened(guestChannel as PeerChannel)]);
  return { host, guest, hostChannel: hostChannel as PeerChannel, guestChannel: guestChannel as PeerChannel };
}
