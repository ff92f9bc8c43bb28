/**
 * `npm run check`: types and lint, at once. TypeScript goes on from where it was the last time; the linter starts anew, because
 * what its typed rules say of a file depends on others.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const CHECKS = [
  ['node_modules/eslint/bin/eslint.js', '.'],
  ...['tsconfig', 'tsconfig.test'].map((name) => [
    ...['node_modules/typescript/bin/tsc', '-p', `${name}.json`, '--pretty'],
    ...['--incremental', '--tsBuildInfoFile', `.cache/${name}.tsbuildinfo`],
  ]),
];

/** Runs one of them to its end, and prints what it said in one piece. Whether all is well. */
async function passes(args) {
  const check = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [check.stdout, check.stderr]) stream.on('data', (bytes) => said.push(bytes));
  const [code] = await once(check, 'close');
  process.stdout.write(Buffer.concat(said));
  return code === 0;
}

const results = await Promise.all(CHECKS.map(passes));
if (!results.every(Boolean)) process.exitCode = 1;
