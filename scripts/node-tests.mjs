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
 * What goes together, how much of it at once, and in which order; what is not named comes last. As a rule as much at once as there are
 * cores where the tests are run: with more, each is slower, and time-outs likelier. But what waits for half of its time or more goes
 * first, and three at once: beside the floods, which take all that the machine has (`healing` takes more than two minutes, so that one flood
 * is over before another has its place), and beside the soak, which leaves half of it to others.
 */
const GROUPS = [
  {
    atOnce: 3,
    names: [
      ...['e2e/healing', 'e2e/hidden-tab', 'e2e/hostile-floods', 'e2e/hostile-pages', 'e2e/closed-beneath', 'e2e/keep-id'],
      ...['e2e/bundles', 'e2e/soak', 'frameworks/firefox', 'e2e/drop-in'],
    ],
  },
  { atOnce: 2, names: ['frameworks/chromium', 'e2e/html-examples', 'e2e/chat'] },
];

const counts = { passed: 0, failed: 0, failures: [] };

for (const group of groupsOf(process.argv.slice(2).flatMap(testFiles))) await runTogether(group);

const { TEST_RESULTS } = process.env;
if (TEST_RESULTS) {
  mkdirSync(dirname(TEST_RESULTS), { recursive: true });
  writeFileSync(TEST_RESULTS, JSON.stringify(counts));
}
if (counts.failed > 0) process.exitCode = 1;

function groupsOf(files) {
  const pathOf = (name) => resolve(`test/${name}.test.mjs`);
  const groups = GROUPS.map(({ atOnce, names }) => ({ atOnce, files: names.map(pathOf).filter((file) => files.includes(file)) }));
  const named = new Set(groups.flatMap((group) => group.files));
  groups.at(-1).files.push(...files.filter((file) => !named.has(file)));
  return groups.filter((group) => group.files.length > 0);
}

/** Runs files, of which each is a process of its own, prints what comes of them, and counts. */
async function runTogether({ files, atOnce }) {
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
  report.pipe(process.stdout, { end: false });
  await once(report, 'end');
}

function testFiles(path) {
  if (statSync(path).isFile()) return [resolve(path)];
  return readdirSync(path, { recursive: true })
    // What is installed below it has tests of its own, which are nobody's here.
    .filter((file) => file.endsWith('.test.mjs') && !file.split(sep).includes('node_modules'))
    .sort()
    .map((file) => resolve(join(path, file)));
}
