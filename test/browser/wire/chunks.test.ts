import { expect } from '@open-wc/testing';

import { unpack } from '../../../src/wire/binarypack/unpack.js';
import { concat, type Bytes } from '../../../src/wire/bytes.js';
import { CHUNK_SIZE, chunkFrames, Reassembly, type Chunk } from '../../../src/wire/chunks.js';
import { DEFAULT_WIRE_LIMITS, type WireLimits } from '../../../src/wire/index.js';
import { oraclePack, oracleUnpack } from './oracle.js';
import { expectSameBytes, hex, noise, refused } from './support.js';

const reassembly = (limits: Partial<WireLimits> = {}) => new Reassembly({ ...DEFAULT_WIRE_LIMITS, ...limits });
const chunk = (id: number, n: number, total: number, data: Uint8Array = new Uint8Array([n])): Chunk => ({
  __peerData: id,
  n,
  data,
  total,
});

describe('chunkFrames', () => {
  it('begins and ends as PeerJS\'s chunks', () => {
    const frames = [...chunkFrames([new Uint8Array(CHUNK_SIZE + 2).fill(0xee)], 1)];
    expect(frames.map((frame) => frame.byteLength)).to.deep.equal([16_331, 31]);
    expect(hex(frames[0]!.subarray(0, 24))).to.equal('84ba5f5f706565724461746101b16e00b464617461da3fac');
    expect(hex(frames[0]!.subarray(-7))).to.equal('b5746f74616c02');
    expect(hex(frames[1]!)).to.equal('84ba5f5f706565724461746101b16e01b464617461a2eeeeb5746f74616c02');
  });

  it('writes the bytes of PeerJS for any number', () => {
    for (const id of [1, 127, 128, 256, 65_536, 2 ** 32]) {
      const bytes = noise(CHUNK_SIZE * 2 + 17, id);
      const frames = [...chunkFrames([bytes], id)];
      expect(frames).to.have.length(3);
      frames.forEach((frame, n) => {
        const data = bytes.slice(n * CHUNK_SIZE, (n + 1) * CHUNK_SIZE);
        expectSameBytes(frame, oraclePack({ __peerData: id, n, data, total: 3 }));
      });
    }
  });

  it('cuts a list of parts as if it were one', () => {
    const bytes = noise(CHUNK_SIZE * 5 + 1);
    const whole = [...chunkFrames([bytes], 9)].map(hex);
    for (const cuts of [[1], [16_299], [16_300], [16_301], [5, 10, 15, 40_000], [0, 0, 32_600], [81_500], [20_000, 20_001, 60_000]]) {
      const edges = [0, ...cuts, bytes.byteLength];
      const parts = edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
      expect([...chunkFrames(parts, 9)].map(hex), cuts.join()).to.deep.equal(whole);
    }
  });

  it('makes frames that share no memory', () => {
    const frames = [...chunkFrames([new Uint8Array(10), noise(CHUNK_SIZE * 3)], 1)];
    expect(new Set(frames.map((frame) => frame.buffer)).size).to.equal(frames.length);
  });

  it('is lazy', () => {
    const bytes = new Uint8Array(CHUNK_SIZE * 3);
    const frames = chunkFrames([bytes], 1);
    frames.next();
    bytes.fill(5);
    expect(frames.next().value?.[100]).to.equal(5);
    frames.return();
  });
});

describe('Reassembly', () => {
  const message = noise(CHUNK_SIZE * 4 + 99);
  const chunks = [...chunkFrames([message], 7)].map((frame) => unpack(frame) as Chunk);
  const add = (target: Reassembly, list: Chunk[]) => list.map((one) => target.add(one)).filter((one) => one !== undefined);

  it('joins chunks in order, in reverse and in between', () => {
    for (const order of [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]]) {
      const target = reassembly();
      const done = add(target, order.map((n) => chunks[n] as Chunk));
      expect(done).to.have.length(1);
      expectSameBytes(done[0], message);
      expect([target.partialMessages, target.charge]).to.deep.equal([0, 0]);
    }
  });

  it('does not count a duplicate, where PeerJS gives a message with a hole', () => {
    const target = reassembly();
    const done = add(target, [0, 0, 1, 1, 1, 2, 2, 3, 3, 4].map((n) => chunks[n] as Chunk));
    expect(done).to.have.length(1);
    expectSameBytes(done[0], message);
  });

  it('keeps messages apart', () => {
    const target = reassembly();
    const done = [0, 1, 2].flatMap((n) => [1, 2, 3].map((id) => target.add(chunk(id, n, 3, new Uint8Array([id * 16 + n])))));
    expect(done.filter(Boolean).map((bytes) => hex(bytes as Bytes))).to.deep.equal(['101112', '202122', '303132']);
  });

  it('takes a message of one chunk, and chunks of other sizes than its own', () => {
    const target = reassembly();
    expect(hex(target.add(chunk(1, 0, 1, noise(3))) as Bytes)).to.equal(hex(noise(3)));
    target.add(chunk(2, 1, 2, noise(100_000)));
    expect(target.add(chunk(2, 0, 2, new Uint8Array(0)))).to.have.length(100_000);
  });

  it('reads the frames of PeerJS, and is read by it', () => {
    const value = { big: noise(60_000), text: 'é'.repeat(20_000) };
    const bytes = oraclePack(value);
    const target = reassembly();
    const total = Math.ceil(bytes.byteLength / CHUNK_SIZE);
    const theirs = Array.from({ length: total }, (_, n) =>
      oraclePack({ __peerData: 1, n, data: bytes.slice(n * CHUNK_SIZE, (n + 1) * CHUNK_SIZE), total }),
    );
    const done = add(target, theirs.map((frame) => unpack(frame) as Chunk));
    expectSameBytes(done[0], bytes);

    const ours = [...chunkFrames([bytes], 1)].map((frame) => oracleUnpack(frame) as Chunk);
    expectSameBytes(concat(ours.map(({ data }) => new Uint8Array(data as ArrayBuffer))), bytes);
  });

  it('refuses malformed chunks, and goes on', () => {
    const target = reassembly();
    target.add(chunk(1, 0, 2));
    const data = new Uint8Array(1);
    const bad: Chunk[] = [
      { __peerData: 1 },
      { __peerData: 1, n: 1, total: 2 },
      { __peerData: 1, n: 1, data: 'x', total: 2 },
      { __peerData: 1, n: 1, data: [1], total: 2 },
      { __peerData: 1, n: 2, data, total: 2 },
      { __peerData: 1, n: -1, data, total: 2 },
      { __peerData: 1, n: 0.5, data, total: 2 },
      { __peerData: 1, n: '1', data, total: 2 },
      { __peerData: 1, n: 1, data, total: 3 },
      { __peerData: 1, n: NaN, data, total: 2 },
      { __peerData: 2, n: 0, data, total: 0 },
      { __peerData: 2, n: 0, data, total: Infinity },
      { __peerData: 2, n: 0, data, total: null },
    ];
    for (const one of bad) refused('bad-message', () => target.add(one));
    expect(target.partialMessages).to.equal(1);
    expect(hex(target.add(chunk(1, 1, 2)) as Bytes)).to.equal('0001');
  });

  it('allocates nothing for a total that is only announced', () => {
    const target = reassembly();
    target.add(chunk(1, 2 ** 40, 2 ** 50));
    expect(target.charge).to.be.below(1000);
  });

  it('takes a message of exactly maxMessageSize, and no larger', () => {
    for (const order of [[0, 1, 2], [2, 1, 0], [2, 0, 1]]) {
      const limit = CHUNK_SIZE * 2 + 1;
      const sizes = [CHUNK_SIZE, CHUNK_SIZE, 1];
      const target = reassembly({ maxMessageSize: limit });
      expect(add(target, order.map((n) => chunk(1, n, 3, new Uint8Array(sizes[n]!))))[0]).to.have.length(limit);
      refused('bad-message', () => add(target, order.map((n) => chunk(1, n, 3, new Uint8Array(sizes[n]! + 1)))));
      expect(target.charge).to.equal(0);
    }
  });

  it('swallows the rest of a message that it has dropped', () => {
    const target = reassembly({ maxMessageSize: 1000 });
    const big = Array.from({ length: 5 }, (_, n) => chunk(1, n, 5, new Uint8Array(400)));
    add(target, big.slice(0, 2));
    refused('bad-message', () => target.add(big[2] as Chunk));
    expect([target.partialMessages, target.charge]).to.deep.equal([1, 0]);
    expect(add(target, big.slice(3))).to.deep.equal([]);
    expect(target.partialMessages).to.equal(0);
  });

  it('drops the oldest message where all together are too large', () => {
    const target = reassembly({ maxMessageSize: 1000 });
    const half = (id: number, n: number) => chunk(id, n, 2, new Uint8Array(400));
    target.add(half(1, 0));
    target.add(half(2, 0));
    refused('bad-message', () => target.add(half(3, 0)));
    expect(target.add(half(1, 1))).to.equal(undefined);
    expect(target.add(half(2, 1))).to.have.length(800);
    expect(target.add(half(3, 1))).to.have.length(800);
    expect([target.partialMessages, target.charge]).to.deep.equal([0, 0]);
  });

  it('drops its own message last, though it be the oldest', () => {
    const target = reassembly({ maxMessageSize: 1000 });
    target.add(chunk(1, 0, 3, new Uint8Array(400)));
    target.add(chunk(2, 0, 2, new Uint8Array(400)));
    refused('bad-message', () => target.add(chunk(1, 1, 3, new Uint8Array(400))));
    expect(target.add(chunk(2, 1, 2))).to.equal(undefined);
    expect(target.add(chunk(1, 2, 3))).to.have.length(801);
    expect([target.partialMessages, target.charge]).to.deep.equal([0, 0]);
  });

  it('drops the oldest message where there are too many', () => {
    const target = reassembly({ maxPartialMessages: 2 });
    target.add(chunk(1, 0, 2));
    target.add(chunk(2, 0, 2));
    refused('bad-message', () => target.add(chunk(3, 0, 2)));
    expect(target.partialMessages).to.equal(2);
    expect(hex(target.add(chunk(2, 1, 2)) as Bytes)).to.equal('0001');
    expect(hex(target.add(chunk(3, 1, 2)) as Bytes)).to.equal('0001');
  });

  it('is bounded against a million one-byte and empty chunks', () => {
    const target = reassembly({ maxMessageSize: 1_000_000 });
    let dropped = 0;
    for (let n = 0; n < 20_000; n++) {
      try {
        target.add(chunk(1 + (n % 3), n, 2 ** 40, new Uint8Array(n % 2)));
      } catch {
        dropped++;
      }
      expect(target.charge).to.be.at.most(1_000_000);
    }
    expect(dropped).to.equal(3);
    expect(target.charge).to.equal(0);
  });

  it('does not keep a large frame alive for a small chunk', () => {
    const frame = new Uint8Array(200_000);
    const target = reassembly();
    target.add(chunk(1, 0, 2, frame.subarray(0, 1)));
    const done = target.add(chunk(1, 1, 2, frame.subarray(0, 1))) as Bytes;
    expect(done.buffer.byteLength).to.equal(2);
    expect((target.add(chunk(2, 0, 1, frame.subarray(0, 1))) as Bytes).buffer.byteLength).to.equal(1);
  });

  it('bounds late duplicates of messages that are complete', () => {
    const target = reassembly({ maxPartialMessages: 10 });
    let complete = 0;
    for (let id = 1; id <= 1000; id++) {
      for (const n of [0, 1, 1]) {
        try {
          if (target.add(chunk(id, n, 2))) complete++;
        } catch (error) {
          expect((error as { type: string }).type).to.equal('bad-message');
        }
        expect(target.partialMessages).to.be.at.most(10);
      }
    }
    expect(complete).to.equal(1000);
  });
});
