import { expect } from '@open-wc/testing';
import fc from 'fast-check';

import { ReceiveBudget } from '../../../../src/engine/native/receive-budget.js';
import { FrameType } from '../../../../src/wire/native/frames.js';
import { Clock, Pair, bytesMessage, pattern, turn, type End } from './stream-pair.js';

const SEED = { seed: 20_261_101, numRuns: 150, includeErrorInReport: true };
/** Far more than any run takes: beyond it the streams stand still. */
const MOST_STEPS = 60_000;

const KINDS = [FrameType.Value, FrameType.Bytes, FrameType.Text] as const;
const size = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
);
const messages = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), size }), { maxLength: 60 });
const run = fc.record({
  there: messages,
  back: messages,
  window: fc.oneof(fc.integer({ min: 500, max: 5_000 }), fc.integer({ min: 5_000, max: 100_000 })),
  maxPacket: fc.constantFrom(1_200, 16_384, 65_536),
  budget: fc.option(fc.integer({ min: 1, max: 200_000 }), { nil: undefined }),
  lost: fc.constantFrom(0, 0.02, 0.2),
  doubled: fc.constantFrom(0, 0.1),
  replaced: fc.constantFrom(0, 0.01, 0.05),
  reading: fc.double({ min: 0.02, max: 1, noNaN: true }),
  choice: fc.integer({ min: 1, max: 2 ** 31 }),
});

/** Numbers from 0 to 1, the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('properties of message streams', () => {
  let clock: Clock;
  beforeEach(() => void (clock = new Clock()));
  afterEach(() => clock.restore());

  it('brings every message once and in order, whatever is lost, doubled, replaced or read late', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        const random = chance(given.choice);
        const budget = given.budget === undefined ? undefined : new ReceiveBudget(given.budget);
        const pair = new Pair({ window: given.window, budget }, { window: given.window, budget }, given.maxPacket);
        const outgoing = new Map<End, { kind: (typeof KINDS)[number]; size: number }[]>([
          [pair.a, [...given.there]],
          [pair.b, [...given.back]],
        ]);
        let flushed = 0;
        let steps = 0;
        for (; flushed < 2 && steps < MOST_STEPS; steps++) {
          const end = random() < 0.5 ? pair.a : pair.b;
          if (random() < 0.3) await turn();
          if (random() < 0.3) {
            const next = outgoing.get(end)?.shift();
            if (next) void end.stream.push(bytesMessage(pattern(next.size, next.size % 251), next.kind));
            else if (outgoing.delete(end)) void end.stream.confirmed().then(() => flushed++);
          }
          if (random() < given.reading * 0.2) end.confirm(1 + Math.floor(random() * 3));
          if (random() < given.replaced * 0.1) pair.attach();
          if (end.port.buffer.length > 0) {
            if (random() < given.lost) end.port.leave();
            else pair.pass(end, random() < given.doubled ? 2 : 1);
          } else if (random() < 0.05) clock.next();
          if (pair.ends.some(({ heard }) => heard.ends.length > 0)) break;
        }
        const problems = pair.ends.map(({ heard }) => [...heard.ends, ...heard.faults].map(String));
        expect(problems).to.deep.equal([[], []]);
        expect(steps, 'steps').to.be.below(MOST_STEPS);
        for (const [to, sent] of [[pair.b, given.there], [pair.a, given.back]] as const) {
          expect(to.heard.kinds).to.deep.equal(sent.map(({ kind }) => kind));
          expect(to.heard.bodies.map(({ byteLength }) => byteLength)).to.deep.equal(sent.map(({ size }) => size));
          to.heard.bodies.forEach((body) => {
            const expected = pattern(body.byteLength, body.byteLength % 251);
            expect(body.every((byte, at) => byte === expected[at])).to.be.true;
          });
        }
        if (budget) expect(budget.taken).to.equal(0);
        for (const { stream } of pair.ends) expect([stream.length, stream.unconfirmed]).to.deep.equal([0, 0]);
        pair.end();
        expect(clock.pending).to.equal(0);
      }),
      SEED,
    );
  });
});
