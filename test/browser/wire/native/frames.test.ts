import { expect } from '@open-wc/testing';

import { concat } from '../../../../src/wire/bytes.js';
import { eachFrame, frameOf, FrameType, numbersFrame, numbersOf, type Bytes } from '../../../../src/wire/index.js';
import { hex, noise, refused, unhex } from '../support.js';
import { codec, framesIn } from './support.js';

const utf8 = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const sent = (serialization: string, value: unknown) => {
  const { kind, parts } = codec(serialization).encode(value);
  return frameOf(kind, concat(parts as Bytes[]));
};

/** Every frame of docs/protocol.md, section 3, in the order of its table. */
const GOLDEN: [string, Bytes, string][] = [
  ['AT', numbersFrame(FrameType.At, 300), '01 02 ac02'],
  ['ACK', numbersFrame(FrameType.Ack, 128, 16, 4_194_304), '02 07 8001 10 80808002'],
  ['RESEND', numbersFrame(FrameType.Resend, 0), '03 01 00'],
  ['PROBE', numbersFrame(FrameType.Probe, 16_384), '04 03 808001'],
  ['OPEN', frameOf(FrameType.Open, utf8({ label: 'é' })), '05 0e 7b226c6162656c223a22c3a9227d'],
  ['ACCEPT', frameOf(FrameType.Accept, utf8({ window: 65_536 })), '06 10 7b2277696e646f77223a36353533367d'],
  ['REFUSE', frameOf(FrameType.Refuse, utf8({})), '07 02 7b7d'],
  ['CLOSE', frameOf(FrameType.Close, utf8({})), '08 02 7b7d'],
  ['VALUE, binary', sent('binary', { id: 7, text: 'hello' }), '10 10 82 b2 6964 07 b4 74657874 b5 68656c6c6f'],
  ['VALUE, json', sent('json', { id: 7 }), '10 08 7b226964223a377d'],
  ['BYTES, binary', sent('binary', unhex('c0 ff ee')), '11 03 c0ffee'],
  ['BYTES, raw', sent('raw', unhex('c0 ff ee').buffer), '11 03 c0ffee'],
  ['TEXT', sent('raw', 'é😀'), '12 06 c3a9 f09f9880'],
  ['START', frameOf(FrameType.Start, unhex('11 ac02 c0ffee')), '13 06 11 ac02 c0ffee'],
  ['MORE', frameOf(FrameType.More, unhex('c0 ff ee')), '14 03 c0ffee'],
  ['PING', numbersFrame(FrameType.Ping, 5), '20 01 05'],
  ['PONG', numbersFrame(FrameType.Pong, 2 ** 53 - 1), '21 08 ffffffffffffff0f'],
  ['GOODBYE', frameOf(FrameType.Goodbye), '22 00'],
  ['FAREWELL', frameOf(FrameType.Farewell), '23 00'],
  ['HELLO', frameOf(FrameType.Hello, utf8({ farewell: 'a' })), '24 10 7b226661726577656c6c223a2261227d'],
  ['LEAVE', frameOf(FrameType.Leave), '25 00'],
  ['PAUSE', frameOf(FrameType.Pause), '26 00'],
  ['LANE', frameOf(FrameType.Lane, utf8({ lane: 'a' })), '28 0c 7b226c616e65223a2261227d'],
  ['TRANSFER', frameOf(FrameType.Transfer, utf8({ id: 'a' })), '30 0a 7b226964223a2261227d'],
  ['ABORT', frameOf(FrameType.Abort, utf8({})), '31 02 7b7d'],
];

describe('frames', () => {
  for (const [name, frame, golden] of GOLDEN) {
    it(`writes ${name} as ${golden}`, () => {
      expect(hex(frame)).to.equal(golden.replaceAll(' ', ''));
    });
  }

  it('has an example here of every type', () => {
    const types = new Set(GOLDEN.map(([, frame]) => frame[0]));
    expect([...types]).to.deep.equal(Object.values(FrameType));
  });

  it('tells the length of a body in as few bytes as will do', () => {
    for (const [size, header] of [[127, '147f'], [128, '148001'], [16_383, '14ff7f'], [16_384, '14808001']] as const) {
      const frame = frameOf(FrameType.More, noise(size));
      expect(hex(frame.subarray(0, header.length / 2))).to.equal(header);
      expect(frame).to.have.length(header.length / 2 + size);
      expect(framesIn(frame)).to.deep.equal([[FrameType.More, hex(noise(size))]]);
    }
  });
});

describe('eachFrame', () => {
  it('gives the frames of a packet in order, as views of it', () => {
    const packet = concat(GOLDEN.map(([, frame]) => frame));
    const bodies: Bytes[] = [];
    eachFrame(packet, (_, body) => bodies.push(body));
    expect(bodies.map((body) => body.buffer)).to.deep.equal(GOLDEN.map(() => packet.buffer));
    expect(framesIn(packet)).to.deep.equal(GOLDEN.flatMap(([, frame]) => framesIn(frame)));
  });

  it('knows a packet by its own range of a buffer', () => {
    expect(framesIn(unhex('15 20 01 05 15').subarray(1, 4))).to.deep.equal([[FrameType.Ping, '05']]);
    refused('bad-message', () => framesIn(unhex('20 01 05').subarray(0, 2)));
  });

  it('gives frames of unknown type, to be skipped, and goes on behind them', () => {
    const packet = unhex('00 00  7f 02 ffff  20 01 05  ff 00');
    expect(framesIn(packet)).to.deep.equal([[0, ''], [0x7f, 'ffff'], [FrameType.Ping, '05'], [0xff, '']]);
  });

  it('stops where it is told to, and looks at nothing behind', () => {
    const types: number[] = [];
    eachFrame(unhex('22 00 23 00 20 ff'), (type) => types.push(type) < 2);
    expect(types).to.deep.equal([FrameType.Goodbye, FrameType.Farewell]);
  });

  it('takes an empty packet', () => {
    expect(framesIn(unhex(''))).to.deep.equal([]);
  });

  it('refuses a packet that ends within a frame, after the frames before it', () => {
    const packet = unhex('20 01 05  14 8001');
    const whole = concat([packet, noise(128)]);
    expect(framesIn(whole)).to.have.length(2);
    for (let length = 1; length < whole.length; length++) {
      const types: number[] = [];
      const read = () => eachFrame(whole.slice(0, length), (type) => types.push(type));
      if (length === 3) read();
      else refused('bad-message', read);
      expect(types, `${length} bytes`).to.deep.equal(length < 3 ? [] : [FrameType.Ping]);
    }
  });

  it('refuses lengths that nothing can have', () => {
    for (const text of ['14 ffffffffffffff0f', '14 ffffffffffffff7f', '14 8000', '14 80808080808080808001 00']) {
      refused('bad-message', () => framesIn(unhex(text)));
    }
  });
});

describe('numbersOf', () => {
  it('reads what numbersFrame writes', () => {
    const numbers = [0, 127, 128, 2 ** 32, 2 ** 53 - 1];
    eachFrame(numbersFrame(FrameType.Ack, ...numbers), (_, body) => {
      expect(numbersOf(body, 5)).to.deep.equal(numbers);
    });
  });

  it('refuses more or fewer numbers than there are to be', () => {
    refused('bad-message', () => numbersOf(unhex('05 05'), 3));
    refused('bad-message', () => numbersOf(unhex('05 05 05 05'), 3));
    refused('bad-message', () => numbersOf(unhex('05 05 85'), 3));
    refused('bad-message', () => numbersOf(unhex(''), 1));
    expect(numbersOf(unhex('05 05 05'), 3)).to.deep.equal([5, 5, 5]);
  });

  it('reads no further than the body', () => {
    refused('bad-message', () => numbersOf(unhex('05 85 05').subarray(0, 2), 2));
  });
});
