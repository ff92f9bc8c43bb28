/**
 * The custom elements manifest, which editors and documentation tools read.
 *
 *   node scripts/manifest.mjs           writes custom-elements.json
 *   node scripts/manifest.mjs --check   fails if the committed one is not what the sources say
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { cli } from '@custom-elements-manifest/analyzer/cli.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FILE = join(ROOT, 'custom-elements.json');
const DEFINE = '.define.ts';
/** An event's name begins with its element's noun. */
const EVENT_NAME = /^(peer|channel|invite)-[a-z-]+$/;

export async function writeManifest() {
  writeFileSync(FILE, await generate());
}

/** Whether custom-elements.json is what the sources say. */
export async function isManifestCurrent() {
  const generated = await generate();
  return existsSync(FILE) && readFileSync(FILE, 'utf8') === generated;
}

async function generate() {
  const manifest = await cli({
    argv: ['analyze', '--config', 'custom-elements-manifest.config.mjs', '--quiet'],
    cwd: ROOT,
    noWrite: true,
  });
  verify(manifest);
  return `${JSON.stringify(manifest, null, 2)}\n`;
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
    if (!process.argv.includes('--check')) await writeManifest();
    else if (!(await isManifestCurrent())) throw new Error('custom-elements.json is out of date: run `npm run manifest`.');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
