/** The package as others will get it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.keys(manifest.exports).filter((entry) => !/\.(json|css)$/.test(entry));

describe('the package', () => {
  let temporary;
  let tarball;

  before(() => {
    temporary = mkdtempSync(join(tmpdir(), 'peer-elements-'));
    const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary], ROOT);
    tarball = join(temporary, JSON.parse(packed)[0].filename);
  });

  after(() => rmSync(temporary, { recursive: true, force: true }));

  for (const entry of entries) {
    it(`imports ${manifest.name}${entry.slice(1)} in bare Node`, () => {
      const specifier = `${manifest.name}${entry.slice(1)}`;
      run(process.execPath, ['--input-type=module', '--eval', `await import('${specifier}')`], ROOT);
    });
  }

  it('imports the engine without Lit', () => {
    const script = `
      await import('${manifest.name}/engine');
      if ('HTMLElement' in globalThis || 'customElements' in globalThis || globalThis.reactiveElementVersions) throw new Error('Lit is here');
    `;
    run(process.execPath, ['--input-type=module', '--eval', script], ROOT);
  });

  it('has the right fields, says publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: ROOT, strict: true, pack: false });
    assert.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), []);
  });

  it('resolves with its types, says attw', () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    // A style sheet has no types.
    const entries = ['--exclude-entrypoints', './peer-elements.css'];
    run(process.execPath, [attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji', ...entries], ROOT);
  });

  for (const [module, moduleResolution] of [['NodeNext', 'NodeNext'], ['ESNext', 'Bundler']]) {
    it(`compiles in a project with moduleResolution ${moduleResolution}`, () => {
      const project = consumerProject(moduleResolution);
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      run(process.execPath, [tsc, '-p', project, '--module', module, '--moduleResolution', moduleResolution], project);
    });
  }

  /** A project with the package and its dependencies installed, as npm would. */
  function consumerProject(name) {
    const project = join(temporary, name);
    const modules = join(project, 'node_modules');
    cpSync(join(ROOT, 'test/node/consumer'), project, { recursive: true });
    mkdirSync(modules);
    run('tar', ['-xzf', tarball, '-C', modules], ROOT);
    renameSync(join(modules, 'package'), join(modules, manifest.name));
    for (const dependency of Object.keys(manifest.dependencies)) {
      const link = join(modules, dependency);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', dependency), link, 'junction');
    }
    return project;
  }
});

/** Runs a program to its end, and returns what it printed; fails with that when the program fails. */
function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} failed:\n${error ?? ''}${stdout}${stderr}`);
  return stdout;
}
