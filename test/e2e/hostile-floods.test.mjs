/** Hostile peers that flood a room with calls and messages: the other guests go on. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { HostilePeers } from '../support/hostile-peer.mjs';
import { Stage } from '../support/hostile-peer.stage.mjs';
import { HtmlSite } from '../support/html-site.mjs';

/** What a page takes of one remote: docs/security.md, "Calls". */
const MOST_CONNECTIONS = 64;
const CALLS = 100;
const MESSAGES = 3_000;
/** What demo/hub.html and demo/guest.html keep. */
const MOST_MESSAGES = 500;

describe('a room of HTML alone, flooded by a hostile guest', { timeout: 240_000 }, () => {
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
    it(`with calls and messages, serves the other guests, in ${browser}`, async () => {
      const stage = await Stage.open(site, hostiles, { browser, names: ['hub'] });
      const { visitor: hub, hostile } = stage.demos.hub;
      const link = await hub.invitation();
      const guest = await site.visitor(browser, link);
      await guest.page.waitForSelector('peer-channel[state=open]');
      const guests = () => hub.page.$$eval('ul > li', (all) => all.length);
      await hostile.says(
        (count) => Array.from({ length: count }, (_, at) => ({ name: 'Flood', text: `flood ${at}`, _state: 'failed' })),
        MESSAGES,
      );
      await stage.settle();
      await hostile.callsOften(new URL(link).searchParams.get('peer'), CALLS);
      // Those of the one, and the guest.
      assert.ok((await guests()) <= MOST_CONNECTIONS + 1, `${await guests()} connections`);
      await guest.submits({ name: 'Ann', text: 'still here' });
      await hub.reads('still here', '[role=log]');
      await hub.submits({ text: 'and so am I' });
      await guest.reads('and so am I', '[role=log]');
      for (const { page } of [hub, guest]) assert.ok((await page.$$eval('[role=log] li', (all) => all.length)) <= MOST_MESSAGES);
      await stage.areThemselves();
    });
  }
});
