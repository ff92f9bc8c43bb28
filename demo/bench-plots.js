/**
 * SVG plots. Places across are percentages, so that a plot is as wide as its column without being drawn again, and its text
 * stays as large as the page's.
 */
import { binStart, quantileOf } from '../bench/histogram.mjs';
import { amount, digits } from './bench-words.js';

const SVG = 'http://www.w3.org/2000/svg';

/** Heights in px. */
const BAR = { row: 46, label: 15, top: 24, height: 12 };
const CURVE = { row: 74, label: 15, top: 22, height: 40 };
const AXIS_HEIGHT = 24;

/** Beside a verdict's word, in a square of 12. */
const ICONS = { reached: 'm2 6.5 3 3 5-7', missed: 'm2.5 2.5 7 7m0-7-7 7', undecided: 'M2 6h8', failed: 'M6 1.5v6m0 3v0' };

/** Whose a contender is: decides its colour. */
export function kindOf(contender) {
  if (/ours|peer-elements/.test(contender)) return 'ours';
  return contender.includes('peerjs') ? 'peerjs' : 'bare';
}

/** A bar for each median, with a whisker for its interval; all on one scale that begins at 0. */
export function barPlot(rows, labelledBy) {
  const sound = rows.filter(({ failure }) => failure === undefined);
  const most = Math.max(...sound.map(({ median, interval }) => Math.max(median, interval?.high ?? 0)), 0) || 1;
  const across = (value) => `${(Math.max(value, 0) / most) * 100}%`;
  const plot = picture(rows.length * BAR.row, labelledBy);
  for (const [index, { contender, median, unit, interval, failure }] of rows.entries()) {
    const group = shape('g', { class: kindOf(contender), transform: `translate(0 ${index * BAR.row})` });
    group.append(label(contender, BAR.label), label(failure === undefined ? amount(median, unit) : 'failed', BAR.label, 'end'));
    group.append(shape('rect', { class: 'track', width: '100%', y: BAR.top, height: BAR.height, rx: 4 }));
    if (failure === undefined) {
      group.append(shape('rect', { class: 'bar', width: across(median), y: BAR.top, height: BAR.height, rx: 4 }));
      if (interval) group.append(...whisker(across(interval.low), across(interval.high)));
    }
    plot.append(group);
  }
  return plot;
}

/** How often which time was taken: a row for each contender, all on one logarithmic scale. */
export function histogramPlot(rows, labelledBy) {
  const edges = rows.flatMap(({ histogram }) => [binStart(histogram, 0), binStart(histogram, histogram.counts.length)]);
  const [least, most] = [Math.log10(Math.min(...edges)), Math.log10(Math.max(...edges))];
  const place = (time) => ((Math.log10(time) - least) / (most - least)) * 100;
  const plot = picture(rows.length * CURVE.row + AXIS_HEIGHT, labelledBy);
  plot.append(...axis(least, most, place, rows.length * CURVE.row));
  for (const [index, { contender, histogram }] of rows.entries()) {
    const group = shape('g', { class: kindOf(contender), transform: `translate(0 ${index * CURVE.row})` });
    const late = quantileOf(histogram, 0.95);
    group.append(label(contender, CURVE.label), label(amount(late, 'ms'), CURVE.label, 'end'));
    const tallest = Math.max(...histogram.counts);
    for (const [bin, count] of histogram.counts.entries()) {
      if (count === 0) continue;
      const [start, end] = [place(binStart(histogram, bin)), place(binStart(histogram, bin + 1))];
      // The least of them can still be seen.
      const height = Math.max((count / tallest) * CURVE.height, 1.5);
      const y = CURVE.top + CURVE.height - height;
      group.append(shape('rect', { class: 'bar', x: `${start}%`, width: `${end - start}%`, y, height }));
    }
    const x = `${place(late)}%`;
    group.append(shape('line', { class: 'mark', x1: x, x2: x, y1: CURVE.top, y2: CURVE.top + CURVE.height }));
    plot.append(group);
  }
  return plot;
}

/** Only for the eye: the word says the same. */
export function icon(verdict) {
  const drawn = shape('svg', { class: 'icon', viewBox: '0 0 12 12', 'aria-hidden': 'true' });
  drawn.append(shape('path', { d: ICONS[verdict] }));
  return drawn;
}

/** A line at each power of ten. */
function axis(least, most, place, height) {
  const powers = Array.from({ length: Math.floor(most) - Math.ceil(least) + 1 }, (_, index) => Math.ceil(least) + index);
  return powers.flatMap((power) => {
    const x = `${place(10 ** power)}%`;
    const anchor = place(10 ** power) > 88 ? 'end' : 'start';
    const text = shape('text', { class: 'tick', x, y: height + 15, 'text-anchor': anchor });
    text.textContent = digits(10 ** power);
    return [shape('line', { class: 'grid', x1: x, x2: x, y1: 0, y2: height }), text];
  });
}

function whisker(low, high) {
  const middle = BAR.top + BAR.height / 2;
  const ends = [low, high].map((x) => shape('line', { class: 'whisker', x1: x, x2: x, y1: middle - 4, y2: middle + 4 }));
  return [shape('line', { class: 'whisker', x1: low, x2: high, y1: middle, y2: middle }), ...ends];
}

function label(words, y, anchor = 'start') {
  const place = anchor === 'end' ? { class: 'value', x: '100%' } : { class: 'name', x: 0 };
  const text = shape('text', { ...place, y, 'text-anchor': anchor });
  text.textContent = words;
  return text;
}

/** One image to a screen reader, which finds the numbers below it. */
function picture(height, labelledBy) {
  return shape('svg', { class: 'plot', role: 'img', 'aria-labelledby': labelledBy, width: '100%', height });
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
