/**
 * `npm test`: everything that can be checked, in a fresh clone too. The last line says how much passed and failed.
 *
 * Plain Node, because the packages may not be installed yet.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { setup } from './setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const RESULTS = join(ROOT, '.cache', 'test-results.json');

/**
 * Each phase runs Node with each of its commands, all at once. A phase with `tests` counts by itself, in the RESULTS file, the tests
 * of that folder, and maybe others; any other counts as one. What tests dist/ is pointless when `needs` failed.
 */
const PHASES = [
  { name: 'Types and lint', commands: [['scripts/check.mjs']] },
  { name: 'Generated files', commands: [['scripts/manifest.mjs', '--check'], ['scripts/site.mjs', '--check']] },
  { name: 'Build', commands: [['scripts/build.mjs', '--if-stale']] },
  { name: 'Node tests', commands: [['scripts/node-tests.mjs', 'test/node']], tests: 'test/node', needs: 'Build' },
  {
    name: 'Browser tests',
    // The apps for the next phase are installed and built while tests wait.
    commands: [['node_modules/@web/test-runner/dist/bin.js'], ['scripts/frameworks.mjs']],
    tests: 'test/browser',
  },
  {
    name: 'End-to-end tests, and frameworks',
    commands: [['scripts/node-tests.mjs', 'test/e2e', 'test/frameworks']],
    tests: 'test/e2e',
    needs: 'Build',
  },
];

const totals = { passed: 0, failed: 0 };
const failedPhases = [];
/** The tests that failed: to be read at the end, where a long run is looked at first. */
const failures = [];

try {
  setup({ browsers: true });
  for (const phase of PHASES) {
    if (phase.tests && !hasTests(phase.tests)) continue;
    const started = performance.now();
    console.log(`\n── ${phase.name} ──`);
    const { passed, failed } = await runPhase(phase);
    totals.passed += passed;
    totals.failed += failed;
    if (failed > 0) failedPhases.push(phase.name);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${phase.name}: ${failed > 0 ? 'failed' : 'passed'} in ${seconds} s`);
  }
} catch (error) {
  console.error(error.message);
  totals.failed += 1;
}

for (const failure of failures) console.log(`\n✖ ${failure}`);
if (failedPhases.length > 0) console.log(`\nFailed: ${failedPhases.join(', ')}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 ? 1 : 0;

async function runPhase({ commands, tests, needs }) {
  if (failedPhases.includes(needs)) {
    console.log(`Not run, because of: ${needs}`);
    return { passed: 0, failed: 1 };
  }
  rmSync(RESULTS, { force: true });
  const succeeded = (await Promise.all(commands.map(succeeds))).every(Boolean);
  if (!tests) return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

  const { passed = 0, failed = 0, failures: told = [] } = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  failures.push(...told);
  // A phase that broke down, or ran nothing, has failed whatever it counted.
  const broken = failed === 0 && (!succeeded || passed === 0);
  return { passed, failed: broken ? 1 : failed };
}

async function succeeds(command) {
  const [code] = await once(spawn(process.execPath, command, { cwd: ROOT, stdio: 'inherit', env: environment() }), 'close');
  return code === 0;
}

function environment() {
  // Node's test runner does nothing where this says that it is inside another.
  return { ...process.env, NODE_TEST_CONTEXT: undefined, TEST_RESULTS: RESULTS };
}

function hasTests(folder) {
  if (!existsSync(join(ROOT, folder))) return false;
  return readdirSync(join(ROOT, folder), { recursive: true }).some((file) => /\.test\.(ts|mjs)$/.test(file));
}
