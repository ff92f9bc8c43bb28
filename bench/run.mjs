/**
 * `npm run bench`: this engine, PeerJS and the bare browser API measured against each other, in Chromium.
 *
 *   npm run bench                         all cases; prints the tables and writes bench/results.json
 *   npm run bench -- --rounds 15          more certain; expensive cases play no more rounds than they say
 *   npm run bench -- --case bulk,ping     some cases, to look at: writes .cache/bench-results.json
 *   npm run bench -- --case bulk --save   the same, into bench/results.json, where the other cases stay as they are
 *   npm run bench -- --quick              small sizes and three rounds, to try it out
 *
 * Each case is written as soon as it is through, with the commit and the load it was measured at: the whole takes the better
 * part of an hour. `node bench/tables.mjs` prints the tables of what is there. The exit code is 1 where a contender failed; a figure that was missed is a result like any other. docs/performance.md tells how to read it.
 *
 * Plain Node until `setup()` has run, because the packages may not be installed yet.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { setup } from '../scripts/setup.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
/** What is committed, and what is not. */
const RESULTS = join(HERE, 'results.json');
const TRIED = join(HERE, '..', '.cache', 'bench-results.json');
const ROUNDS = 9;
const QUICK_ROUNDS = 3;

try {
  const options = readOptions();
  setup({ browsers: true });
  const { buildIfStale } = await import('../scripts/build.mjs');
  await buildIfStale();
  await run(options);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      ...{ rounds: { type: 'string' }, case: { type: 'string' } },
      ...{ quick: { type: 'boolean', default: false }, save: { type: 'boolean', default: false } },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? QUICK_ROUNDS : ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1.');
  const known = readdirSync(join(HERE, 'cases')).map((file) => file.replace(/\.mjs$/, '')).sort();
  const names = values.case?.split(',') ?? known;
  if (!names.every((name) => known.includes(name))) throw new Error(`--case takes some of: ${known.join(', ')}.`);
  if (values.save && values.quick) throw new Error('--save is for full sizes.');
  const saved = values.save || (!values.quick && values.case === undefined);
  return { rounds, quick: values.quick, names, file: saved ? RESULTS : TRIED };
}

async function run({ rounds, quick, names, file }) {
  // Not before the packages are there.
  const { Arena } = await import('./arena.mjs');
  const { boundsOf, mediansOf, playRounds, ratiosOf } = await import('./rounds.mjs');
  const { commitNow, machineFacts, tables } = await import('./report.mjs');

  const arena = await Arena.open();
  const commit = commitNow();
  const cases = [];
  try {
    for (const name of names) {
      const { default: test } = await import(`./cases/${name}.mjs`);
      const size = quick ? test.sizes.quick : test.sizes.full;
      const roundsPlayed = Math.min(rounds, test.rounds ?? rounds);
      process.stdout.write(`${name} `);
      const machine = machineFacts(await arena.browserVersion(), commit);
      const [date, started] = [new Date().toISOString(), performance.now()];
      const contenders = await playRounds(
        test,
        roundsPlayed,
        (contender, round) => arena.measure(test, contender, size, round),
        (text) => process.stdout.write(text),
      );
      process.stdout.write(` ${Math.round((performance.now() - started) / 1000)} s\n`);
      const { title, exact, metrics } = test;
      const [medians, ratios, bounds] = [mediansOf, ratiosOf, boundsOf].map((work) => work(test, contenders));
      const measured = { date, commit, loadBefore: machine.loadBefore };
      cases.push({ name, title, measured, exact, metrics, rounds: roundsPlayed, size, contenders, medians, ratios, bounds });
      keep(file, cases.at(-1), { date, quick, rounds, machine });
    }
  } finally {
    await arena.close();
  }

  console.log(`\n${tables(cases)}\n`);
  console.log(`Every sample: ${file}`);
  for (const { name, contenders } of cases) {
    for (const [contender, { failure }] of Object.entries(contenders)) {
      if (failure === undefined) continue;
      console.error(`${contender} failed in ${name}: ${failure}`);
      process.exitCode = 1;
    }
  }
}

/** Puts a case in the place of what was measured of it before. */
function keep(file, measured, facts) {
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cases : [];
  // What has no note of its own is of the time when a file was one run.
  const others = before.filter((each) => each.name !== measured.name && each.measured);
  const cases = [...others, measured].sort((a, b) => a.name.localeCompare(b.name));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...facts, cases }, undefined, 2)}\n`);
}
