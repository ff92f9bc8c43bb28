import { expect } from '@open-wc/testing';

import type { DataConnection, Peer, SerializerFactory } from '../../../src/engine/index.js';
import { countedResources } from '../../support/counted-links.js';
import { pageFaults, rejectionOf } from '../../support/faults.js';
import { destroyPeers, makePeer, once, openPair, uniqueId } from '../../support/peers.js';

/** Names of a peer's events as they happen, errors by their type. */
function record(peer: Peer): string[] {
  const events: string[] = [];
  for (const name of ['open', 'disconnected', 'close', 'connection'] as const) peer.on(name, () => events.push(name));
  peer.on('error', ({ type }) => events.push(type));
  return events;
}

async function echoes(call: DataConnection, answer: DataConnection): Promise<void> {
  const heard = once(answer, 'data');
  void call.send('still here');
  expect(await heard).to.equal('still here');
}

describe('a peer', () => {
  afterEach(destroyPeers);

  it('has the id that was asked for, or one from the server', async () => {
    const id = uniqueId();
    const [asked, given] = [makePeer(id), makePeer()];
    expect(asked.id).to.equal(null);
    const [named, assigned] = await Promise.all([once(asked, 'open'), once(given, 'open')]);
    expect(named).to.equal(id);
    expect(assigned).to.match(/^[\w-]{36}$/);
    expect(given.id).to.be.a('string');
  });

  it('keeps its connections when it disconnects, and calls again after reconnect() under the same id', async () => {
    const { alice, bob, call, answer } = await openPair();
    const { id } = alice;
    const left = once<string>(alice, 'disconnected');
    alice.disconnect();
    expect(await left).to.equal(id);
    expect([alice.id, alice.open, alice.disconnected]).to.deep.equal([null, false, true]);
    await echoes(call, answer);
    alice.reconnect();
    expect(await once(alice, 'open')).to.equal(id);
    await alice.connect(bob.id ?? '').opened;
    await echoes(call, answer);
  });

  it('is back at once when reconnect() follows disconnect() in the same task', async () => {
    const alice = makePeer(uniqueId('alice'));
    const id = await once<string>(alice, 'open');
    for (let i = 0; i < 10; i++) {
      alice.disconnect();
      alice.reconnect();
      expect(await once(alice, 'open')).to.equal(id);
    }
  });

  it('emits an error, then disconnected, when the server is lost, and keeps its connections', async () => {
    const counted = countedResources();
    const { alice, call, answer } = await openPair(counted.options);
    const events = record(alice);
    const lost = once(alice, 'disconnected');
    for (const socket of counted.sockets) socket.close();
    await lost;
    expect(events).to.deep.equal(['network', 'disconnected']);
    await echoes(call, answer);
  });

  it('refuses reconnect() while it is open, and ignores it while it is connecting', async () => {
    const peer = makePeer();
    peer.reconnect();
    await once(peer, 'open');
    expect(() => peer.reconnect()).to.throw('not disconnected');
  });

  it('refuses reconnect() for good after destroy()', () => {
    const peer = makePeer();
    peer.destroy();
    expect(() => peer.reconnect()).to.throw('already been destroyed');
  });

  it('emits disconnected, then close, once, when it is destroyed', async () => {
    const peer = makePeer();
    const events = record(peer);
    await once(peer, 'open');
    peer.destroy();
    peer.destroy();
    expect(events).to.deep.equal(['open', 'disconnected', 'close']);
    expect(peer.destroyed).to.be.true;
  });

  it('closes its connections at both ends when it is destroyed', async () => {
    const { alice, call, answer } = await openPair();
    alice.destroy();
    expect(await call.closed).to.equal('destroyed');
    expect(await answer.closed).to.equal('remote');
    expect(Object.keys(alice.connections)).to.deep.equal([]);
  });

  it('closes its other connections though a listener of one throws', async () => {
    const { alice, bob, call } = await openPair();
    const other = alice.connect(bob.id ?? '');
    await other.opened;
    const faults = pageFaults();
    try {
      call.on('close', () => {
        throw new Error('Not my day.');
      });
      alice.destroy();
      expect(await other.closed).to.equal('destroyed');
      expect(faults.errors).to.have.length(1);
    } finally {
      faults.restore();
    }
  });

  it('lists its connections by the remote\'s id until they end', async () => {
    const { alice, bob, call, answer } = await openPair();
    expect(alice.connections[bob.id ?? '']).to.deep.equal([call]);
    expect(bob.getConnection(alice.id ?? '', call.connectionId)).to.equal(answer);
    call.close();
    expect(alice.connections).to.deep.equal(Object.create(null));
    expect(alice.getConnection(bob.id ?? '', call.connectionId)).to.equal(null);
  });
});

describe('connect()', () => {
  afterEach(destroyPeers);

  it('before open is queued, and happens', async () => {
    const bob = makePeer(uniqueId('bob'));
    await once(bob, 'open');
    const alice = makePeer();
    const call = alice.connect(bob.id ?? '');
    expect(alice.open).to.be.false;
    await call.opened;
    expect(call.open).to.be.true;
  });

  it('before open is dropped where the connection is closed before', async () => {
    const bob = makePeer(uniqueId('bob'));
    await once(bob, 'open');
    const events = record(bob);
    const alice = makePeer();
    const first = alice.connect(bob.id ?? '');
    const second = alice.connect(bob.id ?? '');
    first.close();
    await second.opened;
    expect(await first.closed).to.equal('local');
    expect(events).to.deep.equal(['connection']);
  });

  it('before open happens although the peer disconnects and reconnects in between', async () => {
    const bob = makePeer(uniqueId('bob'));
    await once(bob, 'open');
    const alice = makePeer();
    const call = alice.connect(bob.id ?? '');
    alice.disconnect();
    alice.reconnect();
    await call.opened;
    expect(call.open).to.be.true;
  });

  it('while disconnected gives a connection that errs and closes, and tells of it on the peer as PeerJS', async () => {
    const peer = makePeer();
    await once(peer, 'open');
    peer.disconnect();
    const events = record(peer);
    const call = peer.connect('anybody');
    const error = once<{ type: string }>(call, 'error');
    const closed = once(call, 'close');
    expect((await error).type).to.equal('disconnected');
    expect(await closed).to.equal('failed');
    expect(events).to.deep.equal(['disconnected']);
  });

  it('reaches the peer itself, over two connections', async () => {
    const peer = makePeer(uniqueId('self'));
    await once(peer, 'open');
    const incoming = once<DataConnection>(peer, 'connection');
    const call = peer.connect(peer.id ?? '');
    const answer = await incoming;
    await Promise.all([call.opened, answer.opened]);
    expect(answer).to.not.equal(call);
    await echoes(call, answer);
    await echoes(answer, call);
    call.close();
    expect(await answer.closed).to.equal('remote');
  });

  it('makes several connections between the same two peers, which end one by one', async () => {
    const { alice, bob, call, answer } = await openPair();
    const incoming = once<DataConnection>(bob, 'connection');
    const second = alice.connect(bob.id ?? '', { label: 'second' });
    const secondAnswer = await incoming;
    await Promise.all([second.opened, secondAnswer.opened]);
    call.close();
    await answer.closed;
    await echoes(second, secondAnswer);
  });

  it('from both sides at once makes two connections', async () => {
    const [alice, bob] = [makePeer(uniqueId('alice')), makePeer(uniqueId('bob'))];
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const arrivals = [once<DataConnection>(alice, 'connection'), once<DataConnection>(bob, 'connection')];
    const calls = [alice.connect(bob.id ?? ''), bob.connect(alice.id ?? '')];
    const answers = await Promise.all(arrivals);
    await Promise.all([...calls, ...answers].map(({ opened }) => opened));
    expect(calls.map(({ open }) => open)).to.deep.equal([true, true]);
  });
});

describe('a connection', () => {
  afterEach(destroyPeers);

  it('that is closed in its listener of data gives no further message', async () => {
    const { call, answer } = await openPair();
    const heard: unknown[] = [];
    answer.on('data', (data) => {
      heard.push(data);
      answer.close();
    });
    for (const message of ['one', 'two', 'three']) void call.send(message);
    await call.closed;
    expect(heard).to.deep.equal(['one']);
  });

  it('that closes with flush ends in ten seconds where the remote ignores it', async () => {
    const deaf: SerializerFactory = () => ({
      encode: () => ({ byteLength: 0, frames: () => [] }),
      decode: () => [],
      encodeClose: () => undefined,
    });
    const bob = makePeer(uniqueId('bob'), { serializers: { json: deaf } });
    await once(bob, 'open');
    const call = makePeer().connect(bob.id ?? '', { serialization: 'json' });
    await call.opened;
    call.close({ flush: true });
    call.close({ flush: true });
    expect(call.open).to.be.true;
    expect(await call.closed).to.equal('local');
  });

  it('reports the states of its ICE, as PeerJS', async () => {
    const bob = makePeer(uniqueId('bob'));
    await once(bob, 'open');
    const states: string[] = [];
    const call = makePeer().connect(bob.id ?? '');
    call.on('iceStateChanged', (state) => states.push(state));
    await call.opened;
    expect(states).to.include.members(['checking', 'connected']);
  });

  it('that opens on a link that stands reports that it is connected', async () => {
    const { alice, bob } = await openPair();
    const call = alice.connect(bob.id ?? '');
    const state = once(call, 'iceStateChanged');
    await call.opened;
    expect(['connected', 'completed']).to.include(await state);
  });
});

describe('opened and closed', () => {
  afterEach(destroyPeers);

  it('settle after the events', async () => {
    const { call } = await openPair();
    let emitted = false;
    call.on('close', () => (emitted = true));
    call.close();
    await call.closed;
    expect(emitted).to.be.true;
  });

  it('reject and resolve where the connection ends before it is open', async () => {
    const call = makePeer().connect('nobody');
    call.close();
    expect((await rejectionOf(call.opened)).type).to.equal('connection-closed');
    expect(await call.closed).to.equal('local');
  });
});
