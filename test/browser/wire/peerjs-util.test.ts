import { expect } from '@open-wc/testing';

import { createUtilChunk, utilPack, utilUnpack } from '../../../src/wire/index.js';
import { oraclePack } from './oracle.js';
import { expectSameBytes, hex, noise, refused, rejected } from './support.js';

describe('util.pack', () => {
  it('gives an ArrayBuffer', () => {
    const value = { a: [1, 'two', new Uint8Array(3)], __peerData: 1 };
    const buffer = utilPack(value);
    expect(buffer).to.be.instanceOf(ArrayBuffer);
    expect(hex(buffer as ArrayBuffer)).to.equal(hex(oraclePack(value)));
    for (const long of ['x'.repeat(100_000), noise(100_000), [noise(50_000), 'é'.repeat(50_000)]]) {
      expectSameBytes(utilPack(long), oraclePack(long));
    }
  });

  it('gives a Promise of one where Blobs are inside', async () => {
    const promise = utilPack([new Blob([noise(300)]), 1]);
    expect(promise).to.be.instanceOf(Promise);
    const buffer = await promise;
    expect(buffer).to.be.instanceOf(ArrayBuffer);
    expectSameBytes(buffer, oraclePack([noise(300), 1]));
    expect(hex(await utilPack(new Blob()))).to.equal('a0');
  });

  it('refuses what cannot be sent', async () => {
    refused('invalid-data', () => utilPack(1n));
    const blob = new Blob(['abc']);
    blob.slice = () => new Blob();
    await rejected('invalid-data', Promise.resolve(utilPack(blob)));
  });
});

describe('util.unpack', () => {
  it('takes buffers and views', () => {
    const bytes = oraclePack({ a: 1 });
    expect(utilUnpack(bytes)).to.deep.equal({ a: 1 });
    expect(utilUnpack(bytes.buffer)).to.deep.equal({ a: 1 });
    refused('bad-message', () => utilUnpack(new ArrayBuffer(0)));
  });
});

describe('util.chunk', () => {
  it('gives PeerJS\'s chunks, not yet packed', () => {
    const chunk = createUtilChunk();
    const bytes = noise(40_000);
    const chunks = chunk(bytes.buffer);
    expect(chunks.map(({ __peerData, n, total, data }) => [__peerData, n, total, data.byteLength])).to.deep.equal([
      [1, 0, 3, 16_300],
      [1, 1, 3, 16_300],
      [1, 2, 3, 7_400],
    ]);
    expect(Object.keys(chunks[0]!)).to.deep.equal(['__peerData', 'n', 'data', 'total']);
    expectSameBytes(chunks[2]!.data, bytes.slice(32_600));
    expect(chunk(new ArrayBuffer(1))).to.have.nested.property('[0].__peerData', 2);
    expect(chunk(new ArrayBuffer(0))).to.deep.equal([]);
  });

  it('counts by itself', () => {
    createUtilChunk()(new ArrayBuffer(1));
    expect(createUtilChunk()(new ArrayBuffer(1))[0]!.__peerData).to.equal(1);
  });
});
