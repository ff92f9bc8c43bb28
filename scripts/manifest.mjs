/**
 * The custom elements manifest, which editors and documentation tools read, and the data that is made from it for editors which
 * do not.
 *
 *   node scripts/manifest.mjs           writes custom-elements.json, and into dist/ the data for editors
 *   node scripts/manifest.mjs --check   fails if one of them is not what the sources say
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { cli } from '@custom-elements-manifest/analyzer/cli.js';

import { vscodeData, webTypes } from './editor-data.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FILE = join(ROOT, 'custom-elements.json');
/** What is made from it: the build writes it, so that it is not committed. */
const EDITOR_DATA = { 'vscode.html-custom-data.json': vscodeData, 'web-types.json': webTypes };
const DIST = join(ROOT, 'dist');
const DEFINE = '.define.ts';
/** An event's name begins with its element's noun. */
const EVENT_NAME = /^(peer|channel|invite)-[a-z-]+$/;

export async function writeManifest() {
  const manifest = await generate();
  writeFileSync(FILE, textOf(manifest));
  mkdirSync(DIST, { recursive: true });
  for (const [file, text] of editorData(manifest)) writeFileSync(join(DIST, file), text);
}

/** The files that are not what the sources say. What the build makes is looked at where there has been one. */
export async function staleFiles() {
  const manifest = await generate();
  const built = existsSync(DIST) ? editorData(manifest).map(([file, text]) => [join(DIST, file), text]) : [];
  const written = [[FILE, textOf(manifest)], ...built];
  const stale = written.filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
  return stale.map(([file]) => relative(ROOT, file));
}

function editorData(manifest) {
  const pkg = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.entries(EDITOR_DATA).map(([file, make]) => [file, textOf(make(manifest, pkg))]);
}

function textOf(data) {
  return `${JSON.stringify(data, null, 2)}\n`;
}

async function generate() {
  const manifest = await cli({
    argv: ['analyze', '--config', 'custom-elements-manifest.config.mjs', '--quiet'],
    cwd: ROOT,
    noWrite: true,
  });
  verify(manifest);
  return manifest;
}

/** The analyzer prints the errors of its plugins and carries on, so what it made is looked at. */
function verify(manifest) {
  const elements = manifest.modules
    .flatMap((module) => module.declarations ?? [])
    .filter((declaration) => declaration.customElement);
  const defined = readdirSync(join(ROOT, 'src', 'elements'))
    .filter((file) => file.endsWith(DEFINE))
    .map((file) => file.slice(0, -DEFINE.length));
  for (const tag of defined) {
    const element = elements.find((declaration) => declaration.tagName === tag);
    if (!element) throw new Error(`The manifest lacks <${tag}>: its class needs a @tagname.`);
    for (const event of element.events ?? []) {
      // For a typed event class the analyzer guesses the name from the constructor's first argument.
      if (!EVENT_NAME.test(event.name ?? '')) {
        throw new Error(`The manifest has an event "${event.name}" on <${tag}>: declare it with @fires.`);
      }
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const stale = process.argv.includes('--check') ? await staleFiles() : await writeManifest();
    if (stale?.length > 0) throw new Error(`${stale.join(', ')}: not what the sources say. Run \`npm run manifest\`.`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
