/** Plays the rounds of a case, and works out what they say. */
import { median, medianInterval, pairedRatios, verdict } from './statistics.mjs';

/**
 * Every contender once a round, one after the other, each round beginning with another one. Who fails is out of this case:
 * a failure is a result, and a second wait for it would tell no more.
 *
 * @param {(contender: string) => Promise<Record<string, number>>} measure
 * @param {(text: string) => void} tell takes a word on each measurement
 * @returns {Promise<Record<string, { samples: Record<string, number>[], failure?: string }>>}
 */
export async function playRounds(test, rounds, measure, tell) {
  const names = Object.keys(test.contenders);
  const results = Object.fromEntries(names.map((name) => [name, { samples: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    const order = names.map((_, index) => names[(index + round) % names.length]);
    for (const name of order.filter((each) => !results[each].failure)) {
      try {
        results[name].samples.push(await measure(name));
        tell('.');
      } catch (error) {
        results[name].failure = error.message;
        tell('✗');
      }
    }
  }
  return results;
}

/** Each contender's median of each metric. */
export function mediansOf(test, results) {
  return Object.entries(results).flatMap(([contender, { samples, failure }]) =>
    Object.entries(test.metrics).map(([metric, { unit }]) => ({
      contender,
      metric,
      unit,
      ...(failure === undefined ? { median: median(samples.map((sample) => sample[metric])) } : { failure }),
    })),
  );
}

/** Each figure of the case with the ratio that was measured. */
export function compare(test, results) {
  return test.figures.map((figure) => {
    const [of, over] = [figure.of, figure.over].map((name) => chosen(test, results, name));
    const failed = [of, over].filter((name) => results[name].failure !== undefined);
    if (failed.length > 0) return { ...figure, over, verdict: 'failed', failed };
    const [numerators, denominators] = [of, over].map((name) => results[name].samples.map((sample) => sample[figure.metric]));
    const ratios = pairedRatios(numerators, denominators);
    const interval = medianInterval(ratios);
    return { ...figure, over, ratio: median(ratios), interval, verdict: verdict(interval, figure) };
  });
}

/** Where a figure names a group ("bare" at its best), the member with the best median of those that did not fail. */
function chosen({ best }, results, name) {
  const group = best?.of[name];
  if (!group) return name;
  const score = (member) => median(results[member].samples.map((sample) => sample[best.metric]));
  const sound = group.filter((member) => results[member].failure === undefined);
  return sound.sort((a, b) => score(b) - score(a))[0] ?? group[0];
}
