/** The demos with many visitors, in both browsers at once, and with many and large files. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { isTold } from '../support/demo-visitors.mjs';
import { HtmlSite } from '../support/html-site.mjs';
import { DESKTOP } from '../support/looks.mjs';

const OTHER = { chromium: 'firefox', firefox: 'chromium' };
/** Bytes of the largest of three files, by who sends it. */
const LARGE = { chromium: 24_000_000, firefox: 16_000_000 };
/** How long those may take, in ms: several times what a machine takes that is busy with something else. */
const LARGE_MS = 60_000;
/** One byte more than the page takes. */
const TOO_LARGE = 4_000_000_001;

describe('the demos with many visitors', { timeout: 240_000 }, () => {
  let site;
  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  it('a hub has five guests, one of whom comes late, and each keeps a name', async () => {
    const hub = await site.visitor('chromium', 'hub.html');
    const link = await hub.invitation();
    const guests = [];
    for (const browser of ['chromium', 'firefox', 'chromium', 'firefox']) guests.push(await site.visitor(browser, link));
    await hub.reads('Guests: 4');
    await guests[0].submits({ name: 'Ann', text: 'the first word' });
    for (const each of [hub, ...guests]) await each.reads('the first word', '[role=log]');
    const late = await site.visitor('chromium', link);
    await hub.reads('Guests: 5');
    await guests[0].submits({ text: 'the second word' });
    for (const each of [hub, ...guests.slice(1), late]) await each.reads('the second word', '[role=log]');
    assert.deepEqual(await late.texts('[role=log] li b', 1), ['Ann'], 'who comes late sees what is said from then on');
    assert.equal(await guests[0].page.$eval('[name=name]', ({ value }) => value), 'Ann');
    assert.deepEqual((await hub.texts('aside li .who b', 5)).sort(), ['Ann', ...Array(4).fill('New guest')]);
    // However many come, what is said and the field for more are in a window of a desktop.
    await hub.page.setViewport(DESKTOP);
    assert.deepEqual(await hub.page.evaluate(outOfSight, 'h1', '.talk li:last-of-type', '[name=text]', 'footer'), []);
    await late.leave();
    await hub.reads('Guests: 4');
  });

  it('a poll counts six voters, who change, leave and return', async () => {
    const poll = await site.visitor('chromium', 'poll.html');
    const link = await poll.invitation();
    const voters = [];
    for (const choice of ['tea', 'coffee', 'water', 'tea', 'coffee', 'tea']) {
      const voter = await site.visitor(voters.length % 2 ? 'firefox' : 'chromium', link);
      await votes(voter, choice);
      voters.push(voter);
    }
    await tallies(poll, 3, 2, 1);
    await votes(voters[0], 'water');
    await tallies(poll, 2, 2, 2);
    await voters[1].leave();
    await poll.reads('here now: 5');
    await tallies(poll, 2, 2, 2);
    await voters[3].page.reload();
    await votes(voters[3], 'coffee');
    await tallies(poll, 1, 3, 2);
    await poll.reads('Votes: 6');
    const live = await poll.page.$$('main output:not([aria-live=off])');
    assert.equal(live.length, 0, 'no screen reader has to read out every vote');
  });

  for (const [browser, other] of Object.entries(OTHER)) {
    it(`a drop brings three files at once, one of them large, from ${browser} to ${other}: both see how far it is`, async () => {
      const host = await site.visitor(other, 'drop.html');
      const guest = await site.visitor(browser, await host.invitation());
      await isTold(guest, /Connected/);
      for (const each of [host, guest]) await watchProgress(each);
      const [one, two] = [await site.file('one.txt', 'one'), await site.file('two.txt', 'second')];
      await guest.sends('files', one, await site.hollowFile('large.bin', LARGE[browser]), two);
      for (const each of [guest, host]) {
        await each.page.bringToFront();
        await each.page.waitForFunction(
          () => [...document.querySelectorAll('li[itemscope] > a')].filter(({ href, parentElement }) =>
            href && !parentElement.querySelector(':scope > span:not([hidden])')).length === 3,
          { polling: 100, timeout: LARGE_MS },
        );
        const steps = await each.page.evaluate(() => window.steps);
        assert.ok(steps.filter((step) => step > 0 && step < 1).length >= 2, `it has moved: ${steps.length} steps`);
        assert.ok(steps.every((step, index) => index === 0 || step >= steps[index - 1]), 'and never back');
      }
      assert.equal(await host.page.$eval('a[download="large.bin"] ~ data', ({ value }) => Number(value)), LARGE[browser]);
      assert.equal(await host.saves('two.txt'), 'second');
    });
  }

  it('a drop gives up a file above its limit, and says so on both sides', async () => {
    const host = await site.visitor('chromium', 'drop.html');
    const guest = await site.visitor('chromium', await host.invitation());
    await isTold(guest, /Connected/);
    await guest.sends('files', await site.hollowFile('huge.bin', TOO_LARGE), await site.file('small.txt', 'small'));
    for (const each of [host, guest]) assert.deepEqual(await each.texts('li strong', 1), ['not complete']);
    assert.equal(await host.saves('small.txt'), 'small');
    await isTold(host, /A file was too large: at most 4 GB/);
  });

  it('a drop takes what is dragged into its field', async () => {
    const host = await site.visitor('chromium', 'drop.html');
    const guest = await site.visitor('chromium', await host.invitation());
    await isTold(guest, /Connected/);
    const file = await site.file('dragged.txt', 'dragged');
    const field = await (await guest.page.waitForSelector('[name=files]')).boundingBox();
    const session = await guest.page.createCDPSession();
    // As a file manager drags it: anywhere in the field.
    const place = { x: field.x + 20, y: field.y + field.height - 20, data: { items: [], files: [file], dragOperationsMask: 1 } };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, ...place });
    await guest.page.waitForFunction(() => document.querySelector('[name=files]').files.length === 1);
    await guest.clicks('form button');
    await host.page.waitForSelector('a[download="dragged.txt"]');
    assert.equal(await host.saves('dragged.txt'), 'dragged');
  });
});

async function votes(voter, choice) {
  await voter.clicks(`[value=${choice}]`);
  await voter.clicks('form button');
  await voter.reads(`You voted: ${choice}. Your vote is in.`);
}

async function tallies(poll, ...wanted) {
  await poll.page.bringToFront();
  await poll.page.waitForFunction(
    (expected) => [...document.querySelectorAll('meter')].map(({ value }) => value).join() === expected,
    {},
    wanted.join(),
  );
}

/** Notes what the bar of the large file shows, as it changes. */
function watchProgress({ page }) {
  return page.evaluate(() => {
    window.steps = [];
    new MutationObserver((records) => {
      const bars = records.map(({ target }) => target).filter(({ localName }) => localName === 'progress');
      for (const bar of bars) if (bar.closest('li').innerText.includes('large.bin')) window.steps.push(bar.value);
    }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['value'] });
  });
}

/** Run in the page: those that are not, or not as a whole, within the window. */
function outOfSight(...selectors) {
  return selectors.filter((selector) => {
    const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
    return top < 0 || bottom > innerHeight || top === bottom;
  });
}
