import { expect } from '@open-wc/testing';

import type { ConnectOptions, DataConnection, Peer, PeerOptions } from '../../../src/engine/index.js';
import { heardOut } from '../../support/heard-out.js';
import { mutePeer } from '../../support/mute-peer.js';
import { destroyPeers, makePeer, once, openPair, tracked, uniqueId } from '../../support/peers.js';
import { expectTyped } from '../../support/typed-errors.js';

const idOf = (peer: Peer): string => peer.id ?? '';

async function open(name: string, options: PeerOptions = {}): Promise<Peer> {
  const peer = makePeer(uniqueId(name), options);
  await once(peer, 'open');
  return peer;
}

/** A peer with bounds, the connections that its page has heard of, and the errors. */
async function bounded(options: PeerOptions) {
  const bob = await open('bob', options);
  const heard: DataConnection[] = [];
  const errors: { type: string }[] = [];
  bob.on('connection', (connection) => heard.push(connection));
  bob.on('error', (error) => errors.push(error));
  return { bob, heard, errors };
}

/** A message there and back, over a connection whose other end answers. */
async function echoes(call: DataConnection, answer: DataConnection): Promise<void> {
  answer.on('data', (data) => void answer.send(data));
  const back = once(call, 'data');
  void call.send('echo');
  expect(await back).to.equal('echo');
}

/** An honest peer calls, and is answered. */
async function goesOn(bob: Peer): Promise<void> {
  const incoming = once<DataConnection>(bob, 'connection');
  const call = makePeer().connect(idOf(bob));
  const [answer] = await Promise.all([incoming, call.opened]);
  await echoes(call, answer);
}

describe('connections that remotes open', () => {
  afterEach(destroyPeers);

  it('beyond maxConnectionsPerPeer are refused of a native remote, in band, and the others go on', async () => {
    const { bob, heard, errors } = await bounded({ maxConnectionsPerPeer: 2 });
    const alice = await open('alice');
    const calls = Array.from({ length: 5 }, () => alice.connect(idOf(bob)));
    // Each has a stream of its own, and nothing orders streams: any of those after the first may be the second to arrive.
    const outcomes = calls.map(({ opened, closed }) => opened.then(() => 'open', () => closed));
    expect((await Promise.all(outcomes)).sort()).to.deep.equal(['open', 'open', 'refused', 'refused', 'refused']);
    expect(calls[0]!.open).to.equal(true);
    expect(heard).to.have.length(2);
    expect(errors.length, 'errors').to.be.within(1, 3);
    expectTyped(errors[0], 'bad-signal');
    await echoes(calls[0]!, heard[0]!);
    await goesOn(bob);
  });

  it('beyond it are refused of a native remote by its OFFER', async () => {
    const { bob, heard } = await bounded({ maxConnectionsPerPeer: 1 });
    const id = uniqueId('alice');
    const first = makePeer(id).connect(idOf(bob));
    await first.opened;
    // Connections that cannot share a link are offered one by one.
    const second = first.provider.connect(idOf(bob), { metadata: 'x'.repeat(61_000) });
    const error = once(second, 'error');
    expect(await second.closed).to.equal('refused');
    expectTyped(await error, 'refused');
    expect(heard).to.have.length(1);
    await echoes(first, heard[0]!);
  });

  it('beyond it are not answered of a PeerJS remote', async () => {
    const { bob, heard } = await bounded({ maxConnectionsPerPeer: 2 });
    const alice = await open('alice', { native: false, connectTimeout: 4_000 });
    const calls = [alice.connect(idOf(bob)), alice.connect(idOf(bob))];
    await Promise.all(calls.map(({ opened }) => opened));
    expect(await alice.connect(idOf(bob)).closed).to.equal('timeout');
    expect(heard).to.have.length(2);
    await echoes(calls[0]!, heard.find(({ connectionId }) => connectionId === calls[0]!.connectionId)!);
  });

  it('beyond maxConnections are refused whoever calls, until one has ended', async () => {
    const { bob, heard } = await bounded({ maxConnections: 2 });
    const [alice, carol, dave] = await Promise.all(['alice', 'carol', 'dave'].map((name) => open(name))) as [Peer, Peer, Peer];
    const first = alice.connect(idOf(bob));
    await Promise.all([first.opened, carol.connect(idOf(bob)).opened]);
    expect(await dave.connect(idOf(bob)).closed).to.equal('refused');
    const ended = heard.find(({ peer }) => peer === idOf(alice))!.closed;
    first.close();
    await ended;
    await dave.connect(idOf(bob)).opened;
    expect(heard.map(({ peer }) => peer)).to.have.members([idOf(alice), idOf(carol), idOf(dave)]);
  });

  it('do not count those that the page opens itself, nor are those bounded', async () => {
    const { bob, heard } = await bounded({ maxConnections: 1, maxConnectionsPerPeer: 1 });
    const alice = await open('alice');
    await Promise.all(Array.from({ length: 3 }, () => bob.connect(idOf(alice)).opened));
    await alice.connect(idOf(bob)).opened;
    expect(heard).to.have.length(1);
  });

  const deep: unknown = JSON.parse('['.repeat(300) + ']'.repeat(300));
  for (const [name, metadata] of Object.entries({ 'of 70,000 characters': 'x'.repeat(70_000), 'that nests 300 levels': deep })) {
    it(`with metadata ${name} are refused, and the page hears of none`, async () => {
      const { bob, heard, errors } = await bounded({});
      const alice = await open('alice');
      expect(await alice.connect(idOf(bob), { metadata }).closed).to.equal('refused');
      // On a link that stands, too.
      await alice.connect(idOf(bob)).opened;
      expect(await alice.connect(idOf(bob), { metadata }).closed).to.equal('refused');
      expect(heard).to.have.length(1);
      expectTyped(errors[0], 'bad-signal');
    });
  }
});

describe('a flood', () => {
  afterEach(destroyPeers);

  it('of a thousand OFFERs makes no more connections and errors than may be, and honest peers are heard', async () => {
    const { bob, heard, errors } = await bounded({});
    const mallory = tracked(await mutePeer());
    const begun = Date.now();
    for (let i = 0; i < 1_000; i++) {
      const payload = { type: 'data', connectionId: `c${i}`, sdp: { type: 'offer', sdp: 'v=0' } };
      mallory.say({ type: 'OFFER', dst: idOf(bob), payload });
    }
    await heardOut(mallory, idOf(bob));
    const calls = heard.length;
    await goesOn(bob);
    const seconds = (Date.now() - begun) / 1000 + 1;
    expect(calls).to.be.within(64, 64 + 16 * seconds);
    expect(errors.length).to.be.within(1, seconds + 1);
    for (const error of errors) expectTyped(error, 'bad-signal');
  });

  it('of a thousand malformed signals makes no more errors than may be', async () => {
    const { bob, errors } = await bounded({});
    const mallory = tracked(await mutePeer());
    const begun = Date.now();
    for (let i = 0; i < 1_000; i++) mallory.say({ type: 'ANSWER', dst: idOf(bob), payload: i });
    await heardOut(mallory, idOf(bob));
    const seconds = (Date.now() - begun) / 1000 + 1;
    expect(errors.length).to.be.within(16, 16 + seconds);
    await goesOn(bob);
  });

  it('of channels that say nothing finds those beyond 256 closed', async () => {
    const { call, answer } = await openPair();
    const protocol = 'peer-elements.connection';
    const channels = Array.from({ length: 270 }, (_, i) => call.peerConnection!.createDataChannel(`silent ${i}`, { protocol }));
    await Promise.all(channels.slice(256).map((channel) => new Promise((resolve) => channel.addEventListener('close', resolve))));
    expect(channels.slice(0, 256).every(({ readyState }) => readyState !== 'closed')).to.equal(true);
    await echoes(call, answer);
  });
});

describe('json that nests 300 levels', () => {
  afterEach(destroyPeers);

  for (const native of [true, false]) {
    it(`is a bad-message, and what comes next is heard, native: ${native}`, async () => {
      const connect: ConnectOptions = { serialization: 'json' };
      const { call, answer } = await openPair({ native }, connect);
      const error = once(answer, 'error');
      const heard = once(answer, 'data');
      void call.send(JSON.parse('['.repeat(300) + ']'.repeat(300)));
      void call.send('good');
      expectTyped(await error, 'bad-message');
      expect(await heard).to.equal('good');
    });
  }
});

describe('datagrams', () => {
  afterEach(destroyPeers);

  it('that come before anyone listens are held up to 16 MiB', async function () {
    this.timeout(60_000);
    const { call, answer } = await openPair({}, { maxRetransmits: 10, serialization: 'raw' });
    const full = once(answer, 'error');
    const message = new Uint8Array(60_000);
    for (let sent = 0; sent < 320 && answer.open; sent++) await call.send(message);
    expectTyped(await full, 'buffer-full');
    let bytes = 0;
    const drained = once(answer, 'data');
    answer.on('data', (data) => (bytes += (data as ArrayBuffer).byteLength));
    await drained;
    expect(bytes).to.be.at.most(16 * 1024 * 1024);
  });
});
