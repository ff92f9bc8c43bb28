/**
 * The types of the elements in each framework, by that framework's own checker and against the package as it is published: what
 * is right passes, and every wrong use is refused.
 *
 * Beside each `wrong` file's uses stands that they are to be refused. TypeScript and vue-tsc have a directive for that, which is
 * an error itself where nothing is wrong; svelte-check has none, so that its lines are compared.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MODULES = join(HERE, '..', 'node_modules');
/** Fewer wrong uses than this in a file, and it does not show much. */
const ENOUGH = 4;

/** What is checked by TypeScript alone, and the files whose wrong uses are counted. */
const TSC = { plain: ['wrong.ts', 'wrong.js'], react: ['wrong.tsx'], preact: ['wrong.tsx'], solid: ['wrong.tsx'], angular: [] };

describe('types', () => {
  before(() => {
    const installed = existsSync(join(MODULES, 'peer-elements', 'dist'));
    assert.ok(installed, 'The package is not installed: run `node scripts/frameworks.mjs`.');
  });

  for (const [name, wrong] of Object.entries(TSC)) {
    it(`of ${name} are right, says tsc`, () => {
      for (const file of wrong) atLeast(ENOUGH, /@ts-expect-error/g, join(name, file));
      checks('typescript/bin/tsc', ['-p', name]);
    });
  }

  it('of vue are right, says vue-tsc', () => {
    atLeast(ENOUGH, /@vue-expect-error/g, 'vue/Wrong.vue');
    checks('vue-tsc/bin/vue-tsc.js', ['-p', 'vue']);
  });

  it('of svelte are right, says svelte-check', () => {
    const args = ['--workspace', 'svelte', '--tsconfig', './tsconfig.json', '--output', 'machine-verbose', '--fail-on-warnings'];
    const { stdout, stderr } = run('svelte-check/bin/svelte-check', args);
    const found = [...stdout.matchAll(/^\d+ (\{.*\})$/gm)].map(([, json]) => JSON.parse(json));
    const refused = found.map(({ filename, start }) => `${filename}:${start.line + 1}`);
    const lines = readFileSync(join(HERE, 'svelte/Wrong.svelte'), 'utf8').split('\n');
    const expected = lines.flatMap((line, index) => (/> <!-- .+ -->$/.test(line) ? [`Wrong.svelte:${index + 1}`] : []));
    assert.ok(expected.length >= ENOUGH);
    assert.deepEqual([...new Set(refused)].sort(), expected.sort(), `svelte-check said:\n${stdout}${stderr}`);
  });

  it('are checked for every framework that has an entry', () => {
    const { exports } = JSON.parse(readFileSync(join(MODULES, 'peer-elements', 'package.json'), 'utf8'));
    const typed = Object.entries(exports).filter(([, { types }]) => types?.includes('/frameworks/'));
    const entries = typed.map(([entry]) => entry.slice(2));
    const folders = readdirSync(HERE, { withFileTypes: true }).filter((file) => file.isDirectory()).map(({ name }) => name);
    assert.ok(entries.length > 0);
    assert.deepEqual(entries.filter((entry) => !folders.includes(entry)), []);
  });
});

function atLeast(count, pattern, file) {
  const { length } = readFileSync(join(HERE, file), 'utf8').match(pattern) ?? [];
  assert.ok(length >= count, `${file} has ${length} wrong uses.`);
}

function checks(bin, args) {
  const { status, stdout, stderr, error } = run(bin, args);
  assert.equal(status, 0, `${error ?? ''}${stdout}${stderr}`);
}

function run(bin, args) {
  return spawnSync(process.execPath, [join(MODULES, bin), ...args], { cwd: HERE, encoding: 'utf8' });
}
