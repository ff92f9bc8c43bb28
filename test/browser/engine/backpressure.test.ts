import { expect } from '@open-wc/testing';

import { isSettled, pageFaults, rejectionOf } from '../../support/faults.js';
import { messages } from '../../support/partners.js';
import { destroyPeers, once, openPair } from '../../support/peers.js';
import { bytes } from '../../support/values.js';

/** What may wait: natively, on a fast network, what leaves in 20 ms. */
const PROFILES = [
  { native: true, high: 2 * 1024 * 1024 },
  { native: false, high: 256 * 1024 },
];

for (const { native, high } of PROFILES) describe(`the promise of send(), native: ${native}`, () => {
  afterEach(destroyPeers);

  it('is resolved already while little waits', async () => {
    const { call } = await openPair();
    expect(await isSettled(call.send('small'))).to.be.true;
  });

  it('waits until less than high water waits to be sent', async () => {
    const { call } = await openPair({ native });
    const sent = call.send(bytes(5_000_000));
    expect(await isSettled(sent)).to.be.false;
    await sent;
    expect(call.bufferedAmount).to.be.at.most(high);
  });

  it('paces a loop that awaits it', async () => {
    const { call, answer } = await openPair({ native });
    const heard = messages(answer, 100);
    let most = 0;
    for (let i = 0; i < 100; i++) {
      await call.send(bytes(50_000));
      most = Math.max(most, call.bufferedAmount);
    }
    expect(most).to.be.at.most(high);
    expect(await heard).to.have.length(100);
  });

  it('rejects when the connection ends first', async () => {
    const { call } = await openPair();
    const sent = call.send(bytes(5_000_000));
    call.close();
    expect((await rejectionOf(sent)).type).to.equal('connection-closed');
  });

  it('is no unhandled rejection where nobody awaits it, nor are opened and closed', async () => {
    const faults = pageFaults();
    try {
      const { alice, call } = await openPair();
      void call.send(bytes(5_000_000));
      void call.send(() => 'not data');
      void call.flush();
      const never = alice.connect('nobody');
      void never.opened;
      void never.closed;
      void never.send('too early');
      void alice.listAllPeers();
      alice.destroy();
      await faults.reported();
      expect(faults.rejections).to.deep.equal([]);
    } finally {
      faults.restore();
    }
  });
});

describe('what waits to be sent', () => {
  afterEach(destroyPeers);

  it('is at most sendLimit: a message beyond it is refused with buffer-full, and the others arrive', async () => {
    const { call, answer } = await openPair({ sendLimit: 1_000_000 });
    const heard = messages(answer, 3);
    const reported = once<{ type: string }>(call, 'error');
    void call.send(bytes(600_000));
    void call.send(bytes(600_001));
    const refused = call.send(bytes(600_002));
    void call.send('last');
    expect((await rejectionOf(refused)).type).to.equal('buffer-full');
    expect((await reported).type).to.equal('buffer-full');
    const sizes = (await heard).map((data) => (data instanceof ArrayBuffer ? data.byteLength : data));
    expect(sizes).to.deep.equal([600_000, 600_001, 'last']);
  });

  it('is counted by bufferSize in messages and by bufferedAmount in bytes', async () => {
    const { call } = await openPair();
    expect([call.bufferSize, call.bufferedAmount]).to.deep.equal([0, 0]);
    for (let i = 0; i < 3; i++) void call.send(bytes(1_000_000));
    expect(call.bufferSize).to.equal(2);
    expect(call.bufferedAmount).to.be.within(2_900_000, 3_100_000);
    await call.flush();
    expect([call.bufferSize, call.bufferedAmount]).to.deep.equal([0, 0]);
  });

  it('is dropped when the connection closes', async () => {
    const { call } = await openPair();
    for (let i = 0; i < 3; i++) void call.send(bytes(1_000_000));
    call.close();
    expect([call.bufferSize, call.bufferedAmount]).to.deep.equal([0, 0]);
  });
});

describe('flush()', () => {
  afterEach(destroyPeers);

  it('is resolved already where nothing waits', async () => {
    const { call } = await openPair();
    expect(await isSettled(call.flush())).to.be.true;
  });

  it('resolves when all has been given to the network, Blobs included', async () => {
    const { call, answer } = await openPair();
    const heard = messages(answer, 2);
    void call.send(bytes(1_000_000));
    void call.send(new Blob([bytes(1_000_000)]));
    const flushed = call.flush();
    expect(await isSettled(flushed)).to.be.false;
    await flushed;
    expect(call.dataChannel?.bufferedAmount).to.equal(0);
    await heard;
  });

  it('can be awaited again and again', async () => {
    const { call, answer } = await openPair();
    const heard = messages(answer, 20);
    for (let i = 0; i < 20; i++) {
      void call.send(bytes(100_000));
      await call.flush();
    }
    expect(await heard).to.have.length(20);
  });

  it('rejects when the connection ends first', async () => {
    const { call } = await openPair();
    void call.send(bytes(5_000_000));
    const flushed = call.flush();
    call.close();
    expect((await rejectionOf(flushed)).type).to.equal('connection-closed');
  });
});
