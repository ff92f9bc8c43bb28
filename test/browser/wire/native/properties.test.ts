import { expect } from '@open-wc/testing';
import fc from 'fast-check';

import { concat } from '../../../../src/wire/bytes.js';
import {
  eachFrame,
  frameOf,
  FrameType,
  numbersFrame,
  numbersOf,
  safeName,
  VarintReader,
  varintSize,
  writeVarint,
  type Bytes,
  type FileBuffer,
  type MessageKind,
} from '../../../../src/wire/index.js';
import { hex } from '../support.js';
import { bodyOf, carried, codec } from './support.js';

const SEED = { seed: 20_260_101, numRuns: 400 };

const kinds = fc.constantFrom<MessageKind[]>(FrameType.Value, FrameType.Bytes, FrameType.Text);
const codecs = fc.constantFrom('binary', 'json', 'raw');

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 20 }));
const key = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'toString'));
const number = fc
  .oneof(fc.maxSafeInteger(), fc.integer({ min: -300, max: 300 }), fc.double())
  .map((value) => (value === 0 ? 0 : value));
const bytes = fc.uint8Array({ maxLength: 90 });
const varint = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.nat(49).map((power) => 2 ** power));
const file = fc
  .tuple(bytes, fc.constantFrom('', 'text/plain', 'image/png'), fc.option(text), fc.nat())
  .map(([data, type, name, lastModified]) =>
    name === null ? new Blob([data], { type }) : new File([data], name, { type, lastModified }),
  );

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    bytes,
    file,
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(key, tie('value'), { maxKeys: 20, noNullPrototype: true }),
  ),
})).value;

/** A value in a form that compares: binaries and files as text and a list of what is told of them. */
async function plain(part: unknown): Promise<unknown> {
  if (part instanceof Blob) {
    const { name, lastModified } = part as File;
    const told = part instanceof File ? [part.type, safeName(name), lastModified] : [part.type, undefined, undefined];
    return [`bytes ${hex(await part.arrayBuffer())}`, ...told];
  }
  if (part instanceof ArrayBuffer && 'type' in part) {
    const { type, name, lastModified } = part as FileBuffer;
    return [`bytes ${hex(part)}`, type, name, lastModified];
  }
  if (part instanceof ArrayBuffer || part instanceof Uint8Array) return `bytes ${hex(part)}`;
  if (Array.isArray(part)) return Promise.all(part.map(plain));
  if (typeof part !== 'object' || part === null) return part;
  return Promise.all(Object.entries(part).map(async ([name, item]) => [name, await plain(item)]));
}

/** Fails where the action throws anything but bad-message. */
function survives(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    expect((error as { type?: string }).type, String((error as Error).stack)).to.equal('bad-message');
  }
}

describe('properties of the native profile', () => {
  it('carries any value with files in it, as binary', async () => {
    await fc.assert(
      fc.asyncProperty(value, async (whole) => {
        expect(await plain(await carried(codec('binary'), [whole]))).to.deep.equal(await plain([whole]));
        expect(await plain(await carried(codec('binary'), whole))).to.deep.equal(await plain(whole));
      }),
      SEED,
    );
  });

  it('carries any JSON, as json', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (whole) => {
        const json = JSON.stringify([whole]);
        expect(JSON.stringify(await carried(codec('json'), [whole]))).to.equal(json);
      }),
      SEED,
    );
  });

  it('carries any text and any bytes, as raw', async () => {
    await fc.assert(
      fc.asyncProperty(text, bytes, async (some, data) => {
        expect(await carried(codec('raw'), some)).to.equal(some);
        expect(hex((await carried(codec('raw'), data)) as ArrayBuffer)).to.equal(hex(data));
      }),
      SEED,
    );
  });

  it('says nothing but bad-message of random messages', () => {
    const start = fc.constantFrom(0x81, 0x91, 0xc7, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf);
    const head = fc.option(start, { nil: undefined });
    fc.assert(
      fc.property(codecs, kinds, head, fc.uint8Array({ maxLength: 300 }), (name, kind, first, body) => {
        if (first !== undefined) body[0] = first;
        survives(() => codec(name).decode(kind, body as Bytes, false));
      }),
      { ...SEED, numRuns: 5000 },
    );
  });

  it('says nothing but bad-message of damaged messages', async () => {
    await fc.assert(
      fc.asyncProperty(value, fc.nat(), fc.nat(255), fc.boolean(), async (whole, at, byte, cut) => {
        const body = await bodyOf(codec('binary').encode([whole]));
        body[at % body.byteLength] = byte;
        survives(() => codec('binary').decode(FrameType.Value, cut ? body.slice(0, at % body.byteLength) : body, false));
      }),
      { ...SEED, numRuns: 2000 },
    );
  });

  it('writes any number in its shortest form, and reads it', () => {
    fc.assert(
      fc.property(varint, (number) => {
        const written = new Uint8Array(8);
        const end = writeVarint(written, 0, number);
        expect(end).to.equal(varintSize(number));
        expect(end === 1 || number >= 2 ** (7 * (end - 1))).to.equal(true);
        expect(new VarintReader(written).next()).to.equal(number);
      }),
      { ...SEED, numRuns: 2000 },
    );
  });

  it('takes any packet apart into the frames that it was made of', () => {
    const frame = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 10 }), fc.array(varint, { maxLength: 4 }), (frames, numbers) => {
        const packet = concat([...frames.map(([type, body]) => frameOf(type, body)), numbersFrame(FrameType.Ack, ...numbers)]);
        const found: [number, string][] = [];
        eachFrame(packet, (type, body) => found.push([type, hex(body)]));
        expect(found.slice(0, -1)).to.deep.equal(frames.map(([type, body]) => [type, hex(body)]));
        expect(numbersOf(last(packet), numbers.length)).to.deep.equal(numbers);
      }),
      SEED,
    );
  });

  it('says nothing but bad-message of random packets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(4), (packet, count) => {
        survives(() => eachFrame(packet as Bytes, (_, body) => survives(() => numbersOf(body, count))));
      }),
      { ...SEED, numRuns: 5000 },
    );
  });

  it('makes a name that is safe of any text', () => {
    const part = fc.constantFrom('/', '\\', '.', '..', '\u202e', '\u0000', '\ud83d', ' ');
    fc.assert(
      fc.property(fc.array(fc.oneof(part, text), { maxLength: 12 }), (parts) => {
        const name = safeName(parts.join(''));
        expect(name).to.match(/^[^/\\\p{C}]{1,255}$/u);
        expect(['.', '..']).not.to.include(name.trim());
        expect(safeName(name)).to.equal(name);
      }),
      { ...SEED, numRuns: 2000 },
    );
  });
});

/** The body of a packet's last frame. */
function last(packet: Bytes): Bytes {
  let found = packet;
  eachFrame(packet, (_, body) => (found = body));
  return found;
}
