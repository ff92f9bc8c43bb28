import { expect } from '@open-wc/testing';

import { json, type WireLimits } from '../../../src/wire/index.js';
import { arrived, framesOf, received, refused, serializer } from './support.js';

const make = (limits?: Partial<WireLimits>) => serializer(json, limits);
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('json', () => {
  it('sends the UTF-8 of the JSON in a binary frame, as PeerJS since 1.5', async () => {
    const message = make().encode({ a: [1, 'é😀', null] });
    const [frame, ...rest] = await framesOf(message);
    expect(rest).to.deep.equal([]);
    expect(frame).to.deep.equal(utf8('{"a":[1,"é😀",null]}'));
    expect(message.byteLength).to.equal(frame!.length);
  });

  it('reads binary frames, and the text frames of PeerJS up to 1.4', () => {
    for (const value of [null, 0, '', 'text', [1], { a: { b: '😀' } }]) {
      const text = JSON.stringify(value);
      expect(make().decode(text)).to.deep.equal([{ type: 'data', data: value }]);
      expect(make().decode(utf8(text).buffer)).to.deep.equal([{ type: 'data', data: value }]);
    }
  });

  it('keeps "__proto__" an own key', async () => {
    const value = received(make(), await framesOf(make().encode(JSON.parse('{"__proto__":{"admin":true}}')))) as object;
    expect(Object.keys(value)).to.deep.equal(['__proto__']);
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
  });

  it('passes 16299 bytes and refuses 16300, saying what to do', async () => {
    const [frame] = await framesOf(make().encode('x'.repeat(16_297)));
    expect(frame).to.have.length(16_299);
    expect(refused('message-too-big', () => make().encode('x'.repeat(16_298))).message).to.contain('binary');
    expect((await framesOf(make().encode('é'.repeat(8_148))))[0]).to.have.length(16_298);
    refused('message-too-big', () => make().encode('é'.repeat(8_149)));
  });

  it('keeps to maxMessageSize, both ways', () => {
    expect(make({ maxMessageSize: 5 }).encode('abc').byteLength).to.equal(5);
    refused('message-too-big', () => make({ maxMessageSize: 4 }).encode('abc'));
    refused('bad-message', () => make({ maxMessageSize: 4 }).decode('"abc"'));
    refused('bad-message', () => make({ maxMessageSize: 4 }).decode(utf8('"abc"').buffer));
  });

  it('reads messages larger than it sends', () => {
    expect(make().decode(JSON.stringify('x'.repeat(100_000)))).to.have.length(1);
  });

  it('refuses what has no JSON', () => {
    refused('invalid-data', () => make().encode(undefined));
    refused('invalid-data', () => make().encode(() => 1));
    refused('invalid-data', () => make().encode(Symbol('s')));
    expect(refused('invalid-data', () => make().encode(1n)).cause).to.be.instanceOf(TypeError);
    const loop: unknown[] = [];
    loop.push(loop);
    expect(refused('invalid-data', () => make().encode(loop)).cause).to.be.instanceOf(TypeError);
  });

  it('refuses what is not JSON, and goes on', () => {
    const target = make();
    for (const text of ['', '{', 'hello', '[object Object]', '\u0000']) {
      expect(refused('bad-message', () => target.decode(text)).cause).to.be.instanceOf(SyntaxError);
      refused('bad-message', () => target.decode(utf8(text).buffer));
    }
    expect(target.decode('1')).to.deep.equal([{ type: 'data', data: 1 }]);
  });

  it('asks to close as PeerJS does, and understands it', () => {
    const frame = make().encodeClose();
    expect(frame).to.deep.equal(utf8('{"__peerData":{"type":"close"}}'));
    expect(make().decode(arrived(frame!))).to.deep.equal([{ type: 'close' }]);
    expect(make().decode('{"__peerData":{"type":"close"},"more":1}')).to.deep.equal([{ type: 'close' }]);
  });

  it('delivers every other "__peerData", as PeerJS', () => {
    for (const text of ['{"__peerData":{"type":"ping"}}', '{"__peerData":5}', '{"__peerData":null}', '[{"__peerData":{"type":"close"}}]']) {
      expect(make().decode(text)).to.deep.equal([{ type: 'data', data: JSON.parse(text) }]);
    }
  });

  it('refuses to send a "__peerData"', () => {
    refused('invalid-data', () => make().encode({ __peerData: { type: 'close' } }));
    refused('invalid-data', () => make().encode(Object.create({ __peerData: 1 })));
    make().encode([{ __peerData: 1 }]);
  });

  it('keeps to maxDepth where it reads, and no bracket in a text counts', () => {
    const target = make({ maxDepth: 2 });
    const text = '[["[[[\\\\\\"{{{"],{"{":"]"}]';
    expect(target.decode(text)).to.deep.equal([{ type: 'data', data: JSON.parse(text) as unknown }]);
    refused('bad-message', () => target.decode('[[[]]]'));
    refused('bad-message', () => target.decode(utf8('{"a":[{}]}').buffer));
  });

  it('uses the page\'s stringify and parse as they are at the time', async () => {
    const context = { stringify: (value: unknown) => `~${JSON.stringify(value)}`, parse: (text: string): unknown => JSON.parse(text.slice(1)) };
    const target = json({ limits: { maxMessageSize: 100, maxDepth: 2, maxPartialMessages: 1 }, ...context });
    const frames = await framesOf(target.encode([1]));
    expect(frames[0]).to.deep.equal(utf8('~[1]'));
    expect(received(target, frames)).to.deep.equal([1]);
    expect(target.decode(arrived(target.encodeClose()!))).to.deep.equal([{ type: 'close' }]);

    const page = { stringify: JSON.stringify as (value: unknown) => string };
    const late = serializer(json, {}, { stringify: (value) => page.stringify(value) });
    page.stringify = () => '"replaced"';
    expect((await framesOf(late.encode(1)))[0]).to.deep.equal(utf8('"replaced"'));
  });
});
