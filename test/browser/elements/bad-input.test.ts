import { expect } from '@open-wc/testing';
import type { PeerNode } from '../../../src/index.js';
import { COMPATIBLE, ENGINES, MARKUP, OURS, callFrom, cleanPage, converse, makeChannel, makeNode, markup, mount, next, opened, openNode, reached, record, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

/** What a node is given, what its error is, and what the error's message has to say. */
const BAD_NODES: Record<string, [settings: Parameters<typeof makeNode>[0], type: string, says: RegExp]> = {
  'an invalid id': [{ peerId: 'not/an id!' }, 'invalid-id', /is invalid/],
  'a wrong key': [{ server: '/wrong-key?key=wrong', peerId: uniqueId() }, 'server-error', /Invalid key/],
  'a key that the cloud refuses': [{ server: '/invalid-key', peerId: uniqueId() }, 'invalid-key', /is invalid/],
  'a full server': [{ server: '/full', peerId: uniqueId() }, 'server-error', /concurrent user limit/],
  'a server that is none': [{ server: '/error500', peerId: uniqueId() }, 'network', /./],
  'a server that gives no id': [{ server: '/error500' }, 'server-error', /./],
  'a server that cannot be reached': [{ server: 'http://127.0.0.1:9/', peerId: uniqueId() }, 'network', /./],
  'a server that is no URL': [{ server: 'http://' }, 'invalid-setting', /Write "\/peerjs"/],
};

/** Attributes in the markup that are no settings. */
const BAD_MARKUP: Record<string, [attributes: string, says: RegExp]> = {
  'a config that is not JSON': [`server="/peerjs" config="{iceServers: []}"`, /config is not JSON/],
  'a config that is no object': [`server="/peerjs" config="5"`, /config has to be an object/],
  'options that are not JSON': [`${MARKUP} options="debug=2"`, /options is not JSON/],
  'options that are a list': [`${MARKUP} options="[]"`, /options has to be an object/],
  'ice-servers that are not JSON': [`${MARKUP} ice-servers="stun:x"`, /ice-servers is not JSON/],
  'ice-servers that are no list': [`${MARKUP} ice-servers='{"urls":"stun:x"}'`, /ice-servers has to be a list/],
};

for (const { name, Engine, foreign } of ENGINES) {
  describe(`bad input, over ${name}`, () => {
    cleanPage();

    for (const [what, [settings, type, says]] of Object.entries(BAD_NODES)) {
      it(`${what} is an error of the node, and nothing is thrown`, async () => {
        const node = makeNode({ engine: Engine, ...settings });
        const event = next(node, 'peer-error');
        mount(node);
        const { error } = await event;
        expect(error.type).to.equal(type);
        if (!foreign || type === 'invalid-setting') expect(error.message).to.match(says);
        await task();
        expect([node.getAttribute('error'), node.error === error]).to.deep.equal([type, true]);
        expect(node.state).to.be.oneOf(['closed', 'disconnected']);
      });
    }

    it('an id that somebody has is an error of the node', async () => {
      const first = await openNode({ engine: Engine });
      const second = makeNode({ engine: Engine, peerId: first.currentId });
      const event = next(second, 'peer-error');
      mount(second);
      expect((await event).error.type).to.equal('unavailable-id');
      await reached(second, 'closed');
      expect([first.state, first.error]).to.deep.equal(['open', null]);
    });

    it('a remote that nobody is, is an error of that channel only', async () => {
      const { guest, called, calling } = await converse(Engine);
      const errors = record(guest, 'peer-error');
      const lost = guest.connect(uniqueId('nobody'));
      const { error, target } = await next(guest, 'channel-error');
      expect([error.type, target === lost]).to.deep.equal(['peer-unavailable', true]);
      expect(error.message).to.contain('Could not connect to peer nobody');
      await reached(lost, 'closed');
      expect([lost.getAttribute('error'), calling.error, guest.error, errors.length]).to.deep.equal(['peer-unavailable', null, null, 0]);
      expect([guest.state, calling.state, called.state]).to.deep.equal(['open', 'open', 'open']);
    });

    it('an unknown serialization is an error of that channel', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const calling = callFrom(Engine, host, { serialization: 'wat' });
      const { error } = await next(calling, 'channel-error');
      expect([error.type, calling.node?.error]).to.deep.equal(['unknown-serialization', null]);
      await reached(calling, 'closed');
    });

    it('metadata that are not JSON are an error of that channel, which calls once they are mended', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const holder = markup(`<peer-node ${MARKUP} manual><peer-channel to="${String(host.currentId)}" metadata="{a: 1}"></peer-channel></peer-node>`);
      const node = holder.querySelector('peer-node') as PeerNode;
      node.engine = Engine;
      const event = next(node, 'channel-error');
      node.open();
      const { error } = await event;
      expect([error.type, node.error]).to.deep.equal(['invalid-setting', null]);
      expect(error.message).to.contain('metadata is not JSON');
      const [channel] = node.channels as [(typeof node.channels)[0]];
      expect(channel.state).to.equal('closed');
      channel.removeAttribute('metadata');
      await opened(channel);
      expect(channel.error).to.equal(null);
    });

    it('a message over the limit is an error of that channel, which goes on', async () => {
      // The limit is PeerJS's: between two of this engine there is none so small.
      const { called, calling } = await converse(foreign ? Engine : COMPATIBLE.Engine, { serialization: 'json' });
      const event = next(calling, 'channel-error');
      void calling.send('x'.repeat(20_000));
      const { error } = await event;
      expect([error.type, calling.getAttribute('error')]).to.deep.equal(['message-too-big', 'message-too-big']);
      const data = next(called, 'channel-data');
      void calling.send('small');
      await data;
    });

    it('a channel without a node is an error on connect()', async () => {
      const channel = mount(makeChannel({ to: 'somebody' }));
      await channel.updateComplete;
      expect([channel.state, channel.error]).to.deep.equal(['idle', null]);
      const event = next(channel, 'channel-error');
      channel.connect();
      expect((await event).error.type).to.equal('no-node');
    });

    it('connect() with nobody to call is an error', async () => {
      const channel = makeChannel();
      await openNode({ engine: Engine }, channel);
      const event = next(channel, 'channel-error');
      channel.connect();
      expect((await event).error.type).to.equal('invalid-setting');
    });

    it('a call while the node is off the network is an error of the channel, and is made when it is back', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const guest = await openNode({ engine: Engine });
      guest.close();
      const channel = makeChannel({ to: host.currentId });
      guest.append(channel);
      expect((await next(channel, 'channel-error')).error.type).to.equal('disconnected');
      expect(channel.state).to.equal('closed');
      guest.peerId = null;
      guest.open();
      await opened(channel);
      expect(channel.error).to.equal(null);
    });
  });
}

describe('bad input', () => {
  cleanPage();

  for (const [what, [attributes, says]] of Object.entries(BAD_MARKUP)) {
    it(`${what} is an error of the node, which starts once it is mended`, async () => {
      const holder = markup(`<peer-node ${attributes}></peer-node>`);
      const node = holder.querySelector('peer-node') as PeerNode;
      const { error } = await next(node, 'peer-error');
      expect([error.type, node.getAttribute('error')]).to.deep.equal(['invalid-setting', 'invalid-setting']);
      expect(error.message).to.match(says);
      await reached(node, 'closed');
      for (const name of ['options', 'ice-servers']) node.removeAttribute(name);
      node.setAttribute('config', '{"iceServers":[]}');
      await opened(node);
      expect(node.error).to.equal(null);
    });
  }

  it('a JSON attribute that became bad ends the node that runs, and does not fall back to a default', async () => {
    const node = markup(`<peer-node ${MARKUP}></peer-node>`).querySelector('peer-node') as PeerNode;
    await opened(node);
    node.setAttribute('config', '{');
    expect((await next(node, 'peer-error')).error.type).to.equal('invalid-setting');
    await reached(node, 'closed');
    expect(node.peer === null).to.equal(true);
  });

  it('a property stands in for an attribute that is no setting', async () => {
    const node = markup(`<peer-node server="/peerjs" config="[object Object]"></peer-node>`).querySelector('peer-node') as PeerNode;
    node.config = { iceServers: [] };
    await opened(node);
  });

  it('an iceServers() that fails is an error of the channel', async () => {
    const host = await openNode({}, makeChannel({ listen: true }));
    const channel = makeChannel({ to: host.currentId });
    await openNode({ iceServers: () => Promise.reject(new Error('no credentials')) }, channel);
    const { error } = channel.error ? channel : await next(channel, 'channel-error');
    expect(error?.type).to.equal('webrtc');
    expect(error?.message).to.contain('no credentials');
  });

  it('a server that sends rubbish is an error of the node, which goes on', async () => {
    const node = makeNode({ server: '/rubbish', peerId: uniqueId() });
    const event = next(node, 'peer-error');
    mount(node);
    expect((await event).error.type).to.equal('socket-error');
    expect((await opened(node)).state).to.equal('open');
  });

  it('a remote that sends rubbish is an error of the channel, which goes on', async () => {
    const { called, calling } = await converse(COMPATIBLE.Engine);
    const event = next(called, 'channel-error');
    calling.connection?.dataChannel?.send(new Uint8Array([0xdf, 0xff, 0xff, 0xff, 0xff]));
    expect((await event).error.type).to.equal('bad-message');
    const data = next(called, 'channel-data');
    void calling.send('sense');
    expect((await data).data).to.equal('sense');
  });

  it('a native remote that breaks the protocol is an error of the channel, which ends', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const event = next(called, 'channel-error');
    calling.connection?.dataChannel?.send(new Uint8Array([0xdf, 0xff, 0xff, 0xff, 0xff]));
    expect((await event).error.type).to.equal('bad-message');
    await reached(called, 'waiting');
    expect(called.error?.type).to.equal('bad-message');
  });
});
