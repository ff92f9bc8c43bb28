import { expect } from '@open-wc/testing';
import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { hear, page, type Page } from '../../../support/changing-page.js';
import { MARKUP, cleanPage, markup, next, opened, task } from '../../../support/elements.js';
import { nodeWith, shown, texts } from '../../../support/html-pages.js';
import { uniqueId } from '../../../support/peers.js';

const ROW = '<li><p itemprop="text"></p></li>';
const list = (row = ROW): string => `<ol><template data-peer-each="message" data-peer-max="2">${row}</template></ol>`;
const COUNT = '<output data-peer-count="text">0</output>';

/** As a morph or a re-render does: an equal one takes the place of each. */
function replaceTemplates({ channel }: Page): void {
  for (const template of channel.querySelectorAll('template')) template.replaceWith(template.cloneNode(true));
}

describe('a message template that is replaced by an equal one', () => {
  cleanPage();

  it('goes on with its stamps: data-peer-max and data-peer-count still count them', async () => {
    const own = await page(list() + COUNT);
    for (const text of ['a', 'b']) await hear(own, text);
    replaceTemplates(own);
    await shown(own.channel, () => texts(own.channel, 'output')[0] === '2');
    await hear(own, 'c');
    expect(texts(own.channel, 'p')).to.deep.equal(['b', 'c']);
    for (const text of ['d', 'e', 'f']) {
      replaceTemplates(own);
      await hear(own, text);
    }
    expect(texts(own.channel, 'p')).to.deep.equal(['e', 'f']);
    await shown(own.channel, () => texts(own.channel, 'output')[0] === '2');
  });

  it('goes on with the files of its stamps', async () => {
    const own = await page(list('<li><a itemprop="file"></a></li>'));
    void own.otherChannel.send({ file: { name: 'a.txt', type: 'text/plain', size: 5, data: new TextEncoder().encode('bytes') } });
    await shown(own.channel, () => own.channel.querySelector('a')?.hasAttribute('href') ?? false);
    const { href } = own.channel.querySelector('a') as HTMLAnchorElement;
    replaceTemplates(own);
    await task();
    expect(await (await fetch(href)).text()).to.equal('bytes');
  });

  it('shows what came right before, though its whole list was replaced', async () => {
    const own = await page(list());
    void own.otherChannel.send({ text: 'in between' });
    await next(own.channel, 'channel-data');
    own.channel.innerHTML = list();
    await shown(own.channel, () => texts(own.channel, 'p').length > 0);
    expect(texts(own.channel, 'p')).to.deep.equal(['in between']);
  });

  it('gets its own stamps, where there are two such lists', async () => {
    const own = await page(list() + list());
    for (const text of ['a', 'b']) await hear(own, text);
    const [first, second] = own.channel.children as unknown as [HTMLElement, HTMLElement];
    replaceTemplates(own);
    await hear(own, 'c');
    expect([texts(first, 'p'), texts(second, 'p')]).to.deep.equal([['b', 'c'], ['b', 'c']]);
    second.querySelector('template')?.remove();
    await hear({ ...own, channel: first as never }, 'd');
    expect([texts(first, 'p'), texts(second, 'p')], 'one that is gone leaves its stamps to nobody').to.deep.equal([['c', 'd'], ['b', 'c']]);
  });

  it('leaves its stamps where they are if the other one says something else', async () => {
    const own = await page(list() + COUNT);
    for (const text of ['a', 'b']) await hear(own, text);
    (own.channel.querySelector('ol template') as HTMLTemplateElement).outerHTML = '<template data-peer-each="message" data-peer-max="2"><li class="new"><p itemprop="text"></p></li></template>';
    for (const text of ['c', 'd', 'e']) await hear(own, text);
    expect(texts(own.channel, 'p')).to.deep.equal(['a', 'b', 'd', 'e']);
    await shown(own.channel, () => texts(own.channel, 'output')[0] === '2');
  });

  it('leaves nothing when node and list go with it', async () => {
    const own = await page(list());
    await hear(own, 'a');
    own.node.remove();
    await task();
    expect(texts(own.channel, 'p')).to.deep.equal(['a']);
  });
});

describe('a connection template that is replaced by an equal one', () => {
  cleanPage();

  it('gives a stamp that was kept back to the same remote, and no second one', async () => {
    const template = '<template data-peer-each="connection" data-peer-keep><li><peer-channel></peer-channel></li></template>';
    const hub = await opened(markup(`<peer-node peer-id="${uniqueId()}" ${MARKUP}><ul>${template}</ul></peer-node>`).firstElementChild as PeerNode);
    const calling = nodeWith(`<peer-channel to="${hub.currentId ?? ''}"></peer-channel>`).querySelector('peer-channel') as PeerChannel;
    await Promise.all([opened(calling), next(hub, 'channel-open')]);
    const stamp = hub.querySelector('li');
    calling.close();
    await next(hub, 'channel-close');
    const old = hub.querySelector('template') as HTMLTemplateElement;
    old.replaceWith(old.cloneNode(true));
    calling.connect();
    await Promise.all([opened(calling), next(hub, 'channel-open')]);
    expect(hub.querySelectorAll('li').length).to.equal(1);
    expect(hub.querySelector('li') === stamp).to.equal(true);
  });
});
