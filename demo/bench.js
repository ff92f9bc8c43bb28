/** The results of `npm run bench`, as plots and tables. Everything is filled in by `textContent`. */
import { quantileOf } from '../bench/histogram.mjs';
import { medianInterval } from '../bench/statistics.mjs';
import { barPlot, histogramPlot, icon, kindOf } from './bench-plots.js';
import { amount, digits, element } from './bench-words.js';

const RESULTS = '../bench/results.json';
/** In the order in which they are told. */
const VERDICTS = ['reached', 'missed', 'undecided', 'failed'];

const status = document.getElementById('status');

try {
  const response = await fetch(RESULTS);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  show(await response.json());
  status.hidden = true;
} catch (error) {
  status.textContent = `The results could not be read (${error.message}). "npm run bench" writes them to bench/results.json.`;
}

function show(results) {
  const verdicts = results.cases.flatMap(({ ratios, bounds = [] }) => [...ratios, ...bounds]).map(({ verdict }) => verdict);
  document.getElementById('counts').append(...countItems(verdicts));
  document.getElementById('facts').append(...factItems(results));
  document.getElementById('contents').append(
    ...[...results.cases, { name: 'figures' }].map(({ name }) => element('li', {}, element('a', { href: `#${name}` }, name))),
  );
  document.getElementById('cases').append(...results.cases.map(caseSection));
  document.getElementById('figures').append(figureTable(results.cases));
  for (const id of ['overview', 'figures']) document.getElementById(id).hidden = false;
  // The part that the address names was not there when the browser looked for it.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function countItems(verdicts) {
  return VERDICTS.map((verdict) => ({ verdict, count: verdicts.filter((each) => each === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => {
      const number = element('b', {}, String(count));
      return element('li', { class: verdict }, icon(verdict), number, ` ${verdict}`);
    });
}

function factItems({ date, rounds, quick, machine }) {
  const facts = {
    Measured: new Date(date).toLocaleDateString('en', { dateStyle: 'long' }),
    Rounds: `${rounds} at most${quick ? ', small sizes' : ''}`,
    Browser: machine.browser,
    Machine: `${machine.processor}, ${machine.cores} cores, ${machine.system}`,
    Commit: machine.commit,
  };
  return Object.entries(facts).map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)));
}

function caseSection(test) {
  const { name, title, medians } = test;
  const metrics = [...new Set(medians.map(({ metric }) => metric))];
  return element(
    'section',
    { id: name, class: 'case', 'aria-labelledby': `${name}-title` },
    element('h2', { id: `${name}-title` }, title),
    ...metrics.map((metric) => medianFigure(test, metric, metrics.length > 1)),
    ...histogramFigures(test),
  );
}

/** One metric: a bar for each contender, and the same as numbers. */
function medianFigure(test, metric, named) {
  const rows = test.medians
    .filter((row) => row.metric === metric)
    .map((row) => ({ ...row, interval: intervalOf(test, row), samples: samplesOf(test, row).length }));
  const { unit } = rows[0];
  const better = test.metrics?.[metric].better;
  const id = `${test.name}-${metric}`;
  const title = named ? words(metric) : 'median';
  const numbers = element('tbody', {});
  for (const { contender, median, failure, interval, samples } of rows) {
    const cells = failure === undefined
      ? [digits(median), interval ? `${digits(interval.low)}–${digits(interval.high)}` : '–', String(samples)]
      : [`failed: ${failure}`, '–', '–'];
    numbers.append(tableRow(contender, cells));
  }
  return element(
    'figure',
    {},
    element('figcaption', { id }, element('b', {}, title), ` in ${unit}${better ? `, ${better} is better` : ''}`),
    barPlot(rows, id),
    numbersBelow(`${test.title}: ${title}`, ['contender', `median, ${unit}`, 'interval', 'rounds'], numbers),
  );
}

/** Where single times were kept: how they are spread. */
function histogramFigures({ name, title, contenders }) {
  const withTimes = Object.entries(contenders).filter(([, { histograms }]) => histograms);
  const metrics = [...new Set(withTimes.flatMap(([, { histograms }]) => Object.keys(histograms)))];
  return metrics.map((metric) => {
    const rows = withTimes.map(([contender, { histograms }]) => ({ contender, histogram: histograms[metric] }));
    const id = `${name}-${metric}-times`;
    const numbers = element('tbody', {});
    for (const { contender, histogram } of rows) {
      const quantiles = [0.5, 0.95, 0.99].map((share) => digits(quantileOf(histogram, share)));
      const count = histogram.counts.reduce((sum, each) => sum + each, 0);
      numbers.append(tableRow(contender, [...quantiles, count.toLocaleString('en')]));
    }
    return element(
      'figure',
      { class: 'wide' },
      element('figcaption', { id }, element('b', {}, 'every single time'), ' in ms; line and number: the 95th of a hundred'),
      histogramPlot(rows, id),
      numbersBelow(`${title}: every single time`, ['contender', '50 %', '95 %', '99 %', 'times'], numbers),
    );
  });
}

function numbersBelow(caption, head, body) {
  return element('details', {}, element('summary', {}, 'Numbers'), table(caption, head, body));
}

function figureTable(cases) {
  const body = element('tbody', {});
  for (const test of cases) {
    for (const figure of [...test.ratios, ...(test.bounds ?? [])]) body.append(figureRow(test, figure));
  }
  const head = ['figure', 'measured', 'goal', 'verdict'];
  return table('What each figure asks for, what was measured, and the verdict', head, body);
}

function figureRow({ name, medians }, { metric, of, over, unit, ratio, value, interval, verdict, failed, profile, ...figure }) {
  const subject = medians.some((row) => row.metric !== metric) ? `${name}, ${words(metric)}` : name;
  const measured = failed
    ? [`${failed.join(', ')} failed`]
    : [amount(ratio ?? value, unit), element('small', {}, `${digits(interval.low)}–${digits(interval.high)}`)];
  const goal = figure.atLeast === undefined ? `≤ ${amount(figure.atMost, unit)}` : `≥ ${amount(figure.atLeast, unit)}`;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, over ? `${of} / ${over}` : of, element('small', {}, subject)),
    element('td', {}, ...measured),
    element('td', {}, goal, element('small', {}, profile)),
    element('td', { class: `verdict ${verdict}` }, icon(verdict), element('span', {}, verdict)),
  );
}

function table(caption, head, body) {
  const titles = head.map((title) => element('th', { scope: 'col' }, title));
  return element(
    'table',
    {},
    element('caption', { class: 'visually-hidden' }, caption),
    element('thead', {}, element('tr', {}, ...titles)),
    body,
  );
}

function tableRow(contender, cells) {
  const name = element('th', { scope: 'row', class: kindOf(contender) }, contender);
  return element('tr', {}, name, ...cells.map((cell) => element('td', {}, cell)));
}

function intervalOf(test, row) {
  const values = samplesOf(test, row);
  return row.failure !== undefined || test.exact || values.length === 0 ? undefined : medianInterval(values);
}

function samplesOf({ contenders }, { contender, metric }) {
  return contenders[contender].samples.map((sample) => sample[metric]).filter((value) => value !== undefined);
}

/** `receiverProcess` as "receiver process"; `p99` stays as it is. */
function words(metric) {
  return metric.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
