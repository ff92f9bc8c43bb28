import { expect } from '@open-wc/testing';
import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { BOUND, FORM, LIST, hear, page, settled, sourceOf, type Page } from '../../../support/changing-page.js';
import { cleanPage, mount, next, opened, task } from '../../../support/elements.js';
import { nodeWith, shown, submit, texts } from '../../../support/html-pages.js';

describe('a page that others change', () => {
  cleanPage();

  const moves: Record<string, (element: Element, to: Element) => void> = {
    'insertBefore()': (element, to) => to.insertBefore(element, to.firstChild),
  };
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

  for (const [how, move] of Object.entries(moves)) {
    for (const what of ['peer-node', 'peer-channel', 'form'] as const) {
      it(`keeps what somebody is typing when a ${what} is moved by ${how}, and sends it`, async () => {
        const own = await page();
        const { node, channel } = own;
        const typing = channel.querySelector('[name=text]') as HTMLInputElement;
        typing.focus();
        typing.value = 'half a sen';
        const target = document.createElement('article');
        const moved = node.closest('section')?.querySelector(what) as Element;
        if (what === 'peer-node') mount(target);
        else moved.parentElement?.append(target);
        move(moved, target);
        await task();
        await hear(own, 'meanwhile');
        // Any other move takes the focus away, whatever the element.
        expect([typing.value, document.activeElement === typing]).to.deep.equal(['half a sen', how === 'moveBefore()']);
        const said = next(own.otherChannel, 'channel-data');
        submit(channel.querySelector('form'));
        expect((await said).data).to.include({ text: 'half a sen' });
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
