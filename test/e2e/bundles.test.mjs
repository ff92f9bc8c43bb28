/** The files for a CDN, in a page that loads nothing else. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the bundles', () => {
  const browsers = {};
  let site;

  before(async () => {
    site = await startSite({ root: ROOT });
    for (const name of Object.keys(BROWSERS)) browsers[name] = await launch(name);
  });

  after(async () => {
    await Promise.all(Object.values(browsers).map((browser) => browser.close()));
    await site.close();
  });

  function blankPage(name) {
    return openPage(browsers[name], `${site.origin}/test/e2e/blank.html`);
  }

  for (const name of Object.keys(BROWSERS)) {
    it(`peer-elements.js registers the elements and exports everything, in ${name}`, async () => {
      const { page, assertNoErrors } = await blankPage(name);
      const exported = await page.evaluate(async () => {
        const module = await import('/dist/cdn/peer-elements.js');
        await Promise.all(['peer-node', 'peer-channel'].map((tag) => customElements.whenDefined(tag)));
        return Object.keys(module);
      });
      assert.ok(exported.includes('Peer'), `it exports ${exported.join(', ')}`);
      assertNoErrors();
    });
  }

  it('peerjs.js carries a message from Chromium to Firefox and back', async () => {
    const [caller, callee] = [await blankPage('chromium'), await blankPage('firefox')];
    for (const { page } of [caller, callee]) await page.addScriptTag({ url: '/dist/cdn/peerjs.js' });

    await callee.page.evaluate(async () => {
      const peer = new window.Peer('callee', { host: location.hostname, port: location.port, path: '/peerjs' });
      peer.on('connection', (connection) => connection.on('data', (data) => connection.send(`${data}, ${data}`)));
      await new Promise((resolve) => peer.on('open', resolve));
    });
    const echo = await caller.page.evaluate(async () => {
      const { Peer } = window.peerjs;
      const peer = new Peer({ host: location.hostname, port: location.port, path: '/peerjs' });
      await new Promise((resolve) => peer.on('open', resolve));
      const connection = peer.connect('callee');
      connection.on('open', () => connection.send('hello'));
      return new Promise((resolve) => connection.on('data', resolve));
    });

    assert.equal(echo, 'hello, hello');
    for (const { assertNoErrors } of [caller, callee]) assertNoErrors();
  });
});
