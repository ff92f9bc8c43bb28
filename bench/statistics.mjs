/**
 * What the samples say. Pure functions.
 *
 * A round measures every contender once, one right after the other, so a round's ratio is little disturbed by what
 * disturbs the whole machine. The median of the ratios is the result, and its interval is that of order statistics: exact,
 * without an assumption about how the ratios are distributed, and the same each time it is computed.
 */

/** How certain an interval has to be before a figure counts as reached or missed. */
export const CONFIDENCE = 0.95;

/** The middle value, or the mean of the two in the middle. NaN for none. */
export function median(values) {
  const sorted = ascending(values);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * The smallest value that at least this share of all do not exceed.
 *
 * @param {number} share 0 to 1
 */
export function quantile(values, share) {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Each round's `numerators` value over its `denominators` value; the two are in the order of rounds and equally long. */
export function pairedRatios(numerators, denominators) {
  if (numerators.length !== denominators.length) throw new RangeError('A ratio needs both samples of its round.');
  return numerators.map((value, round) => value / denominators[round]);
}

/**
 * The narrowest pair of order statistics that holds the true median with the given confidence. Fewer than six values
 * cannot give 95 %: then it is the smallest and the largest, and `confidence` says how little that is.
 *
 * @returns {{ low: number, high: number, confidence: number }}
 */
export function medianInterval(values, confidence = CONFIDENCE) {
  const sorted = ascending(values);
  const count = sorted.length;
  let depth = 0;
  while (depth + 1 < count / 2 && coverage(count, depth + 1) >= confidence) depth += 1;
  return { low: sorted[depth], high: sorted[count - 1 - depth], confidence: coverage(count, depth) };
}

/**
 * What an interval says about a figure.
 *
 * @param {{ low: number, high: number, confidence: number }} interval
 * @param {{ atLeast: number } | { atMost: number }} figure
 * @returns {'reached' | 'missed' | 'undecided'} undecided where the figure lies within, or there are too few rounds
 */
export function verdict({ low, high, confidence }, { atLeast, atMost }) {
  if (confidence < CONFIDENCE) return 'undecided';
  const [safe, hopeless] = atLeast === undefined ? [high <= atMost, low > atMost] : [low >= atLeast, high < atLeast];
  if (safe) return 'reached';
  return hopeless ? 'missed' : 'undecided';
}

/** The chance that the median lies between the values that stand `depth` places from either end. */
function coverage(count, depth) {
  let combinations = 1;
  let outside = 0;
  for (let k = 0; k <= depth; k += 1) {
    outside += combinations;
    combinations = (combinations * (count - k)) / (k + 1);
  }
  return 1 - (2 * outside) / 2 ** count;
}

function ascending(values) {
  return [...values].sort((a, b) => a - b);
}
