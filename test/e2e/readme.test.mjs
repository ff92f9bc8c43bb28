/** The README's first example, as a newcomer would try it: copied into a page, opened twice. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe("the README's first example", () => {
  let folder, site;

  before(async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const [, example] = /```html\n(.*?)```/s.exec(readme);
    folder = await mkdtemp(join(tmpdir(), 'peer-elements-'));
    // The one change: the public server is not to be had here.
    await writeFile(join(folder, 'page.html'), example.replace('<peer-node>', '<peer-node server="/peerjs">'));
    site = await startSite({ root: folder, files: { '/peer-elements.js': join(ROOT, 'dist/cdn/peer-elements.js') } });
  });

  after(async () => {
    await site?.close();
    await rm(folder, { recursive: true });
  });

  for (const name of Object.keys(BROWSERS)) {
    it(`talks to itself in another tab, in ${name}`, async () => {
      const browser = await launch(name);
      try {
        const first = await openPage(browser, `${site.origin}/page.html`);
        const id = await textOf(first.page, /^I am (.+)$/);
        const second = await openPage(browser, `${site.origin}/page.html#${id}`);
        await second.page.waitForSelector('peer-channel[state=open]');
        await say(second.page, 'Hello, peer');
        await textOf(first.page, /^(Hello, peer)$/);
        await say(first.page, 'Hello back');
        await textOf(second.page, /^(Hello back)$/);
        for (const { assertNoErrors } of [first, second]) assertNoErrors();
      } finally {
        await browser.close();
      }
    });
  }
});

async function say(page, words) {
  await page.type('input', words);
  await page.click('button');
}

async function textOf(page, pattern) {
  const found = await page.waitForFunction((source) => new RegExp(source).exec(document.querySelector('#said').value)?.[1], {}, pattern.source);
  const text = await found.jsonValue();
  assert.ok(text);
  return text;
}
