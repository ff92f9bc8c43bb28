import { expect } from '@open-wc/testing';

import type { DataConnection, Peer } from '../../../src/engine/index.js';
import { countedResources } from '../../support/counted-links.js';
import { rejectionOf } from '../../support/faults.js';
import { ManualExchange, ManualSignaling } from '../../support/manual-signaling.js';
import { mutePeer } from '../../support/mute-peer.js';
import { destroyPeers, makePeer, once, tracked, uniqueId } from '../../support/peers.js';

/** Events of a connection's failure as they happen, and of its peer's. */
function record(peer: Peer, call: DataConnection): string[] {
  const events: string[] = [];
  peer.on('error', ({ type }) => events.push(`peer: ${type}`));
  call.on('error', ({ type }) => events.push(`connection: ${type}`));
  call.on('close', (reason) => events.push(`close: ${reason}`));
  return events;
}

describe('a call to an id that nobody has', () => {
  afterEach(destroyPeers);

  it('is an error on the peer, and an error and a close on the connection, once each', async () => {
    const peer = makePeer();
    const missing = uniqueId('missing');
    const [call, second] = [peer.connect(missing), peer.connect(missing)];
    const events = record(peer, call);
    const error = await rejectionOf<{ type: string; message: string; peer: string }>(call.opened);
    expect(error.type).to.equal('peer-unavailable');
    expect(error.message).to.include(missing);
    expect(error.peer).to.equal(missing);
    expect(events).to.deep.equal(['peer: peer-unavailable', 'connection: peer-unavailable', 'close: unavailable']);
    expect(await second.closed).to.equal('unavailable');
    expect(events).to.have.length(3);
  });

  it('is said in PeerJS\'s words, from which programs take the id', async () => {
    const peer = makePeer();
    const missing = uniqueId('missing');
    peer.connect(missing);
    const error = await once<{ message: string }>(peer, 'error');
    expect(error.message).to.equal(`Could not connect to peer ${missing}`);
  });

  it('leaves no RTCPeerConnection, and the peer as it was', async () => {
    const counted = countedResources();
    const peer = makePeer(undefined, counted.options);
    await peer.connect(uniqueId('missing')).closed;
    expect(counted.open()).to.deep.equal({ sockets: 1, requests: 0, links: 0 });
    expect([peer.open, peer.destroyed]).to.deep.equal([true, false]);
  });

  it('ends no connection that is open: the report came too late', async () => {
    const exchange = new ManualExchange();
    const [alice, bob] = ['alice', 'bob'].map((id) => makePeer(id, { signaling: new ManualSignaling(exchange) })) as [Peer, Peer];
    const call = alice.connect('bob');
    await call.opened;
    const events = record(alice, call);
    exchange.carry('bob', { type: 'EXPIRE' as 'LEAVE', dst: 'alice', payload: undefined });
    const next = once(alice, 'connection');
    bob.connect('alice');
    await next;
    expect(call.open).to.be.true;
    expect(events).to.deep.equal([]);
  });
});

describe('the absence of a remote whose path is lost, told twice,', () => {
  const real = performance.now.bind(performance);
  let exchange: ManualExchange;
  let alice: Peer;
  let call: DataConnection;

  beforeEach(async () => {
    exchange = new ManualExchange();
    alice = makePeer('alice', { signaling: new ManualSignaling(exchange) });
    const bob = makePeer('bob', { signaling: new ManualSignaling(exchange) });
    call = alice.connect('bob');
    await call.opened;
    bob.disconnect();
  });
  afterEach(() => {
    performance.now = real;
    destroyPeers();
  });

  /** The path is lost, and the server says that nobody has the id: now, and six seconds later by the clock. */
  async function lose(): Promise<void> {
    const interrupted = once(call, 'interrupted');
    call.peerConnection?.close();
    await interrupted;
    for (const later of [0, 6_000]) {
      performance.now = () => real() + later;
      // It tells when the report has come.
      const another = alice.connect('bob');
      exchange.carry('bob', { type: 'EXPIRE' as 'LEAVE', dst: 'alice', payload: undefined });
      expect(await another.closed).to.equal('unavailable');
    }
  }

  it('is proof where it was at the server since this peer came', async () => {
    call.on('error', () => undefined);
    await lose();
    expect(await call.closed).to.equal('unavailable');
  });

  it('is none where this peer has just come back to the server: the remote may be on its way', async () => {
    alice.disconnect();
    alice.reconnect();
    await once(alice, 'open');
    await lose();
    expect(call.open).to.equal(true);
  });
});

describe('a call that nobody answers', () => {
  afterEach(destroyPeers);

  it('errs and closes with timeout after connectTimeout', async () => {
    const remote = tracked(await mutePeer());
    const peer = makePeer(undefined, { connectTimeout: 500 });
    await once(peer, 'open');
    const call = peer.connect(remote.id);
    const events = record(peer, call);
    const error = await rejectionOf(call.opened);
    expect(error.type).to.equal('timeout');
    expect(error.message).to.include('0.5 s');
    expect(events).to.deep.equal(['connection: timeout', 'close: timeout']);
  });

  it('errs and closes with timeout where the signaling server never lets the caller in', async () => {
    const peer = makePeer(uniqueId(), { connectTimeout: 300, path: '/silent' });
    const call = peer.connect('anybody');
    expect((await rejectionOf(call.opened)).type).to.equal('timeout');
    expect(await call.closed).to.equal('timeout');
  });

  it('leaves no RTCPeerConnection', async () => {
    const counted = countedResources();
    const remote = tracked(await mutePeer());
    const peer = makePeer(undefined, { ...counted.options, connectTimeout: 300 });
    await peer.connect(remote.id).closed;
    expect(counted.links).to.have.length(1);
    expect(counted.open().links).to.equal(0);
  });

  it('can be given up before', async () => {
    const remote = tracked(await mutePeer());
    const peer = makePeer();
    await once(peer, 'open');
    const call = peer.connect(remote.id);
    await remote.next('OFFER');
    const events = record(peer, call);
    call.close();
    expect(events).to.deep.equal(['close: local']);
  });
});
