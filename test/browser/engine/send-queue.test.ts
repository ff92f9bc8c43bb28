import { expect } from '@open-wc/testing';

import { SendQueue, type ChannelPort } from '../../../src/engine/send-queue.js';
import { PeerError, type OutgoingMessage } from '../../../src/engine/index.js';
import { isSettled, rejectionOf } from '../../support/faults.js';
import { countedTimers } from '../signaling/counted.js';

/** A channel whose bytes leave when the test says so, and may forget to tell. */
class Port implements ChannelPort {
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onbufferedamountlow: unknown = null;
  readonly sent: number[] = [];
  /** Whether the next frame brings the count of what has left, as in Chromium. */
  healing = false;

  send(frame: string | Uint8Array): void {
    this.sent.push(frame.length);
    this.bufferedAmount += frame.length;
    if (this.healing) queueMicrotask(() => this.drain());
  }

  drain(): void {
    this.bufferedAmount = 0;
    (this.onbufferedamountlow as (() => void) | null)?.();
  }
}

const KB = 1024;
const message = (size: number): OutgoingMessage => ({ byteLength: size, frames: () => [new Uint8Array(size)] });

describe('the send queue', () => {
  let port: Port;
  let queue: SendQueue;

  beforeEach(() => {
    port = new Port();
    queue = new SendQueue(Infinity, () => undefined);
    queue.attach(port);
  });
  afterEach(() => queue.end(new PeerError('connection-closed', 'The test is over.')));

  it('feeds the channel up to high water, and again when it is low', () => {
    for (let i = 0; i < 10; i++) void queue.push(message(100 * KB));
    expect(port.sent).to.have.length(3);
    port.drain();
    expect(port.sent).to.have.length(6);
  });

  it('neither loses nor repeats anything when it lets go of what it has sent', () => {
    for (let i = 0; i < 5_000; i++) void queue.push(message(100 * KB + i));
    for (let i = 0; i < 1_000; i++) port.drain();
    expect(port.sent).to.deep.equal(Array.from({ length: 3_003 }, (_, i) => 100 * KB + i));
    expect(queue.length).to.equal(1_997);
  });

  it('goes on where the channel misses that its bytes have left', async () => {
    for (let i = 0; i < 4; i++) void queue.push(message(100 * KB));
    const last = queue.push(message(100 * KB));
    port.healing = true;
    await last;
    await queue.flushed();
    expect(port.sent).to.have.length(5);
  });

  it('lets a page go on that awaits send(), where the channel misses it and there is nothing to send', async () => {
    const sent = queue.push(message(300 * KB));
    expect(await isSettled(sent)).to.be.false;
    await sent;
    expect(queue.bufferedAmount).to.equal(300 * KB);
  });

  it('resolves flushed() in the end where the channel misses it and there is nothing to send', async () => {
    void queue.push(message(10 * KB));
    await queue.flushed();
    expect(queue.bufferedAmount).to.equal(10 * KB);
  });

  it('gives a channel that does stand still no more than some megabytes', async () => {
    for (let i = 0; i < 20; i++) void queue.push(message(1024 * KB));
    const flushed = queue.flushed();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(port.sent).to.have.length(4);
    expect(await isSettled(flushed)).to.be.false;
  });

  it('has no timer while nothing waits, nor after its end', async () => {
    const timers = countedTimers();
    try {
      void queue.push(message(10 * KB));
      expect(timers.pending()).to.equal(0);
      const sent = queue.push(message(300 * KB));
      expect(timers.pending()).to.equal(1);
      queue.end(new PeerError('connection-closed', 'Over.'));
      expect((await rejectionOf(sent)).type).to.equal('connection-closed');
      expect(timers.pending()).to.equal(0);
    } finally {
      timers.restore();
    }
  });
});
