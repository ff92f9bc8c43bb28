import { expect } from '@open-wc/testing';
import { html, render, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { hear, type Page } from '../../../support/changing-page.js';
import { CONFIG, cleanPage, mount, next, opened, record, task } from '../../../support/elements.js';
import { nodeWith, shown, submit, texts } from '../../../support/html-pages.js';
import { uniqueId } from '../../../support/peers.js';

interface Rendered extends Page {
  /** Renders it again, with other objects that say the same. */
  again(title: string): void;
  readonly form: HTMLFormElement;
  readonly typing: HTMLInputElement;
}

/** A page that a framework renders, and a channel elsewhere that is connected with its channel. */
async function rendered(): Promise<Rendered> {
  const [other, id, place] = [await opened(nodeWith('<peer-channel listen></peer-channel>')), uniqueId(), mount(document.createElement('main'))];
  const again = (title: string): void => {
    render(
      html`<h1>${title}</h1>
        <peer-node peer-id=${id} server="/peerjs" .config=${{ ...CONFIG }} title=${title}>
          <peer-channel to=${other.currentId} .metadata=${{ from: 'a page' }} class=${title}>
            <ol><template data-peer-each="message"><li><p itemprop="text"></p></li></template></ol>
            <form method="dialog" data-peer-send><input name="text" placeholder=${title}><button>${title}</button></form>
            <p>${title}: <span data-peer-text="remote-id">nobody</span> <output data-peer-count="text">0</output></p>
          </peer-channel>
        </peer-node>`,
      place,
    );
  };
  again('first');
  const node = place.querySelector('peer-node') as PeerNode;
  const [channel, otherChannel] = [node, other].map((each) => each.querySelector('peer-channel')) as [PeerChannel, PeerChannel];
  await Promise.all([opened(channel), opened(otherChannel)]);
  const form = channel.querySelector('form') as HTMLFormElement;
  return { html: '', holder: place, node, channel, otherChannel, again, form, typing: form.elements.namedItem('text') as HTMLInputElement };
}

describe('a page that a framework renders again', () => {
  cleanPage();

  it('keeps node and conversation, though every object is a new one', async () => {
    const own = await rendered();
    const { node, channel } = own;
    const [{ peer }, { connection }] = [node, channel];
    const events = record(node, 'peer-state', 'channel-state');
    for (const title of ['second', 'third']) {
      own.again(title);
      await Promise.all([node.updateComplete, channel.updateComplete]);
    }
    expect(own.holder.querySelector('h1')?.textContent).to.equal('third');
    expect([node.peer === peer, channel.connection === connection, events.length]).to.deep.equal([true, true, 0]);
  });

  it('keeps what is shown, and goes on with it', async () => {
    const own = await rendered();
    await hear(own, 'one');
    const stamp = own.channel.querySelector('li');
    own.again('second');
    await hear(own, 'two');
    await shown(own.channel, () => texts(own.channel, 'output')[0] === '2');
    own.again('third');
    await task();
    expect(own.channel.querySelector('li') === stamp).to.equal(true);
    expect([texts(own.channel, 'li p'), texts(own.channel, 'span'), texts(own.channel, 'output')]).to.deep.equal([['one', 'two'], [own.otherChannel.node?.currentId], ['2']]);
  });

  it('keeps what somebody is typing, and sends it', async () => {
    const own = await rendered();
    own.typing.focus();
    own.typing.value = 'half a sen';
    own.typing.setSelectionRange(4, 4);
    own.again('second');
    await hear(own, 'meanwhile');
    expect([own.typing.value, own.typing.selectionStart, document.activeElement === own.typing]).to.deep.equal(['half a sen', 4, true]);
    const said = next(own.otherChannel, 'channel-data');
    submit(own.form);
    expect((await said).data).to.deep.equal({ text: 'half a sen' });
    expect(own.typing.value).to.equal('');
  });

  it('keeps the conversations of a keyed list when it is sorted, and ends that of an item that goes', async () => {
    const others = await Promise.all([0, 1, 2].map(() => opened(nodeWith('<peer-channel listen></peer-channel>'))));
    const [node, ids] = [mount(document.createElement('peer-node')), others.map(({ currentId }) => currentId ?? '')];
    Object.assign(node, { server: '/peerjs', config: CONFIG, peerId: uniqueId() });
    const row = (id: string): TemplateResult => html`<li><peer-channel to=${id}><input></peer-channel></li>`;
    const show = (list: readonly string[]): void => void render(html`<ul>${repeat(list, (id) => id, row)}</ul>`, node);
    show(ids);
    const channels = [...node.querySelectorAll('peer-channel')];
    await Promise.all([...channels, ...others.flatMap((other) => other.channels)].map(opened));
    const connections = channels.map(({ connection }) => connection);
    (channels[0]?.firstElementChild as HTMLInputElement).value = 'for the first';
    show([...ids].reverse());
    await task();
    expect([...node.querySelectorAll('peer-channel')].map(({ remoteId }) => remoteId)).to.deep.equal([...ids].reverse());
    expect(channels.every(({ connection }, index) => connection === connections[index])).to.equal(true);
    expect((node.querySelector('li:last-child input') as HTMLInputElement).value).to.equal('for the first');
    const closed = next(others[1] as PeerNode, 'channel-close');
    show([ids[2] ?? '', ids[0] ?? '']);
    await closed;
    expect(channels.map(({ state }) => state)).to.deep.equal(['open', 'closed', 'open']);
  });
});
