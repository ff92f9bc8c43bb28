import { expect } from '@open-wc/testing';

import type { ConnectOptions, DataConnection, Peer, PeerOptions } from '../../../../src/engine/index.js';
import { countedResources } from '../../../support/counted-links.js';
import { messages } from '../../../support/partners.js';
import { destroyPeers, givenUp, makePeer, once, openPair, uniqueId } from '../../../support/peers.js';
import { expectTyped } from '../../../support/typed-errors.js';

/** Two open peers that have not called each other, and how many RTCPeerConnections they make. */
async function twoPeers(options: PeerOptions = {}) {
  const counted = countedResources();
  const [alice, bob] = ['alice', 'bob'].map((name) => makePeer(uniqueId(name), { ...counted.options, ...options })) as [Peer, Peer];
  await Promise.all([once(alice, 'open'), once(bob, 'open')]);
  return { alice, bob, links: counted.links };
}

/** A connection and its other end. */
async function connected(from: Peer, to: Peer, options: ConnectOptions = {}) {
  const call = from.connect(to.id ?? '', options);
  const answer = await new Promise<DataConnection>((resolve) => {
    const take = (incoming: DataConnection): void => {
      if (incoming.connectionId !== call.connectionId) return;
      to.off('connection', take);
      resolve(incoming);
    };
    to.on('connection', take);
  });
  await Promise.all([call.opened, answer.opened]);
  return { call, answer };
}

/** Everything that either page would hear. */
async function talk(call: DataConnection, answer: DataConnection): Promise<void> {
  const [atAnswer, atCall] = [messages(answer, 1), messages(call, 1)];
  void call.send({ to: 'answer' });
  void answer.send({ to: 'call' });
  expect([await atAnswer, await atCall]).to.deep.equal([[{ to: 'answer' }], [{ to: 'call' }]]);
}

describe('the profile', () => {
  afterEach(destroyPeers);

  it('is native between two peers of this engine, and not known before open', async () => {
    const { alice, bob } = await twoPeers();
    const call = alice.connect(bob.id ?? '');
    expect(call.profile).to.equal(undefined);
    await call.opened;
    expect(call.profile).to.equal('native');
  });

  for (const [caller, callee] of [[true, false], [false, true], [false, false]]) {
    it(`is compatible where native is ${String(caller)} at the caller and ${String(callee)} at the callee`, async () => {
      const alice = makePeer(uniqueId('alice'), { native: caller });
      const bob = makePeer(uniqueId('bob'), { native: callee });
      await Promise.all([once(alice, 'open'), once(bob, 'open')]);
      const { call, answer } = await connected(alice, bob);
      expect([call.profile, answer.profile]).to.deep.equal(['compatible', 'compatible']);
      await talk(call, answer);
    });
  }

  it('is compatible over a serialization of the page\'s own', async () => {
    const plain = () => ({
      encode: (value: unknown) => ({ byteLength: 1, frames: () => [String(value)] }),
      decode: (frame: unknown) => [{ type: 'data' as const, data: frame }],
      encodeClose: () => undefined,
    });
    const { alice, bob } = await twoPeers({ serializers: { plain } });
    const { call, answer } = await connected(alice, bob, { serialization: 'plain' });
    expect(call.profile).to.equal('compatible');
    const heard = once(answer, 'data');
    void call.send('as it is');
    expect(await heard).to.equal('as it is');
  });
});

describe('a further connection to the same peer', () => {
  afterEach(destroyPeers);

  it('shares the RTCPeerConnection of the first, from either side', async () => {
    const { alice, bob, links } = await twoPeers();
    const first = await connected(alice, bob);
    const second = await connected(alice, bob, { label: 'second', metadata: { n: 2 }, serialization: 'json', reliable: true });
    const third = await connected(bob, alice);
    expect(links).to.have.length(2);
    expect(second.call.peerConnection).to.equal(first.call.peerConnection);
    expect(third.answer.peerConnection).to.equal(first.call.peerConnection);
    const { label, metadata, serialization, reliable, incoming } = second.answer;
    expect({ label, metadata, serialization, reliable, incoming }).to.deep.equal({
      ...{ label: 'second', metadata: { n: 2 }, serialization: 'json', reliable: true, incoming: true },
    });
    for (const { call, answer } of [first, second, third]) await talk(call, answer);
  });

  it('lives on when the first has closed, and the first when it has', async () => {
    const { alice, bob } = await twoPeers();
    const [first, second, third] = [await connected(alice, bob), await connected(alice, bob), await connected(bob, alice)];
    first.call.close();
    await first.answer.closed;
    await talk(second.call, second.answer);
    second.answer.close();
    await second.call.closed;
    await talk(third.call, third.answer);
  });

  it('waits while the first is unanswered, and then needs no offer of its own', async () => {
    const { alice, bob, links } = await twoPeers();
    const calls = [1, 2, 3, 4].map((n) => alice.connect(bob.id ?? '', { label: String(n) }));
    const heard: string[] = [];
    bob.on('connection', (connection) => heard.push(connection.label));
    await Promise.all(calls.map(({ opened }) => opened));
    expect(links).to.have.length(2);
    expect(heard.sort()).to.deep.equal(['1', '2', '3', '4']);
  });

  it('gets an offer of its own where the remote turns out to be compatible', async () => {
    const bob = makePeer(uniqueId('bob'), { native: false });
    await once(bob, 'open');
    const counted = countedResources();
    const alice = makePeer(uniqueId('alice'), counted.options);
    const calls = [1, 2, 3].map(() => alice.connect(bob.id ?? ''));
    await Promise.all(calls.map(({ opened }) => opened));
    expect(counted.links).to.have.length(3);
    expect(calls.map(({ profile }) => profile)).to.deep.equal(['compatible', 'compatible', 'compatible']);
  });

  it('goes on by itself where the first was given up before it was answered', async () => {
    const { alice, bob } = await twoPeers();
    const first = alice.connect(bob.id ?? '');
    const second = alice.connect(bob.id ?? '');
    first.close();
    await second.opened;
    expect(first.open).to.be.false;
    expect(second.profile).to.equal('native');
  });

  it('fails with the first where nobody has the id', async function () {
    this.timeout(20_000);
    const { alice } = await twoPeers();
    const calls = [1, 2].map(() => alice.connect(uniqueId('nobody')));
    const same = uniqueId('nobody');
    calls.push(alice.connect(same), alice.connect(same));
    expect(await Promise.all(calls.map(({ closed }) => closed))).to.deep.equal(Array(4).fill('unavailable'));
  });

  it('can be declined, which the caller is told at once, and the link goes on', async () => {
    const { alice, bob } = await twoPeers();
    const first = await connected(alice, bob);
    bob.once('connection', (connection) => connection.refuse());
    const declined = alice.connect(bob.id ?? '');
    const error = once(declined, 'error');
    expect(await declined.closed).to.equal('refused');
    expectTyped(await error, 'refused');
    await talk(first.call, first.answer);
  });

  it('can be deferred and answered later', async () => {
    const { alice, bob } = await twoPeers();
    await connected(alice, bob);
    const incoming = new Promise<DataConnection>((resolve) => {
      bob.once('connection', (connection) => {
        connection.defer();
        resolve(connection);
      });
    });
    const call = alice.connect(bob.id ?? '');
    const answer = await incoming;
    expect(call.open).to.be.false;
    answer.answer();
    await call.opened;
    await talk(call, answer);
  });

  it('with more metadata than a packet holds goes by an offer of its own', async () => {
    const { alice, bob, links } = await twoPeers();
    await connected(alice, bob);
    const metadata = { text: 'x'.repeat(62_000) };
    const { answer } = await connected(alice, bob, { metadata });
    expect(answer.metadata).to.deep.equal(metadata);
    expect(links).to.have.length(4);
  });

  it('with a serialization that the remote lacks is refused, and told there', async () => {
    const json = () => ({ encode: () => ({ byteLength: 0, frames: () => [] }), decode: () => [], encodeClose: () => undefined });
    const alice = makePeer(uniqueId('alice'), { serializers: { mine: json } });
    const bob = makePeer(uniqueId('bob'), { connectTimeout: 1_000 });
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const told = once<{ type: string }>(bob, 'error');
    alice.connect(bob.id ?? '', { serialization: 'mine' });
    expect((await told).type).to.equal('unknown-serialization');
  });
});

describe('a first call between native peers', () => {
  afterEach(destroyPeers);

  it('that is declined is told so in the answer, and no RTCPeerConnection is made at the callee', async () => {
    const { alice, bob, links } = await twoPeers();
    bob.once('connection', (connection) => connection.refuse());
    const call = alice.connect(bob.id ?? '');
    expect(await call.closed).to.equal('refused');
    expect(links).to.have.length(1);
    bob.once('connection', (connection) => connection.answer());
    await alice.connect(bob.id ?? '').opened;
  });

  it('that is given up after it was answered ends at the callee too, without waiting for a timeout', async () => {
    const { alice, bob } = await twoPeers();
    const incoming = once<DataConnection>(bob, 'connection');
    const call = alice.connect(bob.id ?? '');
    const answer = await incoming;
    call.close();
    expect(await answer.closed).to.equal('remote');
  });

  it('from both at once makes two links, and each further connection goes over the same one', async () => {
    const { alice, bob, links } = await twoPeers();
    const [fromAlice, fromBob] = await Promise.all([connected(alice, bob), connected(bob, alice)]);
    expect(links).to.have.length(4);
    const [next, other] = [await connected(alice, bob), await connected(bob, alice)];
    expect(links).to.have.length(4);
    expect(next.call.peerConnection).to.equal(other.answer.peerConnection);
    for (const { call, answer } of [fromAlice, fromBob, next, other]) await talk(call, answer);
  });

  it('may be to oneself', async () => {
    const alice = makePeer(uniqueId('alice'));
    await once(alice, 'open');
    for (let n = 0; n < 3; n++) {
      const incoming = once<DataConnection>(alice, 'connection');
      const call = alice.connect(alice.id ?? '');
      const answer = await incoming;
      await Promise.all([call.opened, answer.opened]);
      expect(call.profile).to.equal('native');
      await talk(call, answer);
    }
  });
});

describe('a link without connections', () => {
  afterEach(destroyPeers);

  it('is kept for the next one, and closes at both ends after a while', async function () {
    this.timeout(15_000);
    const { alice, bob, links } = await twoPeers();
    const first = await connected(alice, bob);
    first.call.close();
    await first.answer.closed;
    const second = await connected(alice, bob);
    expect(links).to.have.length(2);
    second.answer.close();
    await second.call.closed;
    const closed = links.map((link) => new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (link.signalingState !== 'closed') return;
        clearInterval(look);
        resolve();
      }, 50);
    }));
    await Promise.all(closed);
    const third = await connected(alice, bob);
    expect(links).to.have.length(4);
    await talk(third.call, third.answer);
  });

  it('that is just being left carries a call that crosses the goodbye, unseen by the page', async function () {
    this.timeout(60_000);
    for (const delay of [1_980, 1_995, 2_000, 2_005, 2_020]) {
      const { alice, bob } = await twoPeers();
      const first = await connected(alice, bob);
      first.call.close();
      await first.answer.closed;
      // The moment in which the other side says goodbye.
      await new Promise((resolve) => setTimeout(resolve, delay));
      const [one, other] = await Promise.all([connected(alice, bob), connected(bob, alice)]);
      await talk(one.call, one.answer);
      await talk(other.call, other.answer);
      destroyPeers();
    }
  });
});

/** A link whose side of the control channel says nothing, as a page's that has hung. */
class DumbPeerConnection extends RTCPeerConnection {
  override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    const channel = super.createDataChannel(label, init);
    if (init?.negotiated) channel.send = () => undefined;
    return channel;
  }
}

describe('a page that took the id of another', () => {
  afterEach(destroyPeers);

  /** Alice with a connection to a page, and a call from another page that has got its id. */
  async function takenOver(options: PeerOptions) {
    const [alice, bob] = [makePeer(uniqueId('alice')), makePeer(uniqueId('bob'), options)];
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const old = await connected(alice, bob);
    const id = bob.id ?? '';
    bob.disconnect();
    await givenUp(id);
    const other = makePeer(id);
    await once(other, 'open');
    return { ...old, fresh: await connected(other, alice) };
  }

  it('ends the old connections with reason replaced, where the old page gives no sign of life', async () => {
    const { call, fresh } = await takenOver({ RTCPeerConnection: DumbPeerConnection });
    expect(await call.closed).to.equal('replaced');
    await talk(fresh.call, fresh.answer);
  });

  it('leaves the connections of a page that does', async function () {
    this.timeout(20_000);
    const { call, answer, fresh } = await takenOver({});
    // Longer than the old page has to answer.
    await pause(4_000);
    await talk(call, answer);
    await talk(fresh.call, fresh.answer);
  });
});

describe('1,000 crossings of open and close at random delays', () => {
  afterEach(destroyPeers);

  it('end no connection without a reason, and bring no message twice', async function () {
    this.timeout(120_000);
    const { alice, bob } = await openPair();
    const [atAlice, atBob] = [new Map<string, unknown[]>(), new Map<string, unknown[]>()];
    const odd: string[] = [];
    for (const [peer, heard] of [[alice, atAlice], [bob, atBob]] as const) {
      peer.on('error', ({ type }) => odd.push(type));
      peer.on('connection', (connection) => {
        const got: unknown[] = [];
        heard.set(connection.connectionId, got);
        connection.on('data', (data) => got.push(data));
        connection.on('error', ({ type }) => odd.push(`incoming ${type}`));
      });
    }
    const random = seeded(7);
    const crossing = async (n: number): Promise<void> => {
      const [from, to] = n % 2 === 0 ? [alice, bob] : [bob, alice];
      const call = from.connect(to.id ?? '');
      call.on('error', ({ type }) => odd.push(`call ${type}`));
      const cut = random() < 0.5;
      if (cut) {
        await pause(random() * 15);
        return call.close();
      }
      await call.opened;
      for (let i = 0; i < 3; i++) void call.send(i);
      await pause(random() * 10);
      expect(call.open, 'nobody has closed it').to.be.true;
      call.close({ flush: true });
      expect(await call.closed).to.equal('local');
      const heard = (to === alice ? atAlice : atBob).get(call.connectionId);
      expect(heard).to.deep.equal([0, 1, 2]);
    };
    for (let n = 0; n < 1_000; n += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => crossing(n + i)));
    expect(odd).to.deep.equal([]);
    for (const heard of [...atAlice.values(), ...atBob.values()]) {
      expect(new Set(heard).size).to.equal(heard.length);
    }
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Numbers from 0 to 1, the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
