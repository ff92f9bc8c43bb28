/** The tables that the benchmark prints, and the cases that it knows. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';

import { tables } from '../../bench/report.mjs';

const CASES = new URL('../../bench/cases/', import.meta.url);

const interval = { low: 1.204, high: 1999.6, confidence: 0.97 };
const RATIO = { metric: 'throughput', of: 'ours', profile: 'native' };
const bulk = {
  name: 'bulk',
  medians: [
    { contender: 'ours', metric: 'throughput', unit: 'MiB/s', median: 13.6449 },
    { contender: 'theirs', metric: 'throughput', unit: 'MiB/s', failure: 'no connection' },
  ],
  ratios: [
    { ...RATIO, over: 'bare', atLeast: 0.95, ratio: 1234.5, interval, verdict: 'reached' },
    { ...RATIO, over: 'theirs', atLeast: 4, or: 'the next', verdict: 'failed', failed: ['theirs'] },
  ],
  bounds: [],
};
const chat = {
  name: 'chat',
  medians: [
    { contender: 'ours', metric: 'p95', unit: 'ms', median: 0 },
    { contender: 'ours', metric: 'p99', unit: 'ms', median: 829_123 },
  ],
  ratios: [],
  bounds: [{ metric: 'p95', of: 'ours', unit: 'ms', atMost: 30, profile: 'native', value: 9.5, interval, verdict: 'undecided' }],
};

/** The cells of a line. */
const cells = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim());

describe('the tables', () => {
  const [medians, figures] = tables([bulk, chat]).split('\n\n').map((table) => table.split('\n'));

  it('have a head, a line below it, and the same columns in every row', () => {
    for (const [lines, columns] of [[medians, 3], [figures, 6]]) {
      assert.match(lines[1], /^\|(-+\|)+$/);
      for (const line of lines) {
        assert.equal(cells(line).length, columns, line);
        assert.equal(line.length, lines[0].length, line);
      }
    }
  });

  it('give medians in three digits, and failures in words', () => {
    assert.deepEqual(medians.slice(2).map(cells), [
      ['bulk', 'ours', '13.6 MiB/s'],
      ['bulk', 'theirs', 'failed: no connection'],
      ['chat, p95', 'ours', '0 ms'],
      ['chat, p99', 'ours', '829,000 ms'],
    ]);
  });

  it('give ratios without a unit, and bounds with theirs', () => {
    assert.deepEqual(figures.slice(2).map(cells), [
      ['bulk', 'ours / bare', '1,230', '1.2–2,000', '≥ 0.95, native', 'reached'],
      ['bulk', 'ours / theirs', '–', 'theirs failed', '≥ 4, native (or the next)', 'failed'],
      ['chat, p95', 'ours', '9.5 ms', '1.2–2,000 ms', '≤ 30 ms, native', 'undecided'],
    ]);
  });
});

describe('the cases', () => {
  for (const file of readdirSync(CASES)) {
    it(`${file} names only contenders and metrics that it has`, async () => {
      const { default: test } = await import(new URL(file, CASES));
      assert.equal(`${test.name}.mjs`, file);
      assert.ok(test.title && test.sizes.full && test.sizes.quick);
      const known = [...Object.keys(test.contenders), ...Object.keys(test.best?.of ?? {})];
      for (const { of, over, metric, atLeast, atMost, profile } of test.figures) {
        assert.ok(known.includes(of), of);
        assert.ok(over === undefined || known.includes(over), over);
        assert.ok(Object.hasOwn(test.metrics, metric), metric);
        assert.equal([atLeast, atMost].filter(Number.isFinite).length, 1);
        assert.match(profile, /^(native|compatible)$/);
        // A rate has to be large, a time small.
        const ofRatio = of.startsWith('ours');
        if (ofRatio) assert.equal(test.metrics[metric].better === 'more', atLeast !== undefined, `${metric} of ${of}`);
      }
      for (const member of Object.values(test.best?.of ?? {}).flat()) assert.ok(Object.hasOwn(test.contenders, member), member);
      for (const { unit, better } of Object.values(test.metrics)) assert.ok(unit && /^(more|less)$/.test(better));
      // Fewer rounds decide nothing.
      assert.ok(test.exact || (test.rounds ?? 6) >= 6);
    });
  }
});
