import { expect } from '@open-wc/testing';

import type { ConnectOptions, DataConnection } from '../../../../src/engine/index.js';
import { rejectionOf } from '../../../support/faults.js';
import { messages } from '../../../support/partners.js';
import { destroyPeers, makePeer, once, openPair, uniqueId } from '../../../support/peers.js';
import { expectTyped } from '../../../support/typed-errors.js';
import { bytes, sameBytes } from '../../../support/values.js';

const SETTINGS: Record<string, ConnectOptions> = {
  'ordered: false': { ordered: false },
  'maxRetransmits: 0': { maxRetransmits: 0 },
  'maxPacketLifeTime: 100, ordered: false': { maxPacketLifeTime: 100, ordered: false },
};

for (const [name, settings] of Object.entries(SETTINGS)) {
  describe(`a connection with ${name}`, () => {
    afterEach(destroyPeers);

    for (const further of [false, true]) {
      it(`carries messages both ways over a channel of that kind, as ${further ? 'a further one' : 'the first'}`, async () => {
        const first = await openPair({}, further ? {} : settings);
        let { call, answer } = first;
        if (further) {
          const incoming = once<DataConnection>(first.bob, 'connection');
          call = first.alice.connect(first.bob.id ?? '', settings);
          answer = await incoming;
          await Promise.all([call.opened, answer.opened]);
        }
        expect([call.profile, answer.profile]).to.deep.equal(['native', 'native']);
        expect(answer.options.maxRetransmits).to.equal(settings.maxRetransmits);
        // Nothing is lost on this machine; only the order is open.
        const [atAnswer, atCall] = [messages(answer, 50), messages(call, 50)];
        for (let n = 0; n < 50; n++) {
          void call.send({ n });
          void answer.send({ n });
        }
        for (const heard of [await atAnswer, await atCall] as { n: number }[][]) {
          expect(heard.map(({ n }) => n).sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 50 }, (_, n) => n));
        }
      });
    }

    it('ends at both ends when either closes', async () => {
      for (const closer of ['call', 'answer'] as const) {
        const pair = await openPair({}, settings);
        pair[closer].close();
        const other = closer === 'call' ? pair.answer : pair.call;
        expect(await other.closed).to.equal('remote');
        destroyPeers();
      }
    });

    it('closes with flush', async () => {
      const { call, answer } = await openPair({}, settings);
      const heard = messages(answer, 1);
      void call.send('last');
      call.close({ flush: true });
      expect(await heard).to.deep.equal(['last']);
      expect(await call.closed).to.equal('local');
    });
  });
}

describe('a connection of datagrams', () => {
  afterEach(destroyPeers);

  it('is an ordinary one with a PeerJS kind of peer', async () => {
    const bob = makePeer(uniqueId('bob'), { native: false });
    await once(bob, 'open');
    const incoming = once<DataConnection>(bob, 'connection');
    const call = makePeer().connect(bob.id ?? '', { maxRetransmits: 0 });
    await call.opened;
    expect(call.profile).to.equal('compatible');
    expect(call.dataChannel?.maxRetransmits).to.equal(null);
    const heard = messages(await incoming, 1);
    void call.send('reliably');
    expect(await heard).to.deep.equal(['reliably']);
  });

  it('carries transfers, which lose nothing', async () => {
    const { call, answer } = await openPair({}, { maxRetransmits: 0 });
    answer.on('transfer', (transfer) => void transfer.blob().then(async (blob) => answer.send(sameBytes(await blob.arrayBuffer(), bytes(2_000_000)))));
    const heard = messages(call, 1);
    await call.transfer(new Blob([bytes(2_000_000)])).finished;
    expect(await heard).to.deep.equal([true]);
  });

  it('refuses a message that is no packet with message-too-big, and goes on', async () => {
    const { call, answer } = await openPair({}, { maxRetransmits: 0 });
    const limit = call.peerConnection?.sctp?.maxMessageSize ?? 0;
    if (limit < 100_000_000) expectTyped(await rejectionOf(call.send(new ArrayBuffer(limit))), 'message-too-big');
    const heard = messages(answer, 1);
    void call.send('small');
    expect(await heard).to.deep.equal(['small']);
  });

  it('with both maxRetransmits and maxPacketLifeTime is invalid-data: no browser has such a channel', async () => {
    const call = makePeer().connect('anybody', { maxRetransmits: 1, maxPacketLifeTime: 1 });
    expectTyped(await rejectionOf(call.opened), 'invalid-data');
  });
});
