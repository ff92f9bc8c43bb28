import { expect } from '@open-wc/testing';
import { ENGINES, cleanPage, converse, counted, forgotten, makeChannel, makeNode, mount, next, opened, openNode, reached, record, task, until } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

type Move = (element: Element, to: Element) => void;

const MOVES: Record<string, Move> = {
  'insertBefore()': (element, to) => to.insertBefore(element, to.firstChild),
  'append()': (element, to) => to.append(element),
  'remove() and append() in one task': (element, to) => {
    element.remove();
    to.append(element);
  },
};
if ('moveBefore' in Element.prototype) MOVES['moveBefore()'] = (element, to) => to.moveBefore(element, null);

for (const { name, Engine } of ENGINES) {
  describe(`moving, over ${name}`, () => {
    cleanPage();

    for (const [how, move] of Object.entries(MOVES)) {
      it(`a node by ${how} keeps it and its conversations`, async () => {
        const { host, called, calling } = await converse(Engine);
        const events = record(host, 'peer-state', 'channel-state');
        const { peer } = host;
        move(host, mount(document.createElement('section')));
        await task();
        expect(host.peer === peer).to.equal(true);
        const data = next(called, 'channel-data');
        void calling.send('after the move');
        await data;
        expect(events).to.deep.equal([]);
      });

      it(`a channel by ${how} within its node keeps the conversation`, async () => {
        const { host, called, calling } = await converse(Engine);
        const events = record(host, 'channel-state');
        const { connection } = called;
        const section = document.createElement('section');
        host.append(section);
        move(called, section);
        await task();
        expect(called.connection === connection).to.equal(true);
        const data = next(called, 'channel-data');
        void calling.send('after the move');
        await data;
        expect(events).to.deep.equal([]);
      });
    }

    it('a calling channel to another node makes it call from there', async () => {
      const { host, guest, called, calling } = await converse(Engine);
      // The call from there may arrive before the end of the one from here.
      const spare = makeChannel({ listen: true });
      host.append(spare);
      await reached(spare, 'waiting');
      const other = await openNode({ engine: Engine });
      const closed = next(calling, 'channel-close');
      other.append(calling);
      expect((await closed).reason).to.equal('local');
      await until(() => [called, spare].some(({ state, remoteId }) => state === 'open' && remoteId === other.currentId));
      await opened(calling);
      expect(calling.node === other).to.equal(true);
      await until(() => host.openCount === 1);
      expect([host.openCount, guest.openCount, other.openCount]).to.deep.equal([1, 0, 1]);
    });
  });

  describe(`removing, over ${name}`, () => {
    cleanPage();

    it('a channel ends its conversation after a microtask', async () => {
      const { called, calling } = await converse(Engine);
      const remote = next(called, 'channel-close');
      calling.remove();
      expect(calling.state).to.equal('open');
      await Promise.resolve();
      expect(calling.state).to.equal('closed');
      expect(calling.connection === null).to.equal(true);
      expect((await remote).reason).to.equal('remote');
    });

    it('a node ends it and its conversations after a microtask', async () => {
      const { host, guest, called, calling } = await converse(Engine);
      const remote = next(called, 'channel-close');
      const { peer } = guest;
      guest.remove();
      expect(guest.state).to.equal('open');
      await Promise.resolve();
      await Promise.resolve();
      expect([guest.state, calling.state]).to.deep.equal(['closed', 'closed']);
      expect(guest.peer === null).to.equal(true);
      expect(peer?.destroyed).to.equal(true);
      await remote;
      expect(host.openCount).to.equal(0);
    });

    it('and inserting a channel again calls again', async () => {
      const { guest, called, calling } = await converse(Engine);
      calling.remove();
      await reached(called, 'waiting');
      guest.append(calling);
      await opened(calling);
    });

    it('and inserting a node again starts it again, and its channels', async () => {
      const { guest, called, calling } = await converse(Engine);
      guest.remove();
      await reached(called, 'waiting');
      await forgotten(guest.peerId ?? '');
      mount(guest);
      await Promise.all([opened(guest), opened(calling)]);
    });

    it('a node before it has started, and inserting it again, starts it', async () => {
      const { Engine: Counted, made } = counted(Engine);
      const node = mount(makeNode({ engine: Counted, peerId: uniqueId() }));
      node.remove();
      await task();
      expect(made.length).to.equal(0);
      await opened(mount(node));
      expect(made.length).to.equal(1);
    });

    it('the attribute "to" closes, and setting it calls again', async () => {
      const { host, called, calling } = await converse(Engine);
      calling.setAttribute('to', host.currentId ?? '');
      await calling.updateComplete;
      expect(calling.state).to.equal('open');
      calling.removeAttribute('to');
      const { reason } = await next(calling, 'channel-close');
      expect(reason).to.equal('local');
      await reached(called, 'waiting');
      calling.setAttribute('to', host.currentId ?? '');
      await opened(calling);
    });

    it('a node that a channel elsewhere names leaves that channel without one', async () => {
      const { host, called } = await converse(Engine);
      host.id = uniqueId();
      called.node = host.id;
      document.body.append(called);
      await called.updateComplete;
      expect(called.state).to.equal('open');
      expect(called.node === host).to.equal(true);
      host.remove();
      await task();
      expect(called.state).to.equal('closed');
      expect(called.node === null).to.equal(true);
      called.remove();
    });

    it('while another channel of the node goes on', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }), makeChannel({ listen: true, label: 'b' }));
      const [a, b] = [makeChannel({ to: host.currentId }), makeChannel({ to: host.currentId, label: 'b' })];
      await openNode({ engine: Engine }, a, b);
      await Promise.all([opened(a), opened(b), ...host.channels.map(opened)]);
      a.remove();
      await next(host, 'channel-close');
      const data = next(host, 'channel-data');
      void b.send('still here');
      expect((await data).target === host.channels[1]).to.equal(true);
    });
  });
}
