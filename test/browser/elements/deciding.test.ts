import { expect } from '@open-wc/testing';
import { PeerChannel, type PeerConnectionEvent, type PeerNode } from '../../../src/index.js';
import { ENGINES, SERVER_OPTIONS, callFrom, cleanPage, makeChannel, next, opened, openNode, reached, record, task, type Engine } from '../../support/elements.js';
import { destroyPeers, tracked, uniqueId } from '../../support/peers.js';

for (const { name, Engine } of ENGINES) {
  describe(`peer-connection, over ${name}`, () => {
    cleanPage();
    afterEach(destroyPeers);

    /** A node with a waiting channel, and a listener that decides who may call. */
    async function hostThat(decides: (event: PeerConnectionEvent, host: PeerNode) => void): Promise<{ host: PeerNode; waiting: PeerChannel }> {
      const waiting = makeChannel({ listen: true });
      const host = await openNode({ engine: Engine }, waiting);
      host.addEventListener('peer-connection', (event) => decides(event, host));
      return { host, waiting };
    }

    it('says who calls, under which label and with what metadata', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const calling = callFrom(Engine, host, { label: 'chat', metadata: { name: 'Ada' } });
      const { remoteId, label, metadata, connection, bubbles, composed } = await next(document, 'peer-connection');
      expect([remoteId, label, metadata]).to.deep.equal([calling.node?.peerId, 'chat', { name: 'Ada' }]);
      expect([connection.peer, bubbles, composed]).to.deep.equal([remoteId, true, true]);
    });

    it('has an empty label where the caller gave none', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      callFrom(Engine, host);
      expect((await next(host, 'peer-connection')).label).to.equal('');
    });

    it('refuses by preventDefault()', async () => {
      const { host, waiting } = await hostThat((event) => event.preventDefault());
      await next(callFrom(Engine, host), 'channel-close');
      expect([waiting.state, host.error]).to.deep.equal(['waiting', null]);
    });

    it('refuses where respondWith() comes to false', async () => {
      const { host, waiting } = await hostThat((event) => event.respondWith(task().then(() => false)));
      await next(callFrom(Engine, host), 'channel-close');
      expect(waiting.state).to.equal('waiting');
    });

    it('goes the usual way where respondWith() comes to true', async () => {
      const { host, waiting } = await hostThat((event) => event.respondWith(task().then(() => true)));
      const calling = callFrom(Engine, host);
      await Promise.all([opened(waiting), opened(calling)]);
    });

    it('goes to the channel that respondWith() comes to', async () => {
      const chosen = makeChannel();
      const { host, waiting } = await hostThat((event, node) => {
        node.append(chosen);
        event.respondWith(task().then(() => chosen));
      });
      callFrom(Engine, host);
      await opened(chosen);
      expect(waiting.state).to.equal('waiting');
    });

    it('goes to a channel that is put into the page later', async () => {
      const chosen = makeChannel();
      const { host } = await hostThat((event) => event.respondWith(chosen));
      const calling = callFrom(Engine, host);
      await next(host, 'peer-connection');
      await task();
      host.append(chosen);
      await Promise.all([opened(chosen), opened(calling)]);
    });

    it('refuses where respondWith() is rejected, and says so', async () => {
      const { host } = await hostThat((event) => event.respondWith(Promise.reject(new Error('no database'))));
      const calling = callFrom(Engine, host);
      const { error } = await next(host, 'peer-error');
      expect(error.type).to.equal('refused');
      expect(error.message).to.contain('no database');
      await next(calling, 'channel-close');
    });

    it('hands over by take(), and keeps messages until the connection has an owner', async () => {
      let taken: PeerConnectionEvent['connection'] | undefined;
      const { host, waiting } = await hostThat((event) => (taken = event.take()));
      const calling = callFrom(Engine, host);
      calling.addEventListener('channel-open', () => {
        void calling.send('first');
        void calling.send('second');
      });
      await next(host, 'peer-connection');
      await task();
      const owner = makeChannel();
      host.append(owner);
      const events = record(owner, 'channel-open', 'channel-data');
      owner.connection = taken as unknown as PeerChannel['connection'];
      await next(owner, 'channel-data');
      if (events.length < 3) await next(owner, 'channel-data');
      expect(events.map((event) => ('data' in event ? event.data : event.type))).to.deep.equal(['channel-open', 'first', 'second']);
      expect([waiting.state, owner.incoming]).to.deep.equal(['waiting', true]);
    });

    it('can decide only while it is dispatched', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      callFrom(Engine, host);
      const event = await next(host, 'peer-connection');
      await task();
      for (const late of [() => event.take(), () => event.respondWith(true)]) {
        expect(late).to.throw(DOMException).with.property('name', 'InvalidStateError');
      }
    });

    it('leaves what no channel takes to the owner of an adopted peer', async () => {
      const peer = tracked(new Engine(uniqueId(), SERVER_OPTIONS));
      const node = await openNode({ peer });
      let given: { open: boolean; on(event: string, listener: (value: never) => void): unknown } | undefined;
      peer.on('connection', ((connection: typeof given) => (given = connection)) as never);
      const calling = callFrom(Engine, node);
      await opened(calling);
      const data = new Promise((resolve) => given?.on('data', resolve as never));
      void calling.send('to the owner');
      expect(await data).to.equal('to the owner');
      expect(calling.state).to.equal('open');
      node.remove();
      await task();
      expect([node.state, peer.destroyed, peer.open, calling.state]).to.deep.equal(['closed', false, true, 'open']);
    });

    it('gives what a channel of an adopted peer waits for to that channel', async () => {
      const peer = tracked(new Engine(uniqueId(), SERVER_OPTIONS));
      const waiting = makeChannel({ listen: true });
      const node = await openNode({ peer }, waiting);
      expect(node.currentId).to.equal(peer.id);
      callFrom(Engine, node);
      await opened(waiting);
      const closed = next(waiting, 'channel-close');
      node.peer = null;
      await closed;
      expect(peer.destroyed).to.equal(false);
      node.remove();
    });
  });

  describe(`connection, over ${name}`, () => {
    cleanPage();

    it('moves from one channel to another', async () => {
      const [a, b] = [makeChannel({ listen: true }), makeChannel()];
      const host = await openNode({ engine: Engine }, a, b);
      const calling = callFrom(Engine, host);
      await Promise.all([opened(a), opened(calling)]);
      const { connection } = a;
      b.connection = connection;
      await opened(b);
      expect(b.connection === connection).to.equal(true);
      expect([a.state, b.incoming, calling.state, host.openCount]).to.deep.equal(['waiting', true, 'open', 1]);
      const data = next(b, 'channel-data');
      void calling.send('moved');
      await data;
    });

    it('closes when it is set to null', async () => {
      const channel = makeChannel({ listen: true });
      const host = await openNode({ engine: Engine }, channel);
      const calling = callFrom(Engine, host);
      await Promise.all([opened(channel), opened(calling)]);
      channel.connection = null;
      expect(channel.connection === null).to.equal(true);
      await reached(calling, 'closed');
    });

    it('that has ended already closes the channel it is given to', async () => {
      const channel = makeChannel({ listen: true });
      const host = await openNode({ engine: Engine }, channel);
      const calling = callFrom(Engine, host);
      await Promise.all([opened(channel), opened(calling)]);
      const { connection } = channel;
      calling.close();
      await reached(channel, 'waiting');
      const late = makeChannel();
      host.append(late);
      late.connection = connection;
      await reached(late, 'closed');
      expect(late.connection === null).to.equal(true);
    });
  });
}

describe('peer-connection', () => {
  cleanPage();
  const [{ Engine }] = ENGINES as readonly [Engine];

  it('that is taken and never claimed closes after connectTimeout', async () => {
    const host = await openNode({ engine: Engine, options: { connectTimeout: 300 } });
    host.addEventListener('peer-connection', (event) => event.take());
    const calling = callFrom(Engine, host);
    const { connection } = await next(host, 'peer-connection');
    expect(connection.open).to.equal(false);
    expect(await connection.closed).to.equal('refused');
    await reached(calling, 'closed');
  });

  it('that is answered too late closes the channel it is given to', async () => {
    const host = await openNode({ engine: Engine, options: { connectTimeout: 300 } });
    const chosen = makeChannel();
    host.append(chosen);
    host.addEventListener('peer-connection', (event) => event.respondWith(event.connection.closed.then(() => chosen)));
    await next(callFrom(Engine, host), 'channel-close');
    await reached(chosen, 'closed');
  });

  it('that is placed in a manual channel is answered on connect()', async () => {
    const manual = makeChannel({ manual: true });
    const host = await openNode({ engine: Engine }, manual);
    host.addEventListener('peer-connection', (event) => (manual.connection = event.take() as unknown as PeerChannel['connection']));
    const calling = callFrom(Engine, host);
    await reached(manual, 'connecting');
    expect(manual.connection?.open).to.equal(false);
    manual.connect();
    await Promise.all([opened(manual), opened(calling)]);
  });

  it('may be placed in a manual channel and answered in the same tick', async () => {
    const manual = makeChannel({ manual: true });
    const host = await openNode({ engine: Engine }, manual);
    host.addEventListener('peer-connection', (event) => {
      manual.connection = event.take() as unknown as PeerChannel['connection'];
      manual.connect();
    });
    const calling = callFrom(Engine, host);
    await Promise.all([opened(manual), opened(calling)]);
  });
});
