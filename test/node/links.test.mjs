/** Every link in the Markdown of the project leads to a file, and to a heading, that is there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import MarkdownIt from 'markdown-it';

import { slugOf } from '../../scripts/site/markdown.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).filter((file) => file.endsWith('.md')).map((file) => join('docs', file)),
];
const markdown = new MarkdownIt();

/** What a document links to, by its links and pictures, and what may be linked to in it. */
function read(file) {
  const tokens = markdown.parse(readFileSync(join(ROOT, file), 'utf8'), {});
  const links = tokens
    .flatMap(({ children }) => children ?? [])
    .map((token) => token.attrGet('href') ?? token.attrGet('src'))
    .filter((url) => url !== null);
  const headings = tokens.flatMap((token, i) => (token.type === 'heading_open' ? [slugOf(textOf(tokens[i + 1]))] : []));
  return { links, headings };
}

/** What a reader sees of a heading. */
function textOf({ children }) {
  return children.map(({ content }) => content).join('');
}

function isThere(file, fragment) {
  if (!existsSync(join(ROOT, file))) return false;
  if (!fragment) return true;
  if (file.endsWith('.md')) return read(file).headings.includes(fragment);
  return file.endsWith('.html') && readFileSync(join(ROOT, file), 'utf8').includes(` id="${fragment}"`);
}

describe('the links of the Markdown', () => {
  it('lead to files and headings that are there', () => {
    const broken = [];
    let followed = 0;
    for (const document of DOCUMENTS) {
      for (const url of read(document).links) {
        if (/^[a-z]+:/i.test(url)) continue;
        const [path, fragment] = url.split('#');
        followed += 1;
        const file = path ? relative(ROOT, join(ROOT, dirname(document), path)) : document;
        if (!isThere(file, fragment)) broken.push(`${document}: ${url}`);
      }
    }
    assert.ok(followed > 50, `only ${followed} were found`);
    assert.deepEqual(broken, []);
  });
});
