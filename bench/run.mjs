/**
 * `npm run bench`: this engine, PeerJS and the bare browser API measured against each other, in Chromium.
 *
 *   npm run bench                         all cases; prints the tables and writes bench/results.json
 *   npm run bench -- --rounds 15          more certain; expensive cases play no more rounds than they say
 *   npm run bench -- --case bulk          one case
 *   npm run bench -- --quick              small sizes and three rounds, to try it out
 *
 * A run that is not of all cases in full size writes .cache/bench-results.json instead. The exit code is 1 where a
 * contender failed; a figure that was missed is a result like any other. docs/performance.md tells how to read it.
 *
 * Plain Node until `setup()` has run, because the packages may not be installed yet.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { setup } from '../scripts/setup.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROUNDS = 9;
const QUICK_ROUNDS = 3;

try {
  const options = readOptions();
  setup({ browsers: true });
  const { build, isStale } = await import('../scripts/build.mjs');
  if (isStale()) await build();
  await run(options);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: { rounds: { type: 'string' }, case: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const rounds = Number(values.rounds ?? (values.quick ? QUICK_ROUNDS : ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1.');
  const known = readdirSync(join(HERE, 'cases')).map((file) => file.replace(/\.mjs$/, '')).sort();
  if (values.case !== undefined && !known.includes(values.case)) throw new Error(`--case takes one of: ${known.join(', ')}.`);
  const names = values.case === undefined ? known : [values.case];
  return { rounds, quick: values.quick, names, partial: values.quick || values.case !== undefined };
}

async function run({ rounds, quick, names, partial }) {
  // Not before the packages are there.
  const { Arena } = await import('./arena.mjs');
  const { boundsOf, mediansOf, playRounds, ratiosOf } = await import('./rounds.mjs');
  const { machineFacts, tables } = await import('./report.mjs');

  const date = new Date().toISOString();
  const arena = await Arena.open();
  const cases = [];
  let machine;
  try {
    machine = machineFacts(await arena.browserVersion());
    for (const name of names) {
      const { default: test } = await import(`./cases/${name}.mjs`);
      const size = quick ? test.sizes.quick : test.sizes.full;
      const roundsPlayed = Math.min(rounds, test.rounds ?? rounds);
      process.stdout.write(`${name} `);
      const started = performance.now();
      const contenders = await playRounds(
        test,
        roundsPlayed,
        (contender, round) => arena.measure(test, contender, size, round),
        (text) => process.stdout.write(text),
      );
      process.stdout.write(` ${Math.round((performance.now() - started) / 1000)} s\n`);
      const { title, exact, metrics } = test;
      const [medians, ratios, bounds] = [mediansOf, ratiosOf, boundsOf].map((work) => work(test, contenders));
      cases.push({ name, title, exact, metrics, rounds: roundsPlayed, size, contenders, medians, ratios, bounds });
    }
  } finally {
    await arena.close();
  }

  console.log(`\n${tables(cases)}\n`);
  const file = partial ? join(HERE, '..', '.cache', 'bench-results.json') : join(HERE, 'results.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ date, quick, rounds, machine, cases }, undefined, 2)}\n`);
  console.log(`Every sample: ${file}`);
  for (const { name, contenders } of cases) {
    for (const [contender, { failure }] of Object.entries(contenders)) {
      if (failure === undefined) continue;
      console.error(`${contender} failed in ${name}: ${failure}`);
      process.exitCode = 1;
    }
  }
}
