import { expect } from '@open-wc/testing';
import { PeerNode } from '../../../src/index.js';
import { sameSetting } from '../../../src/elements/settings.js';
import { CONFIG, ENGINES, MARKUP, cleanPage, counted, makeChannel, makeNode, markup, mount, next, opened, openNode, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

for (const { name, Engine } of ENGINES) {
  describe(`settings, over ${name}`, () => {
    cleanPage();

    it('are taken from attributes in the markup', async () => {
      const id = uniqueId();
      const node = markup(`<peer-node peer-id="${id}" ${MARKUP} manual></peer-node>`).querySelector('peer-node') as PeerNode;
      node.engine = Engine;
      node.manual = false;
      await opened(node);
      expect(node.currentId).to.equal(id);
    });

    it('are taken from attributes that are set after the insertion', async () => {
      const id = uniqueId();
      const node = mount(document.createElement('peer-node'));
      node.engine = Engine;
      node.setAttribute('config', JSON.stringify(CONFIG));
      node.setAttribute('peer-id', id);
      node.setAttribute('server', '/peerjs');
      expect((await next(node, 'peer-open')).id).to.equal(id);
    });

    it('changed in one tick make one engine', async () => {
      const { Engine: Counted, made } = counted(Engine);
      const node = await openNode({ engine: Counted });
      const id = uniqueId();
      node.peerId = uniqueId();
      node.server = `${location.origin}/peerjs/`;
      node.peerId = id;
      await next(node, 'peer-open');
      expect(node.currentId).to.equal(id);
      expect(made.length).to.equal(2);
      expect(made[0]?.destroyed).to.equal(true);
    });

    it('that are set right before open() make one engine: a second one found the id taken by the first', async () => {
      const { Engine: Counted, made } = counted(Engine);
      const id = uniqueId();
      const node = markup(`<peer-node peer-id="${id}" ${MARKUP} manual></peer-node>`).querySelector('peer-node') as PeerNode;
      node.engine = Counted;
      node.open();
      await opened(node);
      await node.updateComplete;
      expect(made.length).to.equal(1);
      expect(node.currentId).to.equal(id);
    });

    it('that are set right after open() make another engine', async () => {
      const { Engine: Counted, made } = counted(Engine);
      const node = mount(makeNode({ engine: Counted, peerId: uniqueId(), manual: true }));
      node.open();
      const id = (node.peerId = uniqueId());
      await next(node, 'peer-open');
      expect(node.currentId).to.equal(id);
      expect(made.map(({ destroyed }) => destroyed)).to.deep.equal([true, false]);
    });

    it('changed in one tick make one call', async () => {
      const { Engine: Counted, calls } = counted(Engine);
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel();
      await openNode({ engine: Counted }, channel);
      channel.to = 'nobody';
      channel.label = 'a';
      channel.to = host.currentId;
      channel.label = 'b';
      channel.serialization = 'json';
      await opened(channel);
      expect(calls.length).to.equal(1);
      expect(calls[0]?.options['label']).to.equal('b');
      expect(calls[0]?.options['serialization']).to.equal('json');
    });

    it('that have new values of the same content change nothing', async () => {
      const { Engine: Counted, made, calls } = counted(Engine);
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel({ to: host.currentId, metadata: { a: 1 } });
      const node = await openNode({ engine: Counted, options: { debug: 0 } }, channel);
      await opened(channel);
      node.config = { iceServers: [] };
      node.options = { debug: 0 };
      channel.metadata = { a: 1 };
      channel.setAttribute('to', host.currentId ?? '');
      await task();
      expect([made.length, calls.length, channel.state]).to.deep.equal([1, 1, 'open']);
    });

    it('of the node that change start it anew, and its channels call again', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel({ to: host.currentId });
      const node = await openNode({ engine: Engine }, channel);
      await opened(channel);
      const closed = next(channel, 'channel-close');
      const id = (node.peerId = uniqueId());
      expect((await closed).reason).to.equal('destroyed');
      await next(channel, 'channel-open');
      expect(node.currentId).to.equal(id);
      expect(node.error).to.equal(null);
    });

    it('with manual wait for open()', async () => {
      const node = mount(makeNode({ engine: Engine, manual: true, peerId: uniqueId() }));
      await node.updateComplete;
      expect(node.state).to.equal('idle');
      expect(node.peer).to.equal(null);
      node.open();
      await opened(node);
    });

    it('of a channel with manual wait for connect()', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel({ to: host.currentId, manual: true });
      await openNode({ engine: Engine }, channel);
      await channel.updateComplete;
      expect(channel.state).to.equal('idle');
      channel.connect();
      await opened(channel);
    });

    for (const [text, absent] of [['""', ''], ['null', null], ['undefined', undefined]] as const) {
      it(`that are ${text} are absent`, async () => {
        const { Engine: Counted, calls } = counted(Engine);
        const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
        const channel = makeChannel({ to: absent });
        Object.assign(channel, { label: absent, metadata: absent, serialization: absent, node: absent });
        const node = mount(makeNode({}, channel));
        Object.assign(node, { peerId: absent, options: absent, iceServers: absent, peer: absent, engine: Counted });
        await opened(node);
        expect(channel.state).to.equal('idle');
        channel.to = host.currentId;
        await opened(channel);
        expect(Object.keys(calls[0]?.options ?? {})).to.deep.equal(['reliable']);
      });
    }

    it('of ICE may be a function', async () => {
      let asked = 0;
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel({ to: host.currentId });
      await openNode({ engine: Engine, iceServers: () => (asked++, Promise.resolve([])) }, channel);
      await opened(channel);
      expect(asked).to.be.greaterThan(0);
    });

    it('of ICE as JSON take the place of those in config', async () => {
      const holder = markup(`<peer-node ${MARKUP} ice-servers='[{"urls":"stun:127.0.0.1:9"}]' manual></peer-node>`);
      const node = holder.querySelector('peer-node') as PeerNode;
      const { Engine: Counted, made } = counted(Engine);
      node.engine = Counted;
      node.open();
      const [peer] = made as unknown as [{ options: { config: RTCConfiguration; iceServers?: RTCIceServer[] } }];
      if (!peer) await next(node, 'peer-open');
      const { options } = (made as unknown as (typeof peer)[])[0] ?? { options: { config: {} } };
      expect(options.iceServers ?? options.config.iceServers).to.deep.equal([{ urls: 'stun:127.0.0.1:9' }]);
    });
  });
}

describe('sameSetting', () => {
  it('compares what is in objects and lists', () => {
    expect(sameSetting({ a: [1, { b: null }] }, { a: [1, { b: undefined }] })).to.equal(true);
    expect(sameSetting({ a: 1 }, { a: 1, b: 2 })).to.equal(false);
    expect(sameSetting([1, 2], [2, 1])).to.equal(false);
  });

  it('takes functions for the same, and classes not', () => {
    expect(sameSetting(() => [], () => [])).to.equal(true);
    expect(sameSetting(PeerNode, class extends PeerNode {})).to.equal(false);
  });

  it('takes all ways of being absent for the same', () => {
    expect(sameSetting(null, '')).to.equal(true);
    expect(sameSetting(undefined, null)).to.equal(true);
    expect(sameSetting(undefined, 0)).to.equal(false);
  });
});
