import { expect } from '@open-wc/testing';

import { FrameType, serializerFor, type MessageKind, type NativeMessage } from '../../../../src/wire/index.js';
import { HARD_SAMPLES, JSON_SAMPLES, RAW_SAMPLES, SAMPLES, withoutViews } from '../../../support/values.js';
import { expectSameBytes, hex, nested, noise, packed, refused, rejected, unhex } from '../support.js';
import { bodyOf, carried, codec } from './support.js';

const KINDS: readonly MessageKind[] = [FrameType.Value, FrameType.Bytes, FrameType.Text];
const utf8 = (text: string) => new TextEncoder().encode(text);
const LIMITS = { maxMessageSize: 1000, maxDepth: 2, maxPartialMessages: 1 };

describe('serializerFor - codecs', () => {
  it('has one for each built-in serialization, under all its names, and none for the page\'s own', () => {
    for (const [name, same] of [['default', 'binary'], ['binary-utf8', 'binary'], ['none', 'raw']] as const) {
      expect(serializerFor(name)?.codec).to.equal(serializerFor(same)?.codec);
    }
    expect(new Set(['binary', 'json', 'raw'].map((name) => serializerFor(name)?.codec)).size).to.equal(3);
    const { create } = serializerFor('raw')!;
    expect(serializerFor('json', { json: create })?.codec).to.equal(undefined);
  });
});

describe('all codecs', () => {
  it('refuse messages of a kind that they do not make, and go on', async () => {
    for (const [name, kinds] of [['binary', KINDS.slice(0, 2)], ['json', KINDS.slice(0, 1)], ['raw', KINDS.slice(1)]] as const) {
      const target = codec(name);
      for (const kind of KINDS) {
        if (kinds.includes(kind)) target.decode(kind, utf8('1'), false);
        else refused('bad-message', () => target.decode(kind, utf8('1'), false));
      }
      refused('bad-message', () => target.decode(0x15 as MessageKind, utf8('1'), false));
      expect(await carried(target, 'hello')).to.equal('hello');
    }
  });

  it('take a snapshot: what becomes of the value\'s bytes changes nothing', async () => {
    for (const size of [10, 1000, 20_000]) {
      for (const [name, wrap] of [['raw', false], ['binary', false], ['binary', true]] as const) {
        const changed = noise(size);
        const transferred = noise(size);
        const messages = [changed, transferred].map((bytes) => codec(name).encode(wrap ? { bytes } : bytes));
        changed.fill(0);
        structuredClone(transferred, { transfer: [transferred.buffer] });
        for (const message of messages) {
          const value = codec(name).decode(message.kind, await bodyOf(message), false);
          expectSameBytes(wrap ? (value as { bytes: ArrayBuffer }).bytes : value, noise(size));
        }
      }
    }
    const list = [1, { a: 1 }];
    const message = codec('json').encode(list);
    list.length = 0;
    expect(hex(await bodyOf(message))).to.equal(hex(utf8('[1,{"a":1}]')));
  });

  it('send shared memory as it is at the time', async () => {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    expect(buffer).not.to.be.instanceOf(ArrayBuffer);
    for (const name of ['binary', 'raw']) {
      new Uint8Array(buffer).set(noise(65_536));
      const messages = [buffer, new Uint8Array(buffer)].map((value) => codec(name).encode(value));
      new Uint8Array(buffer).fill(0);
      for (const message of messages) {
        expect((message.parts[0] as Uint8Array).buffer).to.be.instanceOf(ArrayBuffer);
        expectSameBytes(await bodyOf(message), noise(65_536));
      }
    }
  });

  it('give bytes of their own, and the body\'s buffer only where it is theirs and nothing else', () => {
    for (const name of ['binary', 'raw']) {
      const target = codec(name);
      const whole = noise(100);
      const buffer = target.decode(FrameType.Bytes, whole, false) as ArrayBuffer;
      whole.fill(0);
      expectSameBytes(buffer, noise(100));
      expect(target.decode(FrameType.Bytes, whole, true)).to.equal(whole.buffer);
      for (const part of [whole.subarray(1), whole.subarray(0, 99)]) {
        const copy = target.decode(FrameType.Bytes, part, true) as ArrayBuffer;
        expect(copy).not.to.equal(whole.buffer);
        expect(copy.byteLength).to.equal(99);
      }
    }
    const body = packed([noise(100)]);
    const [buffer] = codec('binary').decode(FrameType.Value, body, true) as [ArrayBuffer];
    body.fill(0);
    expectSameBytes(buffer, noise(100));
  });

  it('refuse bytes that were transferred away', () => {
    for (const value of [new Uint8Array(8), new DataView(new ArrayBuffer(8))]) {
      structuredClone(value, { transfer: [value.buffer] });
      for (const name of ['binary', 'raw']) {
        refused('invalid-data', () => codec(name).encode(value));
        refused('invalid-data', () => codec(name).encode(value.buffer));
      }
    }
  });

  it('reject a Blob that cannot be read', async () => {
    const blob = new Blob(['abc']);
    blob.slice = () => new Blob(['ab']);
    for (const [name, files] of [['binary', true], ['binary', false], ['raw', true]] as const) {
      await rejected('invalid-data', bodyOf(codec(name, { files }).encode(blob)));
    }
  });
});

describe('binaryCodec', () => {
  for (const { name, make, arrives = make() } of [...SAMPLES, ...HARD_SAMPLES]) {
    it(`carries ${name}`, async () => {
      expect(withoutViews(await carried(codec('binary', { files: false }), make()))).to.deep.equal(arrives);
    });
  }

  it('sends values as the bytes of the compatible profile', async () => {
    for (const value of ['text', null, [1, noise(20)], { a: { b: 'x'.repeat(20_000) } }]) {
      const message = codec('binary').encode(value);
      expect(message.kind).to.equal(FrameType.Value);
      expectSameBytes(await bodyOf(message), packed(value));
    }
  });

  it('sends what is nothing but bytes as it is', async () => {
    const bytes = noise(5000);
    for (const value of [bytes, bytes.buffer, new DataView(bytes.buffer), new Float64Array(bytes.buffer)]) {
      const message = codec('binary').encode(value);
      expect(message.kind).to.equal(FrameType.Bytes);
      expectSameBytes(await bodyOf(message), bytes);
      expect((message.parts[0] as Uint8Array).buffer).to.be.instanceOf(ArrayBuffer);
    }
    const range = codec('binary').encode(bytes.subarray(5, 9));
    expectSameBytes(await bodyOf(range), bytes.slice(5, 9));
    for (const empty of [new ArrayBuffer(0), new Uint8Array(0)]) expect(codec('binary').encode(empty).byteLength).to.equal(0);
  });

  it('reads bytes that came as a value', () => {
    expectSameBytes(codec('binary').decode(FrameType.Value, packed(noise(9)), false), noise(9));
  });

  it('sends a Blob or File as its bytes where the other side takes no files, unread', async () => {
    const target = codec('binary', { files: false });
    for (const blob of [new Blob([noise(20_000)]), new File([noise(20_000)], 'a.txt'), new Blob()]) {
      const message: NativeMessage = target.encode(blob);
      expect(message.kind).to.equal(FrameType.Bytes);
      expect(message.parts).to.deep.equal([blob]);
      const value = target.decode(message.kind, await bodyOf(message), false) as ArrayBuffer;
      expectSameBytes(value, noise(blob.size));
      expect(Object.keys(value)).to.deep.equal([]);
    }
    const inside = await carried(target, [new File(['ab'], 'a.txt')]);
    expect(Object.keys((inside as object[])[0]!)).to.deep.equal([]);
  });

  it('refuses what it cannot send, and nothing about files changes that', () => {
    for (const value of [1n, Symbol('s'), () => 1, new Map(), [new Set()], Promise.resolve()]) {
      for (const files of [true, false]) refused('invalid-data', () => codec('binary', { files }).encode(value));
    }
  });

  it('refuses to send a "__peerData", as in the compatible profile, and reads it as any other', () => {
    for (const name of ['binary', 'json']) {
      refused('invalid-data', () => codec(name).encode({ __peerData: { type: 'close' } }));
      codec(name).encode([{ __peerData: 1 }]);
    }
    for (const value of [{ __peerData: { type: 'close' } }, { __peerData: 1, n: 0, data: 'x', total: 1 }]) {
      expect(codec('binary').decode(FrameType.Value, packed(value), false)).to.deep.equal(value);
      expect(codec('json').decode(FrameType.Value, utf8(JSON.stringify(value)), false)).to.deep.equal(value);
    }
  });

  it('keeps to maxDepth, both ways', () => {
    const target = codec('binary', { limits: LIMITS });
    target.encode(nested(2));
    refused('invalid-data', () => target.encode(nested(3)));
    target.decode(FrameType.Value, packed(nested(2)), false);
    refused('bad-message', () => target.decode(FrameType.Value, packed(nested(3)), false));
  });

  it('keeps "__proto__" an own key', async () => {
    for (const name of ['binary', 'json']) {
      const value = (await carried(codec(name), JSON.parse('{"__proto__":{"admin":true}}'))) as object;
      expect(Object.keys(value)).to.deep.equal(['__proto__']);
      expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
    }
  });

  it('refuses what is no BinaryPack', () => {
    for (const text of ['', 'db ffffffff', '91', 'dd ffffffff 00', '82 b1 61 01']) {
      refused('bad-message', () => codec('binary').decode(FrameType.Value, unhex(text), false));
    }
  });
});

describe('jsonCodec', () => {
  for (const { name, make, arrives = make() } of JSON_SAMPLES) {
    it(`carries ${name}`, async () => {
      expect(await carried(codec('json'), make())).to.deep.equal(arrives);
    });
  }

  it('sends the UTF-8 of the JSON, of any size', async () => {
    expectSameBytes(await bodyOf(codec('json').encode({ a: [1, 'é😀', null] })), utf8('{"a":[1,"é😀",null]}'));
    const text = 'x'.repeat(1_000_000);
    expect(await carried(codec('json'), text)).to.equal(text);
  });

  it('uses the page\'s stringify and parse as they are at the time', async () => {
    const page = { stringify: (value: unknown) => JSON.stringify(value), parse: (text: string): unknown => JSON.parse(text) };
    const target = codec('json', { stringify: (value) => page.stringify(value), parse: (text) => page.parse(text) });
    page.stringify = (value) => `~${String(value)}`;
    page.parse = (text) => text.slice(1);
    expect(await carried(target, 5)).to.equal('5');
  });

  it('refuses what has no JSON, and what is not JSON', () => {
    for (const value of [undefined, () => 1, Symbol('s'), 1n]) refused('invalid-data', () => codec('json').encode(value));
    for (const text of ['', '{', 'hello', '\u0000']) {
      const error = refused('bad-message', () => codec('json').decode(FrameType.Value, utf8(text), false));
      expect(error.cause).to.be.instanceOf(SyntaxError);
    }
  });
});

describe('rawCodec', () => {
  for (const { name, make, arrives = make() } of RAW_SAMPLES) {
    it(`carries ${name}`, async () => {
      expect(withoutViews(await carried(codec('raw'), make()))).to.deep.equal(withoutViews(arrives));
    });
  }

  it('sends strings, numbers and booleans as text', async () => {
    for (const value of ['', 'hello 😀', '\ufeffmarked', '\u0000', 5, -0.5, NaN, true, false]) {
      const message = codec('raw').encode(value);
      expect(message.kind).to.equal(FrameType.Text);
      expect(codec('raw').decode(message.kind, await bodyOf(message), false)).to.equal(String(value));
    }
  });

  it('sends a Blob unread, whatever it is called', async () => {
    const file = new File([noise(20_000)], 'a.txt', { type: 'text/plain' });
    const message = codec('raw').encode(file);
    expect(message.parts).to.deep.equal([file]);
    expect(Object.keys((await carried(codec('raw'), file)) as object)).to.deep.equal([]);
  });

  it('makes U+FFFD of what is no text, as the browser does', async () => {
    expect(await carried(codec('raw'), 'a\ud800')).to.equal('a\ufffd');
    expect(codec('raw').decode(FrameType.Text, unhex('61 ff c3'), false)).to.equal('a\ufffd\ufffd');
  });

  it('refuses anything else', () => {
    for (const value of [null, undefined, {}, [], 1n, Symbol('s'), () => 1, new Date()]) {
      expect(refused('invalid-data', () => codec('raw').encode(value)).message).to.contain('binary');
    }
  });
});
