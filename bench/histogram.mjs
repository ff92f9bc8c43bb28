/** Many single times in few numbers: bins as wide as their place on a logarithmic scale. Pure functions. */

/** Each bin begins 12 % above the last one. */
export const BINS_PER_DECADE = 20;
/** Below this, in ms, no clock of a page tells times apart. */
const SHORTEST_MS = 0.005;

/**
 * @typedef {{ binsPerDecade: number, first: number, counts: number[] }} Histogram
 *   bin `i` counts the times from 10^((first + i) / binsPerDecade) ms up to where the next one begins
 */

/** @returns {Histogram} of times in ms */
export function histogramOf(times) {
  const places = times.map((time) => Math.floor(Math.log10(Math.max(time, SHORTEST_MS)) * BINS_PER_DECADE + 1e-9));
  const first = places.length > 0 ? places.reduce((least, place) => Math.min(least, place)) : 0;
  const counts = [];
  for (const place of places) counts[place - first] = (counts[place - first] ?? 0) + 1;
  return { binsPerDecade: BINS_PER_DECADE, first, counts: Array.from(counts, (count) => count ?? 0) };
}

/** Where a histogram's bin begins, in ms; `counts.length` gives the end of the last. */
export function binStart({ binsPerDecade, first }, index) {
  return 10 ** ((first + index) / binsPerDecade);
}

/**
 * The time that this share of all is below, in ms: within its bin, in proportion. NaN for an empty histogram.
 *
 * @param {Histogram} histogram
 * @param {number} share 0 to 1
 */
export function quantileOf(histogram, share) {
  const { counts, first, binsPerDecade } = histogram;
  let wanted = share * counts.reduce((sum, count) => sum + count, 0);
  for (const [index, count] of counts.entries()) {
    if (count > 0 && wanted <= count) return 10 ** ((first + index + wanted / count) / binsPerDecade);
    wanted -= count;
  }
  return NaN;
}
