import { expect } from '@open-wc/testing';

import { concat, type Bytes } from '../../../../src/wire/bytes.js';
import { FrameType, eachFrame, frameOf, numbersFrame, numbersOf } from '../../../../src/wire/native/frames.js';
import { isSettled, rejectionOf } from '../../../support/faults.js';
import { expectSameBytes, hex, refused } from '../../wire/support.js';
import { Clock, End, OVER, Pair, Port, message, pattern, turn } from './stream-pair.js';

const KB = 1024;
const WINDOW = 65_536;

/** The frames of packets, as `type` and numbers or length. */
function frames(packets: readonly Bytes[]): (readonly [number, ...number[]])[] {
  const found: [number, ...number[]][] = [];
  for (const packet of packets) {
    eachFrame(packet, (type, body) => {
      const count = { [FrameType.At]: 1, [FrameType.Ack]: 3, [FrameType.Resend]: 1, [FrameType.Probe]: 1 }[type];
      found.push(count === undefined ? [type, body.byteLength] : [type, ...numbersOf(body, count)]);
    });
  }
  return found;
}
const sentBy = (end: End): (readonly [number, ...number[]])[] => frames(end.port.sent);
const of = (end: End, type: number): (readonly [number, ...number[]])[] => sentBy(end).filter((frame) => frame[0] === type);
/** Bytes of messages that came. */
const arrivedAt = (end: End): number => end.heard.bodies.reduce((sum, { byteLength }) => sum + byteLength, 0);

describe('a message stream', () => {
  let clock: Clock;
  let pair: Pair;
  let a: End;
  let b: End;
  const join = (...given: ConstructorParameters<typeof Pair>): void => {
    pair = new Pair(...given);
    ({ a, b } = pair);
  };

  beforeEach(() => {
    clock = new Clock();
    join();
  });
  afterEach(() => {
    pair.end();
    expect(clock.pending).to.equal(0);
    clock.restore();
  });

  it('writes the packets of the specification', async () => {
    void a.stream.push(message(3, 0, FrameType.Value));
    void a.stream.push(message(0, 0, FrameType.Text));
    await turn();
    expect(a.port.sent.map(hex)).to.deep.equal(['010100' + '1003001f3e' + '1200']);
    void a.stream.push(message(1));
    await turn();
    expect(a.port.sent.slice(1).map(hex)).to.deep.equal(['010123' + '110100']);
  });

  it('cuts a large message into START and MORE', async () => {
    join({ window: 1 << 20 });
    void a.stream.push(message(40_000, 5, FrameType.Value));
    await turn();
    const [at, start, , more, , last] = sentBy(a);
    expect(at).to.deep.equal([FrameType.At, 0]);
    expect(start?.[0]).to.equal(FrameType.Start);
    expect(more?.[0]).to.equal(FrameType.More);
    expect(last?.[0]).to.equal(FrameType.More);
    expect(Math.max(...a.port.sent.map(({ byteLength }) => byteLength))).to.be.at.most(16 * KB);
    b.reads();
    await pair.settle();
    expectSameBytes(b.heard.bodies[0] as Bytes, pattern(40_000, 5));
    expect([b.heard.kinds, b.heard.owned]).to.deep.equal([[FrameType.Value], [true]]);
  });

  it('carries a message of ten windows', async () => {
    b.reads();
    void a.stream.push(message(10 * WINDOW, 3));
    await pair.settle();
    expectSameBytes(b.heard.bodies[0] as Bytes, pattern(10 * WINDOW, 3));
    expect(a.stream.unconfirmed).to.equal(0);
  });

  it('carries both directions at once, each of them full', async () => {
    for (const end of pair.ends) {
      end.reads();
      for (let i = 0; i < 100; i++) void end.stream.push(message(9_000, i));
      void end.stream.push(message(3 * WINDOW));
    }
    await pair.settle();
    for (const { heard } of pair.ends) expect(heard.bodies).to.have.length(101);
  });

  it('fills few packets from a loop of small messages', async () => {
    join({ window: 1 << 24 });
    b.reads();
    for (let i = 0; i < 100_000; i++) void a.stream.push(message(20));
    await pair.settle();
    expect(b.heard.bodies).to.have.length(100_000);
    expect(a.port.sent.length).to.be.below(320);
  });

  it('fills few packets from a loop that awaits each', async () => {
    join({ window: 1 << 24 });
    for (let i = 0; i < 1_000; i++) await a.stream.push(message(20));
    await turn();
    expect(a.port.sent.length).to.be.at.most(50);
    await pair.settle();
    expect(b.heard.bodies).to.have.length(1_000);
  });

  it('sends a single message within its task', async () => {
    void a.stream.push(message(20));
    expect(a.port.sent).to.be.empty;
    for (let i = 0; i < 20; i++) await Promise.resolve();
    expect(a.port.sent).to.have.length(1);
  });

  describe('whose reader does not confirm', () => {
    it('stops the sender, holds a window, and goes on when it does', async () => {
      let last: Promise<void> = Promise.resolve();
      for (let i = 0; i < 100; i++) last = a.stream.push(message(9_000, i));
      await pair.settle();
      expect(arrivedAt(b)).to.be.within(WINDOW - 2 * 9_016, WINDOW);
      expect(await isSettled(last)).to.be.false;
      expect(a.stream.bufferedAmount).to.equal((100 - b.heard.bodies.length) * 9_016);
      expect(a.stream.length).to.equal(100 - b.heard.bodies.length);
      expect(a.stream.unconfirmed).to.equal(100);
      b.reads();
      await pair.settle();
      await last;
      expect(b.heard.bodies.map((body) => body[0])).to.deep.equal(Array.from({ length: 100 }, (_, i) => (i * 101) & 0xff));
    });

    it('takes no second message beyond its window', async () => {
      for (let i = 0; i < 5; i++) void a.stream.push(message(50_000));
      await pair.settle();
      clock.pass(5_000);
      await pair.settle();
      expect(arrivedAt(b)).to.equal(100_000);
      expect(of(a, FrameType.Start)).to.have.length(2);
    });

    it('is probed once a second, and answers', async () => {
      for (let i = 0; i < 5; i++) void a.stream.push(message(50_000));
      await pair.settle();
      for (let i = 0; i < 5; i++) {
        clock.pass(1_000);
        await pair.settle();
      }
      expect(of(a, FrameType.Probe).length).to.be.within(2, 5);
    });

    it('goes on over another channel that begins without credit', async () => {
      for (let i = 0; i < 20; i++) void a.stream.push(message(9_000, i));
      await pair.settle();
      const before = b.heard.bodies.length;
      clock.pass(100);
      b.confirm(Infinity);
      pair.attach(); // The ACK with the new limit is lost.
      await pair.settle();
      expect(b.heard.bodies.length).to.be.above(before);
      b.reads();
      await pair.settle();
      expect(b.heard.bodies).to.have.length(20);
    });
  });

  it('sends again over another channel what was not acknowledged, before what is new', async () => {
    for (let i = 0; i < 3; i++) void a.stream.push(message(10, i));
    await turn();
    pair.detach();
    void a.stream.push(message(10, 3));
    expect(a.stream.bufferedAmount).to.equal(4 * 26);
    pair.attach();
    await pair.settle();
    expect(b.heard.bodies.map((body) => body[0])).to.deep.equal([0, 101, 202, 47]);
    expect(of(a, FrameType.At)).to.deep.equal([[FrameType.At, 0], [FrameType.At, 78]]);
  });

  describe('acknowledges', () => {
    it('100 ms after something came', async () => {
      void a.stream.push(message(10));
      await pair.settle();
      clock.pass(99);
      expect(sentBy(b)).to.deep.equal([]);
      clock.pass(1);
      expect(sentBy(b)).to.deep.equal([[FrameType.Ack, 26, 0, WINDOW]]);
      b.confirm(1);
      clock.pass(100);
      expect(sentBy(b).slice(1)).to.deep.equal([[FrameType.Ack, 26, 26, WINDOW + 26]]);
      await pair.settle();
      expect(a.stream.unconfirmed).to.equal(0);
    });

    it('what comes twice, since the first ACK may be lost', async () => {
      void a.stream.push(message(10));
      await turn();
      pair.pass(a, 2);
      clock.pass(100);
      expect(sentBy(b)).to.have.length(1);
      b.stream.receive((a.port.sent[0] as Bytes).slice().buffer);
      clock.pass(100);
      expect(sentBy(b)).to.deep.equal([[FrameType.Ack, 26, 0, WINDOW], [FrameType.Ack, 26, 0, WINDOW]]);
      expect(b.heard.bodies).to.have.length(1);
    });

    it('with a packet that leaves anyway', async () => {
      b.reads();
      void a.stream.push(message(10));
      await pair.settle();
      void b.stream.push(message(0));
      await turn();
      expect(sentBy(b)).to.deep.equal([[FrameType.Ack, 26, 26, WINDOW + 26], [FrameType.At, 0], [FrameType.Bytes, 0]]);
      clock.pass(200);
      expect(of(b, FrameType.Ack)).to.have.length(1);
    });

    it('within 100 ms what came after another packet had told of the rest', async () => {
      b.reads();
      void a.stream.push(message(10));
      await pair.settle();
      clock.pass(40);
      void b.stream.push(message(0));
      await turn();
      void a.stream.push(message(10));
      await turn();
      pair.pass(a);
      clock.pass(100);
      expect(of(b, FrameType.Ack)).to.deep.equal([[FrameType.Ack, 26, 26, WINDOW + 26], [FrameType.Ack, 52, 52, WINDOW + 52]]);
    });

    it('when a quarter of the window has come', async () => {
      for (let i = 0; i < 4; i++) void a.stream.push(message(5_000));
      await pair.settle();
      expect(sentBy(b)).to.deep.equal([[FrameType.Ack, 20_064, 0, WINDOW]]);
    });

    it('at once a message that ends beyond the limit', async () => {
      void a.stream.push(message(100_000));
      await turn();
      pair.pass(a);
      expect(sentBy(b)[0]?.[3]).to.equal(100_016);
    });

    it('at once what was probed', async () => {
      void a.stream.push(message(10));
      const flushed = a.stream.flushed();
      b.reads();
      await pair.settle();
      await flushed;
      clock.pass(1_000);
      expect(of(a, FrameType.Probe)).to.deep.equal([[FrameType.Probe, 26]]);
      expect(of(b, FrameType.Ack)).to.have.length(1);
    });
  });

  describe('on which a packet is lost', () => {
    it('asks for it once, until a second has passed', async () => {
      for (let i = 0; i < 5; i++) {
        void a.stream.push(message(10, i));
        await turn();
      }
      a.port.leave();
      for (let i = 0; i < 3; i++) pair.pass(a);
      expect(sentBy(b)).to.deep.equal([[FrameType.Resend, 0]]);
      clock.pass(1_000);
      pair.pass(a);
      expect(of(b, FrameType.Resend)).to.have.length(2);
      await pair.settle();
      expect(b.heard.bodies.map((body) => body[0])).to.deep.equal([0, 101, 202, 47, 148]);
    });

    it('learns by a probe that it was the last', async () => {
      void a.stream.push(message(10));
      await turn();
      a.port.leave();
      expect(clock.pending).to.equal(1);
      clock.pass(1_000);
      await pair.settle();
      expect(sentBy(b)[0]).to.deep.equal([FrameType.Resend, 0]);
      expect(b.heard.bodies).to.have.length(1);
    });
  });

  describe('with messages that are too large', () => {
    it('refuses what the remote does not take', async () => {
      join({}, { maxMessageSize: 100 });
      refused('message-too-big', () => a.stream.push(message(101)));
      void a.stream.push(message(100));
      await pair.settle();
      expect(b.heard.bodies).to.have.length(1);
    });

    it('lets pass what it does not take itself, and goes on', async () => {
      join({}, { maxMessageSize: 1_000 });
      a.stream.remoteAllows(WINDOW, Infinity);
      b.heard.then = (cost) => b.heard.costs.push(cost);
      for (const size of [10, 1_001, 20, 5 * WINDOW, 30]) void a.stream.push(message(size));
      await pair.settle();
      expect(b.heard.faults.map(({ type }) => type)).to.deep.equal(['message-too-big', 'message-too-big']);
      b.reads();
      const flushed = a.stream.flushed();
      await pair.settle();
      await flushed;
      expect(b.heard.bodies.map(({ byteLength }) => byteLength)).to.deep.equal([10, 20, 30]);
      expect(b.heard.ends).to.deep.equal([]);
    });

    it('refuses what is beyond sendLimit, and loses nothing of the rest', async () => {
      join({ sendLimit: 1_000 });
      void a.stream.push(message(500));
      refused('buffer-full', () => a.stream.push(message(500)));
      void a.stream.push(message(400));
      await pair.settle();
      expect(b.heard.bodies.map(({ byteLength }) => byteLength)).to.deep.equal([500, 400]);
    });
  });

  describe('and frames that are not its own', () => {
    it('sends them at once, after what was pushed before', () => {
      void a.stream.push(message(10));
      a.stream.control(frameOf(FrameType.Close));
      expect(sentBy(a).map(([type]) => type)).to.deep.equal([FrameType.At, FrameType.Bytes, FrameType.Close]);
      while (pair.pass(a));
      expect(b.heard.frames).to.deep.equal([FrameType.Close]);
    });

    it('keeps them for the next channel', async () => {
      const end = new End();
      end.stream.control(frameOf(FrameType.Open));
      end.stream.attach(end.port, 65_536);
      expect(sentBy(end)).to.deep.equal([[FrameType.Open, 0]]);
      end.stream.end(OVER);
    });
  });

  describe('that has ended', () => {
    it('rejects what waits, sends nothing, tells nothing, and takes nothing', async () => {
      for (let i = 0; i < 100; i++) void a.stream.push(message(9_000));
      const sent = a.stream.push(message(9_000));
      const flushed = a.stream.flushed();
      await turn();
      void a.stream.push(message(1));
      const before = a.port.sent.length;
      a.stream.end(OVER);
      a.stream.end(OVER);
      expect((await rejectionOf(sent)).type).to.equal('connection-closed');
      expect((await rejectionOf(flushed)).type).to.equal('connection-closed');
      expect((await rejectionOf(a.stream.flushed())).type).to.equal('connection-closed');
      refused('connection-closed', () => a.stream.push(message(1)));
      a.stream.control(frameOf(FrameType.Close));
      a.stream.confirm(16);
      void b.stream.push(message(10));
      await pair.settle();
      a.stream.attach(new Port(), 65_536);
      await turn();
      expect(a.port.sent).to.have.length(before);
      expect(a.heard.bodies).to.deep.equal([]);
      expect([a.stream.bufferedAmount - a.port.bufferedAmount, a.stream.length, a.stream.unconfirmed]).to.deep.equal([0, 0, 0]);
    });

    it('ends within a packet too', async () => {
      for (let i = 0; i < 3; i++) void a.stream.push(message(10));
      b.heard.then = () => b.stream.end(OVER);
      await pair.settle();
      expect(b.heard.bodies).to.have.length(1);
    });
  });

  it('has timers that run out, and send nothing, while nothing is outstanding', async () => {
    b.reads();
    for (let i = 0; i < 10; i++) void a.stream.push(message(9_000));
    const flushed = a.stream.flushed();
    await pair.settle();
    await flushed;
    const sent = [a, b].map((end) => end.port.sent.length);
    clock.pass(1_000);
    expect([a, b].map((end) => end.port.sent.length)).to.deep.equal(sent);
    expect(clock.pending).to.equal(0);
    pair.detach();
    void a.stream.push(message(9_000));
    await turn();
    expect(clock.pending).to.equal(0);
  });

  describe('breaks', () => {
    const at = (position: number): Bytes => numbersFrame(FrameType.At, position);
    const start = (kind: number, size: number, ...bytes: number[]): Bytes =>
      frameOf(FrameType.Start, new Uint8Array([kind, size, ...bytes]));
    const bytes = (size: number): Bytes => frameOf(FrameType.Bytes, new Uint8Array(size));
    const more = (size: number): Bytes => frameOf(FrameType.More, new Uint8Array(size));
    const hostile: Record<string, readonly Bytes[]> = {
      'a frame that is cut off': [at(0), bytes(5).subarray(0, 4)],
      'a number that is cut off': [new Uint8Array([FrameType.At, 1, 0x80])],
      'a stream frame without a position': [bytes(5)],
      'two positions': [at(0), bytes(5), at(7), bytes(5)],
      'a position of two numbers': [frameOf(FrameType.At, new Uint8Array([0, 0]))],
      'more than the limit': [at(0), bytes(WINDOW)],
      'a position beyond the limit': [at(2 ** 53 - 1), bytes(1)],
      'a frame that begins before its time': [at(0), bytes(5), bytes(5)],
      'a message in another': [at(0), start(0x11, 9, 1), bytes(1)],
      'a message that begins in another': [at(0), start(0x11, 9, 1), start(0x11, 9, 1)],
      'more of no message': [at(0), more(1)],
      'more than the message has': [at(0), start(0x11, 2, 1), more(2)],
      'more at the beginning than the message has': [at(0), start(0x11, 1, 1, 2)],
      'an unknown kind': [at(0), start(0x13, 5, 1)],
      'a START of nothing': [at(0), frameOf(FrameType.Start)],
      'a START without a size': [at(0), frameOf(FrameType.Start, new Uint8Array([0x11]))],
      'a size beyond any position': [
        at(0),
        frameOf(FrameType.Start, new Uint8Array([0x11, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f])),
      ],
      'an ACK of what was never sent': [numbersFrame(FrameType.Ack, 17, 0, WINDOW)],
      'an ACK that confirms what did not come': [numbersFrame(FrameType.Ack, 0, 16, WINDOW)],
      'an ACK beyond its own limit': [numbersFrame(FrameType.Ack, 16, 0, WINDOW), numbersFrame(FrameType.Ack, 16, 0, 0)],
      'an ACK that shrinks': [numbersFrame(FrameType.Ack, 16, 0, WINDOW), numbersFrame(FrameType.Ack, 0, 0, WINDOW)],
      'an ACK that confirms less': [numbersFrame(FrameType.Ack, 16, 16, WINDOW), numbersFrame(FrameType.Ack, 16, 0, WINDOW)],
      'a limit that shrinks': [numbersFrame(FrameType.Ack, 0, 0, WINDOW - 1)],
      'an ACK of two numbers': [numbersFrame(FrameType.Ack, 0, 0)],
      'a RESEND of what was never sent': [numbersFrame(FrameType.Resend, 17)],
      'a PROBE beyond the limit': [numbersFrame(FrameType.Probe, WINDOW + 1)],
    };
    for (const [name, packet] of Object.entries(hostile)) {
      it(`at ${name}`, async () => {
        void a.stream.push(message(0));
        await turn();
        a.stream.receive(concat(packet).slice().buffer);
        if (name === 'a frame that begins before its time') {
          a.stream.receive(concat([at(20), bytes(50)]).buffer);
        }
        expect(a.heard.ends.map(({ type }) => type)).to.deep.equal(['bad-message']);
        a.stream.receive(concat([at(0), bytes(5)]).buffer);
        expect(a.heard.ends).to.have.length(1);
      });
    }

    it('at a text', () => {
      a.stream.receive('{}');
      expect(a.heard.ends.map(({ type }) => type)).to.deep.equal(['bad-message']);
    });

    it('at nothing that is allowed: empty packets, empty MOREs, unknown frames, what comes twice', () => {
      for (const packet of [
        [],
        [at(0), start(0x12, 2, 1), more(0), more(1), more(0)],
        [at(0), start(0x12, 2, 1)],
        [frameOf(0x7f, new Uint8Array(9))],
        [at(18), start(0x10, 0)],
        [numbersFrame(FrameType.Ack, 0, 0, WINDOW), numbersFrame(FrameType.Ack, 0, 0, WINDOW)],
        [numbersFrame(FrameType.Resend, 0)],
      ]) {
        a.stream.receive(concat(packet).slice().buffer);
      }
      expect(a.heard.ends).to.deep.equal([]);
      expect(a.heard.bodies.map(({ byteLength }) => byteLength)).to.deep.equal([2, 0]);
      expect(a.heard.frames).to.deep.equal([0x7f]);
    });
  });
});
