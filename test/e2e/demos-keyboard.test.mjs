/** The demos by keyboard alone, each between two browsers: every button is reached, and the focus is never lost to the body. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { hasFocus, isTold, presses, tabTo, types } from '../support/demo-visitors.mjs';
import { HtmlSite } from '../support/html-site.mjs';

const OTHER = { chromium: 'firefox', firefox: 'chromium' };

describe('the demos by keyboard', { timeout: 150_000 }, () => {
  let site;
  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const [browser, other] of Object.entries(OTHER)) {
    it(`hub in ${browser}, guest in ${other}`, async () => {
      const hub = await site.visitor(browser, 'hub.html');
      const link = await hub.invitation();
      await presses(hub, '[command="--copy"]');
      await hub.reads('The link is copied.');
      const guest = await site.visitor(other, 'guest.html');
      await isTold(guest, /Which room/);
      await types(guest, '[name=peer]', new URL(link).searchParams.get('peer'));
      await guest.page.keyboard.press('Enter');
      await isTold(guest, /You are in the room/);
      await types(guest, '[name=name]', 'Ann');
      await types(guest, '[name=text]', 'By keyboard');
      await guest.page.keyboard.press('Enter');
      await hub.reads('By keyboard', '[role=log]');
      await types(hub, '[name=text]', 'And back');
      await presses(hub, 'form button', ' ');
      await guest.reads('And back', '[role=log]');
      // The list that was read, for the arrow keys.
      await tabTo(hub, '[role=log]');

      await tabTo(guest, '[name=text]');
      await presses(hub, '[command="--close"][commandfor^=guest]', ' ');
      await hub.reads('Guests: 0');
      await hasFocus(hub, 'section[aria-labelledby=guests]');
      await isTold(guest, /has asked you to leave/);
      await hasFocus(guest, 'main');
      await presses(guest, '[command="--connect"]');
      await isTold(guest, /You are in the room/);
      await hasFocus(guest, 'main');
      await hub.reads('Guests: 1');

      await presses(hub, '[command="--close"][commandfor=node]');
      await isTold(hub, /The room is closed/);
      await hasFocus(hub, 'main');
      await presses(hub, '[command="--open"]:not([hidden])');
      await isTold(hub, /The room is open/);
      await hasFocus(hub, 'main');
      assert.equal(await hub.invitation(), link);
    });

    it(`drop between ${browser} and ${other}`, async () => {
      const host = await site.visitor(browser, 'drop.html');
      const link = await host.invitation();
      // What has the focus goes when somebody comes.
      await tabTo(host, '[command="--copy"]');
      const guest = await site.visitor(other, link);
      await isTold(host, /Connected/);
      await hasFocus(host, 'main');

      await tabTo(guest, '[name=files]');
      // A click on it opens the browser's file dialog, which is no part of the page.
      await guest.page.$eval('[name=files]', (control) =>
        control.addEventListener('click', (event) => (event.preventDefault(), control.setAttribute('data-asked', ''))),
      );
      await guest.page.keyboard.press(' ');
      await guest.page.waitForSelector('[name=files][data-asked]');
      await (await guest.page.$('[name=files]')).uploadFile(await site.file('one.txt', 'one'));
      await presses(guest, 'form button');
      // Not pressed here: Firefox opens its list of downloads then, which has the keys from then on.
      await tabTo(host, 'a[download="one.txt"][href^="blob:"]');

      await presses(guest, '[command="--close"]:not([hidden])', ' ');
      await hasFocus(guest, 'main');
      await isTold(host, /Waiting for the other device/);
      await presses(guest, '[command="--connect"]');
      await isTold(guest, /Connected/);
      await hasFocus(guest, 'main');
    });

    it(`poll in ${browser}, vote in ${other}`, async () => {
      const poll = await site.visitor(browser, 'poll.html');
      const voter = await site.visitor(other, await poll.invitation());
      await isTold(voter, /The poll is open/);
      await chooses(voter, 'coffee');
      await presses(voter, 'form button', ' ');
      await voter.reads('You voted: coffee. Your vote is in.');
      await poll.page.waitForSelector('meter[aria-label=Coffee][value="1"]');

      await tabTo(voter, '[name=choice]');
      await presses(poll, '[command="--close"]:not([hidden])');
      await isTold(poll, /The poll is closed. This is the result/);
      await hasFocus(poll, 'main');
      await isTold(voter, /The poll is closed/);
      await hasFocus(voter, 'main');
      assert.equal(await poll.page.$eval('meter[aria-label=Coffee]', ({ value }) => value), 1);
      await presses(poll, '[command="--open"]:not([hidden])');
      await isTold(poll, /The poll is open/);
      await presses(voter, '[command="--connect"]');
      await isTold(voter, /The poll is open/);
      await chooses(voter, 'tea');
      await presses(voter, 'form button');
      await voter.reads('You voted: tea. Your vote is in.');
      await poll.page.waitForSelector('meter[aria-label=Tea][value="1"]');
      assert.equal(await poll.page.$eval('meter[aria-label=Coffee]', ({ value }) => value), 0, 'the last vote counts');
    });
  }
});

/** Chooses by the arrow keys. Browsers enter such a group at different buttons. */
async function chooses(voter, choice) {
  await tabTo(voter, '[name=choice]');
  await voter.page.keyboard.press(' ');
  for (let presses = 0; presses < 3; presses += 1) {
    if ((await voter.page.$eval('[name=choice]:checked', ({ value }) => value)) === choice) return;
    await voter.page.keyboard.press('ArrowDown');
  }
  assert.fail(`The arrow keys do not reach ${choice}.`);
}
