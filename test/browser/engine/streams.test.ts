import { expect } from '@open-wc/testing';

import type { DataConnection, PeerError } from '../../../src/engine/index.js';
import { isSettled, rejectionOf } from '../../support/faults.js';
import { messages } from '../../support/partners.js';
import { destroyPeers, makePeer, once, openPair, uniqueId } from '../../support/peers.js';
import { bytes } from '../../support/values.js';

describe('readable', () => {
  afterEach(destroyPeers);

  it('gives the messages, and closes with the connection', async () => {
    const { call, answer } = await openPair();
    for (const message of ['one', { two: 2 }, 'three']) void call.send(message);
    call.close({ flush: true });
    const read: unknown[] = [];
    const reader = answer.readable.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) read.push(step.value);
    expect(read).to.deep.equal(['one', { two: 2 }, 'three']);
  });

  it('is the same stream each time, and leaves the event data to others', async () => {
    const { call, answer } = await openPair();
    expect(answer.readable).to.equal(answer.readable);
    const heard = once(answer, 'data');
    void call.send('both');
    const { value } = await answer.readable.getReader().read();
    expect([await heard, value]).to.deep.equal(['both', 'both']);
  });

  it('leaves the connection open when it is cancelled', async () => {
    const { call, answer } = await openPair();
    await answer.readable.cancel();
    const heard = once(answer, 'data');
    void call.send('still here');
    expect(await heard).to.equal('still here');
  });
});

describe('writable', () => {
  afterEach(destroyPeers);

  it('sends what a stream is piped into it, then closes the connection', async () => {
    const { call, answer } = await openPair();
    const heard = messages(answer, 20);
    let sent = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 20) controller.enqueue(bytes(100_000));
        else controller.close();
      },
    });
    await source.pipeTo(call.writable);
    expect(await heard).to.have.length(20);
    expect(await call.closed).to.equal('local');
  });

  it('waits with what is written before the connection is open, and rejects it where that never is', async () => {
    const [alice, bob] = [makePeer(uniqueId('alice')), makePeer(uniqueId('bob'))];
    await once(bob, 'open');
    const incoming = once<DataConnection>(bob, 'connection');
    const writer = alice.connect(bob.id ?? '').writable.getWriter();
    const written = writer.write('early');
    expect(await (await incoming).readable.getReader().read()).to.deep.equal({ value: 'early', done: false });
    await written;
    const missing = alice.connect(uniqueId('nobody')).writable.getWriter();
    const error = await rejectionOf<PeerError>(missing.write('to nobody'));
    expect(error.type).to.equal('peer-unavailable');
  });

  it('holds a writer back as send() does', async () => {
    const { call } = await openPair();
    const writer = call.writable.getWriter();
    const written = writer.write(bytes(5_000_000));
    expect(await isSettled(written)).to.be.false;
    await written;
  });

  it('closes the connection at once when it is aborted', async () => {
    const { call } = await openPair();
    await call.writable.abort();
    expect(call.open).to.be.false;
  });

  it('errs when the connection ends', async () => {
    const { call, answer } = await openPair();
    const writer = call.writable.getWriter();
    answer.close();
    await call.closed;
    expect(await rejectionOf<Error>(writer.write('too late'))).to.be.instanceOf(Error);
  });
});
