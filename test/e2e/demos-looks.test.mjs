/** The demos for everybody: axe, small and large windows, forced colours, less motion, and one thing said at a time. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { CHANNEL_STATES, NODE_STATES, isTold, pretend, says } from '../support/demo-visitors.mjs';
import { HtmlSite } from '../support/html-site.mjs';
import { DESKTOP, PHONE, SCHEMES, axe, tooWide } from '../support/looks.mjs';

/** What 1280 px are at 400 %: WCAG's reflow. */
const REFLOW = { width: 320, height: 640 };
const LONG = 'W'.repeat(120);

for (const browser of ['chromium', 'firefox']) {
  describe(`how the demos look in ${browser}`, { timeout: 100_000 }, () => {
    let site, pages;
    before(async () => {
      site = await HtmlSite.start('demo');
      pages = await inUse(site, browser);
    });
    after(() => site.close());

    // What these ask is the same in the other browser, or cannot be pretended there.
    const once = browser === 'chromium' ? it : () => undefined;
    once('passes axe in forced colours, and keeps still where less motion is wanted', async () => {
      for (const [demo, { page }] of Object.entries(pages)) {
        await page.bringToFront();
        const session = await page.createCDPSession();
        const features = [{ name: 'forced-colors', value: 'active' }, { name: 'prefers-reduced-motion', value: 'reduce' }];
        await session.send('Emulation.setEmulatedMedia', { features });
        assert.ok(await page.evaluate(() => matchMedia('(forced-colors: active)').matches));
        assert.deepEqual(await axe(page, 'light'), [], demo);
        assert.deepEqual(await page.$$eval('main *', moving), [], demo);
        await session.send('Emulation.setEmulatedMedia', { features: [] });
      }
    });

    once('says one thing, and only one', async () => {
      const states = [
        ...['hub', 'poll'].map((demo) => [demo, 'peer-node', NODE_STATES]),
        ...['guest', 'vote', 'drop'].map((demo) => [demo, 'peer-channel', CHANNEL_STATES]),
      ];
      for (const [demo, tag, all] of states) {
        for (const state of all) {
          await pretend(pages[demo], tag, state);
          const said = await says(pages[demo]);
          assert.equal(said.length, 1, `${demo}, ${state.join(' ')}: ${said}`);
          assert.equal(await pages[demo].page.evaluate(shownWords), 1, `${demo}, ${state.join(' ')}: ${said}`);
        }
      }
    });

    it('passes axe with all that there may ever be to see, and fits every window', async () => {
      for (const [demo, visitor] of Object.entries(pages)) {
        await visitor.page.bringToFront();
        await showAll(visitor);
        for (const size of [REFLOW, PHONE, DESKTOP]) {
          await visitor.page.setViewport(size);
          assert.deepEqual(await tooWide(visitor.page), [], `${demo} at ${size.width}`);
        }
        for (const scheme of SCHEMES) assert.deepEqual(await axe(visitor.page, scheme), [], `${demo} in ${scheme}`);
      }
    });

    it('and no page complains', () => site.everybodyLeaves());
  });
}

/** Run in the page: how many of the sentences for a state are to be seen. */
function shownWords() {
  return [...document.querySelectorAll('.notice > [role=status] > span')].filter((span) => span.checkVisibility()).length;
}

/** Run in the page: what is to be seen of the elements, and moves. */
function moving(elements) {
  return elements
    .filter((element) => {
      const { animationName, transitionDuration } = getComputedStyle(element);
      return element.checkVisibility() && (animationName !== 'none' || transitionDuration !== '0s');
    })
    .map(({ localName }) => localName);
}

/** The five pages with people at them, and with what those have sent. */
async function inUse(site, browser) {
  const hub = await site.visitor(browser, 'hub.html');
  const guest = await site.visitor(browser, await hub.invitation());
  await isTold(guest, /You are in the room/);
  await guest.submits({ name: LONG.slice(0, 40), text: `${LONG} and words` });
  await hub.reads('and words', '[role=log]');
  const drop = await site.visitor(browser, 'drop.html');
  const other = await site.visitor(browser, await drop.invitation());
  await isTold(other, /Connected/);
  await other.sends('files', await site.file(`${LONG}.txt`, 'one'));
  await drop.page.waitForSelector('a[href^="blob:"]');
  const poll = await site.visitor(browser, 'poll.html');
  const vote = await site.visitor(browser, await poll.invitation());
  await vote.clicks('[value=water]');
  await vote.clicks('form button');
  await vote.reads('Your vote is in');
  return { hub, guest, drop, poll, vote };
}

/** Has a page show what it has for all its states at once. */
function showAll({ page }) {
  return page.$$eval('main [data-peer-when]', (elements) => {
    for (const element of elements) {
      element.removeAttribute('data-peer-when');
      element.hidden = false;
    }
  });
}
