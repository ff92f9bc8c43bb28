import { expect } from '@open-wc/testing';

import { binary, type Frame, type Serializer, type WireLimits } from '../../../src/wire/index.js';
import { oraclePack, oracleUnpack } from './oracle.js';
import { arrived, expectSameBytes, framesOf, hex, noise, packed, receive, received, refused, rejected, serializer, unhex } from './support.js';

const CLOSE = '81ba5f5f706565724461746181b474797065b5636c6f7365';
const make = (limits?: Partial<WireLimits>) => serializer(binary, limits);
const decodeHex = (target: Serializer, text: string) => target.decode(unhex(text).buffer);
const sizes = (frames: Frame[]) => frames.map((frame) => frame.length);

/** What a PeerJS 1.5 peer makes of the frames: its events. */
function peerJS(frames: Frame[]): unknown[] {
  const groups = new Map<unknown, { parts: Uint8Array[]; count: number }>();
  return frames.flatMap((frame) => {
    const value = oracleUnpack(frame as Uint8Array) as { __peerData?: { type?: string }; n: number; data: ArrayBuffer; total: number };
    if (!value.__peerData) return [value];
    if (value.__peerData.type === 'close') return ['closed'];
    const group = groups.get(value.__peerData) ?? { parts: [], count: 0 };
    groups.set(value.__peerData, group);
    group.parts[value.n] = new Uint8Array(value.data);
    if (++group.count < value.total) return [];
    return [oracleUnpack(new Uint8Array(group.parts.flatMap((part) => [...part])))];
  });
}

describe('binary - frames', () => {
  it('sends up to 16300 bytes in one frame, with the bytes of PeerJS', async () => {
    const text = 'x'.repeat(16_297);
    const message = make().encode(text);
    expect(message.byteLength).to.equal(16_300);
    expect(message.load).to.equal(undefined);
    const frames = await framesOf(message);
    expect(sizes(frames)).to.deep.equal([16_300]);
    expectSameBytes(frames[0], oraclePack(text));
  });

  it('sends more in chunks, numbered from 1 a connection', async () => {
    const sender = make();
    const first = await framesOf(sender.encode('x'.repeat(16_298)));
    expect(sizes(first)).to.deep.equal([16_331, 30]);
    expect(hex((first[0] as Uint8Array).subarray(0, 13))).to.equal('84ba5f5f706565724461746101');
    await framesOf(sender.encode('small'));
    const second = await framesOf(sender.encode(noise(20_000)));
    expect(hex((second[0] as Uint8Array).subarray(0, 13))).to.equal('84ba5f5f706565724461746102');
    const other = await framesOf(make().encode(noise(20_000)));
    expect(hex((other[0] as Uint8Array).subarray(0, 13))).to.equal('84ba5f5f706565724461746101');
  });

  it('is read by PeerJS', async () => {
    const sender = make();
    for (const value of ['hello', { a: [1, 2.5, 'é', null] }, { long: 'y'.repeat(40_000), b: 1 }]) {
      expect(peerJS(await framesOf(sender.encode(value)))).to.deep.equal([value]);
    }
    const [bytes] = peerJS(await framesOf(sender.encode(noise(50_000))));
    expectSameBytes(bytes, noise(50_000));
    expect(peerJS([sender.encodeClose() as Frame])).to.deep.equal(['closed']);
  });

  it('carries 5 MB of text and bytes', async () => {
    const text = 'a😀é€'.repeat(1_000_000 / 2);
    const bytes = noise(5_000_000);
    const frames = await framesOf(make().encode({ text, bytes, tail: 1 }));
    expect(frames.length).to.be.above(600);
    const value = received(make(), frames) as { text: string; bytes: ArrayBuffer; tail: number };
    expect(value.text === text).to.equal(true);
    expect(value.bytes).to.be.instanceOf(ArrayBuffer);
    expectSameBytes(value.bytes, bytes);
    expect(value.tail).to.equal(1);
  });

  it('carries 65,535 items and 65,535 keys', async () => {
    const items = Array.from({ length: 65_535 }, (_, i) => i);
    const map = Object.fromEntries(items.map((i) => [`k${i}`, i]));
    const value = received(make(), await framesOf(make().encode({ items, map }))) as { items: number[]; map: Record<string, number> };
    expect(JSON.stringify(value) === JSON.stringify({ items, map })).to.equal(true);
  });

  it('puts chunks together in any order, among other messages', async () => {
    const sender = make();
    const large = await framesOf(sender.encode(noise(60_000)));
    const more = await framesOf(sender.encode(noise(40_000, 5)));
    const [small] = await framesOf(sender.encode('small'));
    const frames = [...more, small as Frame, ...large].reverse();
    // Every fifth of eight, around and around: each once.
    expect(frames).to.have.length(8);
    const messages = receive(make(), frames.map((_, i) => frames[(i * 5) % 8] as Frame));
    expect(messages).to.have.length(3);
    const lengths = messages.map((message) => (message.type === 'data' ? ((message.data as ArrayBuffer).byteLength ?? 'small') : ''));
    expect(lengths).to.have.members([60_000, 40_000, 'small']);
  });

  it('gives an ArrayBuffer of its own for bytes of any size, where PeerJS gives a Uint8Array for large ones', async () => {
    for (const length of [0, 10, 16_000, 17_000]) {
      const value = received(make(), await framesOf(make().encode([noise(length)]))) as ArrayBuffer[];
      expect(value[0]).to.be.instanceOf(ArrayBuffer);
      expect(value[0]!.byteLength).to.equal(length);
    }
  });

  it('takes a snapshot', async () => {
    for (const length of [10, 16_000, 50_000]) {
      const bytes = new Uint8Array(length).fill(1);
      const message = make().encode(bytes);
      bytes.fill(2);
      structuredClone(bytes, { transfer: [bytes.buffer] });
      expectSameBytes(received(make(), await framesOf(message)), new Uint8Array(length).fill(1));
    }
  });

  it('carries null and undefined at the top, on which PeerJS throws', async () => {
    expect(received(make(), await framesOf(make().encode(null)))).to.equal(null);
    expect(received(make(), await framesOf(make().encode(undefined)))).to.equal(null);
    expect(decodeHex(make(), 'c1')).to.deep.equal([{ type: 'data', data: undefined }]);
  });

  it('keeps a page\'s value that merely begins as a chunk does', async () => {
    const value = { _________x: 1, n: 0, data: new Uint8Array([1, 2]), total: 1 };
    const result = received(make(), await framesOf(make().encode(value))) as { data: ArrayBuffer };
    expect(result.data).to.be.instanceOf(ArrayBuffer);
    expect(result.data.byteLength).to.equal(2);
  });

  it('reads chunks with their keys in another order', () => {
    const target = make();
    const whole = packed('hello');
    const frame = (n: number, data: Uint8Array) => packed({ total: 2, data, n, __peerData: 1 });
    expect(receive(target, [frame(1, whole.subarray(3)), frame(0, whole.subarray(0, 3))])).to.deep.equal([{ type: 'data', data: 'hello' }]);
  });
});

describe('binary - Blobs', () => {
  it('carries Blobs and Files anywhere in a value, in order', async () => {
    const message = make().encode({ a: [new Blob(['one']), 'x', new File(['two'], 'name')], b: new Blob(), c: new Blob(['three']) });
    const frames = await framesOf(message);
    expect(sizes(frames)).to.deep.equal([message.byteLength]);
    const value = received(make(), frames) as { a: [ArrayBuffer, string, ArrayBuffer]; b: ArrayBuffer; c: ArrayBuffer };
    const text = (buffer: ArrayBuffer) => new TextDecoder().decode(buffer);
    expect([text(value.a[0]), value.a[1], text(value.a[2]), text(value.b), text(value.c)]).to.deep.equal(['one', 'x', 'two', '', 'three']);
  });

  it('sends the bytes that PeerJS sends', async () => {
    const frames = await framesOf(make().encode({ a: new Blob([noise(300)]), b: 1 }));
    expectSameBytes(frames[0], oraclePack({ a: noise(300), b: 1 }));
  });

  it('carries large ones in chunks', async () => {
    const bytes = noise(9_000_000);
    const message = make().encode([new Blob([bytes])]);
    expect(message.byteLength).to.equal(bytes.byteLength + 6);
    const [result] = received(make(), await framesOf(message)) as [ArrayBuffer];
    expectSameBytes(result, bytes);
  });

  it('rejects what can no longer be read', async () => {
    const cause = new Error('gone');
    const blob = new Blob(['abc']);
    blob.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(cause) });
    const message = make().encode([blob]);
    expect((await rejected('invalid-data', message.load!())).cause).to.equal(cause);
  });

  it('rejects what has another size than it had', async () => {
    const blob = new Blob(['abc']);
    blob.slice = () => new Blob(['ab']);
    await rejected('invalid-data', make().encode([blob]).load!());
  });
});

describe('binary - controls', () => {
  it('asks to close as PeerJS does, and understands it', () => {
    const frame = make().encodeClose() as Uint8Array;
    expect(hex(frame)).to.equal(CLOSE);
    expect(make().decode(arrived(frame as Frame))).to.deep.equal([{ type: 'close' }]);
  });

  it('understands a close that came in chunks', () => {
    const bytes = unhex(CLOSE);
    const frames = [0, 1].map((n) => packed({ __peerData: 3, n, data: bytes.slice(n * 9, n ? undefined : 9), total: 2 }));
    expect(receive(make(), frames)).to.deep.equal([{ type: 'close' }]);
  });

  it('swallows other controls, as PeerJS', () => {
    for (const control of [{ type: 'ping' }, {}, [], true, 'x', { type: null }]) {
      expect(receive(make(), [packed({ __peerData: control })]), JSON.stringify(control)).to.deep.equal([]);
    }
  });

  it('delivers what is no control', () => {
    for (const value of [{ __peerData: 0 }, { __peerData: null }, { __peerData: '' }, [{ __peerData: { type: 'close' } }], '__peerData']) {
      expect(receive(make(), [packed(value)])).to.deep.equal([{ type: 'data', data: value }]);
    }
    const inherited = packed(JSON.parse('{"__proto__":{"__peerData":{"type":"close"}}}'));
    expect(receive(make(), [inherited])).to.have.nested.property('[0].type', 'data');
  });

  it('refuses to send what the remote would take for a control', () => {
    for (const value of [{ __peerData: 1 }, { __peerData: { type: 'close' } }, { __peerData: 'x' }, Object.create({ __peerData: true })]) {
      expect(refused('invalid-data', () => make().encode(value)).message).to.contain('__peerData');
    }
    for (const value of [{ __peerData: 0 }, { __peerData: null }, [{ __peerData: 1 }], { a: { __peerData: 1 } }]) make().encode(value);
  });
});

describe('binary - bounds', () => {
  it('refuses a text frame and an empty one, and goes on', () => {
    const target = make();
    refused('bad-message', () => target.decode('hello'));
    refused('bad-message', () => target.decode(''));
    refused('bad-message', () => target.decode(new ArrayBuffer(0)));
    expect(decodeHex(target, '05')).to.deep.equal([{ type: 'data', data: 5 }]);
  });

  it('refuses messages over maxMessageSize, both ways', async () => {
    const limits = { maxMessageSize: 20_000 };
    const fits = await framesOf(make(limits).encode(noise(19_997)));
    expectSameBytes(received(make(limits), fits), noise(19_997));
    refused('message-too-big', () => make(limits).encode(noise(19_998)));
    refused('message-too-big', () => make(limits).encode(new Blob([noise(19_998)])));
    const large = await framesOf(make().encode(noise(19_998)));
    refused('bad-message', () => receive(make(limits), large));
    refused('bad-message', () => make({ maxMessageSize: 3 }).decode(packed('abc').buffer));
    expect(make({ maxMessageSize: 4 }).decode(packed('abc').buffer)).to.have.length(1);
  });

  it('keeps to maxDepth, both ways', () => {
    const limits = { maxDepth: 2 };
    make(limits).encode([[1]]);
    refused('invalid-data', () => make(limits).encode([[[1]]]));
    refused('bad-message', () => decodeHex(make(limits), '91919101'));
  });

  it('survives bad chunks', () => {
    const target = make();
    for (const bad of [{ __peerData: 1 }, { __peerData: 1, n: 5, data: noise(1), total: 2 }, { __peerData: 1, n: 0, data: 'text', total: 1 }]) {
      refused('bad-message', () => receive(target, [packed(bad)]));
    }
    expect(decodeHex(target, '05')).to.deep.equal([{ type: 'data', data: 5 }]);
  });

  it('refuses a message in chunks that is not BinaryPack or again a chunk, and goes on', () => {
    const target = make();
    const only = (data: Uint8Array) => packed({ __peerData: 1, n: 0, data, total: 1 });
    refused('bad-message', () => receive(target, [only(unhex('dd ffffffff'))]));
    refused('bad-message', () => receive(target, [only(new Uint8Array(0))]));
    refused('bad-message', () => receive(target, [only(only(packed('hello')))]));
    expect(receive(target, [only(packed('hello'))])).to.deep.equal([{ type: 'data', data: 'hello' }]);
  });
});
