/** The documentation and the playground as their readers use them: read, tried, and its programs run. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { PAGES } from '../../scripts/site/pages.mjs';
import { startSite } from '../../scripts/static-server.mjs';
import { DESKTOP, PHONE, SCHEMES, axe, tooWide } from '../support/looks.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Every wait ends by then: longer than a slow machine takes for the slowest of them. */
const WAIT_MS = 20_000;

describe('the documentation', () => {
  let site;
  const browsers = {};
  before(async () => {
    site = await startSite({ root: ROOT });
    for (const name of Object.keys(BROWSERS)) browsers[name] = await launch(name);
  });
  after(async () => {
    for (const browser of Object.values(browsers)) await browser.close();
    await site?.close();
  });

  async function open(name, path) {
    const opened = await openPage(browsers[name], `${site.origin}/${path}`, { strictConsole: true });
    opened.page.setDefaultTimeout(WAIT_MS);
    return opened;
  }

  it('passes axe in light and dark, and fits a phone and a desktop', async () => {
    for (const path of [...PAGES.map(({ slug }) => `demo/docs/${slug}.html`), 'demo/', 'demo/playground.html']) {
      const { page, assertNoErrors, close } = await open('chromium', path);
      for (const size of [PHONE, DESKTOP]) {
        await page.setViewport(size);
        assert.deepEqual(await tooWide(page), [], `${path}, ${size.width} px`);
      }
      // What an attribute means is read without scrolling, where there is room.
      if (path.endsWith('elements.html')) assert.deepEqual(await page.$$eval('.wide', wider), []);
      // The pages look alike: what is dark is the same in all of them.
      const schemes = /(elements|html|playground)\.html$|demo\/$/.test(path) ? SCHEMES : ['light'];
      for (const scheme of schemes) assert.deepEqual(await axe(page, scheme), [], `${path}, ${scheme}`);
      assertNoErrors();
      await close();
    }
  });

  it('reads without JavaScript', async () => {
    const { page, close } = await open('chromium', 'demo/');
    await page.setJavaScriptEnabled(false);
    await page.goto(`${site.origin}/demo/docs/elements.html`);
    assert.match(await page.$eval('main', ({ innerText }) => innerText), /peer-node[^]*peer-id[^]*channel-data/);
    await close();
  });

  describe('its programs', () => {
    it('docs/engine.md: each prints what it is to print', async () => {
      const blocks = [...(await readFile(join(ROOT, 'docs/engine.md'), 'utf8')).matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
      const printed = [
        /^You said: Hello$/,
        /^(?:\d+ %\n)*zeros\.bin: 1000000 bytes(?:\n\d+ %)*\nsent$/,
        /^one\ntwo\nthree$/,
        /^1 video track$/,
      ];
      assert.equal(blocks.length, printed.length, 'a program without a test of what it prints');
      for (const [i, code] of blocks.entries()) {
        const { page, assertNoErrors, close } = await open('chromium', 'test/e2e/blank.html');
        const lines = [];
        page.on('console', (message) => lines.push(message.text()));
        await page.evaluate(
          (source) => {
            const script = Object.assign(document.createElement('script'), { type: 'module', textContent: source });
            document.head.append(script);
          },
          // The bundle has the engine, too, and this site's server another host and port.
          code
            .replace("'peer-elements/engine'", "'/dist/cdn/peer-elements.js'")
            .replaceAll("{ host: '/', port: 8000,", `{ host: '/', port: ${site.port},`),
        );
        await waitFor(() => printed[i].test(lines.join('\n')), () => `${code}\nprinted ${JSON.stringify(lines)}`);
        assertNoErrors();
        await close();
      }
    });
  });

  for (const name of Object.keys(BROWSERS)) {
    it(`has a playground that calls, sends, shows markup, events and state, in ${name}`, async () => {
      const { page, assertNoErrors, close } = await open(name, 'demo/playground.html');
      const logged = (words) => page.waitForFunction((text) => document.querySelector('#log').textContent.includes(text), {}, words);
      await page.waitForSelector('#partner[state=open]');
      await logged('peer-open id:');
      // Of browsers' own look they would be half as high, and in a small font.
      const small = (controls) => controls.filter((each) => each.checkVisibility() && each.offsetHeight < 36).map(({ outerHTML }) => outerHTML);
      assert.deepEqual(await page.$$eval('button, select, .button, input:not([type=checkbox], [type=file])', small), []);
      await page.click('#call');
      await page.waitForSelector('#stage peer-channel[state=open]');
      assert.match(await page.$eval('#markup', ({ textContent }) => textContent), /<peer-channel to="[\w-]+"><\/peer-channel>/);
      await page.click('#send button');
      await page.waitForFunction(() => document.querySelector('#partner li')?.textContent.includes('Hello'));
      await page.type('#partner article [name=text]', 'Hello back');
      await page.keyboard.press('Enter');
      await logged('channel-data data: {"text":"Hello back"}');
      await page.waitForFunction(() => /peer-channel profile\s*native/.test(document.querySelector('#state').innerText));
      await page.type('[name="peer-channel label"]', 'a "quoted" one');
      await page.keyboard.press('Tab');
      await page.waitForFunction(() => document.querySelector('#markup').textContent.includes(`label='a "quoted" one'`));
      await page.click('#close');
      await logged('channel-close reason: "local"');
      assertNoErrors();
      await close();
    });
  }
});

/** Run in the page: the boxes that have to be scrolled sideways. */
function wider(boxes) {
  return boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map((box) => box.getAttribute('aria-labelledby'));
}

async function waitFor(condition, problem) {
  for (const deadline = Date.now() + WAIT_MS; !condition(); ) {
    if (Date.now() > deadline) assert.fail(problem());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
