/** Plays the rounds of a case, and works out what they say. */
import { histogramOf } from './histogram.mjs';
import { median, medianInterval, pairedRatios, verdict } from './statistics.mjs';

/** Of what does not vary: what a bundle weighs. */
const EXACT = 1;

/**
 * Every contender once a round, one after the other, each round beginning with another one. Who fails is out of this case:
 * a failure is a result, and a second wait for it would tell no more.
 *
 * @param {(contender: string, round: number) => Promise<{ metrics: Record<string, number>, times: Record<string, number[]> }>}
 *   measure times are single ones, in ms
 * @param {(text: string) => void} tell takes a word on each measurement
 * @returns {Promise<Record<string, { samples: Record<string, number>[], histograms: object, failure?: string }>>} all times
 *   of a contender are in one histogram for each metric that has them
 */
export async function playRounds(test, rounds, measure, tell) {
  const names = Object.keys(test.contenders);
  const results = Object.fromEntries(names.map((name) => [name, { samples: [] }]));
  const times = Object.fromEntries(names.map((name) => [name, {}]));
  for (let round = 0; round < rounds; round += 1) {
    const order = names.map((_, index) => names[(index + round) % names.length]);
    for (const name of order.filter((each) => !results[each].failure)) {
      try {
        const measured = await measure(name, round);
        results[name].samples.push(measured.metrics);
        for (const [metric, each] of Object.entries(measured.times)) (times[name][metric] ??= []).push(...each);
        tell('.');
      } catch (error) {
        // What a page threw has its stack in the message.
        [results[name].failure] = error.message.split('\n');
        tell('✗');
      }
    }
  }
  for (const name of names) {
    const histograms = Object.entries(times[name]).map(([metric, each]) => [metric, histogramOf(each)]);
    if (histograms.length > 0) results[name].histograms = Object.fromEntries(histograms);
  }
  return results;
}

/** Each contender's median of each metric that it has. */
export function mediansOf(test, results) {
  return Object.entries(results).flatMap(([contender, { samples, failure }]) =>
    Object.entries(test.metrics)
      .map(([metric, { unit }]) => ({ contender, metric, unit, values: valuesOf(samples, metric) }))
      .filter(({ values }) => failure !== undefined || values.length > 0)
      .map(({ values, ...row }) => ({ ...row, ...(failure === undefined ? { median: median(values) } : { failure }) })),
  );
}

/** Each figure of the case that names two contenders, with the ratio that was measured. */
export function ratiosOf(test, results) {
  return test.figures
    .filter(({ over }) => over !== undefined)
    .map((figure) => {
      const [of, over] = [figure.of, figure.over].map((name) => chosen(test, results, name));
      const failed = [of, over].filter((name) => results[name].failure !== undefined);
      if (failed.length > 0) return { ...figure, over, verdict: 'failed', failed };
      const [numerators, denominators] = [of, over].map((name) => valuesOf(results[name].samples, figure.metric));
      const ratios = pairedRatios(numerators, denominators);
      const interval = intervalOf(test, ratios);
      return { ...figure, over, ratio: median(ratios), interval, verdict: verdict(interval, figure) };
    });
}

/** Each figure of the case that names one contender, with the value that was measured: a bound in the metric's unit. */
export function boundsOf(test, results) {
  return test.figures
    .filter(({ over }) => over === undefined)
    .map((figure) => {
      const { samples, failure } = results[figure.of];
      const { unit } = test.metrics[figure.metric];
      if (failure !== undefined) return { ...figure, unit, verdict: 'failed', failed: [figure.of] };
      const values = valuesOf(samples, figure.metric);
      const interval = intervalOf(test, values);
      return { ...figure, unit, value: median(values), interval, verdict: verdict(interval, figure) };
    });
}

function valuesOf(samples, metric) {
  return samples.map((sample) => sample[metric]).filter((value) => value !== undefined);
}

function intervalOf(test, values) {
  return test.exact ? { low: values[0], high: values[0], confidence: EXACT } : medianInterval(values);
}

/** Where a figure names a group ("bare" at its best), the member with the best median of those that did not fail. */
function chosen({ best }, results, name) {
  const group = best?.of[name];
  if (!group) return name;
  const score = (member) => median(valuesOf(results[member].samples, best.metric));
  const sound = group.filter((member) => results[member].failure === undefined);
  return sound.sort((a, b) => score(b) - score(a))[0] ?? group[0];
}
