import { expect } from '@open-wc/testing';

import { destroyPeers, once } from '../../support/peers.js';
import { DIRECTIONS, messages, pairOf } from '../../support/partners.js';
import { bytes, sameBytes } from '../../support/values.js';

for (const [from, to] of DIRECTIONS) {
  describe(`a call from ${from} to ${to}`, () => {
    afterEach(destroyPeers);

    it('brings label, metadata, reliable and serialization', async () => {
      const metadata = { name: 'Ünï 😀', list: [1, null, { deep: true }] };
      const { callee } = await pairOf(from, to, { label: 'chat', metadata, reliable: true, serialization: 'json' });
      expect(callee.label).to.equal('chat');
      expect(callee.metadata).to.deep.equal(metadata);
      expect(callee.reliable).to.equal(true);
      expect(callee.serialization).to.equal('json');
    });

    it('has the connection id as its label, and no metadata, where none are given', async () => {
      const { caller, callee } = await pairOf(from, to);
      expect(callee.connectionId).to.equal(caller.connectionId);
      expect([caller.label, callee.label]).to.deep.equal([caller.connectionId, caller.connectionId]);
      expect(callee.metadata).to.equal(undefined);
    });

    it('names its channel by the label', async () => {
      const { caller, callee } = await pairOf(from, to, { label: 'chat' });
      expect([caller.dataChannel?.label, callee.dataChannel?.label]).to.deep.equal(['chat', 'chat']);
    });

    for (const closer of ['caller', 'callee'] as const) {
      it(`ends at both ends when the ${closer} closes`, async () => {
        const pair = await pairOf(from, to);
        const ended = Promise.all([once(pair.caller, 'close'), once(pair.callee, 'close')]);
        pair[closer].close();
        await ended;
        expect([pair.caller.open, pair.callee.open]).to.deep.equal([false, false]);
      });

      for (const serialization of ['binary', 'json']) {
        it(`brings everything sent before the ${closer} closes with flush, over ${serialization}`, async () => {
          const pair = await pairOf(from, to, { serialization, reliable: true });
          const [closing, listening] = closer === 'caller' ? [pair.caller, pair.callee] : [pair.callee, pair.caller];
          const ended = Promise.all([once(pair.caller, 'close'), once(pair.callee, 'close')]);
          const large = serialization === 'json' ? 'x'.repeat(16_000) : bytes(2_000_000);
          const heard = messages(listening, 3);
          for (const message of ['first', large, 'last']) closing.send(message);
          closing.close({ flush: true });
          const [first, middle, last] = await heard;
          expect([first, last]).to.deep.equal(['first', 'last']);
          expect(typeof large === 'string' ? middle === large : sameBytes(middle as ArrayBuffer, large)).to.be.true;
          await ended;
        });
      }
    }
  });
}

describe('close with flush over raw', () => {
  afterEach(destroyPeers);

  for (const to of ['ours', 'compatible', 'peerjs'] as const) {
    it(`brings everything to ${to}, which sees the channel close`, async () => {
      const { caller, callee } = await pairOf('ours', to, { serialization: 'raw' });
      const ended = Promise.all([once(caller, 'close'), once(callee, 'close')]);
      const heard = messages(callee, 51);
      for (let i = 0; i < 50; i++) void caller.send(bytes(100_000));
      void caller.send('last');
      caller.close({ flush: true });
      expect((await heard).at(-1)).to.equal('last');
      await ended;
    });
  }
});

describe('a connection with metadata of every JSON kind', () => {
  afterEach(destroyPeers);

  for (const metadata of ['text', 0, false, null, [], { nested: { deep: [1] } }]) {
    it(`brings ${JSON.stringify(metadata)}`, async () => {
      const { callee } = await pairOf('ours', 'ours', { metadata });
      expect(callee.metadata).to.deep.equal(metadata);
    });
  }
});
