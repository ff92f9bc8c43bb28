/** The package as others get it: packed by npm, and installed in an empty folder. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

import { installPacked, pack } from '../../scripts/packed.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.keys(manifest.exports).filter((entry) => !/\.(json|css)$/.test(entry));

/** What is published, by patterns of which each is to be of use. */
const CONTENTS = {
  'who it is, and what it may be used for': /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  'modules, their types and source maps': /^dist\/((elements|engine|frameworks|signaling|wire)\/[\w./-]+|cdn|define|errors|index|peerjs-global)(\.d\.ts|\.js)(\.map)?$/,
  'files for a CDN': /^dist\/cdn\/(peer-elements|peer-elements-qr|peer-elements\.classic|peerjs)\.js(\.map)?$/,
  'the style sheet': /^dist\/(cdn\/)?peer-elements\.css$/,
  'hashes for the attribute integrity': /^dist\/cdn\/integrity\.json$/,
  'data for editors': /^(custom-elements\.json|dist\/(vscode\.html-custom-data|web-types)\.json)$/,
  'what the source maps lead to': /^src\/([\w-]+\/)*[\w.-]+\.(ts|css)$/,
  'documentation': /^docs\/(decisions\/\d{4}-)?[\w-]+\.md$/,
};

describe('the package', () => {
  let temporary;
  let tarball;
  let files;
  /** Where it is installed. */
  let folder;

  before(() => {
    temporary = mkdtempSync(join(tmpdir(), 'peer-elements-'));
    ({ tarball, files } = pack(temporary));
    folder = installPacked(join(temporary, 'project'));
  });

  after(() => rmSync(temporary, { recursive: true, force: true }));

  it('has what is meant to be in it, and nothing else', () => {
    const patterns = Object.values(CONTENTS);
    assert.deepEqual(files.filter((file) => !patterns.some((pattern) => pattern.test(file))), []);
    for (const [what, pattern] of Object.entries(CONTENTS)) assert.ok(files.some((file) => pattern.test(file)), `${what}: none`);
    assert.deepEqual(files.filter((file) => /(^|[/.])tests?[/.]|\.(mjs|tgz|log)$/.test(file)), []);
  });

  it('has every file that its manifest names', () => {
    const named = [manifest.types, manifest.customElements, manifest['web-types'], manifest.unpkg, manifest.jsdelivr, ...targets(manifest.exports)];
    assert.ok(named.length > entries.length);
    assert.deepEqual(named.filter((file) => !files.includes(file.replace(/^\.\//, ''))), []);
  });

  it('has the sources that its source maps lead to', () => {
    const maps = files.filter((file) => /^dist\/.*\.js\.map$/.test(file) && !file.startsWith('dist/cdn/'));
    assert.ok(maps.length > 100);
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(join(folder, map), 'utf8'));
      for (const source of sources) {
        const path = join(dirname(map), source);
        assert.ok(existsSync(join(folder, path)), `${map} leads to ${path}`);
      }
    }
  });

  it('has the sources in the source maps of its files for a CDN, as they are in src/', () => {
    for (const bundle of ['peer-elements.js', 'peer-elements.classic.js', 'peerjs.js']) {
      const file = join(folder, 'dist/cdn', bundle);
      assert.ok(readFileSync(file, 'utf8').trimEnd().endsWith(`//# sourceMappingURL=${bundle}.map`), bundle);
      const { sources, sourcesContent } = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
      const own = sources.flatMap((source, i) => (source.startsWith('../../src/') ? [[source, sourcesContent[i]]] : []));
      assert.ok(own.length > 50, `${bundle}: ${own.length}`);
      for (const [source, content] of own) assert.equal(content, readFileSync(join(dirname(file), source), 'utf8'), source);
    }
  });

  for (const entry of entries) {
    it(`imports ${manifest.name}${entry.slice(1)} in bare Node`, () => {
      evaluate(`await import('${manifest.name}${entry.slice(1)}')`);
    });
  }

  it('imports the engine without Lit', () => {
    evaluate(`
      await import('${manifest.name}/engine');
      if ('HTMLElement' in globalThis || 'customElements' in globalThis || globalThis.reactiveElementVersions) throw new Error('Lit is here');
    `);
  });

  it('lets nobody import what it does not export', () => {
    evaluate(`
      const { code } = await import('${manifest.name}/dist/engine/peer.js').catch((error) => error);
      if (code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw new Error(code);
    `);
  });

  it('has the right fields, says publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: folder, strict: true, pack: false });
    assert.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), []);
  });

  it('resolves with its types, says attw', () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    // A style sheet has no types.
    const left = ['--exclude-entrypoints', './peer-elements.css'];
    run(process.execPath, [attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji', ...left], ROOT);
  });

  for (const [module, moduleResolution] of [['NodeNext', 'NodeNext'], ['ESNext', 'Bundler']]) {
    it(`compiles in a project with moduleResolution ${moduleResolution}`, () => {
      const project = join(temporary, 'project');
      cpSync(join(ROOT, 'test/node/consumer'), project, { recursive: true });
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      run(process.execPath, [tsc, '-p', project, '--module', module, '--moduleResolution', moduleResolution], project);
    });
  }

  /** Runs a module in Node, in the project that has the package. */
  function evaluate(code) {
    run(process.execPath, ['--input-type=module', '--eval', code], join(temporary, 'project'));
  }
});

/** The files of `exports`, whatever the conditions. */
function targets(value) {
  return typeof value === 'string' ? [value] : Object.values(value).flatMap(targets);
}

/** Runs a program to its end, and returns what it printed; fails with that when the program fails. */
function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} failed:\n${error ?? ''}${stdout}${stderr}`);
  return stdout;
}
