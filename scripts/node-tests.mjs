/**
 * Runs the tests of a folder that run in Node, one file after the other.
 *
 *   node scripts/node-tests.mjs test/node
 *   node scripts/node-tests.mjs test/node/package.test.mjs
 *
 * The environment variable TEST_RESULTS names a file for `{ passed, failed, failures }` as JSON.
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** Longer than any file takes: a file that hangs must not hang `npm test`. */
const FILE_TIMEOUT_MS = 420_000;

const files = process.argv.slice(2).flatMap(testFiles);
const counts = { passed: 0, failed: 0, failures: [] };

const events = run({ files, concurrency: 1, timeout: FILE_TIMEOUT_MS });
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
events.on('end', () => {
  const { TEST_RESULTS } = process.env;
  if (TEST_RESULTS) {
    mkdirSync(dirname(TEST_RESULTS), { recursive: true });
    writeFileSync(TEST_RESULTS, JSON.stringify(counts));
  }
  if (counts.failed > 0) process.exitCode = 1;
});
events.compose(spec).pipe(process.stdout);

function testFiles(path) {
  if (statSync(path).isFile()) return [resolve(path)];
  return readdirSync(path, { recursive: true })
    // What is installed below it has tests of its own, which are nobody's here.
    .filter((file) => file.endsWith('.test.mjs') && !file.split(sep).includes('node_modules'))
    .sort()
    .map((file) => resolve(join(path, file)));
}
