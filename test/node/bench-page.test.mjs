/** The page that draws the benchmark's results, with those that are committed, under a strict CSP. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CONTENT_SECURITY_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'";
/** A narrow phone, and a desk. */
const WIDTHS = [360, 1200];
const PATH = '/demo/bench.html';

describe('the page of the benchmark', { timeout: 120_000 }, () => {
  let browser;
  let site;
  let results;

  before(async () => {
    results = JSON.parse(await readFile(`${ROOT}bench/results.json`, 'utf8'));
    site = await startSite({ root: ROOT, headers: { 'content-security-policy': CONTENT_SECURITY_POLICY }, peerServer: false });
    browser = await launch('chromium');
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** The page with all its plots, in a browser of that width. */
  async function open(test, { width = 1200, path = PATH } = {}) {
    const opened = await openPage(browser, 'about:blank', { strictConsole: true });
    test.after(() => opened.close());
    await opened.page.setViewport({ width, height: 800 });
    await opened.page.goto(site.origin + path);
    await opened.page.waitForSelector('#overview:not([hidden])');
    return opened;
  }

  it('draws every median of every case, and has the same as numbers', async (test) => {
    const { page, assertNoErrors } = await open(test);
    for (const { name, medians } of results.cases) {
      const [labels, rows] = await page.evaluate(
        (id) =>
          ['.plot:not(.wide .plot) .name', 'figure:not(.wide) tbody th'].map((selector) =>
            [...globalThis.document.getElementById(id).querySelectorAll(selector)].map(({ textContent }) => textContent),
          ),
        name,
      );
      const contenders = [...new Set(medians.map(({ metric }) => metric))].flatMap((metric) =>
        medians.filter((row) => row.metric === metric).map(({ contender }) => contender),
      );
      assert.deepEqual(labels, contenders);
      assert.deepEqual(rows, contenders);
    }
    assertNoErrors();
  });

  it('tells the verdict on every figure', async (test) => {
    const { page } = await open(test);
    const verdicts = await page.$$eval('#figures .verdict', (cells) => cells.map(({ textContent }) => textContent));
    const expected = results.cases.flatMap(({ ratios, bounds = [] }) => [...ratios, ...bounds]).map(({ verdict }) => verdict);
    assert.deepEqual(verdicts, expected);
  });

  it('leads from the address, and from its contents by the keyboard, to a case', async (test) => {
    const { name } = results.cases.at(-1);
    const { page } = await open(test, { path: `${PATH}#${name}` });
    const isInView = (id) =>
      page.waitForFunction((wanted) => globalThis.document.getElementById(wanted).getBoundingClientRect().top < 800, {}, id);
    await isInView(name);
    await page.goto(`${site.origin}${PATH}`);
    const link = await page.waitForSelector(`#contents a[href="#${name}"]`);
    await link.focus();
    await page.keyboard.press('Enter');
    await isInView(name);
  });

  it('opens the numbers by the keyboard', async (test) => {
    const { page } = await open(test);
    await page.focus('summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('details[open] table');
  });

  for (const width of WIDTHS) {
    for (const scheme of ['light', 'dark']) {
      it(`is accessible, says axe, and not too wide, at ${width} px, ${scheme}`, async (test) => {
        const { page, assertNoErrors } = await open(test, { width });
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await page.$$eval('details', (all) => all.forEach((each) => (each.open = true)));
        const [wanted, there] = await page.$eval(':root', ({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
        assert.ok(wanted <= there, `${wanted} px in ${there}`);
        await page.evaluate(AXE);
        const problems = await page.evaluate(async () => {
          const { violations } = await globalThis.axe.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
        });
        assert.deepEqual(problems, []);
        assertNoErrors();
      });
    }
  }

  it('says so where there are no results', async (test) => {
    const opened = await openPage(browser, 'about:blank');
    test.after(() => opened.close());
    const { page } = opened;
    await page.setRequestInterception(true);
    page.on('request', (request) =>
      request.url().endsWith('/results.json') ? request.respond({ status: 404 }) : request.continue(),
    );
    await page.goto(site.origin + PATH);
    await page.waitForFunction(() => globalThis.document.querySelector('#status').textContent.includes('npm run bench'));
    assert.equal(await page.$eval('#overview', ({ hidden }) => hidden), true);
  });
});
