/** Pages without a build: docs/no-build.md as it stands, from a CDN with integrity, by an import map, and from disk. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { INTEGRITY, NoBuildSite } from '../support/no-build.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

/** In ms: longer than a slow machine takes for anything here. */
const WAIT_MS = 20_000;
/** Puppeteer's profile lets pages from disk read their folder, and so load modules from it. A user's Firefox does not. */
const firefoxPrefs = { 'security.fileuri.strict_origin_policy': true };

for (const name of Object.keys(BROWSERS)) {
  describe(`a page without a build, in ${name}`, { timeout: 200_000 }, () => {
    let browser, site;
    const pages = [];

    before(async () => {
      site = await NoBuildSite.start();
      browser = await launch(name, { firefoxPrefs });
    });
    afterEach(async () => {
      for (const { close } of pages.splice(0)) await close();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    async function open(url) {
      const opened = await openPage(browser, url);
      opened.page.setDefaultTimeout(WAIT_MS);
      pages.push(opened);
      return opened;
    }

    describe('from a CDN', () => {
      it('runs what the build printed the integrity of, and draws a QR code', async () => {
        const { page, assertNoErrors } = await open(await site.served('From a CDN'));
        await page.waitForSelector('peer-node[state=open]');
        const link = await page.waitForSelector('peer-invite a[href*="#peer="]');
        assert.equal(await link.evaluate((a) => a.textContent), 'Call me');
        await page.waitForFunction(() => document.querySelector('peer-invite').shadowRoot.querySelector('svg path'));
        assert.equal(await page.evaluate(() => document.styleSheets[0]?.href), site.onCdn('peer-elements.css'));
        assertNoErrors();
      });

      it('refuses the module when a byte of it has changed', async () => {
        await site.tamper('peer-elements.js');
        try {
          // A page has loaded when its modules have run, or were refused.
          const { page } = await open(await site.served('From a CDN'));
          assert.equal(await page.evaluate(() => Boolean(customElements.get('peer-node'))), false);
        } finally {
          await site.restore('peer-elements.js');
        }
      });

      it('refuses what draws QR codes when a byte of it has changed, and does without', async () => {
        await site.tamper('peer-elements-qr.js');
        try {
          const { page } = await open('about:blank');
          const warned = new Promise((resolve) => {
            page.on('console', (message) => message.text().includes('There is no QR code') && resolve(message.text()));
          });
          await page.goto(await site.served('From a CDN'));
          assert.match(await warned, /peer-elements-qr\.js/);
          await page.waitForSelector('peer-invite a[href*="#peer="]');
          assert.equal(await page.evaluate(() => document.querySelector('peer-invite').shadowRoot.querySelector('svg')), null);
        } finally {
          await site.restore('peer-elements-qr.js');
        }
      });

      for (const file of Object.keys(INTEGRITY)) {
        it(`loads ${file} by its integrity, and no other bytes`, async () => {
          const { page } = await open(await site.page('<!doctype html><title>Loads a file</title>'));
          assert.equal(await load(page, site.onCdn(file), INTEGRITY[file]), 'load');
          await site.tamper(file);
          try {
            assert.equal(await load(page, `${site.onCdn(file)}?changed`, INTEGRITY[file]), 'error');
          } finally {
            await site.restore(file);
          }
        });
      }
    });

    describe('with an import map', () => {
      it('runs a program that was written for peerjs', async () => {
        const { page, assertNoErrors } = await open(await site.served('A program for peerjs'));
        await page.waitForFunction(() => document.querySelector('#heard').value === 'Hello, Ann');
        assertNoErrors();
      });

      it('has the same classes by each of the names', async () => {
        const { page, assertNoErrors } = await open(await site.served('A program for peerjs'));
        await page.addScriptTag({
          type: 'module',
          content: `
            import Peer, { Peer as named, util } from 'peerjs';
            import Engine, { DataConnection } from 'peer-elements/engine';
            import { PeerNode } from 'peer-elements/define';
            window.found = [Peer === named, Peer === Engine, util.browser !== undefined, typeof DataConnection,
              customElements.get('peer-node') === PeerNode];`,
        });
        await page.waitForFunction(() => window.found);
        assert.deepEqual(await page.evaluate(() => window.found), [true, true, true, 'function', true]);
        assertNoErrors();
      });
    });

    describe('from disk', () => {
      it('sends messages to another, and shows the QR code', async () => {
        const [host, guest] = await conversation();
        await guest.page.type('input', 'from the guest');
        await guest.page.click('button');
        await host.page.waitForFunction(() => document.querySelector('li')?.textContent === 'from the guest');
        await host.page.type('input', 'from the host');
        await host.page.click('button');
        await guest.page.waitForFunction(() => [...document.querySelectorAll('li')].at(-1)?.textContent === 'from the host');
        for (const { assertNoErrors } of [host, guest]) assertNoErrors();
      });

      it('keeps its id over a reload, and another page at the same time has one of its own', async () => {
        const [host, guest] = await conversation();
        const ids = await Promise.all([host, guest].map(({ page }) => idOf(page)));
        assert.notEqual(ids[0], ids[1]);
        await host.page.reload();
        await host.page.waitForSelector('peer-node[state=open]');
        assert.equal(await idOf(host.page), ids[0]);
        assert.equal(await host.page.evaluate(() => navigator.locks.request('one of the page', () => 'held')), 'held');
      });

      it('has the exports in a global variable', async () => {
        const { page } = await open(await site.onDisk('From disk'));
        const found = await page.evaluate(() => {
          const { Peer, PeerNode, PeerOpenEvent } = window.peerElements;
          return [typeof Peer, document.querySelector('peer-node') instanceof PeerNode, typeof PeerOpenEvent, location.protocol];
        });
        assert.deepEqual(found, ['function', true, 'function', 'file:']);
      });

      it('says invalid-setting of a server that is no whole address', async () => {
        const { page } = await open(await site.onDisk('From disk'));
        await page.evaluate(() => document.querySelector('peer-node').setAttribute('server', '/peerjs'));
        await page.waitForSelector('peer-node[error=invalid-setting]');
      });

      it('loads no module, which the page can say', async () => {
        const { page } = await open(await site.onDisk('Needs a server'));
        await page.waitForFunction(() => document.body.textContent.includes('has to come from a web server'));
        assert.equal(await page.evaluate(() => Boolean(customElements.get('peer-node'))), false);
      });

      /** Two pages of one folder that talk to each other: the second was opened by the invitation of the first. */
      async function conversation() {
        const host = await open(await site.onDisk('From disk'));
        const link = await host.page.waitForSelector('peer-invite a[href*="#peer="]');
        await host.page.waitForFunction(() => document.querySelector('peer-invite').shadowRoot.querySelector('svg path'));
        const guest = await open(await link.evaluate((a) => a.href));
        for (const { page } of [host, guest]) await page.waitForSelector('peer-channel[state=open]');
        return [host, guest];
      }
    });
  });
}

function idOf(page) {
  return page.evaluate(() => document.querySelector('peer-node').currentId);
}

/** Has a page load a file of another origin: `load` or `error`. */
function load(page, url, integrity) {
  return page.evaluate(
    (address, hash) => {
      const style = new URL(address).pathname.endsWith('.css');
      const element = document.createElement(style ? 'link' : 'script');
      if (style) Object.assign(element, { rel: 'stylesheet', href: address });
      // A module has no name in the page, and can be loaded twice.
      else Object.assign(element, { src: address, type: /\.classic|peerjs/.test(address) ? '' : 'module' });
      Object.assign(element, { integrity: hash, crossOrigin: 'anonymous' });
      return new Promise((resolve) => {
        for (const type of ['load', 'error']) element.addEventListener(type, () => resolve(type));
        document.head.append(element);
      });
    },
    url,
    integrity,
  );
}
