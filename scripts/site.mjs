/**
 * The documentation site, demo/docs/: the Markdown of docs/ and the elements' manifest as HTML pages that need no script to be read.
 *
 *   node scripts/site.mjs           writes demo/docs/
 *   node scripts/site.mjs --check   fails if what is committed is not what the sources say
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { elementsPage } from './site/elements.mjs';
import { layout } from './site/layout.mjs';
import { markdownPage } from './site/markdown.mjs';
import { PAGES } from './site/pages.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SITE = join(ROOT, 'demo', 'docs');

/** What the site consists of, by path below demo/docs/. What is written by hand there, its style sheet, is not among it. */
function generate() {
  const files = new Map();
  for (const page of PAGES) {
    const { body, sections, examples = [] } = page.source ? markdownPage(page, read(page.source)) : elementsPage(JSON.parse(read('custom-elements.json')));
    files.set(`${page.slug}.html`, layout(page, { body, sections }));
    for (const { name, html } of examples) files.set(`examples/${name}`, html);
  }
  return files;
}

function read(file) {
  return readFileSync(join(ROOT, file), 'utf8');
}

export function writeSite() {
  const files = generate();
  for (const file of surplus(files)) rmSync(join(SITE, file));
  mkdirSync(join(SITE, 'examples'), { recursive: true });
  for (const [file, html] of files) writeFileSync(join(SITE, file), html);
}

/** The files that are missing, not what the sources say, or of no source. */
export function staleFiles() {
  const files = generate();
  const wrong = [...files].filter(([file, html]) => !existsSync(join(SITE, file)) || readFileSync(join(SITE, file), 'utf8') !== html);
  return [...wrong.map(([file]) => file), ...surplus(files)];
}

function surplus(files) {
  if (!existsSync(SITE)) return [];
  return readdirSync(SITE, { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.html') && !files.has(file));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--check')) {
    const stale = staleFiles();
    if (stale.length > 0) {
      console.error(`demo/docs/ is not what docs/ and custom-elements.json say (${stale.join(', ')}): run npm run site, and commit it.`);
      process.exitCode = 1;
    }
  } else writeSite();
}
