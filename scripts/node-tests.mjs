/**
 * Runs the tests of folders that run in Node, several files at a time: each has servers, browsers and folders of its own, and waits for
 * them most of the time.
 *
 *   node scripts/node-tests.mjs test/e2e test/frameworks
 *   node scripts/node-tests.mjs test/node/package.test.mjs
 *
 * The environment variable TEST_RESULTS names a file for `{ passed, failed, failures }` as JSON.
 */
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** Longer than any file takes: a file that hangs must not hang `npm test`. */
const FILE_TIMEOUT_MS = 420_000;

/**
 * Two lanes that run beside each other: how many files at once, and in which order; what is not named comes last in the last one. In
 * the first one is what waits for half of its time or more, so that it never all waits at once. The other has as many places as there are
 * cores where the tests are run: with more, each is slower, and time-outs likelier. In it one flood, which takes all that the machine
 * has, is over before another begins; then comes the soak, and what takes longest, so that nothing is left alone in the end.
 */
const LANES = [
  {
    atOnce: 1,
    names: [
      ...['e2e/healing', 'frameworks/firefox', 'e2e/drop-in', 'e2e/hidden-tab', 'e2e/closed-beneath', 'e2e/keep-id'],
      ...['frameworks/hot', 'frameworks/embedding'],
    ],
  },
  {
    atOnce: 2,
    names: [
      ...['e2e/hostile-floods', 'e2e/demos-keyboard', 'e2e/no-build', 'e2e/hostile-pages', 'e2e/soak', 'frameworks/chromium'],
      ...['e2e/html-examples', 'e2e/chat'],
    ],
  },
];

const counts = { passed: 0, failed: 0, failures: [] };

await Promise.all(lanesOf(process.argv.slice(2).flatMap(testFiles)).map(runLane));

const { TEST_RESULTS } = process.env;
if (TEST_RESULTS) {
  mkdirSync(dirname(TEST_RESULTS), { recursive: true });
  writeFileSync(TEST_RESULTS, JSON.stringify(counts));
}
if (counts.failed > 0) process.exitCode = 1;

function lanesOf(files) {
  const pathOf = (name) => resolve(`test/${name}.test.mjs`);
  const lanes = LANES.map(({ atOnce, names }) => ({ atOnce, files: names.map(pathOf).filter((file) => files.includes(file)) }));
  const named = new Set(lanes.flatMap((lane) => lane.files));
  lanes.at(-1).files.push(...files.filter((file) => !named.has(file)));
  return lanes.filter((lane) => lane.files.length > 0);
}

/**
 * Runs files, of which each is a process of its own, and counts. What the last lane has to say is printed as it comes, and of any other in
 * one piece in the end: their lines would get mixed up.
 */
async function runLane({ files, atOnce }, index, lanes) {
  const events = run({ files, concurrency: atOnce, timeout: FILE_TIMEOUT_MS });
  events.on('test:pass', ({ name, skip, details }) => {
    // Suites, skipped tests, and the entry that Node adds for each file are no tests that passed.
    if (details.type !== 'suite' && skip === undefined && !isAbsolute(name)) counts.passed += 1;
  });
  events.on('test:fail', ({ name, file, todo, details }) => {
    // What failed only because something in it failed has been counted there.
    if (todo !== undefined || details.error?.failureType === 'subtestsFailed') return;
    counts.failed += 1;
    const { message, stack } = details.error?.cause ?? details.error ?? {};
    counts.failures.push(`${relative('', file ?? '')}: ${name}\n    ${String(stack ?? message).split('\n').slice(0, 8).join('\n    ')}`);
  });
  const report = events.compose(spec);
  if (index === lanes.length - 1) {
    report.pipe(process.stdout, { end: false });
    await once(report, 'end');
  } else {
    process.stdout.write((await report.toArray()).join(''));
  }
}

function testFiles(path) {
  if (statSync(path).isFile()) return [resolve(path)];
  return readdirSync(path, { recursive: true })
    // What is installed below it has tests of its own, which are nobody's here.
    .filter((file) => file.endsWith('.test.mjs') && !file.split(sep).includes('node_modules'))
    .sort()
    .map((file) => resolve(join(path, file)));
}
