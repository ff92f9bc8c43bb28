import { expect } from '@open-wc/testing';

import {
  PeerError,
  PeerServerSignaling,
  type DataConnection,
  type Peer,
  type PeerOptions,
  type Signaling,
  type SignalingSession,
} from '../../../src/engine/index.js';
import { NOTHING_OPEN, countedResources } from '../../support/counted-links.js';
import { pageFaults } from '../../support/faults.js';
import { FaultServer, endFaultServers } from '../../support/fault-server.js';
import { destroyPeers, makePeer, once, uniqueId } from '../../support/peers.js';
import { countedTimers } from '../signaling/counted.js';

/** Milliseconds in which a peer would have come back, did it not stay away: the first attempts are soon. */
const WHILE = 2_500;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Names of a peer's events as they happen, errors by their type. */
function record(peer: Peer): string[] {
  const events: string[] = [];
  for (const name of ['open', 'reconnected', 'disconnected', 'close'] as const) peer.on(name, () => events.push(name));
  peer.on('error', ({ type }) => events.push(type));
  return events;
}

/** What a peer logs of attempts that have failed. */
function logged(): { options: PeerOptions; failures(): number; failed(count: number): Promise<void> } {
  let count = 0;
  let changed = (): void => undefined;
  const logFunction = (_: number, text: unknown): void => {
    if (!String(text).includes('is not there yet')) return;
    count++;
    changed();
  };
  return {
    options: { debug: 2, logFunction },
    failures: () => count,
    async failed(wanted) {
      while (count < wanted) await new Promise<void>((resolve) => (changed = resolve));
    },
  };
}

describe('a peer that has lost its signaling server', () => {
  let server: FaultServer;

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(async () => {
    destroyPeers();
    await endFaultServers();
  });

  async function openPeer(options: PeerOptions = {}, id = uniqueId()): Promise<Peer> {
    const peer = makePeer(id, { ...server.options, ...options });
    await once(peer, 'open');
    return peer;
  }

  async function lose(peer: Peer, fault: 'down' | 'rubbish' | 'cut' = 'down'): Promise<void> {
    const lost = once(peer, 'disconnected');
    await server.set(fault);
    await lost;
  }

  it('returns by itself under the same id once the server is back, and says reconnected', async () => {
    const peer = await openPeer();
    const { id } = peer;
    const events = record(peer);
    await lose(peer);
    expect([peer.id, peer.open, peer.disconnected]).to.deep.equal([null, false, true]);
    const returned = once<string>(peer, 'reconnected');
    await server.set('up');
    expect(await returned).to.equal(id);
    expect([peer.id, peer.open, peer.disconnected]).to.deep.equal([id, true, false]);
    expect(events).to.deep.equal(['network', 'disconnected', 'reconnected']);
    expect(await server.ids()).to.deep.equal([id]);
  });

  it('keeps its connections, is called and calls again', async () => {
    const [alice, bob] = [await openPeer(), await openPeer()];
    const { id } = bob;
    const incoming = once<DataConnection>(bob, 'connection');
    const call = alice.connect(id ?? '');
    const answer = await incoming;
    await call.opened;
    const both = Promise.all([once(alice, 'reconnected'), once(bob, 'reconnected')]);
    await lose(alice);
    await server.set('up');
    await both;
    const heard = once(answer, 'data');
    void call.send('still here');
    expect(await heard).to.equal('still here');
    await alice.connect(id ?? '').opened;
    call.close();
    await bob.connect(alice.id ?? '').opened;
  });

  it('tries again and again, tells of the loss once, and logs the rest', async () => {
    const log = logged();
    const peer = await openPeer(log.options);
    const events = record(peer);
    await lose(peer);
    await log.failed(3);
    expect(events).to.deep.equal(['network', 'disconnected']);
  });

  it('returns where the server still holds its old connection', async () => {
    const peer = await openPeer();
    await lose(peer, 'cut');
    expect(await server.ids()).to.deep.equal([await once(peer, 'reconnected')]);
  });

  it('returns though the server answers rubbish for a while', async () => {
    const log = logged();
    const peer = await openPeer(log.options);
    const { id } = peer;
    await lose(peer, 'rubbish');
    await log.failed(2);
    await server.set('up');
    expect(await once(peer, 'reconnected')).to.equal(id);
  });

  it('returns after a server that let it wait, and held no second socket', async () => {
    const counted = countedResources();
    const { host, port, path } = server.options;
    const signaling = new PeerServerSignaling({
      ...{ host, port, path, key: 'peerjs', secure: false, pingInterval: 100, referrerPolicy: 'no-referrer' },
      ...{ openTimeout: 300, quietLimit: 200, echoLimit: 200, WebSocket: counted.options.WebSocket },
    });
    const log = logged();
    const peer = await openPeer({ ...log.options, signaling });
    await wait(300); // The server's echo is known.
    const lost = once(peer, 'disconnected');
    await server.set('stalled');
    await lost;
    await log.failed(2);
    dispatchEvent(new Event('online'));
    dispatchEvent(new Event('online'));
    await wait(50);
    expect(counted.open().sockets).to.be.at.most(1);
    await server.set('up');
    await once(peer, 'reconnected');
    expect(counted.open().sockets).to.equal(1);
  });

  it('makes one attempt at a time', async () => {
    const sessions: SignalingSession[] = [];
    const signaling: Signaling = {
      traits: { trickle: true, reportsAbsence: true, maxMessageSize: Infinity, verifiesSender: true },
      // The first attempt succeeds, and all others are never answered.
      open: (session) => (sessions.push(session) === 1 ? Promise.resolve('me') : new Promise(() => undefined)),
      send: () => undefined,
      close: () => undefined,
    };
    const peer = await openPeer({ signaling });
    sessions[0]?.lost(new PeerError('network', 'Lost.'));
    for (let i = 0; i < 3; i++) dispatchEvent(new Event('online'));
    peer.reconnect();
    await wait(WHILE / 4);
    expect(sessions).to.have.length(2);
  });

  it('returns to a server that is full, when there is room', async () => {
    const full = await FaultServer.start({ concurrent_limit: 1 });
    const log = logged();
    const peer = await openPeer({ ...full.options, ...log.options });
    const events = record(peer);
    const lost = once(peer, 'disconnected');
    await full.set('down');
    await lost;
    await full.set('up');
    const squatter = makePeer(uniqueId(), full.options);
    // Whoever comes first has the room.
    await Promise.race([once(squatter, 'open'), once(peer, 'reconnected')]);
    if (squatter.open) {
      await log.failed(log.failures() + 1);
      squatter.destroy();
      await once(peer, 'reconnected');
    }
    expect(events).to.deep.equal(['network', 'disconnected', 'reconnected']);
  });

  /** A peer that has lost its server, and finds its id taken when it returns. */
  async function robbed() {
    const log = logged();
    const peer = await openPeer(log.options);
    const id = peer.id ?? '';
    const events = record(peer);
    const { random } = Math;
    try {
      Math.random = () => 20; // It waits ten seconds, and somebody else is sooner.
      await lose(peer);
    } finally {
      Math.random = random;
    }
    await server.set('up');
    const squatter = makePeer(id, { ...server.options, token: 'another' });
    await once(squatter, 'open');
    dispatchEvent(new Event('online'));
    await log.failed(1);
    return { peer, id, events, squatter };
  }

  it('asks on while its id is taken, and has it when it is free', async () => {
    const { peer, id, events, squatter } = await robbed();
    squatter.destroy();
    expect(await once(peer, 'reconnected')).to.equal(id);
    expect(events).to.deep.equal(['network', 'disconnected', 'reconnected']);
  });

  it('gives up, with an error, where its id is taken for two minutes', async () => {
    const { peer, events, squatter } = await robbed();
    const { now } = Date;
    try {
      Date.now = () => now() + 120_000;
      dispatchEvent(new Event('online'));
      expect(await once(peer, 'error')).to.have.property('type', 'unavailable-id');
    } finally {
      Date.now = now;
    }
    // It would ask its server whether that is still there.
    squatter.destroy();
    const timers = countedTimers();
    dispatchEvent(new Event('online'));
    expect(timers.pending()).to.equal(0);
    timers.restore();
    expect(events).to.deep.equal(['network', 'disconnected', 'unavailable-id']);
    expect([peer.destroyed, peer.disconnected]).to.deep.equal([false, true]);
    const call = peer.connect('anybody');
    expect(await once(call, 'error')).to.have.property('type', 'disconnected');
  });

  for (const [what, hasten] of [
    ['the browser is online', () => dispatchEvent(new Event('online'))],
    ['the page is visible', () => document.dispatchEvent(new Event('visibilitychange'))],
  ] as const) {
    it(`tries at once when ${what}`, async () => {
      const { random } = Math;
      const log = logged();
      const peer = await openPeer(log.options);
      try {
        Math.random = () => 0;
        await lose(peer);
        await log.failed(4);
        Math.random = () => 1;
        await log.failed(5); // From now on it waits 15 s.
        const before = log.failures();
        hasten();
        await log.failed(before + 1);
      } finally {
        Math.random = random;
      }
    });
  }

  it('stays away after disconnect(), also while it is on its way back', async () => {
    const log = logged();
    for (const when of [0, 1]) {
      const peer = await openPeer(log.options);
      const events = record(peer);
      await lose(peer);
      await log.failed(log.failures() + when);
      peer.disconnect();
      await server.set('up');
      dispatchEvent(new Event('online'));
      await wait(WHILE / 2);
      expect(events).to.deep.equal(['network', 'disconnected']);
      expect([peer.open, peer.disconnected]).to.deep.equal([false, true]);
      const call = peer.connect('anybody');
      expect(await once(call, 'error')).to.have.property('type', 'disconnected');
      peer.reconnect();
      await once(peer, 'open');
    }
  });

  for (const event of ['error', 'disconnected'] as const) {
    it(`stays away where a listener of ${event} calls disconnect()`, async () => {
      const peer = await openPeer();
      const events = record(peer);
      peer.once(event, () => peer.disconnect());
      await lose(peer);
      await server.set('up');
      await wait(WHILE / 2);
      expect(events).to.deep.equal(['network', 'disconnected']);
    });
  }

  it('returns though its listeners throw', async () => {
    const peer = await openPeer();
    const faults = pageFaults();
    try {
      for (const event of ['error', 'disconnected'] as const) {
        peer.once(event, () => {
          throw new Error('Not my day.');
        });
      }
      await server.set('cut');
      await once(peer, 'reconnected');
      expect(faults.errors).to.have.length(1);
    } finally {
      faults.restore();
    }
  });

  it('calls once it is back, where connect() came while it was away', async () => {
    const peer = await openPeer();
    const other = await openPeer();
    const { id } = other;
    const back = once(other, 'reconnected');
    await lose(peer);
    const call = peer.connect(id ?? '');
    expect(peer.disconnected).to.be.true;
    await server.set('up');
    await back;
    await call.opened;
    expect(call.open).to.be.true;
  });

  it('ends a call by connectTimeout where it does not come back in time', async () => {
    const peer = await openPeer({ connectTimeout: 300 });
    await lose(peer);
    const call = peer.connect('anybody');
    expect(await once(call, 'error')).to.have.property('type', 'timeout');
  });

  for (const stage of ['waits', 'is on its way'] as const) {
    it(`leaves nothing after destroy() while it ${stage}`, async () => {
      const counted = countedResources();
      const peer = await openPeer(counted.options);
      const timers = countedTimers();
      const events = record(peer);
      const lost = once(peer, 'disconnected');
      await server.set(stage === 'waits' ? 'down' : 'cut');
      await lost;
      while (stage === 'is on its way' && counted.open().sockets === 0) await Promise.resolve(fetch('/'));
      peer.destroy();
      for (const socket of counted.sockets) {
        if (socket.readyState !== WebSocket.CLOSED) await new Promise((resolve) => socket.addEventListener('close', resolve));
      }
      expect(timers.pending()).to.equal(0);
      timers.restore();
      const { length } = counted.sockets;
      await server.set('up');
      dispatchEvent(new Event('online'));
      await wait(WHILE / 4);
      expect(counted.open()).to.deep.equal(NOTHING_OPEN);
      expect(counted.sockets).to.have.length(length);
      expect(events).to.deep.equal(['network', 'disconnected', 'close']);
    });
  }
});

describe('a peer whose server is not there at first', () => {
  let server: FaultServer;

  beforeEach(async () => {
    server = await FaultServer.start();
    await server.set('down');
  });
  afterEach(async () => {
    destroyPeers();
    await endFaultServers();
  });

  it('disconnects with network, and opens when the server is there', async () => {
    const peer = makePeer(uniqueId(), server.options);
    const events = record(peer);
    const call = peer.connect('nobody');
    await once(peer, 'disconnected');
    await server.set('up');
    await once(peer, 'open');
    expect(events).to.deep.equal(['network', 'disconnected', 'open']);
    expect((await once<{ type: string }>(call, 'error')).type).to.equal('peer-unavailable');
  });
});
