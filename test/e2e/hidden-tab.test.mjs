/** A tab that is hidden for long keeps its id: Chromium slows the timers of such a page down to one a minute. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';

import { chromiumLaunchOptions } from '../../scripts/browsers.mjs';
import { startSite } from '../../scripts/static-server.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** PeerServer drops who is silent for so long, in ms: several heartbeats, and much less than the minute. */
const ALIVE_TIMEOUT = 12_000;
/** From one heartbeat to the next, in ms: short, since the browser leaves the first few timers of a chain alone. */
const PING_INTERVAL = 2_000;
/** How long the tabs are hidden, in ms. The browser begins after some twenty seconds, and may have a wake-up due soon after. */
const HIDDEN = 50_000;

describe('a hidden tab', { timeout: 120_000 }, () => {
  let browser, site;

  before(async () => {
    site = await startSite({ root: ROOT, peerServer: { alive_timeout: ALIVE_TIMEOUT, allow_discovery: true } });
    const options = chromiumLaunchOptions();
    browser = await puppeteer.launch({
      ...options,
      // In other people's browsers it begins after five minutes.
      args: [...options.args, '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5'],
      ignoreDefaultArgs: [
        '--disable-background-timer-throttling',
        '--disable-backgrounding-occluded-windows',
        '--disable-renderer-backgrounding',
      ],
    });
  });

  after(async () => {
    await browser?.close();
    await site?.close();
  });

  it('keeps its id by heartbeats from a worker, and loses it for a while where there is no worker', async () => {
    const [kept, lost] = [await hiddenTab('kept', false), await hiddenTab('lost', true)];
    await wait(HIDDEN);
    assert.deepEqual(await kept.evaluate(() => window.events), ['open']);
    assert.ok((await kept.evaluate(() => fetch('/peerjs/peerjs/peers').then((response) => response.json()))).includes('kept'));
    // Else the other one's success would say nothing.
    assert.deepEqual((await lost.evaluate(() => window.events)).slice(0, 3), ['open', 'network', 'disconnected']);
    await lost.bringToFront();
    await lost.waitForFunction(() => window.events.includes('reconnected'), { polling: 100 });
    assert.equal(await lost.evaluate(() => window.peer.id), 'lost');
  });

  /** In a process of its own: what wakes another page's process up would run this one's timers too. */
  async function hiddenTab(id, withoutWorker) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(`${site.origin}/test/e2e/blank.html`);
    await page.evaluate(
      async (id, withoutWorker, pingInterval) => {
        if (withoutWorker) window.Worker = undefined;
        const { Peer } = await import('/dist/cdn/peer-elements.js');
        window.events = [];
        const server = { host: location.hostname, port: location.port, path: '/peerjs' };
        window.peer = new Peer(id, { ...server, pingInterval, config: { iceServers: [] } });
        for (const name of ['open', 'disconnected', 'reconnected']) window.peer.on(name, () => window.events.push(name));
        window.peer.on('error', ({ type }) => window.events.push(type));
        await new Promise((resolve) => window.peer.once('open', resolve));
      },
      id,
      withoutWorker,
      PING_INTERVAL,
    );
    await (await context.newPage()).bringToFront();
    assert.equal(await page.evaluate(() => document.visibilityState), 'hidden');
    return page;
  }
});
