import { expect } from '@open-wc/testing';
import { ENGINES, PROFILES, cleanPage, converse, makeChannel, makeNode, mount, next, opened, openNode, reached, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

/** Values that arrive as they were sent, over any engine. */
const VALUES: Record<string, unknown> = {
  text: 'Grüße, 世界 🎉',
  'an empty text': '',
  'a number': 42,
  'a fraction': 1.5,
  'a negative number': -7,
  true: true,
  false: false,
  'a list': [1, 'two', [3]],
  'an object': { a: { b: [null, true] }, c: 'd' },
};
const BINARY: Record<string, (bytes: Uint8Array<ArrayBuffer>) => unknown> = {
  'an ArrayBuffer': (bytes) => bytes.buffer,
  'a typed array': (bytes) => bytes,
  'a Blob': (bytes) => new Blob([bytes]),
  'a File': (bytes) => new File([bytes], 'name.bin'),
};

for (const { name, Engine } of PROFILES) {
  describe(`messages, over ${name}`, () => {
    cleanPage();

    it('of every kind arrive as they were sent', async () => {
      const { called, calling } = await converse(Engine);
      for (const [kind, value] of Object.entries(VALUES)) {
        const event = next(called, 'channel-data');
        void calling.send(value);
        expect((await event).data, kind).to.deep.equal(value);
      }
    });

    it('of bytes arrive as bytes', async () => {
      const { called, calling } = await converse(Engine);
      for (const [kind, make] of Object.entries(BINARY)) {
        const event = next(called, 'channel-data');
        void calling.send(make(new Uint8Array([1, 2, 250])));
        const { data } = await event;
        expect([...new Uint8Array(data as ArrayBuffer)], kind).to.deep.equal([1, 2, 250]);
      }
    });

    for (const serialization of ['binary', 'binary-utf8', 'json', 'raw', 'none']) {
      it(`go both ways with serialization="${serialization}"`, async () => {
        const { called, calling } = await converse(Engine, { serialization });
        for (const [from, to] of [[calling, called], [called, calling]] as const) {
          const event = next(to, 'channel-data');
          void from.send('text');
          expect((await event).data).to.equal('text');
        }
      });
    }

    it('come as events that bubble and leave shadow roots', async () => {
      const root = mount(document.createElement('div')).attachShadow({ mode: 'open' });
      const host = root.appendChild(makeNode({ engine: Engine, peerId: uniqueId() }, makeChannel({ listen: true })));
      await opened(host);
      const calling = makeChannel({ to: host.currentId });
      await openNode({ engine: Engine }, calling);
      await opened(calling);
      const event = next(document, 'channel-data');
      void calling.send('out');
      const { data, bubbles, composed, target } = await event;
      expect([data, bubbles, composed, target === root.host]).to.deep.equal(['out', true, true, true]);
    });

    it('can be read and written as streams', async () => {
      const { called, calling } = await converse(Engine);
      const { readable } = called;
      const writer = calling.writable?.getWriter();
      expect(called.readable === readable && calling.writable?.locked).to.equal(true);
      await writer?.write('one');
      await writer?.write('two');
      const reader = readable?.getReader();
      expect([(await reader?.read())?.value, (await reader?.read())?.value]).to.deep.equal(['one', 'two']);
      await writer?.close();
      expect((await reader?.read())?.done).to.equal(true);
      await reached(calling, 'closed');
      expect([calling.readable, calling.writable]).to.deep.equal([null, null]);
    });

    it('have left when flush() resolves', async () => {
      const { called, calling } = await converse(Engine);
      const event = next(called, 'channel-data');
      void calling.send(new Uint8Array(1_000_000));
      expect(calling.bufferedAmount).to.be.greaterThan(0);
      await calling.flush();
      expect(calling.bufferedAmount).to.equal(0);
      expect(((await event).data as ArrayBuffer).byteLength).to.equal(1_000_000);
    });

    it('all arrive before close({ flush: true }) ends', async () => {
      // PeerJS's closing message overtakes others where the channel has no order.
      const { called, calling } = await converse(Engine, { reliable: true });
      let bytes = 0;
      called.addEventListener('channel-data', ({ data }) => (bytes += (data as ArrayBuffer).byteLength));
      const closed = next(called, 'channel-close');
      for (let part = 0; part < 10; part++) void calling.send(new Uint8Array(100_000));
      calling.close({ flush: true });
      await closed;
      await reached(calling, 'closed');
      expect(bytes).to.equal(1_000_000);
    });

    it('sent before open are an error and a rejection', async () => {
      const channel = mount(makeChannel());
      const event = next(channel, 'channel-error');
      const sent = channel.send('early').catch((error: unknown) => error);
      const { error } = await event;
      expect([error.type, await sent === error, channel.getAttribute('error')]).to.deep.equal(['not-open-yet', true, 'not-open-yet']);
    });

    it('sent after close are an error, and no unhandled rejection', async () => {
      const { calling } = await converse(Engine);
      calling.close();
      const event = next(calling, 'channel-error');
      void calling.send('late');
      expect((await event).error.type).to.equal('connection-closed');
      await task();
    });

    it('that cannot be sent are an error on the channel, which goes on', async () => {
      const { called, calling } = await converse(Engine);
      const event = next(calling, 'channel-error');
      void calling.send(() => undefined);
      expect((await event).error.type).to.equal('invalid-data');
      const data = next(called, 'channel-data');
      void calling.send('still here');
      expect((await data).data).to.equal('still here');
    });

    it('need no flush() that somebody waits for', async () => {
      const { calling } = await converse(Engine);
      void calling.send(new Uint8Array(5_000_000));
      void calling.flush();
      calling.close();
      await task();
      expect(calling.bufferedAmount).to.equal(0);
    });
  });
}

for (const { name, Engine } of ENGINES) {
  describe(`methods of the node, over ${name}`, () => {
    cleanPage();

    it('connect() gives a channel that calls', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true, label: 'chat' }));
      const guest = await openNode({ engine: Engine });
      const channel = guest.connect(host.currentId ?? '', { label: 'chat', metadata: [1], serialization: 'json' });
      await opened(channel);
      expect(guest.lastElementChild === channel).to.equal(true);
      expect(host.channels[0]?.connection?.metadata).to.deep.equal([1]);
    });

    it('listPeers() gives the ids at the server', async () => {
      const node = await openNode({ engine: Engine });
      expect(await node.listPeers()).to.include(node.currentId);
    });

    it('listPeers() of a node that is not open is a rejection', async () => {
      const error = await makeNode({ engine: Engine }).listPeers().catch((reason: unknown) => reason);
      expect(error).to.have.property('type', 'disconnected');
    });

    it('close() ends it and its conversations, and open() starts both again', async () => {
      const { guest, called, calling } = await converse(Engine);
      guest.close();
      expect([guest.state, calling.state, guest.openCount]).to.deep.equal(['closed', 'closed', 0]);
      await reached(called, 'waiting');
      guest.peerId = null;
      await guest.updateComplete;
      guest.open();
      await opened(calling);
    });

    it('have no effect where there is nothing to do', async () => {
      const node = makeNode({ engine: Engine, manual: true });
      for (const act of ['disconnect', 'reconnect', 'close'] as const) node[act]();
      mount(node);
      await node.updateComplete;
      for (const act of ['disconnect', 'reconnect', 'close'] as const) node[act]();
      expect(node.state).to.equal('idle');
      node.open();
      node.open();
      await opened(node);
      const { peer } = node;
      node.open();
      expect(node.peer === peer).to.equal(true);
    });
  });
}
