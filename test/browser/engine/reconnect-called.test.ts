import { expect } from '@open-wc/testing';

import type { Peer, PeerOptions } from '../../../src/engine/index.js';
import { FaultServer, endFaultServers } from '../../support/fault-server.js';
import { destroyPeers, makePeer, once, uniqueId } from '../../support/peers.js';

/** Milliseconds in which a peer would have come back by itself, if it did. */
const WHILE = 1_500;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function record(peer: Peer): string[] {
  const events: string[] = [];
  for (const name of ['open', 'reconnected', 'disconnected', 'close'] as const) peer.on(name, () => events.push(name));
  peer.on('error', ({ type }) => events.push(type));
  return events;
}

describe('reconnect()', () => {
  let server: FaultServer;

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(async () => {
    destroyPeers();
    await endFaultServers();
  });

  async function openPeer(options: PeerOptions = {}): Promise<{ peer: Peer; events: string[] }> {
    const peer = makePeer(uniqueId(), { ...server.options, ...options });
    await once(peer, 'open');
    return { peer, events: record(peer) };
  }

  async function lose(peer: Peer): Promise<void> {
    const lost = once(peer, 'disconnected');
    await server.set('down');
    await lost;
  }

  it('while a peer waits for its next attempt makes one at once, and open is told', async () => {
    const { random } = Math;
    const { peer, events } = await openPeer();
    try {
      Math.random = () => 20; // Ten seconds.
      await lose(peer);
    } finally {
      Math.random = random;
    }
    await server.set('up');
    peer.reconnect();
    expect([peer.disconnected, peer.open]).to.deep.equal([false, false]);
    peer.reconnect();
    await once(peer, 'open');
    expect(events).to.deep.equal(['network', 'disconnected', 'open']);
  });

  it('that fails tells of it as PeerJS does, and open is told when the peer is back by itself', async () => {
    const { peer, events } = await openPeer();
    await lose(peer);
    const failed = once(peer, 'disconnected');
    peer.reconnect();
    await failed;
    expect(events).to.deep.equal(['network', 'disconnected', 'network', 'disconnected']);
    await server.set('up');
    await once(peer, 'open');
    expect(events.slice(4)).to.deep.equal(['open']);
  });

  for (const event of ['error', 'disconnected'] as const) {
    it(`in a listener of ${event} does not throw, and open is told`, async () => {
      const { peer, events } = await openPeer();
      peer.on(event, () => peer.reconnect());
      const lost = once(peer, 'disconnected');
      await server.set('cut');
      await lost;
      await once(peer, 'open');
      expect(events).to.deep.equal(['network', 'disconnected', 'open']);
    });
  }

  it('just after a peer has returned by itself does not throw, and open is told once', async () => {
    const { peer, events } = await openPeer();
    await lose(peer);
    await server.set('up');
    await once(peer, 'reconnected');
    peer.reconnect();
    peer.reconnect();
    expect(events).to.deep.equal(['network', 'disconnected', 'reconnected']);
    await once(peer, 'open');
    await Promise.resolve();
    expect(events).to.deep.equal(['network', 'disconnected', 'reconnected', 'open']);
    expect(() => peer.reconnect()).to.throw('not disconnected');
  });

  it('on a peer that is open throws, as PeerJS, and on a destroyed one', async () => {
    const { peer } = await openPeer();
    expect(() => peer.reconnect()).to.throw('not disconnected');
    await lose(peer);
    peer.destroy();
    expect(() => peer.reconnect()).to.throw('already been destroyed');
  });

  it('is needed where the option reconnect is false, and then all is as with PeerJS', async () => {
    const { peer, events } = await openPeer({ reconnect: false });
    await lose(peer);
    await server.set('up');
    dispatchEvent(new Event('online'));
    await wait(WHILE);
    expect(events).to.deep.equal(['network', 'disconnected']);
    const call = peer.connect('anybody');
    expect(await once(call, 'error')).to.have.property('type', 'disconnected');
    peer.reconnect();
    await once(peer, 'open');
    expect(events).to.deep.equal(['network', 'disconnected', 'disconnected', 'open']);
    peer.once('error', () => expect(() => peer.reconnect()).to.throw('not disconnected'));
    await lose(peer);
  });
});
