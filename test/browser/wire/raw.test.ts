import { expect } from '@open-wc/testing';

import { raw, type WireLimits } from '../../../src/wire/index.js';
import { expectSameBytes, framesOf, noise, refused, rejected, serializer } from './support.js';

const make = (limits?: Partial<WireLimits>) => serializer(raw, limits);

describe('raw', () => {
  it('sends strings, numbers and booleans as text, as RTCDataChannel does', async () => {
    for (const value of ['', 'hello 😀', 5, -0.5, NaN, true, false]) {
      expect(await framesOf(make().encode(value))).to.deep.equal([String(value)]);
    }
    expect(make().encode('é😀').byteLength).to.equal(6);
  });

  it('sends buffers and views as bytes', async () => {
    const bytes = noise(64);
    for (const value of [bytes, bytes.buffer, new DataView(bytes.buffer), new Uint32Array(bytes.buffer)]) {
      const [frame] = await framesOf(make().encode(value));
      expectSameBytes(frame, bytes);
    }
    expectSameBytes((await framesOf(make().encode(bytes.subarray(5, 9))))[0], bytes.slice(5, 9));
    if (typeof SharedArrayBuffer !== 'undefined') {
      const [frame] = await framesOf(make().encode(new Uint8Array(new SharedArrayBuffer(3))));
      expect((frame as Uint8Array).buffer).to.be.instanceOf(ArrayBuffer);
    }
  });

  it('takes a snapshot', async () => {
    const bytes = noise(64);
    const message = make().encode(bytes);
    bytes.fill(0);
    expectSameBytes((await framesOf(message))[0], noise(64));
  });

  it('sends a Blob in one frame, when it is read', async () => {
    const message = make().encode(new Blob([noise(5_000_000)]));
    expect(message.byteLength).to.equal(5_000_000);
    const frames = await framesOf(message);
    expect(frames).to.have.length(1);
    expectSameBytes(frames[0], noise(5_000_000));
    expect((await framesOf(make().encode(new Blob()))).map((frame) => frame.length)).to.deep.equal([0]);
  });

  it('rejects a Blob that cannot be read', async () => {
    const blob = new Blob(['abc']);
    blob.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('gone')) });
    await rejected('invalid-data', make().encode(blob).load!());
  });

  it('refuses anything else, where PeerJS sends "[object Object]"', () => {
    for (const value of [null, undefined, {}, [], { a: 1 }, 1n, Symbol('s'), () => 1, new Date(), new Map(), Promise.resolve()]) {
      expect(refused('invalid-data', () => make().encode(value)).message).to.contain('binary');
    }
  });

  it('refuses a buffer that was transferred away', () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    refused('invalid-data', () => make().encode(bytes.buffer));
    refused('invalid-data', () => make().encode(bytes));
  });

  it('gives frames as they come', () => {
    const { buffer } = noise(5);
    expect(make().decode('{"__peerData":{"type":"close"}}')).to.deep.equal([{ type: 'data', data: '{"__peerData":{"type":"close"}}' }]);
    expect(make().decode('')).to.deep.equal([{ type: 'data', data: '' }]);
    const [message] = make().decode(buffer);
    expect(message?.type === 'data' && message.data).to.equal(buffer);
  });

  it('keeps to maxMessageSize, both ways', () => {
    const limits = { maxMessageSize: 4 };
    make(limits).encode('éé');
    refused('message-too-big', () => make(limits).encode('ééa'));
    refused('message-too-big', () => make(limits).encode(noise(5)));
    refused('message-too-big', () => make(limits).encode(new Blob(['12345'])));
    refused('bad-message', () => make(limits).decode('12345'));
    refused('bad-message', () => make(limits).decode(new ArrayBuffer(5)));
    expect(make(limits).decode('1234')).to.have.length(1);
  });

  it('has no control that asks to close', () => {
    expect(make().encodeClose()).to.equal(undefined);
  });
});
