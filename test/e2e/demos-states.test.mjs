/** How the demos stand, in plain words: what visitors are told when a server, a link or the other page is not there. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { isTold, says } from '../support/demo-visitors.mjs';
import { HtmlSite } from '../support/html-site.mjs';

const [HOST, GUEST] = ['chromium', 'firefox'];
/** Browsers call it an error when a server does not answer. */
const NO_SERVER = { expected: /\/peerjs|Failed to load resource/ };

describe('the demos say how they stand', { timeout: 150_000 }, () => {
  let site;
  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(async () => {
    site.serverReturns();
    await site.everybodyLeaves();
  });
  after(() => site.close());

  it('a server that is lost and comes back, while the room goes on', async () => {
    const hub = await site.visitor(HOST, 'hub.html', NO_SERVER);
    const guest = await site.visitor(GUEST, await hub.invitation(), NO_SERVER);
    await isTold(guest, /You are in the room/);
    site.serverGoes();
    await isTold(hub, /The server is out of reach: no new guest can come/);
    await isTold(guest, /The server is out of reach/);
    await guest.submits({ text: 'still here' });
    await hub.reads('still here', '[role=log]');
    await hub.page.waitForSelector('[command="--reconnect"]', { visible: true });
    site.serverReturns();
    await hub.clicksUnlessGone('[command="--reconnect"]');
    await isTold(hub, /The room is open/);
  });

  it('a link under which nobody is', async () => {
    const words = {
      'guest.html?peer=nobody': /This room is not open/,
      'drop.html#peer=nobody': /Nobody is at this link/,
      'vote.html#peer=nobody': /This poll is not open now/,
    };
    for (const [page, told] of Object.entries(words)) {
      const visitor = await site.visitor(GUEST, page);
      await isTold(visitor, told);
      assert.equal((await says(visitor)).length, 1, page);
      await visitor.clicks('[command="--connect"]');
      await isTold(visitor, told);
    }
  });

  it('a third device at a drop for two', async () => {
    const host = await site.visitor(HOST, 'drop.html');
    const link = await host.invitation();
    const guest = await site.visitor(GUEST, link);
    await isTold(guest, /Connected/);
    const third = await site.visitor(GUEST, link);
    await isTold(third, /another one is connected/);
    await isTold(host, /Connected/);
    await guest.leave();
    await isTold(host, /Waiting for the other device/);
    await third.clicks('[command="--connect"]');
    await isTold(third, /Connected/);
  });

  it('pages that are reloaded keep their links', async () => {
    for (const [page, told, closed] of [
      ['hub.html', /You are in the room/, /The host has closed the room/],
      ['drop.html', /Connected/, /The other device has gone/],
      ['poll.html', /The poll is open/, /The poll is closed/],
    ]) {
      const host = await site.visitor(HOST, page);
      const link = await host.invitation();
      const guest = await site.visitor(GUEST, link);
      await isTold(guest, told);
      await host.page.reload();
      await isTold(guest, closed);
      assert.equal(await host.invitation(), link, page);
      await guest.clicks('[command="--connect"]');
      await isTold(guest, told);
    }
  });

  it('a host that is out of reach for a while', async () => {
    const hub = await site.visitor(HOST, 'hub.html');
    const guest = await site.visitor(GUEST, await hub.invitation());
    await isTold(guest, /You are in the room/);
    // What a phone does with a page that is put aside.
    await hub.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await isTold(guest, /The network is lost. Reconnecting/);
    await guest.submits({ text: 'said meanwhile' });
    await hub.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await isTold(guest, /You are in the room/);
    await hub.reads('said meanwhile', '[role=log]');
  });

  it('a host who lets nobody in, or does not answer', async () => {
    const hub = await site.visitor(HOST, 'hub.html');
    const link = await hub.invitation();
    await hub.page.evaluate(() => {
      const refuse = (event) => event.preventDefault();
      document.addEventListener('peer-connection', refuse, { once: true });
    });
    const guest = await site.visitor(GUEST, link);
    await isTold(guest, /The host does not let you in now/);
    await hub.page.evaluate(() => document.addEventListener('peer-connection', (event) => event.take(), { once: true }));
    await guest.page.$eval('peer-node', (node) => (node.options = { connectTimeout: 1500 }));
    await isTold(guest, /There is no answer/);
    await guest.clicks('[command="--connect"]');
    await isTold(guest, /You are in the room/);
  });
});

describe('the demos on a static host without a PeerServer', { timeout: 60_000 }, () => {
  let site;
  before(async () => void (site = await HtmlSite.start('demo', { peerServer: false })));
  after(() => site.close());

  const pages = {
    [HOST]: ['hub.html', 'guest.html?peer=x', 'drop.html', 'drop.html#peer=x', 'poll.html', 'vote.html#peer=x'],
    [GUEST]: ['hub.html', 'vote.html#peer=x'],
  };
  for (const [browser, all] of Object.entries(pages)) {
    it(`say what to do, and nothing else, in ${browser}`, async () => {
      for (const page of all) {
        const visitor = await site.visitor(browser, page, NO_SERVER);
        await isTold(visitor, /No PeerServer answers at \/peerjs\. .*take server="\/peerjs" out of this page/);
        assert.equal((await says(visitor)).length, 1, page);
        const buttons = await visitor.texts('button:not(form button)', 1);
        assert.deepEqual(buttons, ['Try again'], page);
        await visitor.leave();
      }
    });
  }

  it('say so where the module does not come', async () => {
    for (const page of ['hub.html', 'guest.html', 'drop.html', 'poll.html', 'vote.html']) {
      const visitor = await site.visitor('chromium', 'index.html', NO_SERVER);
      await visitor.page.setRequestInterception(true);
      visitor.page.on('request', (request) => (request.url().endsWith('.js') ? request.abort() : request.continue()));
      await visitor.page.goto(site.address(page));
      await visitor.reads('this page has to come from a web server');
      await visitor.leave();
    }
  });
});
