/** The pages of test/e2e/pages: what a page author may write without a line of script, driven as visitors would. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { HtmlSite } from '../support/html-site.mjs';

const OTHER = { chromium: 'firefox', firefox: 'chromium' };

describe('pages of HTML alone', () => {
  let site;
  before(async () => void (site = await HtmlSite.start('test/e2e/pages')));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const browser of Object.keys(OTHER)) {
    it(`chat.html connects two people, brings messages and a file both ways, and tells of the end, in ${browser} and ${OTHER[browser]}`, async () => {
      const host = await site.visitor(browser, 'chat.html');
      await host.reads('Send the link to a friend');
      await host.page.waitForFunction(() => document.querySelector('peer-invite').shadowRoot.querySelector('svg'));
      const guest = await site.visitor(OTHER[browser], await host.invitation());
      await Promise.all([host.reads('Connected.'), guest.reads('Connected.')]);
      await host.submits({ name: 'Ann', text: 'Hello <i>there</i>' });
      await guest.reads('Hello <i>there</i>', '[role=log]');
      assert.deepEqual(await guest.texts('li b', 1), ['Ann']);
      await guest.submits({ name: '', text: 'And hello back' });
      await host.reads('And hello back', '[role=log]');
      assert.deepEqual(await host.texts('li b', 2), ['Ann', 'Someone']);
      await guest.sends('file', await site.file('notes.html', '<script>document.title = "mine"</script>'));
      await host.page.waitForSelector('figure:not([hidden]) a[download="notes.html"][href^="blob:"]');
      assert.equal(await host.page.$eval('figure:not([hidden]) data', ({ value }) => value), '40');
      await guest.leave();
      await host.reads('Send the link to a friend');
    });

    it(`drop.html brings several files, in ${browser}`, async () => {
      const host = await site.visitor(browser, 'drop.html');
      const guest = await site.visitor(browser, await host.invitation());
      await guest.reads('Connected.');
      await guest.sends('files', await site.file('one.txt', 'one'), await site.file('two.txt', 'two'));
      await host.page.waitForFunction(() => document.querySelectorAll('li a[href^="blob:"]').length === 2);
      assert.deepEqual(await host.texts('li a', 2), ['one.txt', 'two.txt']);
      assert.deepEqual(await host.texts('h2', 1), ['Received']);
      assert.deepEqual(await guest.texts('h2', 1), ['Sent']);
      assert.equal(await host.saves('two.txt'), 'two');
    });

    it(`hub.html counts its guests, relays between them and removes one, in ${browser}`, async () => {
      const hub = await site.visitor(browser, 'hub.html');
      const link = new URL((await hub.invitation()).replace('guest.html', 'chat.html'));
      const guests = [await site.visitor(browser, link.href), await site.visitor(OTHER[browser], link.href)];
      await hub.reads('Guests: 2');
      await guests[0].submits({ name: 'Bea', text: 'from a guest' });
      await guests[1].reads('from a guest', '[role=log]');
      await hub.reads('from a guest', '[role=log]');
      await hub.submits({ name: 'Host', text: 'to all of you' });
      await Promise.all(guests.map((guest) => guest.reads('to all of you', '[role=log]')));
      await hub.clicks('li button');
      await hub.reads('Guests: 1');
    });

    it(`poll.html counts the votes of vote.html, also of those who left, in ${browser}`, async () => {
      const poll = await site.visitor(browser, 'poll.html');
      const link = await poll.invitation();
      const voters = [];
      for (const choice of ['tea', 'coffee', 'tea']) {
        const voter = await site.visitor(browser, link);
        await voter.page.waitForSelector('form:not([hidden])');
        await voter.clicks(`[value=${choice}]`);
        await voter.clicks('form button');
        await voter.reads(`You voted: ${choice}`);
        voters.push(voter);
      }
      const counts = (tea, coffee) =>
        poll.page.waitForFunction((wanted) => [...document.querySelectorAll('output')].map(({ value }) => value).join() === wanted, {}, `${tea},${coffee}`);
      await counts(2, 1);
      assert.deepEqual(await poll.page.$$eval('meter', (meters) => meters.map(({ value }) => value)), [2, 1]);
      await voters[1].leave();
      await voters[0].clicks('[value=coffee]');
      await voters[0].clicks('form button');
      await counts(1, 2);
    });
  }
});

describe('a page of HTML alone without workers', () => {
  /** That of docs/html.md, without what it says is for heartbeats. */
  const POLICY = [
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self' ws: wss:",
    "require-trusted-types-for 'script'",
  ].join('; ');
  let site;
  before(async () => void (site = await HtmlSite.start('test/e2e/pages', { policyOf: () => POLICY })));
  after(() => site.close());

  for (const browser of Object.keys(OTHER)) {
    it(`works where its policy allows none, though it was hidden, in ${browser}`, async () => {
      const host = await site.visitor(browser, 'chat.html', { expected: /[Cc]ontent[- ][Ss]ecurity[- ][Pp]olicy|violates/ });
      await host.page.$eval('peer-node', (node) => {
        window.violations = [];
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => window.violations.push(effectiveDirective));
        // A page that is hidden has its heartbeats from a worker.
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
        node.options = { pingInterval: 50 };
      });
      await host.page.waitForFunction(() => window.violations.length > 0, { polling: 50 });
      const guest = await site.visitor(OTHER[browser], await host.invitation());
      await guest.reads('Connected.');
      assert.deepEqual(await host.page.evaluate(() => window.violations), ['worker-src'], 'it asks once');
      await guest.submits({ name: 'Ann', text: 'Hello' });
      await host.reads('Hello', '[role=log]');
      await site.everybodyLeaves();
    });
  }
});
