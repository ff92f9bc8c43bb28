import { expect } from '@open-wc/testing';
import fc from 'fast-check';

import { unpack } from '../../../src/wire/binarypack/unpack.js';
import { concat, encoder, type Bytes } from '../../../src/wire/bytes.js';
import { Reassembly, type Chunk } from '../../../src/wire/chunks.js';
import {
  binary,
  datagramSerializer,
  DEFAULT_WIRE_LIMITS,
  eachFrame,
  fitsJson,
  frameOf,
  FrameType,
  json,
  numbersFrame,
  numbersOf,
  raw,
  safeName,
  safeType,
  VarintReader,
  type MessageKind,
} from '../../../src/wire/index.js';
import { nestsDeeper } from '../../../src/wire/json-bounds.js';
import { fileBuffer } from '../../../src/wire/native/files.js';
import { anyBytes, depthOf, expectWithin, fuzz, mutated, oddText, oddValue, tolerant, weightOf } from '../../support/fuzz.js';
import { codec } from './native/support.js';
import { hex, packed, refused, serializer } from './support.js';

/** Objects whose bytes make a decoder's. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.record({ id: fc.maxSafeInteger(), text: oddText, data: fc.uint8Array({ maxLength: 60 }) }),
  fc.array(fc.double(), { maxLength: 20 }),
  fc.integer({ min: 1, max: 250 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown),
);
/** Arrays within arrays, as deep as may be and deeper. */
const nestedBytes = fc
  .integer({ min: 200, max: 320 })
  .map((depth) => Uint8Array.of(...new Array<number>(depth - 1).fill(0x91), 0x90));
const rightBytes = value.map((given) => packed(given));
const packedBytes = fc.oneof({ weight: 9, arbitrary: rightBytes }, { weight: 1, arbitrary: nestedBytes });
const jsonBytes = value.map((given) => encoder.encode(JSON.stringify(given)));

/** Chunks as PeerJS sends them, of few messages and places, so that they meet. */
const count = fc.integer({ min: 1, max: 6 });
const chunk = fc
  .record({ __peerData: count, n: fc.nat(6), data: fc.uint8Array({ maxLength: 40 }), total: count })
  .map((given) => packed(given));

const SMALL = { ...DEFAULT_WIRE_LIMITS, maxMessageSize: 1_000, maxPartialMessages: 8 };

const frame = fc.oneof(
  fc.tuple(fc.constantFrom(...Object.values(FrameType)), anyBytes).map(([type, body]) => frameOf(type, body)),
  fc
    .tuple(fc.constantFrom(FrameType.At, FrameType.Ack, FrameType.Probe), fc.array(fc.maxSafeNat(), { maxLength: 4 }))
    .map(([type, numbers]) => numbersFrame(type, ...numbers)),
);
const packet = fc.array(frame, { maxLength: 8 }).map((frames) => concat([new Uint8Array(0), ...frames]));

const KINDS: readonly MessageKind[] = [FrameType.Value, FrameType.Bytes, FrameType.Text];

/** A byte of a map's key may become "[object Object],". */
const KEY_GROWTH = 16;

describe('the decoders of the wire floor, given what nobody means well with', () => {
  const decoded = (bytes: Bytes): void => {
    const found = tolerant(() => unpack(bytes, { file: fileBuffer }));
    expectWithin(weightOf(found), KEY_GROWTH * bytes.length + 2);
    expectWithin(depthOf(found), DEFAULT_WIRE_LIMITS.maxDepth);
  };
  fuzz('BinaryPack of any bytes is refused, or no larger than they are', 12_000, anyBytes, decoded);
  fuzz('BinaryPack that was changed is refused, or no larger than its bytes', 14_000, mutated(packedBytes), decoded);

  fuzz('BinaryPack that is cut off is refused', 2_000, fc.tuple(rightBytes, fc.nat(10_000)), ([bytes, at]) => {
    refused('bad-message', () => unpack(bytes.subarray(0, at % bytes.length)));
  });

  fuzz('JSON of any bytes, and as text', 3_000, fc.oneof(anyBytes, oddText), (given) => {
    serializer(json).decode(typeof given === 'string' ? given : given.slice().buffer);
  });
  fuzz('JSON that was changed', 4_000, mutated(jsonBytes), (bytes) => {
    const [message] = tolerant(() => serializer(json).decode(bytes.slice().buffer)) ?? [];
    if (message?.type === 'data') expect(nestsDeeper(JSON.stringify(message.data), DEFAULT_WIRE_LIMITS.maxDepth)).to.equal(false);
  });

  const decodedBinary = (frames: readonly Bytes[]): void => {
    const receiver = serializer(binary, SMALL);
    for (const bytes of frames) {
      const messages = tolerant(() => receiver.decode(bytes.slice().buffer)) ?? [];
      expectWithin(messages.length, 1);
    }
  };
  fuzz('chunks in frames that were changed', 5_000, fc.array(mutated(chunk), { maxLength: 12 }), decodedBinary);

  const oddChunk = fc.record({
    __peerData: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.double({ min: 1 })),
    n: fc.oneof(fc.nat(8), fc.maxSafeInteger(), oddValue),
    data: fc.oneof(fc.uint8Array({ maxLength: 700 }), oddValue),
    total: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.maxSafeInteger(), oddValue),
  });
  fuzz('chunks whose fields are anything stay within their bounds', 4_000, fc.array(oddChunk, { maxLength: 30 }), (chunks) => {
    const reassembly = new Reassembly(SMALL);
    for (const each of chunks) {
      const message = tolerant(() => reassembly.add(each as Chunk));
      expectWithin(message?.byteLength ?? 0, SMALL.maxMessageSize);
      expectWithin(reassembly.charge, SMALL.maxMessageSize);
      expectWithin(reassembly.partialMessages, SMALL.maxPartialMessages);
    }
  });

  fuzz('raw frames', 1_000, fc.oneof(anyBytes, oddText), (given) => {
    serializer(raw, { maxMessageSize: 200 }).decode(typeof given === 'string' ? given : given.slice().buffer);
  });

  const taken = (bytes: Bytes): void => {
    const frames: Bytes[] = [];
    eachFrame(bytes, (type, body) => {
      frames.push(frameOf(type, body));
      for (const count of [1, 3]) tolerant(() => numbersOf(body, count));
    });
    expect(hex(concat([new Uint8Array(0), ...frames]))).to.equal(hex(bytes));
  };
  fuzz('packets of any bytes', 5_000, anyBytes, taken);
  fuzz('packets that were changed', 6_000, mutated(packet), taken);

  fuzz('varints of any bytes are below 2^53', 4_000, anyBytes, (bytes) => {
    for (const reader = new VarintReader(bytes); ; ) expect(Number.isSafeInteger(reader.next())).to.equal(true);
  });

  const body = fc.oneof(anyBytes, mutated(packedBytes), mutated(jsonBytes));
  const message = fc.tuple(fc.constantFrom(...KINDS, 0x7e as MessageKind), body, fc.boolean());
  const datagram = packedBytes.map((bytes) => Uint8Array.of(FrameType.Value, ...bytes));
  for (const name of ['binary', 'json', 'raw'] as const) {
    fuzz(`messages of the native codec of ${name}`, 3_000, message, ([kind, body, owned]) => {
      const found = tolerant(() => codec(name).decode(kind, body.slice(), owned));
      expectWithin(weightOf(found), KEY_GROWTH * body.length + 2);
    });
    fuzz(`datagrams of ${name}`, 1_000, fc.oneof(anyBytes, mutated(datagram)), (bytes) => {
      datagramSerializer(codec(name), SMALL).decode(bytes.slice().buffer);
    });
  }

  fuzz('names and types of files', 3_000, fc.oneof(oddText, oddValue), (given) => {
    const name = safeName(given);
    expectWithin(name.length, 255);
    expect(/[/\\\p{C}]/u.test(name), name).to.equal(false);
    expectWithin(safeType(given).length, 255);
  });

  const json6 = fc.jsonValue({ maxDepth: 6 });
  fuzz('the depth of JSON is told as the value has it', 3_000, fc.tuple(json6, fc.nat(8)), ([given, most]) => {
    const deeper = depthOf(given) > most;
    expect(nestsDeeper(JSON.stringify(given, undefined, 1), most)).to.equal(deeper);
    expect(fitsJson(given, Infinity, most)).to.equal(!deeper);
  });

  fuzz('the size of JSON is told within what escapes make of it', 2_000, fc.tuple(json6, fc.nat(400)), ([given, most]) => {
    if (!fitsJson(given, most, 256)) return;
    // A character is six at the most.
    expectWithin(JSON.stringify(given).length, 6 * most);
  });
});
