import { expect } from '@open-wc/testing';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';

import { MsgPack, type WireLimits } from '../../../src/wire/index.js';
import { decodeMsgPack } from '../../../src/wire/msgpack/decode.js';
import { encodeMsgPack } from '../../../src/wire/msgpack/encode.js';
import { concat, type Bytes } from '../../../src/wire/bytes.js';
import { fuzz } from '../../support/fuzz.js';
import { framesOf, hex, refused, serializer, unhex } from './support.js';

const DEPTH = 32;
const make = (limits?: Partial<WireLimits>) => serializer(MsgPack, limits);
const text = (length: number): string => 'x'.repeat(length);

const VALUES: readonly unknown[] = [
  ...[null, true, false, '', 'ünï 😀', text(31), text(32), text(255), text(256), text(65_535), text(65_536)],
  ...[0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER],
  ...[-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1, Number.MIN_SAFE_INTEGER],
  ...[1.5, -0.1, 2 ** 53, 1e300, 5e-324, NaN, Infinity, -Infinity],
  ...[[], [1, [2, [3]]], Array.from({ length: 16 }, (_, i) => i), Array(70_000).fill(7)],
  ...[{}, { a: { b: [null, 'c'] } }, Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key ${i}`, i]))],
  ...[new Uint8Array(0), new Uint8Array([1, 2, 3]), new Uint8Array(300).fill(9), new Uint8Array(70_000).fill(8)],
  ...[new Date(0), new Date(1_700_000_000_123), new Date(2 ** 32 * 1000), new Date(-1), new Date(20_000_000_000_500)],
];

describe('MessagePack', () => {
  it('is written byte for byte as by the package that PeerJS uses', () => {
    for (const value of VALUES) expect(hex(encodeMsgPack(value, DEPTH)) === hex(encode(value)), String(value).slice(0, 40)).to.be.true;
  });

  it('is read as by that package', () => {
    for (const value of VALUES) expect(decodeMsgPack(encode(value).slice(), DEPTH)).to.deep.equal(decode(encode(value)));
    for (const bytes of ['ca3fc00000', 'd1ff00', 'c7030501 0203'.replaceAll(' ', ''), 'd405aa', 'cf0020000000000001', 'd3ffdfffffffffffff']) {
      const theirs: unknown = decode(unhex(bytes));
      // Theirs is of a class of its own.
      expect(decodeMsgPack(unhex(bytes), DEPTH), bytes).to.deep.equal(typeof theirs === 'object' ? { ...theirs } : theirs);
    }
  });

  it('goes there and back, whatever the value', () => {
    // Their decoder throws at "__proto__": see below for ours.
    const key = fc.string().filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(fc.object({ key, maxDepth: 4, withNullPrototype: false }), (value) => {
        // What undefined becomes is nil.
        expect(decodeMsgPack(encodeMsgPack(value, DEPTH), DEPTH)).to.deep.equal(decode(encode(value)));
      }),
      { numRuns: 500 },
    );
  });

  it('carries an ArrayBuffer as bytes, and undefined as null', () => {
    expect(decodeMsgPack(encodeMsgPack([new Uint8Array([1]).buffer, undefined], DEPTH), DEPTH)).to.deep.equal([new Uint8Array([1]), null]);
  });

  it('refuses what it cannot carry', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    const thrower = { get field(): never { throw new Error('no'); } };
    for (const value of [1n, Symbol('s'), () => 1, new Map(), new Set(), /x/, new Blob(['x']), Promise.resolve(), new Date(NaN), loop, thrower]) {
      refused('invalid-data', () => encodeMsgPack(value, DEPTH));
    }
  });

  it('makes "__proto__" an own property', () => {
    const value = decodeMsgPack(encode(JSON.parse('{"__proto__":{"admin":true}}')).slice(), DEPTH) as object;
    expect(Object.keys(value)).to.deep.equal(['__proto__']);
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
  });

  it('refuses bytes that are not it: bad-message', () => {
    for (const bytes of ['', 'c1', '92', '9201', 'a5', 'c4ff', 'dfffffffff', 'ddffffffff', '81c001', '8192', 'c70100', 'd601', '91'.repeat(40) + 'c0', 'c703ff000000']) {
      refused('bad-message', () => decodeMsgPack(unhex(bytes), DEPTH));
    }
  });
});

describe('the serialization MsgPack', () => {
  const datas = (messages: readonly { type: string }[]): unknown[] => messages.map((message) => (message as { data?: unknown }).data);

  it('cuts into frames of 32 KiB, and joins them again however they are cut', async () => {
    const value = { list: Array(40_000).fill('word'), bytes: new Uint8Array(100_000).fill(5) };
    const frames = (await framesOf(make().encode(value))) as Bytes[];
    expect(frames.slice(0, -1).every(({ length }) => length === 32_768)).to.be.true;
    expect(frames.length).to.be.above(5);
    const whole = concat(frames);
    for (const cut of [1_000_000, 32_768, 4_097]) {
      const reader = make();
      const heard: unknown[] = [];
      for (let at = 0; at < whole.length; at += cut) heard.push(...datas(reader.decode(whole.slice(at, at + cut).buffer)));
      expect(heard).to.have.length(1);
      expect(heard[0]).to.deep.equal(value);
    }
  });

  it('reads several values of one frame, and one byte at a time', () => {
    const bytes = concat([1, 'two', [3, { four: 5 }], null, new Uint8Array([6])].map((value) => encode(value).slice()));
    const expected = [1, 'two', [3, { four: 5 }], null, new Uint8Array([6])];
    expect(datas(make().decode(bytes.slice().buffer))).to.deep.equal(expected);
    const reader = make();
    expect(Array.from(bytes).flatMap((byte) => datas(reader.decode(Uint8Array.of(byte).buffer)))).to.deep.equal(expected);
  });

  it('says when to close, in PeerJS\'s words', () => {
    const close = make().encodeClose() as Bytes;
    expect(decode(close)).to.deep.equal({ __peerData: { type: 'close' } });
    expect(make().decode(close.buffer)).to.deep.equal([{ type: 'close' }]);
    refused('invalid-data', () => make().encode({ __peerData: 1 }));
  });

  it('keeps to its limits, and reads on after what was over them', () => {
    const reader = make({ maxMessageSize: 1_000, maxDepth: 4 });
    for (const bytes of ['c6ffffffff', 'db00001000', 'ddffffffff', 'df7fffffff', 'dc03e9', 'c1', '9191919191c0']) {
      refused('bad-message', () => reader.decode(unhex(bytes).buffer));
      expect(datas(reader.decode(unhex('a161').buffer))).to.deep.equal(['a']);
    }
    refused('bad-message', () => reader.decode('text'));
    refused('bad-message', () => reader.decode(new ArrayBuffer(2_000)));
    refused('message-too-big', () => reader.encode(text(1_000)));
    refused('invalid-data', () => reader.encode([[[[[1]]]]]));
  });

  fuzz('takes any frames', 2_000, fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (frames) => {
    const reader = make({ maxMessageSize: 10_000 });
    for (const frame of frames) {
      try {
        reader.decode(frame.slice().buffer);
      } catch (error) {
        if ((error as { type?: string }).type !== 'bad-message') throw error;
      }
    }
    // Whatever came before, a frame that cannot be the rest of anything makes it begin anew.
    refused('bad-message', () => reader.decode(new ArrayBuffer(10_001)));
    expect(datas(reader.decode(unhex('a161').buffer))).to.deep.equal(['a']);
  });
});
