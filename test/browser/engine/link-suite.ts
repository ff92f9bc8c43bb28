import { expect } from '@open-wc/testing';

import type { DataConnection, Peer, PeerOptions, Signaling } from '../../../src/engine/index.js';
import { rejectionOf } from '../../support/faults.js';
import { messages } from '../../support/partners.js';
import { destroyPeers, makePeer, once, uniqueId } from '../../support/peers.js';
import { bytes, sameBytes } from '../../support/values.js';

/** A way of signaling, as the suite wants it. */
export interface Backend {
  /** A signaling object for one more peer; all that are made in one test meet. */
  create(): Signaling;
  /** Whether somebody says that an id is absent. */
  readonly reportsAbsence: boolean;
}

/** What has to be true of connections whatever carries their signals. */
export function linkSuite(name: string, backend: () => Backend): void {
  describe(`a link over ${name}`, () => {
    let make: (id: string, options?: PeerOptions) => Peer;
    let reportsAbsence: boolean;

    beforeEach(() => {
      const current = backend();
      ({ reportsAbsence } = current);
      make = (id, options) => makePeer(uniqueId(id), { signaling: current.create(), ...options });
    });
    afterEach(destroyPeers);

    async function pair(): Promise<{ alice: Peer; bob: Peer; call: DataConnection; answer: DataConnection }> {
      const [alice, bob] = [make('alice'), make('bob')];
      await Promise.all([once(alice, 'open'), once(bob, 'open')]);
      const incoming = once<DataConnection>(bob, 'connection');
      const call = alice.connect(bob.id ?? '', { label: 'chat', metadata: { from: 'alice' } });
      const answer = await incoming;
      await Promise.all([call.opened, answer.opened]);
      return { alice, bob, call, answer };
    }

    it('opens at both ends, with label and metadata', async () => {
      const { alice, bob, call, answer } = await pair();
      expect([call.peer, answer.peer]).to.deep.equal([bob.id, alice.id]);
      expect([answer.label, answer.metadata]).to.deep.equal(['chat', { from: 'alice' }]);
    });

    it('carries messages both ways', async () => {
      const { call, answer } = await pair();
      const [atBob, atAlice] = [messages(answer, 2), messages(call, 2)];
      const large = bytes(300_000);
      void call.send('to bob');
      void call.send(large);
      void answer.send('to alice');
      void answer.send(large);
      for (const [text, buffer] of [await atBob, await atAlice]) {
        expect(text).to.be.a('string');
        expect(sameBytes(buffer as ArrayBuffer, large)).to.be.true;
      }
    });

    for (const closer of ['call', 'answer'] as const) {
      it(`closes at both ends when the ${closer} is closed`, async () => {
        const both = await pair();
        const other = closer === 'call' ? both.answer : both.call;
        both[closer].close();
        expect([await both[closer].closed, await other.closed]).to.deep.equal(['local', 'remote']);
      });
    }

    it('brings everything before it closes with flush', async () => {
      const { call, answer } = await pair();
      const heard = messages(answer, 2);
      void call.send(bytes(1_000_000));
      void call.send('last');
      call.close({ flush: true });
      expect((await heard)[1]).to.equal('last');
      expect(await answer.closed).to.equal('remote');
    });

    it('closes at both ends when it is refused', async () => {
      const [alice, bob] = [make('alice'), make('bob')];
      await Promise.all([once(alice, 'open'), once(bob, 'open')]);
      bob.on('connection', (connection) => connection.refuse());
      const incoming = once<DataConnection>(bob, 'connection');
      const call = alice.connect(bob.id ?? '');
      expect(await (await incoming).closed).to.equal('refused');
      await call.closed;
    });

    it('opens although it is called before the caller is open', async () => {
      const bob = make('bob');
      await once(bob, 'open');
      await make('alice').connect(bob.id ?? '').opened;
    });

    it('opens several times between the same two', async () => {
      const { alice, bob, call } = await pair();
      const more = [alice.connect(bob.id ?? ''), bob.connect(alice.id ?? '')];
      await Promise.all(more.map(({ opened }) => opened));
      expect(call.open).to.be.true;
    });

    it('opens from a peer to itself', async () => {
      const peer = make('self');
      await once(peer, 'open');
      const incoming = once<DataConnection>(peer, 'connection');
      const call = peer.connect(peer.id ?? '');
      const answer = await incoming;
      await Promise.all([call.opened, answer.opened]);
    });

    it('to an id that nobody has ends with an error', async () => {
      const peer = make('alice', reportsAbsence ? {} : { connectTimeout: 500 });
      const call = peer.connect(uniqueId('missing'));
      const error = await rejectionOf(call.opened);
      expect([error.type, await call.closed]).to.deep.equal(reportsAbsence ? ['peer-unavailable', 'unavailable'] : ['timeout', 'timeout']);
    });
  });
}
