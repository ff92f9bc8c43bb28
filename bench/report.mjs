/** The table that is printed, and the facts that belong beside any figure. */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';

/**
 * What the results depend on.
 * @param {string} commit the code's: that of when the contenders were copied
 */
export function machineFacts(browser, commit) {
  const [cpu] = cpus();
  return {
    browser,
    node: process.version,
    system: `${platform()} ${release()} ${process.arch}`,
    processor: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadBefore: Number(loadavg()[0].toFixed(2)),
    commit,
  };
}

/** The medians, and what they say of each figure, in Markdown: docs/performance.md takes them as they are. */
export function tables(cases) {
  return [
    markdown(['case', 'contender', 'median'], cases.flatMap(medianRows)),
    markdown(['case', 'of what', 'median', 'interval', 'figure, profile', 'verdict'], cases.flatMap(figureRows)),
  ].join('\n\n');
}

function medianRows({ name, medians }) {
  return medians.map(({ contender, metric, unit, median, failure }) => [
    subject(name, metric, medians),
    contender,
    failure === undefined ? `${digits(median)} ${unit}` : `failed: ${failure}`,
  ]);
}

function figureRows({ name, medians, ratios, bounds }) {
  const row = ({ metric, interval, verdict, failed, ...figure }, what, value, unit) => [
    subject(name, metric, medians),
    what,
    failed ? '–' : digits(value) + unit,
    failed ? `${failed.join(', ')} failed` : `${digits(interval.low)}–${digits(interval.high)}${unit}`,
    `${goal(figure)}${unit}, ${figure.profile}${figure.or ? ` (or ${figure.or})` : ''}`,
    verdict,
  ];
  return [
    ...ratios.map((ratio) => row(ratio, `${ratio.of} / ${ratio.over}`, ratio.ratio, '')),
    ...bounds.map((bound) => row(bound, bound.of, bound.value, ` ${bound.unit}`)),
  ];
}

function goal({ atLeast, atMost }) {
  return atLeast === undefined ? `≤ ${digits(atMost)}` : `≥ ${digits(atLeast)}`;
}

/** The case, and the metric where it has more than one. */
function subject(name, metric, medians) {
  return medians.every((row) => row.metric === metric) ? name : `${name}, ${metric}`;
}

function markdown(head, rows) {
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column])].map((cell) => cell.length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

/** Three significant digits. */
function digits(value) {
  if (value >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

/** The commit that is checked out, and whether the sources are still as it has them. */
export function commitNow() {
  const git = (...args) => spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' });
  const head = git('rev-parse', '--short', 'HEAD');
  if (head.status !== 0) return 'unknown';
  return head.stdout.trim() + (git('status', '--porcelain', '--', '../src').stdout ? ', with changes in src/' : '');
}
