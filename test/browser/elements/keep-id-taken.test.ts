import { expect } from '@open-wc/testing';
import { OPEN_WAIT, TAKEN_WAIT } from '../../../src/elements/keep-id/kept-start.js';
import { ENGINES, cleanPage, counted, next, opened, reached, record, task } from '../../support/elements.js';
import { entries, forgetAll, mountKeeping, occupy, pageEnds, tokenOf } from '../../support/kept.js';
import { uniqueId } from '../../support/peers.js';

for (const { name, Engine } of ENGINES) {
  describe(`a kept id that the server still holds, over ${name}`, () => {
    cleanPage();
    afterEach(forgetAll);

    for (const asked of [true, false]) {
      it(`by another token is asked for until it is free: one ${asked ? 'asked for' : 'assigned'}`, async () => {
        const settings = asked ? { engine: Engine, peerId: uniqueId() } : { engine: Engine };
        const { id } = await pageEnds(await opened(mountKeeping(settings)));
        const socket = await occupy(id);
        const { Engine: Counted, made } = counted(Engine);
        const node = mountKeeping({ ...settings, engine: Counted });
        const events = record(node, 'peer-state', 'peer-error');
        await secondOf(made);
        expect([node.state, node.error]).to.deep.equal(['connecting', null]);
        socket.close();
        await opened(node);
        expect(node.currentId).to.equal(id);
        expect(events.map((event) => ('state' in event ? event.state : event.type))).to.deep.equal(['connecting', 'open']);
        expect(made.slice(0, -1).every(({ destroyed }) => destroyed)).to.equal(true);
      });
    }

    it('by another token for too long is told, and an assigned one is given up', async () => {
      const { id } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
      const socket = await occupy(id);
      const { Engine: Counted, made } = counted(Engine);
      const node = mountKeeping({ engine: Counted });
      await reached(node, 'connecting');
      while (made.length === 0) await task();
      const { now } = performance;
      try {
        performance.now = () => now.call(performance) + TAKEN_WAIT;
        expect((await next(node, 'peer-error')).error.type).to.equal('unavailable-id');
        await reached(node, 'closed');
      } finally {
        performance.now = now;
      }
      expect([node.error?.type, entries().length]).to.deep.equal(['unavailable-id', 0]);
      node.open();
      await opened(node);
      expect(node.currentId).not.to.equal(id);
      socket.close();
    });

    it('is not asked for any more when the node has been removed', async () => {
      const { id } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
      const socket = await occupy(id);
      const { Engine: Counted, made } = counted(Engine);
      const node = mountKeeping({ engine: Counted });
      await secondOf(made);
      node.remove();
      await reached(node, 'closed');
      expect(made.every(({ destroyed }) => destroyed)).to.equal(true);
      const count = made.length;
      socket.close();
      // Another node's start takes longer than the next attempt would.
      await opened(mountKeeping({ engine: Engine }));
      expect(made.length).to.equal(count);
    });

    it('by the same token is had back', async function () {
      this.timeout(60_000);
      const first = await opened(mountKeeping({ engine: Engine }));
      const token = tokenOf(first) as string;
      const { id } = await pageEnds(first);
      // The socket of a page that has gone without the server's hearing of it.
      const socket = await occupy(id, token);
      const began = performance.now();
      const node = await opened(mountKeeping({ engine: Engine }));
      expect([node.currentId, tokenOf(node)]).to.deep.equal([id, token]);
      expect(performance.now() - began, 'ms').to.be.below(4 * OPEN_WAIT);
      socket.close();
    });
  });

  /** An engine has been made a second time. */
  async function secondOf(made: { readonly length: number }): Promise<void> {
    while (made.length < 2) await (await fetch('/peerjs/peerjs/peers')).text();
  }
}

describe('an id that was not kept', () => {
  cleanPage();
  afterEach(forgetAll);

  it('and is taken is told at once', async () => {
    const peerId = uniqueId();
    const socket = await occupy(peerId);
    const node = mountKeeping({ peerId });
    expect((await next(node, 'peer-error')).error.type).to.equal('unavailable-id');
    await reached(node, 'closed');
    expect(entries()).to.deep.equal([]);
    socket.close();
  });
});
