import { expect } from '@open-wc/testing';

import { DrainMeter } from '../../../../src/engine/native/drain-meter.js';
import { isSettled } from '../../../support/faults.js';
import { Flight } from '../../../../src/engine/native/flight.js';
import { Clock, End, OVER, message, turn } from './stream-pair.js';

const KB = 1024;
const MB = 1024 * KB;

/** A path on which there may be anything. */
class Boundless extends Flight {
  override allows(): boolean {
    return true;
  }
}

describe('the drain meter', () => {
  let now: number;
  let meter: DrainMeter;
  beforeEach(() => {
    now = 0;
    meter = new DrainMeter(() => now);
  });
  /** A channel that is kept full drains at that rate for 100 ms. */
  const drain = (perSecond: number): void => {
    meter.given(10 * MB);
    for (let i = 0; i < 100; i++) {
      now += 1;
      meter.drained(perSecond / 1_000, true);
    }
    meter.drained(10 * MB, false);
  };

  it('gives 256 KiB ahead and packets of 16 KiB until it has measured', () => {
    expect([meter.rate, meter.ahead, meter.packetSize]).to.deep.equal([undefined, 256 * KB, 16 * KB]);
  });

  for (const [rate, ahead, packet] of [
    [100 * KB, 64 * KB, 16 * KB],
    [5 * MB, 100 * KB, 16 * KB],
    [8 * MB, 160 * KB, 32 * KB],
    [20 * MB, 400 * KB, 64 * KB],
    [500 * MB, 2 * MB, 64 * KB],
  ] as const) {
    it(`gives 20 ms ahead at ${rate / KB} KiB a second, within bounds`, () => {
      drain(rate);
      expect(meter.rate).to.be.closeTo(rate, rate / 100);
      expect(meter.ahead).to.be.closeTo(ahead, ahead * 0.03);
      expect(meter.packetSize).to.equal(packet);
    });
  }

  it('does not count the time in which there was nothing to drain', () => {
    drain(20 * MB);
    for (let i = 0; i < 20; i++) {
      meter.given(100);
      now += 1_000;
      meter.drained(100, false);
    }
    expect(meter.rate).to.be.closeTo(20 * MB, MB);
  });

  it('follows a rate that changes', () => {
    drain(20 * MB);
    drain(MB);
    drain(MB);
    drain(MB);
    expect(meter.packetSize).to.equal(16 * KB);
  });
});

describe('the outflow', () => {
  let clock: Clock;
  let end: End;
  beforeEach(() => {
    clock = new Clock();
    // The remote never tells how far it has come.
    end = new End({ flight: new Boundless() });
    end.stream.remoteAllows(100 * MB, 1 << 30);
    end.stream.attach(end.port, 65_536);
  });
  afterEach(() => {
    end.stream.end(OVER);
    expect(clock.pending).to.equal(0);
    clock.restore();
  });
  const held = (): number => end.port.bufferedAmount;

  it('gives the channel what it drains in 20 ms, and more when half of it is left', async () => {
    void end.stream.push(message(5 * MB));
    await turn();
    expect(held()).to.be.within(256 * KB, 256 * KB + 16 * KB);
    expect(end.port.bufferedAmountLowThreshold).to.equal(128 * KB);
    const before = end.port.sent.length;
    while (held() > 145 * KB) end.port.leave();
    expect(end.port.sent).to.have.length(before);
    end.port.leave();
    expect(held()).to.be.above(255 * KB);
  });

  it('lets a sender go on that awaits, when half of that waits', async () => {
    expect(await isSettled(end.stream.push(message(100 * KB)))).to.be.true;
    const sent = end.stream.push(message(500 * KB));
    expect(await isSettled(sent)).to.be.false;
    while (end.stream.bufferedAmount > 128 * KB) end.port.leave();
    await sent;
  });

  it('is woken where the channel misses that its bytes have left', async () => {
    void end.stream.push(message(1 * MB));
    const before = end.port.sent.length;
    clock.pass(250);
    // A packet, and perhaps the question how far the remote has come.
    expect(end.port.sent.length - before).to.be.within(1, 2);
    for (let i = 0; i < 1_000; i++) clock.pass(250);
    expect(end.port.sent.length).to.be.above(before + 10);
  });

  it('gives a channel that does stand still no more than some megabytes', () => {
    void end.stream.push(message(20 * MB));
    for (let i = 0; i < 2_000; i++) clock.pass(250);
    expect(held()).to.be.within(4 * MB, 4 * MB + 100 * KB);
  });

  it('lets whoever waits go on where the channel misses it and there is nothing to send', async () => {
    void end.stream.push(message(256 * KB - 16));
    const sent = end.stream.push(message(1));
    expect(await isSettled(sent)).to.be.false;
    await turn();
    clock.pass(1_000);
    await sent;
  });

  it('keeps a packet that the channel did not take', async () => {
    end.port.closed = true;
    void end.stream.push(message(10));
    await turn();
    expect(end.stream.bufferedAmount).to.equal(26);
    end.port.closed = false;
    end.stream.attach(end.port, 65_536);
    expect(end.port.sent).to.have.length(1);
  });
});
