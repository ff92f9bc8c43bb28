import { expect } from '@open-wc/testing';

import { destroyPeers, once } from '../../support/peers.js';
import { DIRECTIONS, pairOf, type AnyConnection, type Engine, type Pair } from '../../support/partners.js';
import { HARD_SAMPLES, JSON_SAMPLES, RAW_SAMPLES, SAMPLES, bytes, sameBytes, withoutViews, type Sample } from '../../support/values.js';

/** What `to` emits for what `from` sends. */
async function carried(from: AnyConnection, to: AnyConnection, value: unknown): Promise<unknown> {
  const heard = once(to, 'data');
  from.send(value);
  return await heard;
}

/** One connection for all samples; each is sent by the caller, and by the callee. */
function carriesSamples([from, to]: readonly [Engine, Engine], serialization: string, samples: readonly Sample[]): void {
  let pair: Pair;

  before(async () => {
    pair = await pairOf(from, to, { serialization });
  });
  after(destroyPeers);

  for (const sample of samples) {
    const expected = (): unknown => ('arrives' in sample ? sample.arrives : sample.make());

    it(`carries ${sample.name} to the callee`, async () => {
      const arrived = await carried(pair.caller, pair.callee, sample.make());
      expect(to === 'peerjs' ? withoutViews(arrived) : arrived).to.deep.equal(expected());
    });

    it(`carries ${sample.name} to the caller`, async () => {
      const arrived = await carried(pair.callee, pair.caller, sample.make());
      expect(from === 'peerjs' ? withoutViews(arrived) : arrived).to.deep.equal(expected());
    });
  }
}

for (const direction of DIRECTIONS) {
  const [from, to] = direction;
  describe(`from ${from} to ${to}`, () => {
    describe('binary', () => carriesSamples(direction, 'binary', SAMPLES));
    describe('binary-utf8', () => carriesSamples(direction, 'binary-utf8', SAMPLES.slice(0, 10)));
    describe('json', () => carriesSamples(direction, 'json', JSON_SAMPLES));
    describe('raw', () => carriesSamples(direction, 'raw', RAW_SAMPLES));

    it('carries an ArrayBuffer of 5 MB each way', async () => {
      const { caller, callee } = await pairOf(from, to);
      const sent = bytes(5_000_000);
      expect(sameBytes((await carried(caller, callee, sent.buffer)) as ArrayBuffer, sent)).to.be.true;
      expect(sameBytes((await carried(callee, caller, sent.buffer)) as ArrayBuffer, sent)).to.be.true;
      destroyPeers();
    });
  });
}

describe('what peerjs gets wrong', () => {
  describe('is right between two of ours', () => carriesSamples(['ours', 'ours'], 'binary', HARD_SAMPLES));
  describe('is right in the compatible profile too', () => carriesSamples(['compatible', 'compatible'], 'binary', HARD_SAMPLES));

  describe('with peerjs', () => {
    let pair: Pair;

    before(async () => {
      pair = await pairOf('peerjs', 'ours');
    });
    after(destroyPeers);

    it('integers below -2^31 arrive from peerjs as they are', async () => {
      const sent = [-(2 ** 31) - 1, -3_000_000_000, -1_700_000_000_001, -(2 ** 53) + 1];
      expect(await carried(pair.caller, pair.callee, sent)).to.deep.equal(sent);
    });

    it('integers below -2^31 are rounded by the decoder of peerjs', async () => {
      const arrived = await carried(pair.callee, pair.caller, [-(2 ** 31) - 1, -3_000_000_000, -1_700_000_000_001]);
      expect(arrived).to.deep.equal([-(2 ** 31), -3_000_000_512, -1_700_000_000_000]);
    });

    it('doubles that the encoder of peerjs garbles arrive at peerjs from us as they are', async () => {
      const sent = [7.999999999999999, 2 ** -29, Number.EPSILON];
      expect(await carried(pair.callee, pair.caller, sent)).to.deep.equal(sent);
    });
  });
});

describe('the serialization none', () => {
  describe('between two of ours', () => carriesSamples(['ours', 'ours'], 'none', RAW_SAMPLES));
  describe('towards the raw of peerjs', () => carriesSamples(['ours', 'peerjs'], 'none', RAW_SAMPLES));

  it('is called raw on the wire', async () => {
    const { caller, callee } = await pairOf('ours', 'peerjs', { serialization: 'none' });
    expect([caller.serialization, callee.serialization]).to.deep.equal(['raw', 'raw']);
    destroyPeers();
  });

  it('carries a Blob as its bytes', async () => {
    const { caller, callee } = await pairOf('ours', 'ours', { serialization: 'none' });
    expect(await carried(caller, callee, new Blob([bytes(500)]))).to.deep.equal(bytes(500).buffer);
    destroyPeers();
  });
});
