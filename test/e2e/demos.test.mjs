/** The demos that are HTML alone, driven as visitors would. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { PHONE, axe, tooWide } from '../support/looks.mjs';
import { HtmlSite } from '../support/html-site.mjs';

describe('the demos without script', () => {
  let site;
  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const browser of ['chromium', 'firefox']) {
    describe(`in ${browser}`, () => {
      it('hub and guest: a room for three, by link and by typed id', async () => {
        const hub = await site.visitor(browser, 'hub.html');
        const link = await hub.invitation();
        const first = await site.visitor(browser, link);
        await hub.reads('Guests: 1');
        const second = await site.visitor(browser, 'guest.html');
        await second.submits({ peer: new URL(link).searchParams.get('peer') });
        await hub.reads('Guests: 2');
        await first.submits({ name: 'Cara', text: 'to all who are here' });
        for (const each of [hub, second]) await each.reads('to all who are here', '[role=log]');
        await hub.submits({ name: 'Host', text: 'welcome' });
        for (const each of [first, second]) await each.reads('welcome', '[role=log]');
        await hub.clicks('li button');
        await hub.reads('Guests: 1');
      });

      it('drop: brings files', async () => {
        const host = await site.visitor(browser, 'drop.html');
        const guest = await site.visitor(browser, await host.invitation());
        await guest.page.waitForSelector('form:not([hidden])');
        await guest.sends('files', await site.file('one.txt', 'one'), await site.file('two.txt', 'the second'));
        await host.page.waitForFunction(() => document.querySelectorAll('a[download][href^="blob:"]').length === 2);
        assert.equal(await host.saves('two.txt'), 'the second');
      });

      it('poll and vote: counts, also of those who left, and a vote that changes', async () => {
        const poll = await site.visitor(browser, 'poll.html');
        const link = await poll.invitation();
        const vote = async (voter, choice) => {
          await voter.clicks(`[value=${choice}]`);
          await voter.clicks('form button');
        };
        const tallies = (...wanted) =>
          poll.page.waitForFunction(
            (expected) => [...document.querySelectorAll('meter')].map(({ value }) => value).join() === expected,
            {},
            wanted.join(),
          );
        const [first, second] = [await site.visitor(browser, link), await site.visitor(browser, link)];
        await vote(first, 'tea');
        await vote(second, 'coffee');
        await tallies(1, 1, 0);
        await second.leave();
        await vote(first, 'coffee');
        await tallies(0, 2, 0);
      });
    });
  }

  it('pass axe in light and dark, and fit a phone', async () => {
    for (const demo of ['chat', 'hub', 'guest', 'drop', 'poll', 'vote']) {
      const visitor = await site.visitor('chromium', `${demo}.html`);
      await visitor.page.setViewport(PHONE);
      await visitor.page.waitForSelector('peer-node[state=open]');
      for (const scheme of ['light', 'dark']) assert.deepEqual(await axe(visitor.page, scheme), [], `${demo} in ${scheme}`);
      assert.deepEqual(await tooWide(visitor.page), [], demo);
    }
  });

  it('read without JavaScript, and their forms lose and send nothing', async () => {
    for (const demo of ['chat', 'hub', 'guest', 'drop', 'poll', 'vote']) {
      const visitor = await site.visitor('chromium', 'index.html');
      await visitor.page.setJavaScriptEnabled(false);
      await visitor.page.goto(site.address(`${demo}.html`));
      assert.match(await visitor.page.$eval('main', ({ innerText }) => innerText), /needs JavaScript/, demo);
      assert.match(await visitor.page.$eval('h1', ({ innerText }) => innerText), /\w/, demo);
      // As if a visitor got at them before the module has come: those that it shows later, too.
      await visitor.page.$$eval('form', (forms) => forms.forEach((form) => (form.hidden = false)));
      for (const field of await visitor.page.$$('form[data-peer-send] [name=text]')) {
        await field.type('half a sentence');
        await visitor.page.keyboard.press('Enter');
      }
      for (const choice of await visitor.page.$$('form [value=tea]')) await choice.click();
      for (const button of await visitor.page.$$('form[data-peer-send] button')) await button.click();
      assert.equal(visitor.page.url(), site.address(`${demo}.html`));
      const kept = await visitor.page.$$eval('[name=text], :checked', (fields) => fields.map(({ value }) => value));
      assert.deepEqual(kept, { drop: [], poll: [], vote: ['tea'] }[demo] ?? ['half a sentence'], demo);
    }
  });
});
