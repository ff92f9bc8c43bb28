import { expect } from '@open-wc/testing';
import type { PeerNode } from '../../../src/index.js';
import { ENGINES, cleanPage, counted, forgotten, makeNode, mount, next, opened, reached, record, task } from '../../support/elements.js';
import { entries, forgetAll, kept, locksOf, makeKeeping, mountKeeping, page, pageEnds, tokenOf } from '../../support/kept.js';
import { uniqueId } from '../../support/peers.js';

for (const { name, Engine } of ENGINES) {
  describe(`keep-id, over ${name}`, () => {
    cleanPage();
    afterEach(forgetAll);

    it('gives an assigned id and its token to the next page of the tab', async () => {
      const first = await opened(mountKeeping({ engine: Engine }));
      const token = tokenOf(first);
      const { id } = await pageEnds(first);
      const second = await opened(mountKeeping({ engine: Engine }));
      expect([second.currentId, tokenOf(second)]).to.deep.equal([id, token]);
      expect(token).to.be.a('string').with.length.above(10);
    });

    it('is read from the markup', async () => {
      const node = mount(document.createElement('div'));
      node.innerHTML = '<peer-node keep-id manual></peer-node>';
      expect((node.firstElementChild as PeerNode).keepId).to.equal(true);
    });

    it('gives the token of an id that is asked for', async () => {
      const peerId = uniqueId();
      const first = await opened(mountKeeping({ engine: Engine, peerId }));
      const token = tokenOf(first);
      expect(await pageEnds(first)).to.include({ id: peerId, token, assigned: false });
      const second = await opened(mountKeeping({ engine: Engine, peerId }));
      expect([second.currentId, tokenOf(second)]).to.deep.equal([peerId, token]);
    });

    it('keeps for close() and open()', async () => {
      const node = await opened(mountKeeping({ engine: Engine }));
      const { id } = await kept(node);
      node.close();
      while ((await locksOf(id)).length > 0);
      const other = await opened(mountKeeping({ engine: Engine }));
      expect(other.currentId).not.to.equal(id);
      await kept(other);
      while (((await (await fetch('/peerjs/peerjs/peers')).json()) as string[]).includes(id));
      node.open();
      await opened(node);
      expect(node.currentId).to.equal(id);
    });

    it('does not give an asked-for id to a node that asks for another, or for none', async () => {
      const id = uniqueId('element');
      const first = await opened(mountKeeping({ engine: Engine, id, peerId: uniqueId() }));
      const token = tokenOf(first);
      await pageEnds(first);
      const other = uniqueId();
      const second = await opened(mountKeeping({ engine: Engine, id, peerId: other }));
      expect(second.currentId).to.equal(other);
      expect(tokenOf(second)).not.to.equal(token);
      await pageEnds(second);
      const third = await opened(mountKeeping({ engine: Engine, id }));
      expect(third.currentId).not.to.equal(other);
      expect(await kept(third)).to.include({ assigned: true });
    });

    it('tells nodes apart by their element ids, else by their order', async () => {
      const [a, b] = [uniqueId('a'), uniqueId('b')];
      const settings = [{ id: a }, { id: b }, {}, {}];
      const mountAll = (order: number[]): Promise<PeerNode[]> =>
        Promise.all(order.map((n) => opened(mountKeeping({ engine: Engine, ...settings[n] }))));
      const first = await mountAll([0, 1, 2, 3]);
      const ids = first.map(({ currentId }) => currentId);
      for (const node of first) await pageEnds(node);
      const second = await mountAll([2, 1, 0, 3]);
      expect(second.map(({ currentId }) => currentId)).to.deep.equal([ids[2], ids[1], ids[0], ids[3]]);
    });

    it('prefers a token that the page gives, and does not keep that', async () => {
      const token = uniqueId('token');
      const first = await opened(mountKeeping({ engine: Engine, options: { token } }));
      expect(tokenOf(first)).to.equal(token);
      const { id, token: keptToken } = await pageEnds(first);
      expect(keptToken).to.equal(undefined);
      const second = await opened(mountKeeping({ engine: Engine, options: { token } }));
      expect([second.currentId, tokenOf(second)]).to.deep.equal([id, token]);
    });

    it('set while the node is open keeps what is in force; removed, it forgets it', async () => {
      const node = await opened(mount(makeNode({ engine: Engine })));
      const { peer, currentId } = node;
      const events = record(node, 'peer-state');
      node.setAttribute('keep-id', '');
      expect(await kept(node)).to.include({ id: currentId, token: tokenOf(node), assigned: true });
      node.removeAttribute('keep-id');
      await node.updateComplete;
      expect(entries()).to.deep.equal([]);
      expect([node.peer === peer, node.state, events.length]).to.deep.equal([true, 'open', 0]);
    });

    it('and another setting changed in one tick make one engine', async () => {
      const { Engine: Counted, made } = counted(Engine);
      await pageEnds(await opened(mountKeeping({ engine: Engine })));
      const node = mountKeeping({ engine: Counted });
      await reached(node, 'connecting');
      node.peerId = uniqueId();
      node.keepId = false;
      node.keepId = true;
      await opened(node);
      expect([made.length, node.currentId]).to.deep.equal([1, node.peerId]);
    });

    it('makes no engine where the node is removed while its id is being claimed', async () => {
      const { Engine: Counted, made } = counted(Engine);
      const { id } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
      const node = mountKeeping({ engine: Counted });
      await reached(node, 'connecting');
      expect(made.length).to.equal(0);
      node.remove();
      const other = await opened(mountKeeping({ engine: Engine }));
      expect([other.currentId, made.length, node.state]).to.deep.equal([id, 0, 'closed']);
    });

    it('starts once where the node is moved while its id is being claimed', async () => {
      const { Engine: Counted, made } = counted(Engine);
      const { id } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
      const node = mountKeeping({ engine: Counted });
      await reached(node, 'connecting');
      mount(document.createElement('section')).append(node);
      await opened(node);
      expect([made.length, node.currentId]).to.deep.equal([1, id]);
    });

    it('lets go of the claim when the node is removed, and when it is closed', async () => {
      for (const end of ['remove', 'close'] as const) {
        const node = await opened(mountKeeping({ engine: Engine }));
        const { id } = await kept(node);
        expect((await locksOf(id)).length).to.equal(1);
        node[end]();
        while ((await locksOf(id)).length > 0);
        node.remove();
        await task();
        forgetAll();
      }
    });

    for (const asked of [true, false]) {
      it(`is one node's, where another has a copy of what is kept, of an id ${asked ? 'asked for' : 'assigned'}`, async () => {
        const [one, two] = [uniqueId('one'), uniqueId('two')];
        const settings = asked ? { engine: Engine, peerId: uniqueId() } : { engine: Engine };
        const first = await opened(mountKeeping({ ...settings, id: one }));
        const { key, id } = await kept(first);
        const copy = key.replace(one, two);
        sessionStorage.setItem(copy, sessionStorage.getItem(key) ?? '');
        const second = makeKeeping({ ...settings, id: two });
        const events = record(second, 'peer-error');
        mount(second);
        if (asked) {
          await reached(second, 'closed');
          expect(events.map(({ error }) => error.type)).to.deep.equal(['unavailable-id']);
        } else {
          await opened(second);
          expect(second.currentId).not.to.equal(id);
          expect((await kept(second)).key).to.equal(copy);
          expect(tokenOf(second)).not.to.equal(tokenOf(first));
        }
        expect([first.state, first.currentId]).to.deep.equal(['open', id]);
        expect(entries().find((entry) => entry.key === key)?.id).to.equal(id);
      });
    }

    it('lets go of the claim while the page is hidden in the back/forward cache', async () => {
      const node = await opened(mountKeeping({ engine: Engine }));
      const { id } = await kept(node);
      const { peer } = node;
      page('pagehide');
      expect(node.state).to.equal('disconnected');
      while ((await locksOf(id)).length > 0);
      await forgotten(id);
      const open = next(node, 'peer-open');
      page('pageshow');
      expect((await open).id).to.equal(id);
      expect((await locksOf(id)).length).to.equal(1);
      expect(node.peer === peer).to.equal(true);
    });

    it('starts as somebody else where the claim is not to be had back', async () => {
      const node = await opened(mountKeeping({ engine: Engine }));
      const { id } = await kept(node);
      const [lock = ''] = await locksOf(id);
      page('pagehide');
      let release = (): void => undefined;
      await new Promise<void>((had) => void navigator.locks.request(lock, () => (had(), new Promise<void>((resolve) => (release = resolve)))));
      const [closed, open] = [next(node, 'peer-close'), next(node, 'peer-open')];
      page('pageshow');
      await closed;
      expect((await open).id).not.to.equal(id);
      expect(await kept(node)).to.include({ id: node.currentId });
      expect(entries().length).to.equal(1);
      release();
    });
  });
}
