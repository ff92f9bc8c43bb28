/**
 * Three pages as they are written for PeerJS, run with `peerjs`, with this engine in its place, and with one at each end: what
 * happens in them is the same.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The file that a page gets for its `<script src="peerjs.js">`. */
const ENGINES = {
  peerjs: 'node_modules/peerjs/dist/peerjs.min.js',
  ours: 'dist/cdn/peerjs.js',
};

/** Who is at which end, beside peerjs with itself, which says what is to be. */
const PAIRS = [
  ['ours', 'ours'],
  ['peerjs', 'ours'],
  ['ours', 'peerjs'],
];

/** How long a page may take for what it is waited for, in ms. */
const LIMIT = 25_000;

let runs = 0;

/** Runs pages, and once more where it was the browser that has spoilt it: see `missesAnOpening` in page.js. */
async function unspoilt(run) {
  for (let again = false; ; again = true) {
    const pages = [];
    try {
      return await run(pages);
    } catch (error) {
      const spoilt = await Promise.all(pages.map(({ page }) => page.evaluate(() => window.missesAnOpening()).catch(() => false)));
      if (again || !spoilt.includes(true)) throw error;
    } finally {
      await Promise.all(pages.map((each) => each.close()));
    }
  }
}

/** The transcripts of two pages, when each has a line that begins with its `last`. */
function runOfTwo(site, page, ends, last) {
  return unspoilt(async (pages) => {
    const run = `r${++runs}`;
    const [answerer, caller] = [`bob-${run}`, `ann-${run}`];
    const open = async (end, query) => pages[pages.push(await openWith(site, end, page, query)) - 1];
    const callee = await open(ends.callee, { me: answerer });
    await hears(callee, `open ${answerer}`);
    const calling = await open(ends.caller, { me: caller, remote: answerer });
    await hears(calling, last.caller);
    await hears(callee, last.callee);
    for (const each of pages) each.assertNoErrors();
    return { caller: await transcript(calling, run), callee: endsInPlace(await transcript(callee, run)) };
  });
}

/** What happens in a room of four, page by page. The order of what different remotes say is nobody's to know. */
function runOfMany(site, browser, engines) {
  return unspoilt(async (pages) => {
    const run = `r${++runs}`;
    const ids = engines.map((_, i) => `p${i}-${run}`);
    for (const [i, engine] of engines.entries()) {
      pages.push(await openWith(site, { browser, engine }, 'many.html', { me: ids[i], ...(i > 0 && { remote: ids[0] }) }));
      await hears(pages[i], `open ${ids[i]}`);
      for (const each of pages) await meets(each, i);
    }
    for (const [i, { page }] of pages.entries()) {
      await page.evaluate((text) => window.say(text), `words of ${ids[i]}`);
      for (const other of pages) if (other !== pages[i]) await hears(other, `from ${ids[i]}`);
    }
    await pages[1].page.evaluate(() => window.leave());
    for (const i of [0, 2, 3]) await hears(pages[i], `leaves ${ids[1]}`);
    for (const each of pages) each.assertNoErrors();
    const transcripts = [];
    for (const each of pages) transcripts.push((await transcript(each, run)).sort());
    // Who leaves hears of the end of its own connections, one after the other.
    return { stayed: [0, 2, 3].map((i) => transcripts[i]), left: transcripts[1].filter((line) => !line.startsWith('leaves')) };
  });
}

function openWith(site, { browser, engine }, page, query) {
  return openPage(browser, `${site.origin}/with-${engine}/${page}?${new URLSearchParams(query)}`);
}

/** Waits for a line that begins so. */
function hears(opened, beginning) {
  const heard = (start) => window.transcript.some((line) => line.startsWith(start));
  return becomes(opened, `hears "${beginning}"`, heard, beginning);
}

/** Waits until so many others are in the room. */
function meets(opened, count) {
  return becomes(opened, `meets ${count} others`, (wanted) => window.present().length === wanted, count);
}

async function becomes({ page }, what, condition, value) {
  await page.waitForFunction(condition, { timeout: LIMIT }, value).catch(async (cause) => {
    const said = await page.evaluate(() => window.transcript);
    throw new Error(`A page never ${what}; there were ${JSON.stringify(said)}`, { cause });
  });
}

/** What a page has written down, without the names of this run. What came twice in a row is once there. */
async function transcript({ page }, run) {
  const lines = await page.evaluate(() => window.transcript);
  return lines.map((line) => line.replaceAll(`-${run}`, '')).filter((line, i, all) => line !== all[i - 1]);
}

/** An end comes over the connection, and the call after it over the server: who is called may hear of either first. */
function endsInPlace(lines) {
  const at = lines.findIndex((line) => line.startsWith('connection closed chat'));
  const next = lines.findIndex((line) => line.startsWith('connection from') && line.includes(' json '));
  if (at > next && next !== -1) lines.splice(next, 0, ...lines.splice(at, 1));
  return lines;
}

/** The last that happens at either end. */
const PAGES = {
  'chat.html': { caller: 'peer closed', callee: 'connection closed json' },
  'file.html': { caller: 'closed', callee: 'closed' },
};

describe('pages written for PeerJS', { timeout: 400_000 }, () => {
  const browsers = {};
  let site;

  before(async () => {
    const files = {};
    for (const [engine, script] of Object.entries(ENGINES)) {
      files[`/with-${engine}/peerjs.js`] = `${ROOT}${script}`;
      for (const page of ['page.js', 'chat.html', 'file.html', 'many.html']) {
        files[`/with-${engine}/${page}`] = `${ROOT}test/e2e/pages-drop-in/${page}`;
      }
    }
    site = await startSite({ root: ROOT, files });
    for (const name of Object.keys(BROWSERS)) browsers[name] = await launch(name);
  });

  after(async () => {
    await Promise.all(Object.values(browsers).map((browser) => browser.close()));
    await site.close();
  });

  for (const name of Object.keys(BROWSERS)) {
    for (const [page, last] of Object.entries(PAGES)) {
      describe(`${page} in ${name}`, () => {
        let expected;

        before(async () => {
          const end = { browser: browsers[name], engine: 'peerjs' };
          expected = await runOfTwo(site, page, { caller: end, callee: end }, last);
        });

        for (const [from, to] of PAIRS) {
          it(`is the same where ${from} calls ${to}`, async () => {
            const [caller, callee] = [from, to].map((engine) => ({ browser: browsers[name], engine }));
            assert.deepEqual(await runOfTwo(site, page, { caller, callee }, last), expected);
          });
        }
      });
    }

    describe(`many.html in ${name}`, () => {
      let expected;

      before(async () => void (expected = await runOfMany(site, browsers[name], Array(4).fill('peerjs'))));

      for (const engines of [
        ['ours', 'ours', 'ours', 'ours'],
        ['ours', 'peerjs', 'ours', 'peerjs'],
        ['peerjs', 'ours', 'peerjs', 'ours'],
      ]) {
        it(`is the same with ${engines.join(', ')}`, async () => {
          assert.deepEqual(await runOfMany(site, browsers[name], engines), expected);
        });
      }
    });
  }

  for (const [page, last] of Object.entries(PAGES)) {
    it(`${page} is the same where peerjs in firefox calls this engine in chromium`, async () => {
      const [chromium, firefox] = [browsers.chromium, browsers.firefox];
      const expected = await runOfTwo(site, page, {
        caller: { browser: firefox, engine: 'peerjs' },
        callee: { browser: chromium, engine: 'peerjs' },
      }, last);
      const seen = await runOfTwo(site, page, {
        caller: { browser: firefox, engine: 'peerjs' },
        callee: { browser: chromium, engine: 'ours' },
      }, last);
      assert.deepEqual(seen, expected);
      // That the transcripts are of something: the largest message, and the end.
      assert.ok(expected.callee.length > 5, JSON.stringify(expected));
    });
  }
});
