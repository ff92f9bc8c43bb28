/** Inputs that nobody meant well with, and what has to hold for each of them. */

import { expect } from '@open-wc/testing';
import fc from 'fast-check';

import { PeerError } from '../../src/errors.js';
import type { Bytes } from '../../src/wire/index.js';

/** The tests run in so many browsers, each of which takes its share of the inputs: its seeds are its own. */
const BROWSERS = 2;
const BROWSER = navigator.userAgent.includes('Firefox') ? 1 : 0;
/** Half of the inputs are the same in every run. */
const SEED = 20_261_123 + BROWSER;
/** The other half are new in each; where one of them fails, fast-check names its seed and path. */
export const RUN_SEED = Math.floor(Math.random() * 2 ** 31);
/** Longest that one input may take, in ms. */
const SLOW = 100;
/** How often a slow input is tried again: it may have been the collector, or another process. */
const RETRIES = 3;
/** The page's own clock, whatever a test puts in its place. */
const now = performance.now.bind(performance);

/**
 * A test that gives `count` inputs, over all browsers, to an attempt. The attempt may throw a PeerError, which is how what is
 * wrong is refused, and nothing else; it may not take longer than 100 ms, four times in a row.
 */
export function fuzz<T>(what: string, count: number, inputs: fc.Arbitrary<T>, attempt: (input: T) => unknown): void {
  const share = Math.ceil(count / BROWSERS);
  it(`${what} (${share.toLocaleString('en')} inputs)`, function () {
    this.timeout(120_000);
    const property = fc.property(inputs, (input) => {
      let taken = 0;
      for (let tries = 0; tries <= RETRIES; tries++) {
        const begun = now();
        tolerant(() => attempt(input));
        taken = now() - begun;
        if (taken <= SLOW) return;
      }
      throw new Error(`An input takes ${Math.round(taken)} ms.`);
    });
    for (const seed of [SEED, RUN_SEED]) {
      fc.assert(property, {
        seed,
        numRuns: Math.ceil(share / 2),
        interruptAfterTimeLimit: 100_000,
        markInterruptAsFailure: true,
        includeErrorInReport: true,
      });
    }
  });
}

/** Lets a PeerError pass, and nothing else. */
export function tolerant<R>(action: () => R): R | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    return undefined;
  }
}

/** Bytes that mean nothing. */
export const anyBytes: fc.Arbitrary<Bytes> = fc.uint8Array({ maxLength: 300 }).map((bytes) => bytes.slice());

/** Bytes at which formats turn: tags, lengths, ends of ranges. */
const TELLING = [
  ...[0, 1, 0x10, 0x14, 0x7f, 0x80, 0x81, 0x84, 0x91, 0xa0, 0xb0, 0xba, 0xc0, 0xc1, 0xc7],
  ...[0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xfe, 0xff],
];

interface Change {
  readonly how: 'set' | 'flip' | 'insert' | 'remove' | 'repeat' | 'cut';
  readonly at: number;
  readonly value: number;
  readonly size: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom<Change['how'][]>('set', 'flip', 'insert', 'remove', 'repeat', 'cut'),
  at: fc.nat(10_000),
  value: fc.oneof(fc.constantFrom(...TELLING), fc.nat(255)),
  size: fc.integer({ min: 1, max: 12 }),
});

/** Right bytes with a few changes in them; now and then none. */
export function mutated(right: fc.Arbitrary<Bytes>): fc.Arbitrary<Bytes> {
  return fc.tuple(right, fc.array(change, { maxLength: 4 })).map(([bytes, changes]) => changes.reduce(changed, bytes));
}

function changed(bytes: Bytes, { how, at, value, size }: Change): Bytes {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (how) {
    case 'set':
      return Uint8Array.of(...before, value, ...after.subarray(1));
    case 'flip':
      return Uint8Array.of(...before, (after[0] ?? 0) ^ (1 << (value & 7)), ...after.subarray(1));
    case 'insert':
      return Uint8Array.of(...before, value, ...after);
    case 'remove':
      return Uint8Array.of(...before, ...after.subarray(size));
    case 'repeat':
      return Uint8Array.of(...before, ...after.subarray(0, size), ...after);
    case 'cut':
      return before.slice();
  }
}

/** A text that cannot be what it should. */
export const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', '../../etc', '\u0000', '\ud800', 'x'.repeat(2_000)),
  fc.constantFrom('data', 'offer', 'native'),
);

/** A value of JSON, of any kind, in the place of another. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom(null, true, false, 0, -1, 1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 53 - 1, 65_536, 5e-324),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 1, max: 1_000 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown),
);

/** An object whose fields are each right, wrong or absent. */
export function oddRecord(right: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(right).map(([name, value]) => [
      name,
      fc.oneof(
        { weight: 5, arbitrary: fc.constant(value) },
        { weight: 2, arbitrary: oddValue },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
    ]),
  );
  return fc.oneof({ weight: 8, arbitrary: fc.record(fields) }, { weight: 1, arbitrary: oddValue });
}

/** What a value takes at least: its items, entries, characters and bytes. Cycles and depth do not matter to it. */
export function weightOf(value: unknown): number {
  let weight = 0;
  const left = [value];
  while (left.length > 0) {
    const part = left.pop();
    weight++;
    if (typeof part === 'string') weight += part.length;
    else if (part instanceof ArrayBuffer || ArrayBuffer.isView(part)) weight += part.byteLength;
    else if (typeof part === 'object' && part !== null) {
      for (const [key, item] of Object.entries(part)) {
        weight += Array.isArray(part) ? 0 : key.length;
        left.push(item);
      }
    }
  }
  return weight;
}

/** How many arrays and objects are within each other. */
export function depthOf(value: unknown): number {
  let depth = 0;
  for (let parts = [value]; ; depth++) {
    const objects = parts.filter((part) => typeof part === 'object' && part !== null && !(part instanceof ArrayBuffer));
    if (objects.length === 0) return depth;
    parts = objects.flatMap((part) => Object.values(part as object) as unknown[]);
  }
}

/** Fails where something takes more than the bytes it was made of allow. */
export function expectWithin(weight: number, most: number): void {
  expect(weight <= most, `${weight} where ${most} is the most`).to.equal(true);
}
