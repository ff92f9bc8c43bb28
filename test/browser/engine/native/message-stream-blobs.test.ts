import { expect } from '@open-wc/testing';

import { concat, type Bytes, type Part } from '../../../../src/wire/bytes.js';
import { FrameType } from '../../../../src/wire/native/frames.js';
import type { NativeMessage } from '../../../../src/wire/native/message.js';
import { expectSameBytes } from '../../wire/support.js';
import { Pair, message, pattern, turn } from './stream-pair.js';

const MB = 1024 * 1024;

/** A file whose bytes up to `readable` can be read, and that counts what is read of it. */
class Failing extends Blob {
  readonly #readable: number;
  most = 0;

  constructor(bytes: Bytes, readable = bytes.byteLength) {
    super([bytes]);
    this.#readable = readable;
  }

  override slice(from = 0, to = this.size): Blob {
    this.most = Math.max(this.most, to);
    const slice = super.slice(from, to);
    if (to > this.#readable) slice.slice = () => ({ arrayBuffer: deleted }) as unknown as Blob;
    return slice;
  }
}

async function deleted(): Promise<ArrayBuffer> {
  await turn();
  throw new Error('deleted');
}

function messageOf(...parts: readonly Part[]): NativeMessage {
  const byteLength = parts.reduce((sum, part) => sum + (part instanceof Blob ? part.size : part.byteLength), 0);
  return { kind: FrameType.Value, byteLength, parts };
}

describe('Blobs in a message stream', () => {
  let pair: Pair;
  beforeEach(() => void (pair = new Pair({ window: 4 * MB })));
  afterEach(() => pair.end());

  /** Lets packets pass until so many messages have come or something else has. */
  async function heard(count: number): Promise<void> {
    const { bodies, ends } = pair.b.heard;
    while (bodies.length < count && ends.length + pair.a.heard.ends.length === 0) await pair.settle();
  }

  it('are read in their turn, and nothing overtakes them', async () => {
    pair.b.reads();
    const [first, second, third] = [pattern(100, 1), pattern(5 * MB, 2), pattern(3, 3)] as [Bytes, Bytes, Bytes];
    void pair.a.stream.push(message(10));
    void pair.a.stream.push(messageOf(first, new Blob([second]), new Blob([]), third, new Blob([third])));
    void pair.a.stream.push(messageOf(new Blob(['small'])));
    void pair.a.stream.push(messageOf(new Blob([])));
    void pair.a.stream.push(message(20));
    await heard(5);
    expect(pair.b.heard.bodies.map(({ byteLength }) => byteLength)).to.deep.equal([10, 5 * MB + 106, 5, 0, 20]);
    expectSameBytes(pair.b.heard.bodies[1] as Bytes, concat([first, second, third, third]));
  });

  it('are read no further ahead than two pieces of 1 MiB', async () => {
    const blob = new Failing(pattern(5 * MB));
    void pair.a.stream.push(messageOf(blob));
    while (blob.most < MB) await turn();
    for (let i = 0; i < 50; i++) await turn(); // Nothing leaves the port meanwhile.
    expect(blob.most).to.be.at.most(2 * MB);
    pair.b.reads();
    await heard(1);
    expect(blob.most).to.equal(5 * MB);
  });

  it('that cannot be read are told of, and the stream goes on', async () => {
    pair.b.reads();
    void pair.a.stream.push(message(10));
    void pair.a.stream.push(messageOf(new Blob(['fine']), new Failing(pattern(10), 0)));
    void pair.a.stream.push(message(20));
    const flushed = pair.a.stream.flushed();
    await heard(2);
    expect(pair.a.heard.faults.map(({ type }) => type)).to.deep.equal(['invalid-data']);
    expect(pair.b.heard.bodies.map(({ byteLength }) => byteLength)).to.deep.equal([10, 20]);
    await pair.settle();
    await flushed;
    expect(pair.a.stream.unconfirmed).to.equal(0);
  });

  it('that cannot be read hold up nothing that comes after them', async () => {
    void pair.a.stream.push(messageOf(new Failing(pattern(10), 0)));
    void pair.a.stream.push(message(20));
    while (pair.a.heard.faults.length === 0) await turn();
    await turn();
    expect(pair.a.port.sent).to.have.length(1);
  });

  it('that fail in mid-message break the stream: nobody could tell where the message ends', async () => {
    pair.b.reads();
    void pair.a.stream.push(messageOf(new Failing(pattern(5 * MB), 3 * MB)));
    await heard(1);
    expect(pair.a.heard.ends.map(({ type }) => type)).to.deep.equal(['invalid-data']);
    expect(pair.b.heard.bodies).to.deep.equal([]);
  });

  it('are let go of at the end', async () => {
    let fail: (error: Error) => void = () => undefined;
    const reading = new Promise<ArrayBuffer>((_, reject) => (fail = reject));
    const blob = new Blob(['never read']);
    blob.slice = () => ({ size: 1, slice: () => ({ arrayBuffer: () => reading }) }) as unknown as Blob;
    void pair.a.stream.push(messageOf(blob));
    await turn();
    pair.end();
    fail(new Error('deleted'));
    await turn();
    expect([pair.a.heard.faults, pair.a.heard.ends]).to.deep.equal([[], []]);
  });
});
