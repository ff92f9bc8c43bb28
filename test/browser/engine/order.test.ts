import { expect } from '@open-wc/testing';

import { pageFaults } from '../../support/faults.js';
import { messages, pairOf } from '../../support/partners.js';
import { destroyPeers, once, openPair } from '../../support/peers.js';
import { bytes } from '../../support/values.js';

describe('the order of messages', () => {
  afterEach(destroyPeers);

  for (const reliable of [true, false]) {
    for (const to of ['ours', 'peerjs'] as const) {
      it(`is kept with Blobs of all sizes among them, towards ${to}, with reliable: ${String(reliable)}`, async () => {
        const { caller, callee } = await pairOf('ours', to, { reliable });
        const heard = messages(callee, 30);
        for (let i = 0; i < 10; i++) {
          caller.send({ n: 3 * i, blob: new Blob([bytes(i * 30_000)]) });
          caller.send({ n: 3 * i + 1 });
          caller.send({ n: 3 * i + 2, bytes: bytes(40_000 - i * 4_000) });
        }
        const order = (await heard).map((message) => (message as { n: number }).n);
        expect(order).to.deep.equal(Array.from({ length: 30 }, (_, n) => n));
      });
    }
  }

  it('is kept where the callee sends on the channel of a caller of ours with reliable: false', async () => {
    const { call, answer } = await openPair({}, { reliable: false });
    const heard = messages(call, 200);
    for (let n = 0; n < 200; n++) void answer.send(n % 10 === 0 ? new Blob([String(n)]) : String(n));
    const order = (await heard).map((data) => (typeof data === 'string' ? data : new TextDecoder().decode(data as ArrayBuffer)));
    expect(order).to.deep.equal(Array.from({ length: 200 }, (_, n) => String(n)));
  });

  it('is kept for 100,000 small messages sent in one loop', async function () {
    this.timeout(60_000);
    const { call, answer } = await openPair();
    const count = 100_000;
    let next = 0;
    const all = new Promise<void>((resolve, reject) => {
      answer.on('data', (data) => {
        const { n } = data as { n: number };
        if (n !== next) reject(new Error(`${n} came in place of ${next}`));
        if (++next === count) resolve();
      });
    });
    for (let n = 0; n < count; n++) void call.send({ n, text: 'small' });
    expect(call.bufferSize, 'messages that wait').to.be.above(50_000);
    await all;
    expect(call.bufferSize).to.equal(0);
  });

  it('is kept between messages that fail and those that do not', async () => {
    const { call, answer } = await openPair();
    const heard = messages(answer, 3);
    for (const value of ['one', () => 1, 'two', Symbol('bad'), 'three']) void call.send(value);
    expect(await heard).to.deep.equal(['one', 'two', 'three']);
  });
});

describe('a message', () => {
  afterEach(destroyPeers);

  it('is taken by send(): what the caller changes afterwards does not arrive', async () => {
    const { call, answer } = await openPair();
    const heard = messages(answer, 3);
    const changing = new Uint8Array(200_000);
    const list = [1, 2, 3];
    // Behind a message that keeps the channel busy.
    void call.send(bytes(2_000_000));
    void call.send(changing);
    void call.send({ list });
    changing.fill(255);
    list.push(4);
    const [, arrived, object] = await heard;
    expect(new Uint8Array(arrived as ArrayBuffer).every((byte) => byte === 0)).to.be.true;
    expect(object).to.deep.equal({ list: [1, 2, 3] });
  });

  for (const serialization of ['binary', 'raw']) {
    it(`arrives although its buffer was transferred after send(), over ${serialization}`, async () => {
      const { call, answer } = await openPair({}, { serialization });
      const { buffer } = bytes(50_000);
      const heard = once(answer, 'data');
      void call.send(buffer);
      structuredClone(buffer, { transfer: [buffer] });
      expect(buffer.byteLength).to.equal(0);
      expect(await heard).to.deep.equal(bytes(50_000).buffer);
    });
  }

  it('that comes before the first listener is held for it', async () => {
    const { call, answer } = await openPair();
    for (const message of ['one', 'two']) void call.send(message);
    void call.close({ flush: true });
    await answer.closed;
    expect(await messages(answer, 2)).to.deep.equal(['one', 'two']);
  });

  it('that comes before a once() listener is held, and the rest for the next listener', async () => {
    const { call, answer } = await openPair();
    for (const message of ['one', 'two', 'three']) void call.send(message);
    call.close({ flush: true });
    await answer.closed;
    expect(await once(answer, 'data')).to.equal('one');
    expect(await messages(answer, 2)).to.deep.equal(['two', 'three']);
  });

  it('beyond the 16 MiB held for a page that never listens is a buffer-full, once, from a remote that cannot be held back', async () => {
    const { call, answer } = await openPair({ native: false });
    const errors: string[] = [];
    answer.on('error', ({ type }) => errors.push(type));
    for (let i = 0; i < 6; i++) void call.send(new ArrayBuffer(4_000_000));
    call.close({ flush: true });
    await answer.closed;
    expect(errors).to.deep.equal(['buffer-full']);
  });

  it('beyond maxMessageSize that a reader has not read ends the stream with buffer-full where the remote cannot be held back', async () => {
    const { call, answer } = await openPair({ native: false, maxMessageSize: 1_000_000 });
    const reader = answer.readable.getReader();
    const reported = once<{ type: string }>(answer, 'error');
    const heard = messages(answer, 6);
    // One is in the stream, two more are within the limit.
    for (let i = 0; i < 5; i++) void call.send(new ArrayBuffer(400_000));
    expect((await reported).type).to.equal('buffer-full');
    const end = await reader.closed.catch((error: unknown) => error);
    expect((end as { type?: string }).type).to.equal('buffer-full');
    void call.send('goes on');
    expect((await heard).at(-1)).to.equal('goes on');
  });

  it('of a remote that is held back waits for its reader, however much it is', async () => {
    const { call, answer } = await openPair({ maxMessageSize: 1_000_000 });
    const reader = answer.readable.getReader();
    for (let i = 0; i < 8; i++) void call.send(new ArrayBuffer(900_000));
    await call.flush({ signal: AbortSignal.timeout(500) }).catch(() => undefined);
    for (let i = 0; i < 8; i++) expect(((await reader.read()).value as ArrayBuffer).byteLength).to.equal(900_000);
    await call.flush();
  });

  it('still arrives when the listener threw on the one before, which the page is told', async () => {
    const faults = pageFaults();
    try {
      const { call, answer } = await openPair();
      const fault = new Error('The page\'s own.');
      answer.once('data', () => {
        throw fault;
      });
      const second = new Promise((resolve) => answer.on('data', (data) => data === 'two' && resolve(data)));
      void call.send('one');
      void call.send('two');
      expect(await second).to.equal('two');
      expect(faults.errors).to.deep.equal([fault]);
    } finally {
      faults.restore();
    }
  });
});
