import { expect } from '@open-wc/testing';

import type { DataConnection } from '../../../src/engine/index.js';
import { pageFaults } from '../../support/faults.js';
import { mutePeer } from '../../support/mute-peer.js';
import { messages, openAny, type AnyConnection, type Engine } from '../../support/partners.js';
import { destroyPeers, makePeer, once, openPair, tracked, uniqueId } from '../../support/peers.js';

/** A call from a peer of either engine, with what the callee does in its event `connection`. */
async function callTo(onConnection: (connection: DataConnection) => void, from: Engine = 'ours', connectTimeout?: number) {
  const bob = makePeer(uniqueId('bob'), { connectTimeout });
  const [alice] = await Promise.all([openAny(from), once(bob, 'open')]);
  const incoming = once<DataConnection>(bob, 'connection');
  bob.on('connection', onConnection);
  const call = alice.connect(bob.id ?? '');
  const heard: string[] = [];
  for (const event of ['open', 'close', 'error']) call.on(event, () => heard.push(event));
  return { alice, bob, call, heard, answer: await incoming };
}

for (const from of ['ours', 'compatible', 'peerjs'] as const) {
  describe(`an incoming call from ${from}`, () => {
    afterEach(destroyPeers);

    it('is answered by itself', async () => {
      const { answer } = await callTo(() => undefined, from);
      await answer.opened;
      expect(answer.incoming).to.be.true;
    });

    it('that was deferred opens when it is answered', async () => {
      const { call, answer } = await callTo((connection) => connection.defer(), from);
      expect(answer.peerConnection).to.equal(undefined);
      const opened = once(call, 'open');
      answer.answer();
      await Promise.all([opened, answer.opened]);
    });

    it('that was deferred and answered brings what the caller sends as soon as it is open', async () => {
      const { call, answer } = await callTo((connection) => connection.defer(), from);
      call.once('open', () => call.send('at once'));
      answer.answer();
      expect(await messages(answer, 1)).to.deep.equal(['at once']);
    });

    for (const way of ['refuse', 'close'] as const) {
      it(`that is declined by ${way}() closes at both ends`, async () => {
        const { call, answer } = await callTo((connection) => connection[way](), from);
        const ended = once(call, 'close');
        expect(await answer.closed).to.equal('refused');
        await ended;
        expect(call.open).to.be.false;
      });
    }

    it('that was deferred and then refused closes at both ends', async () => {
      const { call, answer } = await callTo((connection) => connection.defer(), from);
      const ended = once(call, 'close');
      answer.refuse();
      expect(await answer.closed).to.equal('refused');
      await ended;
    });

    it('that was refused never opens at the callee', async () => {
      const events: string[] = [];
      const { answer } = await callTo((connection) => {
        for (const event of ['open', 'data', 'error', 'close'] as const) connection.on(event, () => events.push(event));
        connection.refuse();
      }, from);
      await answer.closed;
      expect(events).to.deep.equal(['close']);
    });

    it('that nobody claims is refused after connectTimeout', async () => {
      // Whom a signal cannot refuse is refused by a connection that opens and closes: it has the same time once more.
      const { call, answer } = await callTo((connection) => connection.defer(), from, from === 'ours' ? 300 : 3_000);
      const ended = once(call, 'close');
      expect(await answer.closed).to.equal('refused');
      await ended;
    });
  });
}

describe('a call to peerjs', () => {
  afterEach(destroyPeers);

  it('that is closed as soon as it is open ends with remote', async () => {
    const bob = await openAny('peerjs');
    bob.on('connection', (connection: AnyConnection) => connection.on('open', () => connection.close()));
    const call = makePeer().connect(bob.id ?? '');
    expect(await call.closed).to.equal('remote');
  });

  it('that is closed before it is open, of which peerjs tells nobody, ends with timeout', async () => {
    const bob = await openAny('peerjs');
    bob.on('connection', (connection: AnyConnection) => connection.close());
    const call = makePeer(undefined, { connectTimeout: 1_000 }).connect(bob.id ?? '');
    expect(await call.closed).to.equal('timeout');
  });
});

describe('an incoming call', () => {
  afterEach(destroyPeers);

  it('brings its metadata as the event\'s second argument, as in 2012', async () => {
    const [alice, bob] = [makePeer(), makePeer(uniqueId('bob'))];
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const given = new Promise((resolve) => bob.on('connection', (_, metadata) => resolve(metadata)));
    alice.connect(bob.id ?? '', { metadata: { from: 'alice' } });
    expect(await given).to.deep.equal({ from: 'alice' });
  });

  it('is answered though a listener throws', async () => {
    const faults = pageFaults();
    try {
      const { answer } = await callTo(() => {
        throw new Error('Not my day.');
      });
      await answer.opened;
      expect(faults.errors).to.have.length(1);
    } finally {
      faults.restore();
    }
  });

  it('answered twice is answered once', async () => {
    const bob = makePeer(uniqueId('bob'));
    const [remote] = await Promise.all([mutePeer().then(tracked), once(bob, 'open')]);
    bob.on('connection', (connection) => {
      connection.answer();
      connection.answer();
    });
    const answered = remote.next('ANSWER');
    remote.say({ type: 'OFFER', dst: bob.id ?? '', payload: await realOffer('c1') });
    await answered;
    // What bob says after both.
    const last = remote.next('OFFER');
    bob.connect(remote.id);
    await last;
    expect(remote.heard.filter((type) => type === 'ANSWER')).to.deep.equal(['ANSWER']);
  });

  it('offered twice is announced once', async () => {
    const bob = makePeer(uniqueId('bob'));
    const [remote] = await Promise.all([mutePeer().then(tracked), once(bob, 'open')]);
    const announced: string[] = [];
    bob.on('connection', ({ connectionId }) => announced.push(connectionId));
    const payload = await realOffer('c1');
    remote.say({ type: 'OFFER', dst: bob.id ?? '', payload });
    remote.say({ type: 'OFFER', dst: bob.id ?? '', payload });
    const last = once(bob, 'connection').then(() => once(bob, 'connection'));
    remote.say({ type: 'OFFER', dst: bob.id ?? '', payload: await realOffer('c2') });
    await last;
    expect(announced).to.deep.equal(['c1', 'c2']);
  });

  it('under the id of an open connection replaces it', async () => {
    const { alice, bob, call, answer } = await openPair();
    const incoming = once<AnyConnection>(bob, 'connection');
    const again = alice.connect(bob.id ?? '', { connectionId: call.connectionId });
    const newAnswer = await incoming;
    expect(await answer.closed).to.equal('replaced');
    await again.opened;
    const heard = once(newAnswer, 'data');
    void again.send('from the new page');
    expect(await heard).to.equal('from the new page');
  });
});

/** An offer as PeerJS makes it. */
async function realOffer(connectionId: string): Promise<object> {
  const connection = new RTCPeerConnection();
  connection.createDataChannel('any');
  const { type, sdp } = await connection.createOffer();
  connection.close();
  return { type: 'data', connectionId, sdp: { type, sdp } };
}
