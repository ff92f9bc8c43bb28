/** Files from hostile peers: their names, what they are when they are opened, and addresses that a page must not ask. */
import assert from 'node:assert/strict';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { HostilePeers } from '../support/hostile-peer.mjs';
import { Stage } from '../support/hostile-peer.stage.mjs';
import { HtmlSite } from '../support/html-site.mjs';

/** Longer than a slow browser takes to save a small file, in ms. */
const SAVE_MS = 20_000;
/** How often a folder is looked at, in ms: a browser tells no one that a download has ended. */
const FOLDER_POLL_MS = 50;

/** What is said of a file's name, and what is made of it. */
const NAMES = [
  ['../../x.html', 'x.html'],
  ['..\\..\\y.html', 'y.html'],
  ['/etc/passwd', 'passwd'],
  ['C:\\Windows\\win.ini', 'win.ini'],
  ['..', 'file'],
  ['', 'file'],
  ['folder/', 'file'],
  ['CON', 'CON'],
  ['.profile', '.profile'],
  ['photo\u202Egnp.exe', 'photognp.exe'],
  ['\u2067\u200Ehidden\u2069.txt', 'hidden.txt'],
  ['a\u0000b\nc\r\td.txt', 'abcd.txt'],
  ['<b>bold<b>.html', '<b>bold<b>.html'],
  [`${'n'.repeat(10_000)}.txt`, `${'n'.repeat(251)}.txt`],
];

/** Documents that would run a script, each in its own way. */
const RUNS = "try{localStorage.hacked=1;opener.hacked=1}catch{}fetch('ELSEWHERE/ran').catch(()=>{})";
const DOCUMENTS = [
  ['page.html', 'text/html', `<!doctype html><script>${RUNS}</script><img src="ELSEWHERE/page">`],
  ['page.svg', 'image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg"><script>${RUNS}</script><image href="ELSEWHERE/svg"/></svg>`],
  ['page.xhtml', 'application/xhtml+xml', `<html xmlns="http://www.w3.org/1999/xhtml"><script>${RUNS}</script></html>`],
  ['page.pdf', 'application/pdf', '%PDF-1.4\n1 0 obj<</OpenAction<</S/URI/URI(ELSEWHERE/pdf)>>>>endobj'],
  ['page.xml', 'text/xml', '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="ELSEWHERE/xsl"?><x/>'],
  ['film', 'video/x+xml', `<html xmlns="http://www.w3.org/1999/xhtml"><script>${RUNS}</script></html>`],
  ['list', 'text/html, image/png', `<!doctype html><script>${RUNS}</script>`],
];

/** Those of them that are short enough for every file system. */
const SAVED = NAMES.length - 1;

describe('files from hostile peers', { timeout: 240_000 }, () => {
  let site, hostiles;
  before(async () => {
    [site, hostiles] = await Promise.all([HtmlSite.start('demo'), HostilePeers.start()]);
  });
  afterEach(() => site.everybodyLeaves());
  after(async () => {
    await site.close();
    await hostiles.close();
  });

  for (const browser of (process.env.BROWSERS ?? 'chromium,firefox').split(',')) {
    it(`are saved in the folder for downloads, under names that show what they are, in ${browser}`, async () => {
      const stage = await Stage.open(site, hostiles, { browser, names: ['drop', 'chat'] });
      await stage.hear(
        (names) =>
          names.map((name, index) => {
            const data = new TextEncoder().encode(String(index)).buffer;
            const file = { name, type: 'text/html', size: data.byteLength, data };
            return { text: String(index), file, files: [file] };
          }),
        NAMES.map(([said]) => said),
      );
      const wanted = NAMES.map(([, made]) => made);
      assert.deepEqual((await stage.texts('drop', 'li bdi')).slice(0, -1), wanted);
      assert.deepEqual(await stage.texts('chat', 'figure:not([hidden]) bdi'), wanted);
      const { visitor } = stage.demos.drop;
      for (const selector of ['bdi', 'b[itemprop]', 'p[itemprop]']) {
        const styles = await stage.demos.chat.visitor.page.$$eval(selector, (all) => all.map((element) => getComputedStyle(element).unicodeBidi));
        assert.ok(styles.length > 0 && styles.every((style) => style === 'isolate'), selector);
      }
      const outside = await readdir(dirname(visitor.downloads));
      const linksOf = ({ visitor }) => visitor.page.$$('a[download]');
      // Chromium takes no more than ten in a row from one page.
      const saved = [
        ...(await savesAll(visitor, (await linksOf(stage.demos.drop)).slice(0, 7))),
        ...(await savesAll(stage.demos.chat.visitor, (await linksOf(stage.demos.chat)).slice(7, SAVED))),
      ];
      // Browsers mend what their system does not take, and no file is to be a hidden one.
      for (const [index, name] of saved.entries()) {
        assert.doesNotMatch(name, /^\.|[\\/\p{C}]/u);
        if (/^[\w.]+$/.test(wanted[index])) assert.equal(name.replace(/^_/, ''), wanted[index].replace(/^[.]/, ''));
      }
      assert.deepEqual(await readdir(dirname(visitor.downloads)), outside);
      await stage.areThemselves();
    });

    it(`that are pages run nothing, however their link is opened, in ${browser}`, async () => {
      const stage = await atHome(browser, ['drop.html']);
      const { visitor } = stage.demos['drop.html'];
      await stage.hear(
        (documents) => [{ files: documents.map(([name, type, text]) => { const data = new TextEncoder().encode(text).buffer; return { name, type, size: data.byteLength, data }; }) }],
        DOCUMENTS.map(([name, type, text]) => [name, type, text.replaceAll('ELSEWHERE', hostiles.elsewhere)]),
      );
      const links = (await visitor.page.$$('li a')).slice(0, DOCUMENTS.length);
      const types = await visitor.page.$$eval('li a', (all) => Promise.all(all.map(async ({ href }) => (await fetch(href)).headers.get('content-type'))));
      assert.deepEqual([...new Set(types)], ['application/octet-stream']);
      // The middle button, and keys, open a link in a tab or window of its own.
      await savesAll(visitor, links, { button: 'middle' });
      for (const how of [{}, { key: 'Control' }, { key: 'Shift' }]) await savesAll(visitor, links.slice(0, 1), how);
      await visitor.page.evaluate((elsewhere) => fetch(`${elsewhere}/asked`, { mode: 'no-cors' }), hostiles.elsewhere);
      assert.deepEqual(await hostiles.requestsUntil('/asked'), ['/asked']);
      await stage.areThemselves();
    });

    it(`and addresses have a page ask nobody, in ${browser}`, async () => {
      const stage = await atHome(browser, ['chat.html', '../test/support/hostile-peer.html']);
      await stage.hear(
        (elsewhere, addresses) => {
          const bytes = (text) => new TextEncoder().encode(text).buffer;
          const types = ['image/png', 'image/svg+xml', 'video/mp4', 'audio/mpeg', 'audio/x-mpegurl', 'application/vnd.apple.mpegurl', 'video/x-ms-asf', 'text/vtt', 'text/css'];
          const bodies = [
            `<svg xmlns="http://www.w3.org/2000/svg"><image href="${elsewhere}/svg"/><style>@import "${elsewhere}/css";</style></svg>`,
            `#EXTM3U\n#EXTINF:1,\n${elsewhere}/list\n`,
            `<asx version="3"><entry><ref href="${elsewhere}/asx"/></entry></asx>`,
          ];
          const files = types.flatMap((type) => bodies.map((body) => ({ name: 'x', type, size: bytes(body).byteLength, data: bytes(body), url: `${elsewhere}/x`, poster: `${elsewhere}/poster`, icon: `${elsewhere}/icon` })));
          const named = addresses.flatMap((url) => {
            const item = { name: 'x.png', type: 'image/png', kind: 'image', size: 1, state: 'complete', progress: 1, url, poster: url, icon: url };
            const message = { url, href: url, src: url, srcset: url, poster: url, icon: url, cite: url, action: url, formaction: url, data: url, ping: url };
            return [message, { file: item }, { file: { ...item, kind: 'video', type: 'video/mp4' } }, url, { text: `<link rel=prefetch href="${url}"><img src="${url}">` }];
          });
          return [...named, ...files.map((file) => ({ file })), ...files.map((file) => file.data)];
        },
        hostiles.elsewhere,
        [`${hostiles.elsewhere}/a.png`, `${hostiles.elsewhere.replace('http:', '')}/b.png`, `\n ${hostiles.elsewhere.toUpperCase()}/c.png`],
      );
      for (const { visitor } of Object.values(stage.demos)) {
        await visitor.page.evaluate((elsewhere) => fetch(`${elsewhere}/asked`, { mode: 'no-cors' }), hostiles.elsewhere);
        assert.deepEqual(await hostiles.requestsUntil('/asked'), ['/asked']);
      }
      await stage.areThemselves();
    });
  }

  /** Pages of the whole project, with no policy that would stop what the elements let through. */
  async function atHome(browser, pages) {
    const stage = new Stage();
    for (const page of pages) {
      const visitor = await site.visitor(browser, new URL(page, `${hostiles.home}/demo/`).href);
      await stage.add(page, await hostiles.peer('peerjs', hostiles.home), visitor);
    }
    return stage;
  }
});

/** Clicks on links in some way, one after the other, and waits for each to be saved. Returns the names in the folder. */
async function savesAll(visitor, links, { button = 'left', key } = {}) {
  const saved = [];
  await visitor.page.bringToFront();
  for (const link of links) {
    for (const name of await readdir(visitor.downloads)) await rm(join(visitor.downloads, name));
    if (key) await visitor.page.keyboard.down(key);
    await link.click({ button });
    if (key) await visitor.page.keyboard.up(key);
    saved.push(await savedIn(visitor.downloads));
  }
  return saved;
}

/** The name of the only file in a folder, once it is there. */
async function savedIn(folder) {
  const deadline = Date.now() + SAVE_MS;
  while (Date.now() < deadline) {
    const names = await readdir(folder);
    // Browsers put an empty file in its place first.
    const isWhole = names.length === 1 && !/\.(?:crdownload|part)$/.test(names[0]) && (await stat(join(folder, names[0]))).size > 0;
    if (isWhole) return names[0];
    await pause(FOLDER_POLL_MS);
  }
  throw new Error(`No file was saved within ${SAVE_MS} ms. There is: ${(await readdir(folder)).join()}`);
}
