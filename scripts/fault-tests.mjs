/**
 * `npm run test:faults`: two browsers on two hosts behind NATs, and what can happen to the network between them. Needs root on
 * Linux; elsewhere it says so and passes. Nothing leaves the machine.
 *
 *   npm run test:faults                            every case, with this engine and with PeerJS: about half an hour
 *   npm run test:faults -- --engine ours           with one of the two
 *   npm run test:faults -- --case down-8,address   some cases
 *   npm run test:faults -- --bundle file.js        another build of this engine than dist/cdn/peer-elements.js
 *   npm run test:faults -- --table                 only the table of what is in .cache/fault-results.json
 *
 * Each case is written to that file as soon as it is through, in the place of its older result. The exit code is 1 where this
 * engine broke a promise; PeerJS is only watched. test/faults/cases.mjs says what the cases are.
 *
 * Plain Node until `setup()` has run, because the packages may not be installed yet.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { CASES } from '../test/faults/cases.mjs';
import { ENGINES, RESULTS, keepResult, storedResults } from '../test/faults/results.mjs';
import { openScratch } from '../test/faults/scratch.mjs';
import { table } from '../test/faults/table.mjs';
import { findObstacle } from '../test/faults/tools.mjs';
import { PATHS, rowOf, wrongs } from '../test/faults/verdict.mjs';
import { setup } from './setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGE = join(ROOT, 'test', 'faults', 'page');
const BUNDLE = join(ROOT, 'dist', 'cdn', 'peer-elements.js');
const PEERJS = join(ROOT, 'node_modules', 'peerjs', 'dist', 'peerjs.min.js');

try {
  const options = readOptions();
  if (options.table) console.log(table(storedResults()));
  else await main(options);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      ...{ case: { type: 'string' }, engine: { type: 'string' }, bundle: { type: 'string' } },
      table: { type: 'boolean', default: false },
    },
  });
  const names = chosen('--case', values.case, CASES.map(({ name }) => name));
  return {
    tests: CASES.filter(({ name }) => names.includes(name)),
    engines: chosen('--engine', values.engine, ENGINES),
    bundle: values.bundle,
    table: values.table,
  };
}

function chosen(option, value, known) {
  const names = value?.split(',') ?? known;
  if (!names.every((name) => known.includes(name))) throw new Error(`${option} takes some of: ${known.join(', ')}.`);
  return names;
}

async function main({ tests, engines, bundle }) {
  const obstacle = findObstacle();
  if (obstacle) return console.log(`Fault tests skipped: ${obstacle}.`);
  setup({ browsers: true });
  const { buildIfStale } = await import('./build.mjs');
  if (!bundle) await buildIfStale();

  const folder = openScratch();
  const files = siteFiles(folder, bundle ?? BUNDLE);
  const results = [];
  for (const engine of engines) for (const test of tests) results.push(await attempt(test, engine, { files, folder }));
  console.log(`\n${table(results)}\n\nEvery event: ${RESULTS}`);
  if (results.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
  const ours = results.filter(({ engine }) => engine === 'ours');
  if (ours.length === CASES.length) judgeAll(ours);
}

/** Runs one case, whatever becomes of it. */
async function attempt(test, engine, site) {
  // Not before the packages are there.
  const { runCase } = await import('../test/faults/run-case.mjs');
  process.stdout.write(`${engine} ${test.name} … `);
  const { name, title } = test;
  const result = { name, title, engine, date: new Date().toISOString(), commit: commit(), wrong: [] };
  try {
    const outcome = await runCase(test, engine, site);
    Object.assign(result, { row: rowOf(outcome), outcome });
    if (engine === 'ours') result.wrong = wrongs(test, outcome);
  } catch (error) {
    result.wrong = [`It did not run: ${error.message}`];
  }
  console.log(result.wrong.length === 0 ? 'done' : ['failed', ...result.wrong].join('\n  '));
  keepResult(result);
  return result;
}

/** Each way to heal has to be seen, or nobody knows that it works. */
function judgeAll(results) {
  const unseen = PATHS.filter((path) => !results.some(({ row }) => row?.path === path));
  if (unseen.length === 0) return;
  console.log(`Nothing was healed by: ${unseen.join(', ')}.`);
  process.exitCode = 1;
}

/** The paths of the site. The engines are copied, so that a build meanwhile changes nothing. */
function siteFiles(folder, bundle) {
  const files = { '/': join(PAGE, 'index.html') };
  for (const file of readdirSync(PAGE)) files[`/page/${file}`] = join(PAGE, file);
  for (const [file, path] of Object.entries({ 'peer-elements.js': bundle, 'peerjs.min.js': PEERJS })) {
    files[`/engine/${file}`] = join(folder, file);
    copyFileSync(path, join(folder, file));
  }
  return files;
}

function commit() {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout?.trim();
}
