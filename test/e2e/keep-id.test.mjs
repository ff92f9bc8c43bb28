/** Pages that keep their ids: reloaded, opened from one another, and where the server has not noticed that one has gone. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { freezingProxy } from '../support/freezing-proxy.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = '/test/e2e/keep-id.html';
/** In ms: longer than a slow machine takes for anything here. */
const WAIT_MS = 25_000;
const POLL_MS = 50;

for (const name of Object.keys(BROWSERS)) {
  describe(`a page that keeps its id, in ${name}`, { timeout: 200_000 }, () => {
    let browser, site, proxy;
    const pages = [];

    before(async () => {
      browser = await launch(name);
      site = await startSite({ root: ROOT });
      proxy = await freezingProxy(site.port);
    });
    afterEach(async () => {
      for (const opened of pages.splice(0)) {
        opened.assertNoErrors();
        await opened.close();
      }
      proxy.thaw();
    });
    after(async () => {
      await browser.close();
      await proxy.close();
      await site.close();
    });

    async function open(path = PAGE, origin = site.origin) {
      const opened = await openPage(browser, origin + path);
      opened.page.setDefaultTimeout(WAIT_MS);
      pages.push(opened);
      return opened.page;
    }

    it('has the same id and token after each of three reloads', async () => {
      const page = await open();
      const first = await whoIs(page);
      for (let round = 0; round < 3; round += 1) {
        await page.reload();
        assert.deepEqual(await whoIs(page), first);
        assert.deepEqual(await page.evaluate(() => window.events), ['connecting', 'open']);
      }
    });

    it('has the same id after it was left and come back to', async () => {
      const page = await open();
      const first = await whoIs(page);
      await page.goto(`${site.origin}/test/e2e/blank.html`);
      await page.goBack();
      assert.deepEqual(await whoIs(page), first);
    });

    it('gives its id to the next page of the same tab', async () => {
      const page = await open();
      const first = await whoIs(page);
      await page.evaluate(() => location.assign('?debug=0'));
      await page.waitForFunction(() => location.search === '?debug=0');
      assert.deepEqual(await whoIs(page), first);
    });

    it('shares it with no tab that it opened, and that one keeps its own', async () => {
      const page = await open();
      const first = await whoIs(page);
      const target = new Promise((resolve) => page.once('popup', resolve));
      await page.evaluate(() => void window.open(location.href));
      const other = await target;
      other.setDefaultTimeout(WAIT_MS);
      const second = await whoIs(other);
      assert.notEqual(second.id, first.id);
      assert.notEqual(second.token, first.token);
      await other.reload();
      assert.deepEqual(await whoIs(other), second);
      await page.reload();
      assert.deepEqual(await whoIs(page), first);
      await other.close();
    });

    it('shares it with no frame of its own', async () => {
      const page = await open();
      const first = await whoIs(page);
      const addFrame = () =>
        page.evaluate(
          () =>
            new Promise((resolve) => {
              const frame = Object.assign(document.createElement('iframe'), { src: location.href, onload: resolve });
              document.body.append(frame);
            }).then(() => undefined),
        );
      await addFrame();
      const second = await whoIs(page.frames()[1]);
      assert.notEqual(second.id, first.id);
      await page.reload();
      assert.deepEqual(await whoIs(page), first);
      await addFrame();
      assert.deepEqual(await whoIs(page.frames()[1]), second);
    });

    it('has the same id though the server has not noticed that the page was reloaded', async () => {
      const page = await open(PAGE, proxy.origin);
      const first = await whoIs(page);
      proxy.freeze();
      await page.reload();
      assert.deepEqual(await whoIs(page), first);
    });

    it('asks for its id until the server lets go, where its token is another one', async () => {
      const page = await open(`${PAGE}?token=one`, proxy.origin);
      const { id } = await whoIs(page);
      await page.evaluateOnNewDocument(() => {
        window.sockets = 0;
        window.WebSocket = class extends WebSocket {
          constructor(...given) {
            super(...given);
            window.sockets += 1;
          }
        };
      });
      proxy.freeze();
      await page.goto(`${proxy.origin}${PAGE}?token=two`);
      await page.waitForFunction(() => window.sockets > 1);
      assert.deepEqual(await page.evaluate(() => window.events), ['connecting']);
      proxy.thaw();
      assert.deepEqual(await whoIs(page), { id, token: 'two' });
      assert.deepEqual(await page.evaluate(() => window.events), ['connecting', 'open']);
    });
  });
}

/** The id and token of the page's node, once it is open and they are kept. Asked again and again: the first document of a new tab goes soon. */
async function whoIs(page) {
  const limit = performance.now() + WAIT_MS;
  let seen;
  while (performance.now() < limit) {
    try {
      seen = await page.evaluate(keptNode);
      if (seen.kept) return { id: seen.id, token: seen.token };
    } catch (error) {
      seen = error.message;
    }
    await wait(POLL_MS);
  }
  throw new Error(`The node is not open, or not kept: ${JSON.stringify(seen)}`);
}

/** Run in the page. */
function keptNode() {
  const node = document.querySelector('peer-node');
  const { currentId: id, state } = node ?? {};
  const kept = state === 'open' && Object.values(sessionStorage).some((text) => text.includes(id));
  return { kept, id, token: node?.peer?.options.token, events: window.events, address: location.href };
}
