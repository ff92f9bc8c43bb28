import { expect } from '@open-wc/testing';
import fc from 'fast-check';

import { unpack } from '../../../src/wire/binarypack/unpack.js';
import { concat, type Bytes } from '../../../src/wire/bytes.js';
import { CHUNK_SIZE, chunkFrames, Reassembly, type Chunk } from '../../../src/wire/chunks.js';
import { binary, DEFAULT_WIRE_LIMITS, json } from '../../../src/wire/index.js';
import { oraclePack } from './oracle.js';
import { expectSameBytes, framesOf, hex, noise, packed, received, serializer } from './support.js';

const SEED = { seed: 20_260_101, numRuns: 400 };

/** Keys on which PeerJS fails. */
const TRIPS = new Set(['hasOwnProperty', 'constructor', 'BYTES_PER_ELEMENT']);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 20 }));
const integer = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -300, max: 300 }));
const bytes = fc.uint8Array({ maxLength: 40 });

function tree(number: fc.Arbitrary<number>) {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      number,
      text,
      bytes,
      fc.array(tie('value'), { maxLength: 20 }),
      fc.dictionary(text.filter((key) => !TRIPS.has(key)), tie('value'), { maxKeys: 20, noNullPrototype: true }),
    ),
  })).value;
}

/** A value as it arrives, in a form that compares: binaries as text, -0 as 0. */
function plain(value: unknown): unknown {
  if (value instanceof ArrayBuffer || value instanceof Uint8Array) return `bytes ${hex(value)}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, item]) => [key, plain(item)]);
  return value === 0 ? 0 : value;
}

/** IEEE 754, and whether PeerJS writes it so. */
function isRightInPeerJS(value: number): boolean {
  const view = new DataView(new ArrayBuffer(9));
  view.setUint8(0, 0xcb);
  view.setFloat64(1, value);
  return !Number.isInteger(value) && hex(oraclePack(value)) === hex(view.buffer);
}

describe('properties', () => {
  it('writes the bytes of PeerJS wherever those are right', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isRightInPeerJS);
    fc.assert(
      fc.property(tree(fc.oneof(integer, double)), (value) => {
        expect(hex(packed(value))).to.equal(hex(oraclePack(value)));
      }),
      SEED,
    );
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(tree(fc.oneof(integer, fc.double())), (value) => {
        expect(plain(unpack(packed(value)))).to.deep.equal(plain(value));
      }),
      SEED,
    );
  });

  it('reads any double and any integer as it was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.maxSafeInteger()), (value) => {
        expect(Object.is(unpack(packed(value)), value === 0 ? 0 : value), String(value)).to.equal(true);
      }),
      { ...SEED, numRuns: 5000 },
    );
  });

  it('reads what PeerJS writes', () => {
    fc.assert(
      fc.property(tree(integer), (value) => {
        expect(plain(unpack(oraclePack(value)))).to.deep.equal(plain(value));
      }),
      SEED,
    );
  });

  it('throws nothing but PeerErrors at damaged messages', () => {
    fc.assert(
      fc.property(tree(integer), fc.nat(), fc.nat(255), (value, at, byte) => {
        const message = packed(value);
        message[at % message.byteLength] = byte;
        try {
          unpack(message);
        } catch (error) {
          expect((error as { type: string }).type).to.equal('bad-message');
        }
      }),
      { ...SEED, numRuns: 2000 },
    );
  });

  it('joins chunks of any message, cut and shuffled in any way', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 * CHUNK_SIZE }),
        fc.array(fc.nat(6 * CHUNK_SIZE), { maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (length, cuts, stream) => {
          const message = noise(length);
          const edges = [0, ...cuts.map((cut) => cut % length).sort((a, b) => a - b), length];
          const parts = edges.slice(1).map((end, i) => message.subarray(edges[i], end));
          const chunks = [...chunkFrames(parts, 1)].map((frame) => unpack(frame) as Chunk);
          expectSameBytes(concat(chunks.map(({ data }) => new Uint8Array(data as ArrayBuffer))), message);
          const order = [...chunks, ...chunks].map((chunk) => ({ chunk, rank: stream.next().value as number }));
          order.sort((a, b) => a.rank - b.rank);
          const target = new Reassembly(DEFAULT_WIRE_LIMITS);
          const done = order.map(({ chunk }) => target.add(chunk)).find((result) => result !== undefined) as Bytes;
          expectSameBytes(done, message);
        },
      ),
      { ...SEED, numRuns: 60 },
    );
  });

  it('carries any value from serializer to serializer', async () => {
    await fc.assert(
      fc.asyncProperty(tree(fc.oneof(integer, fc.double())), fc.boolean(), async (value, large) => {
        const whole = [value, large ? 'x'.repeat(20_000) : ''];
        const frames = await framesOf(serializer(binary).encode(whole));
        expect(plain(received(serializer(binary), frames))).to.deep.equal(plain(whole));
      }),
      { ...SEED, numRuns: 150 },
    );
  });

  it('carries any JSON from serializer to serializer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const frames = await framesOf(serializer(json).encode([value]));
        expect(plain(received(serializer(json), frames))).to.deep.equal(plain([value]));
      }),
      SEED,
    );
  });
});
