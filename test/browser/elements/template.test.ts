import { expect } from '@open-wc/testing';
import { ENGINES, callFrom, cleanPage, forgotten, makeChannel, next, opened, openNode, reached, task } from '../../support/elements.js';
import type { PeerNode } from '../../../src/index.js';

/** A template for connections, with its children where the parser or where a framework puts them. */
function templateOf(html: string, { inContent = true } = {}): HTMLTemplateElement {
  const template = document.createElement('template');
  template.dataset['peerEach'] = 'connection';
  if (inContent) template.innerHTML = html;
  else template.append(document.createRange().createContextualFragment(html));
  return template;
}

for (const { name, Engine } of ENGINES) {
  describe(`a template for connections, over ${name}`, () => {
    cleanPage();

    /** The remotes of the channels that were stamped, in order. */
    const stamped = (host: PeerNode): unknown[] => [...host.querySelectorAll(':scope > article')].map((article) => article.querySelector('peer-channel')?.remoteId);

    for (const inContent of [true, false]) {
      it(`is stamped for each caller, with its children in its ${inContent ? 'content' : 'element'}`, async () => {
        const host = await openNode({ engine: Engine }, templateOf('<article><peer-channel></peer-channel></article>', { inContent }));
        const callers = [callFrom(Engine, host), callFrom(Engine, host)];
        await Promise.all(callers.map(opened));
        while (host.openCount < 2) await next(host, 'channel-open');
        expect(stamped(host).sort()).to.deep.equal(callers.map((channel) => channel.node?.currentId).sort());
        expect(host.lastElementChild?.localName).to.equal('template');
      });
    }

    it('takes its stamp away when the conversation ends, and leaves nothing of it', async () => {
      const host = await openNode({ engine: Engine }, templateOf('\n<article><peer-channel></peer-channel></article>\n'));
      const before = host.innerHTML;
      const calling = callFrom(Engine, host);
      await Promise.all([opened(calling), next(host, 'channel-open')]);
      const closed = next(host, 'channel-close');
      calling.close();
      await closed;
      await task();
      expect(host.innerHTML).to.equal(before);
      expect(host.channels.length).to.equal(0);
    });

    it('keeps its stamp for a caller who is back', async () => {
      const host = await openNode({ engine: Engine }, templateOf('<article><peer-channel></peer-channel></article>'));
      const calling = callFrom(Engine, host);
      await Promise.all([opened(calling), next(host, 'channel-open')]);
      const stamp = host.querySelector('article');
      const id = calling.node?.currentId ?? '';
      calling.node?.disconnect();
      await forgotten(id);
      const again = callFrom(Engine, host, {}, id);
      await Promise.all([opened(again), next(host, 'channel-open')]);
      expect(host.querySelectorAll('article').length).to.equal(1);
      expect(host.querySelector('article') === stamp).to.equal(true);
    });

    it('comes after a channel that waits', async () => {
      const waiting = makeChannel({ listen: true });
      const host = await openNode({ engine: Engine }, templateOf('<article><peer-channel></peer-channel></article>'), waiting);
      callFrom(Engine, host);
      await opened(waiting);
      expect(stamped(host)).to.deep.equal([]);
    });

    it('that holds no channel is no template for connections', async () => {
      const host = await openNode({ engine: Engine }, templateOf('<article></article>'));
      const calling = callFrom(Engine, host);
      await reached(calling, 'closed');
      expect(stamped(host)).to.deep.equal([]);
    });

    it('stamps a channel that a listener can fill at once', async () => {
      const host = await openNode({ engine: Engine }, templateOf('<article><peer-channel></peer-channel></article>'));
      const first = next(host, 'channel-state');
      callFrom(Engine, host, { label: 'chat' });
      const { target, state } = await first;
      expect([(target as Element).localName, (target as Element).isConnected, state]).to.deep.equal(['peer-channel', true, 'connecting']);
    });
  });
}
