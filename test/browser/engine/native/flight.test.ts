import { expect } from '@open-wc/testing';

import { Flight, type FlightMark } from '../../../../src/engine/native/flight.js';
import { Clock, End, OVER, message, turn } from './stream-pair.js';

const KB = 1024;
const MB = 1024 * KB;

/** A path with a rate, in bytes a second, and the time there and back, in ms, over which one sender sends as it may. */
class PathModel {
  now = 0;
  readonly flight = new Flight(() => this.now);
  rate: number;
  time: number;
  /** When the narrowest part of the path is through with what it has. */
  #free = 0;
  #underWay = 0;
  readonly #arriving: { at: number; bytes: number; mark: FlightMark }[] = [];

  constructor(rate: number, time: number) {
    this.rate = rate;
    this.time = time;
  }

  /** Sends for so many ms, and gives the bytes that arrived and the longest wait in the queue, in ms. */
  run(ms: number, idle = false): { rate: number; waited: number } {
    const end = this.now + ms;
    let [arrived, waited] = [0, 0];
    for (; this.now < end; this.now++) {
      for (let first; (first = this.#arriving[0]) && first.at <= this.now; this.#arriving.shift()) {
        this.#underWay -= first.bytes;
        arrived += first.bytes;
        this.flight.change(-first.bytes);
        this.flight.heard(first.mark);
      }
      const piece = 4 * KB;
      for (let sent = 0; this.flight.allows(this.#underWay) && sent < (idle ? piece : Infinity); sent += piece) {
        const mark = this.flight.mark(idle);
        this.#free = Math.max(this.#free, this.now) + (piece / this.rate) * 1_000;
        waited = Math.max(waited, this.#free - this.now);
        this.#arriving.push({ at: this.#free + this.time, bytes: piece, mark });
        this.#underWay += piece;
        this.flight.change(piece);
      }
    }
    return { rate: (arrived / ms) * 1_000, waited };
  }
}

describe('what is under way', () => {
  for (const [name, rate, time] of [
    ['5 MiB/s and 40 ms', 5 * MB, 40],
    ['20 MiB/s and 2 ms', 20 * MB, 2],
    ['1 MiB/s and 150 ms', MB, 150],
    ['10 MiB/s and 200 ms', 10 * MB, 200],
  ] as const) {
    it(`fills a path of ${name}, and leaves little waiting on it`, () => {
      const path = new PathModel(rate, time);
      path.run(5_000);
      const { rate: reached, waited } = path.run(4_000);
      expect(reached).to.be.above(0.93 * rate);
      // The aim is 8 ms; 64 KiB are always allowed, and a quarter more than the path holds is tried now and then.
      expect(waited).to.be.below(16 + time / 4 + (64 * KB * 1_000) / rate);
    });
  }

  it('grows to what a long path holds within seconds', () => {
    const path = new PathModel(10 * MB, 100);
    path.run(3_000);
    expect(path.run(1_000).rate).to.be.above(9 * MB);
  });

  it('follows a path that becomes slower, longer or faster', () => {
    const path = new PathModel(10 * MB, 20);
    path.run(3_000);
    path.rate = 2 * MB;
    path.run(4_000);
    expect(path.run(2_000)).to.have.property('waited').that.is.below(60);
    path.time = 120;
    path.run(15_000);
    expect(path.run(2_000).rate).to.be.above(1.8 * MB);
    path.rate = 20 * MB;
    path.run(6_000);
    expect(path.run(2_000).rate).to.be.above(18 * MB);
  });

  it('is not taken for little where the sender had little to send', () => {
    const path = new PathModel(20 * MB, 10);
    path.run(3_000);
    const before = path.flight.window;
    path.run(500, true);
    expect(path.flight.window).to.be.above(before / 2);
  });

  it('leaves every stream a share', () => {
    const flight = new Flight();
    flight.change(100 * MB);
    expect(flight.allows(64 * KB)).to.be.false;
    expect(flight.allows(64 * KB - 1)).to.be.true;
  });
});

describe('a stream whose path is full', () => {
  let clock: Clock;
  let end: End;
  beforeEach(() => {
    clock = new Clock();
    end = new End();
    end.stream.remoteAllows(100 * MB, 1 << 30);
    end.stream.attach(end.port, 65_536);
  });
  afterEach(() => {
    end.stream.end(OVER);
    expect(clock.pending).to.equal(0);
    clock.restore();
  });

  it('waits, although the channel would take more, and has asked the remote to tell of what has come', async () => {
    void end.stream.push(message(2 * MB));
    await turn();
    while (end.port.bufferedAmount > 0) end.port.leave();
    const sent = end.port.sent.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(sent).to.be.within(128 * KB, 128 * KB + 40 * KB);
  });
});
