/** What the benchmark makes of its samples. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { binStart, histogramOf, quantileOf } from '../../bench/histogram.mjs';
import { boundsOf, mediansOf, playRounds, ratiosOf } from '../../bench/rounds.mjs';
import { median, medianInterval, pairedRatios, quantile, verdict } from '../../bench/statistics.mjs';

/** 1, 2, … up to it. */
const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

describe('the statistics', () => {
  it('take the middle value, or the mean of the two in the middle, in whatever order', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([10, 1, 2, 3]), 2.5);
    assert.equal(median([9, 100, 11]), 11);
    assert.ok(Number.isNaN(median([])));
  });

  it('take the smallest value that so many do not exceed', () => {
    assert.deepEqual([0.5, 0.95, 0.99, 1].map((share) => quantile(upTo(100).reverse(), share)), [50, 95, 99, 100]);
    assert.equal(quantile([7], 0.01), 7);
  });

  it('divide round by round', () => {
    assert.deepEqual(pairedRatios([2, 9], [1, 3]), [2, 3]);
    assert.throws(() => pairedRatios([1], [1, 2]), RangeError);
  });

  // The depths are those of the printed tables of the sign test, two-sided, 5 %.
  for (const [count, low, high, confidence] of [
    [6, 1, 6, 1 - 2 / 64],
    [7, 1, 7, 1 - 2 / 128],
    [8, 1, 8, 1 - 2 / 256],
    [9, 2, 8, 1 - 20 / 512],
    [12, 3, 10, 1 - 158 / 4096],
    [15, 4, 12, 1 - 1152 / 32768],
    [20, 6, 15, 1 - 43400 / 1048576],
  ]) {
    it(`hold the median of ${count} values between number ${low} and number ${high}`, () => {
      const interval = medianInterval(upTo(count).reverse());
      assert.deepEqual([interval.low, interval.high], [low, high]);
      assert.ok(Math.abs(interval.confidence - confidence) < 1e-12, `${interval.confidence}`);
    });
  }

  it('know that fewer than six values give no 95 %', () => {
    for (const count of [1, 2, 3, 4, 5]) {
      const { low, high, confidence } = medianInterval(upTo(count));
      assert.deepEqual([low, high], [1, count]);
      assert.equal(confidence, 1 - 2 / 2 ** count);
    }
  });

  it('decide only where the whole interval lies on one side', () => {
    const interval = { low: 0.9, high: 1.1, confidence: 0.97 };
    for (const [figure, expected] of [
      [{ atLeast: 0.9 }, 'reached'],
      [{ atLeast: 1 }, 'undecided'],
      [{ atLeast: 1.1 }, 'undecided'],
      [{ atLeast: 1.2 }, 'missed'],
      [{ atMost: 1.1 }, 'reached'],
      [{ atMost: 1 }, 'undecided'],
      [{ atMost: 0.9 }, 'undecided'],
      [{ atMost: 0.8 }, 'missed'],
    ]) {
      assert.equal(verdict(interval, figure), expected, JSON.stringify(figure));
    }
    assert.equal(verdict({ ...interval, confidence: 0.94 }, { atLeast: 0.1 }), 'undecided');
  });
});

describe('a histogram', () => {
  it('counts every time once, in the bin where it belongs', () => {
    const histogram = histogramOf([0.5, 1, 1.01, 1.2, 10]);
    assert.equal(histogram.counts.reduce((sum, count) => sum + count), 5);
    const start = (bin) => binStart(histogram, bin);
    const binOf = (time) => histogram.counts.findIndex((_, bin) => start(bin) <= time * (1 + 1e-9) && time < start(bin + 1));
    assert.deepEqual([0.5, 1.005, 1.2, 10].map((time) => histogram.counts[binOf(time)]), [1, 2, 1, 1]);
    assert.equal(binOf(10), histogram.counts.length - 1);
  });

  it('takes what no clock can tell from nothing', () => {
    assert.deepEqual(histogramOf([0, 0.001]).counts, [2]);
  });

  it('tells quantiles as exactly as its bins are wide', () => {
    const times = Array.from({ length: 1000 }, (_, index) => 1.01 ** (index / 4));
    const histogram = histogramOf(times);
    for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
      const exact = quantile(times, share);
      assert.ok(Math.abs(quantileOf(histogram, share) / exact - 1) < 0.13, `${share}`);
    }
  });

  it('has no quantile without times', () => {
    assert.deepEqual(histogramOf([]).counts, []);
    assert.ok(Number.isNaN(quantileOf(histogramOf([]), 0.5)));
  });
});

describe('the rounds', () => {
  const test = {
    metrics: { rate: { unit: 'MiB/s' }, late: { unit: 'ms' } },
    contenders: { ours: {}, theirs: {}, 'bare 1': {}, 'bare 2': {} },
    best: { metric: 'rate', of: { bare: ['bare 1', 'bare 2'] } },
    figures: [
      { metric: 'rate', of: 'ours', over: 'theirs', atLeast: 1.5, profile: 'native' },
      { metric: 'rate', of: 'ours', over: 'bare', atLeast: 0.9, profile: 'native' },
      { metric: 'late', of: 'ours', atMost: 5, profile: 'native' },
    ],
  };
  const RATES = { ours: 4, theirs: 2, 'bare 1': 3, 'bare 2': 5 };
  const measure = async (contender, round) => ({
    metrics: contender === 'ours' ? { rate: RATES.ours, late: round } : { rate: RATES[contender] },
    times: contender === 'ours' ? { late: [1, 2] } : {},
  });

  it('play every contender once a round, each round beginning with another one', async () => {
    const played = [];
    await playRounds(test, 3, async (...given) => (played.push(given), measure(...given)), () => {});
    const names = Object.keys(test.contenders);
    assert.deepEqual([0, 4, 8].map((first) => played[first]), [['ours', 0], ['theirs', 1], ['bare 1', 2]]);
    for (const round of [0, 1, 2]) {
      const ofRound = played.filter((given) => given[1] === round).map(([contender]) => contender);
      assert.deepEqual(ofRound.sort(), [...names].sort());
    }
  });

  it('compare with the best of a group, and hold one contender to a bound', async () => {
    const results = await playRounds(test, 6, measure, () => {});
    const [theirs, bare] = ratiosOf(test, results);
    assert.deepEqual([theirs.ratio, theirs.verdict], [2, 'reached']);
    assert.deepEqual([bare.over, bare.ratio, bare.verdict], ['bare 2', 0.8, 'missed']);
    const [bound] = boundsOf(test, results);
    assert.deepEqual([bound.value, bound.unit, bound.verdict], [2.5, 'ms', 'reached']);
    assert.deepEqual(bound.interval, { low: 0, high: 5, confidence: 1 - 2 / 64 });
  });

  it('give the medians of the metrics that a contender has, and its times as a histogram', async () => {
    const results = await playRounds(test, 3, measure, () => {});
    const rows = mediansOf(test, results).map(({ contender, metric, median }) => [contender, metric, median]);
    assert.deepEqual(rows.slice(0, 3), [['ours', 'rate', 4], ['ours', 'late', 1], ['theirs', 'rate', 2]]);
    assert.equal(results.ours.histograms.late.counts.reduce((sum, count) => sum + count), 6);
    assert.equal(results.theirs.histograms, undefined);
  });

  it('play no further who failed, and say so of all that is compared with it', async () => {
    let tries = 0;
    const failing = async (contender, round) => {
      if (contender !== 'theirs') return measure(contender, round);
      tries += 1;
      throw new Error('no connection\n at line 1');
    };
    const results = await playRounds(test, 6, failing, () => {});
    assert.equal(tries, 1);
    assert.equal(results.theirs.failure, 'no connection');
    const [theirs, bare] = ratiosOf(test, results);
    assert.deepEqual([theirs.verdict, theirs.failed], ['failed', ['theirs']]);
    assert.equal(bare.verdict, 'missed');
    assert.ok(mediansOf(test, results).some(({ contender, failure }) => contender === 'theirs' && failure === 'no connection'));
  });

  it('take one value for certain where nothing varies', async () => {
    const exact = { ...test, exact: true };
    const [theirs] = ratiosOf(exact, await playRounds(exact, 1, measure, () => {}));
    assert.equal(theirs.verdict, 'reached');
  });

  it('decide nothing in five', async () => {
    const [theirs] = ratiosOf(test, await playRounds(test, 5, measure, () => {}));
    assert.equal(theirs.verdict, 'undecided');
  });
});
