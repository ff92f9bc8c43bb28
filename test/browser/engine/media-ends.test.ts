import { expect } from '@open-wc/testing';

import { Peer, type MediaConnection, type PeerError } from '../../../src/engine/index.js';
import { NOTHING_OPEN, countedResources } from '../../support/counted-links.js';
import { mutePeer } from '../../support/mute-peer.js';
import { SERVER, destroyPeers, makePeer, once, tracked, uniqueId } from '../../support/peers.js';
import { makeAny, openAny } from '../../support/partners.js';
import { expectTyped } from '../../support/typed-errors.js';
import { countedTimers } from '../signaling/counted.js';
import { asCaller, endOf, endStreams, makeStream, ringing, talking, type AnyCall, type Caller } from './media-partners.js';

const after = (): void => {
  destroyPeers();
  endStreams();
};

describe('the end of a media call', () => {
  afterEach(after);

  it('is told to a caller of this engine that was declined', async () => {
    const { call, incoming } = await ringing('ours', 'ours');
    const ended = Promise.all([endOf(call), endOf(incoming)]);
    incoming.close();
    expect(await ended).to.deep.equal([['refused', 'refused'], ['refused', undefined]]);
  });

  for (const from of ['compatible', 'peerjs'] as const) {
    it(`comes to a caller of ${from} that was declined, without any media`, async () => {
      const { call, incoming } = await ringing(from, 'ours');
      const streams: unknown[] = [];
      for (const each of [call, incoming]) each.on('stream', (stream) => streams.push(stream));
      let answer: string | undefined;
      call.on('iceStateChanged', () => (answer ??= call.peerConnection?.remoteDescription?.sdp));
      const ended = Promise.all([once(call, 'close'), endOf(incoming)]);
      incoming.close();
      expect(incoming.open).to.be.false;
      const [, [reason]] = await ended;
      expect(reason).to.equal('refused');
      expect(streams).to.be.empty;
      const sections = (answer ?? '').split(/^m=/m).filter((section) => /^(audio|video)/.test(section));
      expect(sections.map((section) => /^a=(inactive|recvonly|sendrecv|sendonly)/m.exec(section)?.[1])).to.deep.equal(['inactive', 'inactive']);
    });
  }

  it('comes to the callee when the caller gives up', async () => {
    const { call, incoming } = await ringing('ours', 'ours');
    const ended = Promise.all([endOf(call), endOf(incoming)]);
    call.close();
    expect(await ended).to.deep.equal([['local', undefined], ['remote', undefined]]);
  });

  for (const [who, index] of [['caller', 0], ['callee', 1]] as const) {
    it(`comes while it rings when the ${who}'s peer is destroyed`, async () => {
      const { alice, bob, call, incoming } = await ringing('ours', 'ours');
      const ended = Promise.all([endOf(call), endOf(incoming)]);
      [alice, bob][index]?.destroy();
      const reasons = (await ended).map(([reason]) => reason);
      expect(reasons).to.deep.equal(index === 0 ? ['destroyed', 'remote'] : ['refused', 'destroyed']);
    });
  }

  it('is peer-unavailable, on the peer and on the call, where nobody has the id', async () => {
    const alice = asCaller(makePeer());
    const reported = once<PeerError>(alice, 'error');
    const id = uniqueId('nobody');
    const call = alice.call(id, makeStream());
    const failed = once<PeerError>(call, 'error');
    expect((await endOf(call))[0]).to.equal('unavailable');
    expectTyped(await reported, 'peer-unavailable');
    const error = await failed;
    expectTyped(error, 'peer-unavailable');
    expect([error.peer, error.connectionId]).to.deep.equal([id, call.connectionId]);
  });

  it('is "refused" where the other page takes no calls', async () => {
    const bob = await openAny('ours');
    const call = asCaller(makePeer()).call(bob.id ?? '', makeStream());
    expect(await endOf(call)).to.deep.equal(['refused', 'refused']);
  });

  for (const to of ['compatible', 'peerjs'] as const) {
    it(`is "timeout" where ${to} takes no calls`, async () => {
      const bob = await openAny(to);
      const alice = asCaller(makePeer(undefined, { ringTimeout: 600 }));
      expect(await endOf(alice.call(bob.id ?? '', makeStream()))).to.deep.equal(['timeout', 'timeout']);
    });
  }

  it('is "timeout" where nobody answers, on both sides', async () => {
    const { call, incoming } = await ringing('ours', 'ours', { bob: { ringTimeout: 300 } });
    const ended = Promise.all([endOf(call), endOf(incoming)]);
    expect(await ended).to.deep.equal([['refused', 'refused'], ['timeout', 'timeout']]);
  });

  it('is "timeout" where the caller has vanished before the answer', async () => {
    const bob = makePeer(undefined, { connectTimeout: 500 });
    const [mallory] = await Promise.all([mutePeer(), once(bob, 'open')]);
    tracked(mallory);
    const { call, connection } = await offerOf();
    const rings = once<MediaConnection>(bob, 'call');
    mallory.say({ type: 'OFFER', dst: bob.id ?? '', payload: call });
    const incoming = (await rings) as unknown as AnyCall;
    const ended = endOf(incoming);
    incoming.answer(makeStream());
    expect(await ended).to.deep.equal(['timeout', 'timeout']);
    connection.close();
  });

  it('comes by the server, which could not reach the caller any more', async () => {
    const bob = makePeer();
    const [mallory] = await Promise.all([mutePeer(), once(bob, 'open')]);
    const { call, connection } = await offerOf();
    const rings = once<MediaConnection>(bob, 'call');
    mallory.say({ type: 'OFFER', dst: bob.id ?? '', payload: call });
    const ended = endOf((await rings) as unknown as AnyCall);
    mallory.say({ type: 'LEAVE', dst: bob.id ?? '' });
    expect(await ended).to.deep.equal(['remote', undefined]);
    mallory.destroy();
    connection.close();
  });

  it('comes in a microtask where the call cannot be made', async () => {
    const alice = asCaller(makePeer());
    await once(alice, 'open');
    const bad: [string, unknown, object, string][] = [
      ['bob', undefined, {}, 'invalid-data'],
      ['bob', {}, {}, 'invalid-data'],
      ['', makeStream(), {}, 'invalid-id'],
      ['bob', makeStream(), { metadata: 1n }, 'invalid-data'],
    ];
    for (const [id, stream, options, type] of bad) {
      expect(await endOf(alice.call(id, stream as MediaStream, options)), type).to.deep.equal(['failed', type]);
    }
    alice.on('error', () => undefined);
    alice.disconnect();
    expect(await endOf(alice.call('bob', makeStream()))).to.deep.equal(['failed', 'disconnected']);
  });

  it('does not come by an answer with what is no stream: it can be answered again', async () => {
    const { call, incoming } = await ringing('ours', 'ours');
    const failed = once(incoming, 'error');
    incoming.answer({} as MediaStream);
    expectTyped(await failed, 'invalid-data');
    const there = once(call, 'stream');
    incoming.answer(makeStream());
    await there;
  });

  it('comes once, and after it nothing does', async () => {
    const { call, incoming } = await talking('ours', 'ours');
    const said: string[] = [];
    for (const event of ['close', 'error', 'stream', 'iceStateChanged']) call.on(event, () => said.push(event));
    const ended = once(incoming, 'close');
    call.close();
    call.close();
    await ended;
    expect(said).to.deep.equal(['close']);
    expect([call.localStream, call.remoteStream, call.peerConnection]).to.deep.equal([undefined, undefined, undefined]);
  });
});

/** An OFFER of a call, as PeerJS makes it. */
async function offerOf(fields: object = {}): Promise<{ call: object; connection: RTCPeerConnection }> {
  const connection = new RTCPeerConnection(SERVER.config);
  connection.addTransceiver('audio', { direction: 'sendonly' });
  connection.createDataChannel('undefined', { ordered: false });
  await connection.setLocalDescription();
  const sdp = connection.localDescription?.toJSON() as object;
  return { call: { type: 'media', connectionId: uniqueId('mc'), sdp, ...fields }, connection };
}

describe('media calls that end at every stage', () => {
  afterEach(after);

  /** What is done to a call, and at which stage. */
  const ENDS: Record<string, (caller: Caller, callee: Caller) => Promise<void>> = {
    'before it is heard of': async (alice, bob) => alice.call(bob.id ?? '', makeStream()).close(),
    'while it rings, by the caller': async (alice, bob) => {
      const rings = once<AnyCall>(bob, 'call');
      const call = alice.call(bob.id ?? '', makeStream());
      const ended = endOf(await rings);
      call.close();
      await ended;
    },
    'while it rings, by the callee': async (alice, bob) => {
      const rings = once<AnyCall>(bob, 'call');
      const ended = endOf(alice.call(bob.id ?? '', makeStream()));
      (await rings).close();
      await ended;
    },
    'as soon as it is answered': async (alice, bob) => {
      const rings = once<AnyCall>(bob, 'call');
      const ended = endOf(alice.call(bob.id ?? '', makeStream()));
      const incoming = await rings;
      incoming.answer(makeStream());
      incoming.close();
      await ended;
    },
    'while it stands': async (alice, bob) => {
      const rings = once<AnyCall>(bob, 'call');
      const call = alice.call(bob.id ?? '', makeStream());
      const ended = endOf(call);
      const incoming = await rings;
      const stands = once(call, 'willCloseOnRemote');
      incoming.answer(makeStream());
      await stands;
      incoming.close();
      await ended;
    },
    'with its peers': async (alice, bob) => {
      const rings = once<AnyCall>(bob, 'call');
      const call = alice.call(bob.id ?? '', makeStream());
      const stands = once(call, 'willCloseOnRemote');
      (await rings).answer(makeStream());
      await stands;
    },
  };
  for (const [stage, end] of Object.entries(ENDS)) {
    it(`leave nothing: ${stage}`, async () => {
      const counted = countedResources();
      const timers = countedTimers();
      try {
        const peers = ['alice', 'bob'].map((name) => new Peer(uniqueId(name), { ...SERVER, ...counted.options })) as [Peer, Peer];
        for (const peer of peers) tracked(peer).on('error', () => undefined);
        peers[1].on('call', () => undefined);
        await Promise.all(peers.map((peer) => once(peer, 'open')));
        await end(asCaller(peers[0]), asCaller(peers[1]));
        for (const peer of peers) peer.destroy();
        expect(peers.map(({ connections }) => Object.keys(connections))).to.deep.equal([[], []]);
        for (const socket of counted.sockets) {
          if (socket.readyState !== WebSocket.CLOSED) await new Promise((resolve) => socket.addEventListener('close', resolve));
        }
        expect(counted.open()).to.deep.equal(NOTHING_OPEN);
        endStreams();
        expect(timers.pending()).to.equal(0);
      } finally {
        timers.restore();
      }
    });
  }
});

describe('who calls with rubbish', () => {
  afterEach(after);

  async function victim(options = {}) {
    const bob = makePeer(uniqueId('bob'), options);
    const [mallory] = await Promise.all([mutePeer(), once(bob, 'open')]);
    tracked(mallory);
    const calls: AnyCall[] = [];
    bob.on('call', (call) => calls.push(call as unknown as AnyCall));
    return { bob, mallory, calls, say: (type: string, payload: unknown) => mallory.say({ type, dst: bob.id ?? '', payload }) };
  }

  async function goesOn(bob: Peer): Promise<void> {
    const rings = once<AnyCall>(bob, 'call');
    const call = (makeAny('ours') as Caller).call(bob.id ?? '', makeStream());
    const there = once(call, 'stream');
    (await rings).answer(makeStream());
    await there;
  }

  const malformed: Record<string, object> = {
    'without an id': { connectionId: undefined },
    'with an endless id': { connectionId: 'x'.repeat(100_000) },
    'without a description': { sdp: undefined },
    'with an endless description': { sdp: { type: 'offer', sdp: 'v'.repeat(300_000) } },
  };
  for (const [name, fields] of Object.entries(malformed)) {
    it(`${name} is a bad-signal, and no call`, async () => {
      const { bob, mallory, calls, say } = await victim();
      const reported = once<PeerError>(bob, 'error');
      say('OFFER', { type: 'media', connectionId: 'mc_1', sdp: { type: 'offer', sdp: 'v=0' }, ...fields });
      const error = await reported;
      expectTyped(error, 'bad-signal');
      expect(error.peer).to.equal(mallory.id);
      expect(calls).to.be.empty;
      await goesOn(bob);
    });
  }

  it('that is no description has the call fail when it is answered', async () => {
    const { bob, say } = await victim();
    const rings = once<AnyCall>(bob, 'call');
    say('OFFER', { type: 'media', connectionId: uniqueId('mc'), sdp: { type: 'offer', sdp: 'rubbish' } });
    const incoming = await rings;
    const ended = endOf(incoming);
    incoming.answer(makeStream());
    expect(await ended).to.deep.equal(['failed', 'negotiation-failed']);
    await goesOn(bob);
  });

  it('is told once of candidates that are none, and the call goes on', async () => {
    const { bob, calls, say } = await victim();
    const { call, connection } = await offerOf();
    const rings = once(bob, 'call');
    say('OFFER', call);
    await rings;
    const { connectionId } = call as { connectionId: string };
    for (const candidate of [undefined, null, 5, {}, { candidate: 5 }, { candidate: 'x'.repeat(5_000) }]) {
      const reported = once<PeerError>(bob, 'error');
      say('CANDIDATE', { type: 'media', connectionId, candidate });
      expectTyped(await reported, 'bad-signal');
    }
    expect(calls).to.have.length(1);
    // Only somebody of this engine can withdraw.
    say('CANDIDATE', { type: 'media', connectionId, withdrawn: true });
    say('ANSWER', { type: 'media', connectionId, refused: true });
    await goesOn(bob);
    expect(bob.getConnection(calls[0]?.peer ?? '', connectionId)).to.equal(calls[0]);
    connection.close();
  });

  it('twice with the same offer makes one call; with another one under the same id it makes the next', async () => {
    const { bob, calls, say } = await victim();
    const [first, second] = [await offerOf({ connectionId: 'mc_same' }), await offerOf({ connectionId: 'mc_same' })];
    say('OFFER', first.call);
    say('OFFER', first.call);
    const rings = once<AnyCall>(bob, 'call').then(() => once<AnyCall>(bob, 'call'));
    say('OFFER', second.call);
    await rings;
    expect(calls).to.have.length(2);
    expect(Object.values(bob.connections).flat()).to.deep.equal([calls[1]]);
    for (const { connection } of [first, second]) connection.close();
  });

  it('more often than maxConnectionsPerPeer has no more calls than that', async () => {
    const { bob, calls, say } = await victim({ maxConnectionsPerPeer: 3 });
    const { call, connection } = await offerOf();
    const reported = once<PeerError>(bob, 'error');
    for (let i = 0; i < 10; i++) say('OFFER', { ...call, connectionId: `mc_${i}` });
    expectTyped(await reported, 'bad-signal');
    say('OFFER', { ...call, connectionId: 'mc_last', type: 'data' });
    await goesOn(bob);
    expect(calls.filter((each) => each.connectionId.length < 6)).to.have.length(3);
    connection.close();
  });

  it('and endless metadata is declined', async () => {
    const { bob, calls, say } = await victim();
    const { call, connection } = await offerOf({ metadata: 'x'.repeat(100_000) });
    const reported = once<PeerError>(bob, 'error');
    say('OFFER', call);
    expectTyped(await reported, 'bad-signal');
    expect(calls).to.be.empty;
    connection.close();
  });
});
