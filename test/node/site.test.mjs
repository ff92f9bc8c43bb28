/** The documentation site is what the sources say, and every link in it leads somewhere. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { staleFiles } from '../../scripts/site.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = readdirSync(join(ROOT, 'demo'), { recursive: true })
  .filter((file) => file.endsWith('.html'))
  .map((file) => join(ROOT, 'demo', file));

/** What a page links to: those of its source code, too, so that no attribute is missed. */
function links(html) {
  return [...html.replaceAll(/<pre[^]*?<\/pre>/g, '').matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, url]) => url);
}

function ids(file) {
  return [...readFileSync(file, 'utf8').matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
}

describe('the documentation site', () => {
  it('is what docs/ and custom-elements.json say', () => {
    assert.deepEqual(staleFiles(), [], 'npm run site writes it');
  });

  it('has pages whose ids are unique', () => {
    for (const page of PAGES.filter((file) => file.includes('/docs/'))) {
      const all = ids(page);
      assert.deepEqual(all.filter((id, i) => all.indexOf(id) !== i), [], relative(ROOT, page));
    }
  });

  it('links to files and sections that are there', () => {
    const broken = [];
    for (const page of PAGES) {
      for (const url of links(readFileSync(page, 'utf8'))) {
        // Parameters of an invitation, and what the build makes.
        if (/^[a-z]+:|^[#?]peer$|[#?]peer$|dist\/cdn\//i.test(url)) continue;
        const [path, fragment] = url.split('#');
        const target = path === '' ? page : join(dirname(page), path.endsWith('/') ? `${path}index.html` : path);
        if (!existsSync(target)) broken.push(`${relative(ROOT, page)}: ${url}`);
        else if (fragment && target.endsWith('.html') && !ids(target).includes(fragment)) broken.push(`${relative(ROOT, page)}: ${url}`);
      }
    }
    assert.deepEqual(broken, []);
  });
});
