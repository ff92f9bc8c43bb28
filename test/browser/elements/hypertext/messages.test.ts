import { expect } from '@open-wc/testing';

import { cleanPage, next, opened } from '../../../support/elements.js';
import { nodeWith, shown, submit, texts, twoPages } from '../../../support/html-pages.js';

const LIST = '<ol><template data-peer-each="message"><li><b itemprop="name">Someone</b> <p itemprop="text"></p></li></template></ol>';
const FORM = '<form method="dialog" data-peer-send><input name="name" data-peer-keep><input name="text"><button>Send</button></form>';

describe('a page of forms and templates', () => {
  cleanPage();

  it('sends a form and shows it on both sides', async () => {
    const { hostChannel, guestChannel } = await twoPages(LIST, LIST + FORM);
    const form = guestChannel.querySelector('form') as HTMLFormElement;
    submit(form, { name: 'Ann', text: 'Hello <b>you</b>' });
    expect([...new FormData(form)].map(([, value]) => value)).to.deep.equal(['Ann', '']);
    for (const channel of [hostChannel, guestChannel]) {
      await shown(channel, () => channel.querySelectorAll('li').length === 1);
      expect([texts(channel, 'li b'), texts(channel, 'li p')]).to.deep.equal([['Ann'], ['Hello <b>you</b>']]);
    }
    const [received, sent] = [hostChannel, guestChannel].map((channel) => channel.querySelector('li') as HTMLElement);
    expect(received?.dataset).to.include({ peerFrom: guestChannel.node?.currentId, peerDirection: 'received' });
    expect(sent?.dataset).to.include({ peerFrom: guestChannel.node?.currentId, peerDirection: 'sent' });
  });

  it('keeps the order of what is sent, and the last so many', async () => {
    const max = LIST.replace('data-peer-each', 'data-peer-max="3" data-peer-each');
    const { hostChannel, guestChannel } = await twoPages(max, '');
    for (let n = 0; n < 10; n++) void guestChannel.send({ text: String(n) });
    await shown(hostChannel, () => texts(hostChannel, 'li p').at(-1) === '9');
    expect(texts(hostChannel, 'li p')).to.deep.equal(['7', '8', '9']);
  });

  it('chooses by fields, by direction, and shows what is no object as data', async () => {
    const template = (when: string, name: string) => `<template data-peer-each="message" data-peer-when="${when}"><p class="${name}" itemprop="${name}"></p></template>`;
    const { hostChannel, guestChannel } = await twoPages(template('_direction=received choice=tea|coffee', 'choice') + template('data', 'data') + FORM, '');
    submit(hostChannel.querySelector('form'), { text: 'mine' });
    for (const data of [{ choice: 'milk' }, { choice: 'tea' }, 'plain', 42]) void guestChannel.send(data);
    await shown(hostChannel, () => hostChannel.querySelectorAll('p').length === 3);
    expect([texts(hostChannel, '.choice'), texts(hostChannel, '.data')]).to.deep.equal([['tea'], ['plain', '42']]);
  });

  it('leaves alone a form that is not marked, one that a listener prevented, and one without a channel', async () => {
    const { hostChannel, guestChannel } = await twoPages(LIST, FORM + FORM.replace('data-peer-send', ''));
    const [marked, unmarked] = [...guestChannel.querySelectorAll('form')];
    marked?.addEventListener('submit', (event) => event.preventDefault(), { once: true });
    for (const form of [marked, unmarked]) submit(form ?? null, { text: 'not sent' });
    submit(marked ?? null, { text: 'sent' });
    await shown(hostChannel, () => hostChannel.querySelectorAll('li').length > 0);
    expect(texts(hostChannel, 'p')).to.deep.equal(['sent']);
  });

  it('refuses where nobody is there: the fields stay, and the error says not-open', async () => {
    const node = await opened(nodeWith(`<peer-channel listen>${FORM}${LIST}</peer-channel>`));
    const channel = node.querySelector('peer-channel');
    const failed = next(node, 'channel-error');
    submit(node.querySelector('form'), { text: 'for nobody' });
    expect((await failed).error.type).to.equal('not-open');
    expect(channel?.getAttribute('error')).to.equal('not-open');
    expect(node.querySelector<HTMLInputElement>('[name=text]')?.value).to.equal('for nobody');
    expect(node.querySelectorAll('li').length).to.equal(0);
  });

  it('queues while the channel is on its way, and sends in order when it opens', async () => {
    const host = await opened(nodeWith(`<peer-channel listen>${LIST}</peer-channel>`));
    const guest = nodeWith(`<peer-channel to="${host.currentId ?? ''}">${FORM}</peer-channel>`);
    await shown(guest, () => guest.querySelector('peer-channel')?.state === 'connecting');
    for (const text of ['one', 'two']) submit(guest.querySelector('form'), { text });
    await shown(host, () => host.querySelectorAll('li').length === 2);
    expect(texts(host, 'p')).to.deep.equal(['one', 'two']);
  });

  it('says of a message that never left that it failed', async () => {
    const list = '<template data-peer-each="message"><li><i data-peer-when="_state=failed">not delivered</i><i data-peer-when="_state=sending|sent">fine</i></li></template>';
    const guest = nodeWith(`<peer-channel to="nobody-is-here">${FORM}${list}</peer-channel>`);
    await shown(guest, () => guest.querySelector('peer-channel')?.state === 'connecting');
    submit(guest.querySelector('form'), { text: 'hello?' });
    await shown(guest, () => guest.querySelector('li i:not([hidden])')?.textContent === 'not delivered');
    expect(texts(guest, 'i:not([hidden])')).to.deep.equal(['not delivered']);
  });

  it('marks what has arrived as sent', async () => {
    const list = '<template data-peer-each="message"><li><i data-peer-when="_state=sent">sent</i></li></template>';
    const { guestChannel } = await twoPages(LIST, FORM + list);
    submit(guestChannel.querySelector('form'), { text: 'hello' });
    await shown(guestChannel, () => guestChannel.querySelector('i')?.hidden === false);
  });
});

describe('conditions, texts and counts', () => {
  cleanPage();

  it('follow the closest channel, else its node', async () => {
    const bound = '<p class="open" data-peer-when="state=open" hidden>open</p><p class="not" data-peer-when="!state=open">not</p><code data-peer-text="remote-id">nobody</code>';
    const { host, guest, hostChannel, guestChannel } = await twoPages(bound, '');
    const own = document.createElement('output');
    own.dataset.peerText = 'current-id';
    hostChannel.append(own);
    await shown(host, () => own.textContent !== '');
    expect(own.textContent).to.equal(host.currentId);
    expect([hostChannel.querySelector<HTMLElement>('.open')?.hidden, hostChannel.querySelector<HTMLElement>('.not')?.hidden]).to.deep.equal([false, true]);
    expect(texts(hostChannel, 'code')).to.deep.equal([guest.currentId]);
    guestChannel.close();
    await shown(hostChannel, () => hostChannel.querySelector('code')?.textContent === 'nobody');
    expect(hostChannel.querySelector<HTMLElement>('.open')?.hidden).to.equal(true);
  });

  it('hold against others who write hidden, and for what is put in later', async () => {
    const { hostChannel } = await twoPages('<p data-peer-when="state=open" hidden>open</p>', '');
    const first = hostChannel.querySelector('p') as HTMLElement;
    first.hidden = true;
    await shown(hostChannel, () => !first.hidden);
    const wrapper = document.createElement('div');
    wrapper.innerHTML = '<p data-peer-when="state=closed">closed</p>';
    hostChannel.append(wrapper);
    await shown(hostChannel, () => wrapper.querySelector('p')?.hidden === true);
  });

  it('count stamped messages', async () => {
    const counts = '<output data-peer-count="choice=tea">0</output><meter data-peer-count="choice=tea" max="9"></meter><data data-peer-count="choice"></data>';
    const { hostChannel, guestChannel } = await twoPages(`<template data-peer-each="message"><p itemprop="choice"></p></template>${counts}`, '');
    for (const choice of ['tea', 'coffee', 'tea']) void guestChannel.send({ choice });
    await shown(hostChannel, () => hostChannel.querySelector('output')?.textContent === '2');
    expect(hostChannel.querySelector('meter')?.value).to.equal(2);
    expect(hostChannel.querySelector('data')?.value).to.equal('3');
    hostChannel.querySelector('p')?.remove();
    await shown(hostChannel, () => hostChannel.querySelector('output')?.textContent === '1');
  });
});
