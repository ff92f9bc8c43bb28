import { expect } from '@open-wc/testing';
import type { PeerChannel, PeerNode } from '../../../src/index.js';
import { ENGINES, OURS, cleanPage, converse, ended, makeChannel, makeNode, mount, next, opened, openNode, reached, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';
import { Resources } from '../../support/resources.js';

const NOTHING = { sockets: 0, connections: 0, requests: 0, timers: 0 };
const BATCHES = 20;
/** Nodes in a batch, each with one channel; they call each other in pairs. */
const BATCH = 10;

describe('what the elements leave behind', () => {
  cleanPage();
  let resources: Resources;

  beforeEach(() => {
    resources = new Resources();
  });
  afterEach(() => resources.unwatch());

  it('is nothing after 200 nodes and channels', async function () {
    this.timeout(120_000);
    resources.watch();
    const { WebSocket, RTCPeerConnection, fetch } = resources;
    const options = { WebSocket, RTCPeerConnection, fetch };
    for (let batch = 0; batch < BATCHES; batch++) {
      const elements: [PeerNode, PeerChannel][] = [];
      for (let pair = 0; pair < BATCH / 2; pair++) {
        const called = makeChannel({ listen: true });
        const host = await openNode({ options }, called);
        const calling = makeChannel({ to: host.currentId });
        elements.push([host, called], [mount(makeNode({ options, peerId: uniqueId() }, calling)), calling]);
      }
      await Promise.all(elements.map(([, channel]) => opened(channel)));
      for (const [node] of elements) node.remove();
    }
    await task();
    expect(resources.made).to.deep.equal({ sockets: BATCHES * BATCH, connections: BATCHES * BATCH });
    resources.unwatch();
    expect(resources.open).to.deep.equal(NOTHING);
  });

  it('is nothing after elements that were removed while they were starting', async () => {
    resources.watch();
    const { WebSocket, RTCPeerConnection, fetch } = resources;
    const host = await openNode({ options: { WebSocket, RTCPeerConnection, fetch } }, makeChannel({ listen: true }));
    for (let tick = 0; tick < 8; tick++) {
      const node = mount(makeNode({ options: { WebSocket, RTCPeerConnection, fetch } }, makeChannel({ to: host.currentId })));
      for (let wait = 0; wait < tick; wait++) await task();
      node.remove();
    }
    host.remove();
    await task();
    await task();
    resources.unwatch();
    expect(resources.open).to.deep.equal(NOTHING);
  });

  it('is no timer after a removal while iceServers() is being awaited', async () => {
    resources.watch();
    for (const { Engine } of ENGINES) {
      const node = mount(makeNode({ engine: Engine, iceServers: () => new Promise(() => undefined), peerId: uniqueId() }));
      await reached(node, 'connecting');
      node.remove();
      await task();
    }
    resources.unwatch();
    expect(resources.open.timers).to.equal(0);
  });

  for (const { name, Engine } of ENGINES) {
    it(`is nothing after the last element, over ${name}`, async () => {
      resources.watch({ all: true });
      const called = makeChannel({ listen: true });
      const host = await openNode({ engine: Engine }, called);
      const calling = makeChannel({ to: host.currentId });
      const guest = await openNode({ engine: Engine }, calling);
      await Promise.all([opened(called), opened(calling)]);
      const refused = makeChannel({ to: host.currentId, label: 'refused' });
      guest.append(refused);
      await next(refused, 'channel-close');
      host.remove();
      guest.remove();
      await task();
      resources.unwatch();
      expect(resources.made.sockets).to.equal(2);
      expect(resources.open).to.deep.equal(NOTHING);
    });
  }

  for (const lanes of [1, 3]) {
    it(`is nothing after elements that were removed in the middle of a transfer over ${lanes} lane(s)`, async () => {
      resources.watch({ all: true });
      const { host, guest, called, calling } = await converse(OURS.Engine, { lanes });
      const event = next(called, 'channel-transfer');
      const outgoing = calling.transfer(new Blob([new Uint8Array(12_000_000)]));
      const incoming = (await event).transfer;
      const reader = incoming.readable.getReader();
      await reader.read();
      guest.remove();
      await ended(incoming);
      host.remove();
      await task();
      expect([outgoing.state, incoming.state]).to.deep.equal(['aborted', 'aborted']);
      resources.unwatch();
      expect(resources.open).to.deep.equal(NOTHING);
    });
  }

  it('is nothing of the engine that a node had before its settings changed', async () => {
    resources.watch({ all: true });
    const node = await openNode({ engine: OURS.Engine });
    for (let change = 0; change < 3; change++) {
      node.peerId = uniqueId();
      await next(node, 'peer-open');
    }
    expect(resources.open.sockets).to.equal(1);
  });
});
