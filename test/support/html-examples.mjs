/** The whole pages in docs/html.md, docs/getting-started.md and README.md, as a newcomer has them: copied out of the Markdown, saved and served. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CONTENT_SECURITY_POLICY, HtmlSite } from './html-site.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where examples are, and what comes before the names of their files. */
const DOCUMENTS = { 'docs/html.md': '', 'docs/getting-started.md': 'start-', 'README.md': 'readme-' };
const EXAMPLE = /^```html\n(.*?)^```$/gms;
const TITLE = /<title>(.*?)<\/title>/;
/** What a policy without 'unsafe-inline' forbids in a page, and the directive that allows it by its hash. */
const INLINE = { 'script-src': /<script[^>]*>([^<]+)<\/script>/g, 'style-src': /<style>([^<]+)<\/style>/g };

/**
 * Every example of the documents. Each has to have a title, by which its file is called: another one in each document.
 *
 * @returns {Promise<{ page: string, html: string }[]>}
 */
export async function readExamples() {
  const examples = [];
  for (const [document, prefix] of Object.entries(DOCUMENTS)) {
    const markdown = await readFile(join(ROOT, document), 'utf8');
    for (const [, html] of markdown.matchAll(EXAMPLE)) {
      const title = TITLE.exec(html)?.[1];
      if (!title) throw new Error(`An example of ${document} has no title: ${html.slice(0, 200)}`);
      const page = `${prefix}${title.toLowerCase().replace(/\W+/g, '-').replace(/-$/, '')}.html`;
      if (examples.some((example) => example.page === page)) throw new Error(`Two examples are called ${page}.`);
      examples.push({ page, html });
    }
  }
  return examples;
}

/** The policy in docs/html.md, as directives with their sources. */
export async function readPolicy() {
  const markdown = await readFile(join(ROOT, 'docs/html.md'), 'utf8');
  const [, policy] = /^Content-Security-Policy: (.*?)^```$/ms.exec(markdown);
  return directivesOf(policy);
}

/** `{ 'img-src': ["'self'", 'blob:'] }` */
export function directivesOf(policy) {
  return Object.fromEntries(
    policy.split(';').map((directive) => {
      const [name, ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

/**
 * A site with the examples, and the other pages that their texts speak of, by the names of their files. A page that has a script
 * or style of its own is served with a policy that allows this one, and no more.
 *
 * @param {{ page: string, html: string }[]} pages
 * @returns {Promise<HtmlSite>}
 */
export async function siteOf(pages) {
  const folder = await mkdtemp(join(tmpdir(), 'peer-elements-examples-'));
  try {
    await Promise.all(pages.map(({ page, html }) => writeFile(join(folder, page), html)));
    const policies = new Map(pages.map(({ page, html }) => [page, policyFor(html)]));
    return await HtmlSite.start(relative(ROOT, folder), {
      policyOf: (file) => policies.get(basename(file)) ?? CONTENT_SECURITY_POLICY,
    });
  } finally {
    // The site has its own copy.
    await rm(folder, { recursive: true });
  }
}

function policyFor(html) {
  const allowed = Object.entries(INLINE).flatMap(([directive, pattern]) => {
    const hashes = [...html.matchAll(pattern)].map(([, text]) => `'sha256-${hashOf(text)}'`);
    return hashes.length > 0 ? [`${directive} 'self' ${hashes.join(' ')}`] : [];
  });
  return [CONTENT_SECURITY_POLICY, ...allowed].join('; ');
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('base64');
}
