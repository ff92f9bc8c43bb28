/**
 * A reporter for @web/test-runner that prints what failed, in which browser, the counts, and which files took longest.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

/** Lines of the browsers' consoles that say nothing about the test. */
const NOISE = [
  /Lit is in dev mode/,
  /Multiple versions of Lit loaded/,
  /^Download the .* DevTools/,
];

/** So many of the files that took longest are named. */
const SLOWEST = 8;

/** @param {{ resultsFile?: string }} options where to write `{ passed, failed, failures }` as JSON, for `npm test` */
export function readableReporter({ resultsFile } = {}) {
  let config;
  const counts = new Map();
  /** What failed, with its error in short. */
  const failures = [];
  const times = [];

  return {
    start(args) {
      config = args.config;
    },

    reportTestFileResults({ logger, sessionsForTestFile, testFile }) {
      const file = relative(config.rootDir, testFile);
      for (const session of sessionsForTestFile) {
        const browser = session.browser.name;
        const tests = session.testResults ? leaves(session.testResults) : [];
        times.push({ file, browser, seconds: tests.reduce((sum, { test }) => sum + (test.duration ?? 0), 0) / 1000 });
        const failed = tests.filter(({ test }) => !test.passed && !test.skipped);
        const ran = tests.filter(({ test }) => !test.skipped).length;
        // A file that broke before or beside its tests is a failure too, and so is one that holds none.
        const broken = failed.length === 0 && (!session.passed || tests.length === 0);
        const count = counts.get(browser) ?? { passed: 0, failed: 0 };
        count.passed += ran - failed.length;
        count.failed += failed.length + Number(broken);
        counts.set(browser, count);

        if (failed.length === 0 && !broken) continue;
        logger.log(`\n✖ ${file} in ${browser}`);
        for (const { path, test } of failed) {
          logger.log(`  ✖ ${path.join(' › ')}`);
          logger.log(indent(describe(test.error), 6));
          failures.push(`${file} in ${browser}: ${path.join(' › ')}\n${indent(describe(test.error), 4)}`);
        }
        if (broken) failures.push(`${file} in ${browser}\n${session.errors.map((error) => indent(describe(error), 4)).join('\n')}`);
        if (session.passed) logger.log('    There is no test in it.');
        for (const error of session.errors) logger.log(indent(describe(error), 4));
        for (const url of session.request404s) logger.log(`    not found: ${url}`);
        for (const line of session.logs.map(oneLine).filter((line) => !NOISE.some((noise) => noise.test(line)))) {
          logger.log(indent(`console: ${line}`, 4));
        }
      }
    },

    stop() {
      const totals = { passed: 0, failed: 0, failures };
      for (const [browser, count] of counts) {
        console.log(`${browser}: ${count.passed} passed, ${count.failed} failed`);
        totals.passed += count.passed;
        totals.failed += count.failed;
      }
      times.sort((a, b) => b.seconds - a.seconds);
      const slowest = times.slice(0, SLOWEST).map(({ file, browser, seconds }) => `${file} in ${browser} ${seconds.toFixed(0)} s`);
      console.log(`Slowest: ${slowest.join(', ')}`);
      if (!resultsFile) return;
      mkdirSync(dirname(resultsFile), { recursive: true });
      writeFileSync(resultsFile, JSON.stringify(totals));
    },
  };
}

/** Every test below a suite, with the names of the suites around it. */
function leaves(suite, path = []) {
  return [
    ...suite.tests.map((test) => ({ path: [...path, test.name], test })),
    ...suite.suites.flatMap((child) => leaves(child, [...path, child.name])),
  ];
}

function describe(error) {
  if (!error) return 'Did not run, or failed without an error.';
  const message = `${error.name ? `${error.name}: ` : ''}${error.message ?? ''}`;
  const compared =
    error.expected === undefined && error.actual === undefined
      ? []
      : [`expected: ${error.expected}`, `actual:   ${error.actual}`];
  // The frames of the test framework help nobody.
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => /\bat |@/.test(line) && !/node_modules|__web-/.test(line) && !line.includes(error.message));
  return [message, ...compared, ...frames.map((line) => line.trim())].join('\n');
}

function oneLine(args) {
  return args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
}

function indent(text, width) {
  return text.replace(/^/gm, ' '.repeat(width));
}
