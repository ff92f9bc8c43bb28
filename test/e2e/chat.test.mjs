/** The chat demo, driven as two people would: in two real browsers, over a real PeerServer, under a strict policy. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { becomes, conversation, messages, says, sees, tabTo } from '../support/chat.mjs';
import { HtmlSite } from '../support/html-site.mjs';
import { BROWSERS } from '../support/pages.mjs';

const NAMES = Object.keys(BROWSERS);
const PAIRS = NAMES.flatMap((host) => NAMES.map((guest) => [host, guest]));
const HOSTILE = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>';

describe('the chat demo', { timeout: 280_000 }, () => {
  let site;

  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const [hostBrowser, guestBrowser] of PAIRS) {
    describe(`between ${hostBrowser} and ${guestBrowser}`, () => {
      it('connects who opens the link, and carries messages both ways', async () => {
        const { host, guest } = await conversation(site, hostBrowser, guestBrowser);
        await guest.submits({ name: 'Ελένη', text: 'Hello, 🌿' });
        assert.deepEqual(await messages(host, 'received', 1), ['Hello, 🌿']);
        await says(host, 'مرحبا');
        assert.deepEqual(await messages(guest, 'received', 1), ['مرحبا']);
        assert.deepEqual(await messages(host, 'sent', 1), ['مرحبا']);
        assert.deepEqual(await host.texts('li b', 2), ['Ελένη', 'You']);
        assert.deepEqual(await guest.texts('li b', 2), ['Ελένη', 'Your friend']);
        const [time, direction] = await guest.page.$eval('[data-peer-direction=received]', (item) => [
          item.querySelector('time').textContent,
          getComputedStyle(item.querySelector('p')).direction,
        ]);
        assert.match(time, /\d\d/);
        assert.equal(direction, 'rtl');
      });

      it('takes the friend who comes back by the link, and says when the friend has left', async () => {
        const { host, guest } = await conversation(site, hostBrowser, guestBrowser);
        await guest.page.reload();
        await guest.reads('Connected with your friend.');
        await says(guest, 'Here again');
        assert.deepEqual(await messages(host, 'received', 1), ['Here again']);
        await guest.page.goto('about:blank');
        await host.reads('Your friend has left. Send the link to a friend, and keep this page open.');
        assert.deepEqual(await messages(host, 'received', 1), ['Here again']);
      });

      it('keeps the link over a reload of the host, and says that it is no longer live once the host has gone', async () => {
        const { host, guest } = await conversation(site, hostBrowser, guestBrowser);
        const link = await host.invitation();
        await host.page.reload();
        await guest.reads('Your friend has left.');
        assert.equal(await host.invitation(), link);
        await guest.clicks('[command="--connect"]');
        for (const each of [host, guest]) await each.reads('Connected with your friend.');

        await host.page.goto('about:blank');
        await guest.reads('Your friend has left.');
        await guest.clicks('[command="--connect"]');
        await guest.reads('This link is no longer live: its page is closed. Ask your friend for a new one.');
        const another = await site.visitor(hostBrowser, 'chat.html');
        const newLink = await another.invitation();
        assert.notEqual(newLink, link);
        await guest.page.evaluate((url) => location.assign(url), newLink);
        for (const each of [guest, another]) await each.reads('Connected with your friend.');
      });
    });
  }

  for (const name of NAMES) {
    describe(`in ${name}`, () => {
      it('shows markup as text, in a message and in a name', async () => {
        const { host, guest } = await conversation(site, name, name);
        await guest.page.$eval('[name=name]', (field) => field.removeAttribute('maxlength'));
        await guest.submits({ name: HOSTILE, text: HOSTILE });
        assert.deepEqual(await messages(host, 'received', 1), [HOSTILE]);
        assert.deepEqual(await host.texts('li b', 1), [HOSTILE]);
        assert.equal(await host.page.$$eval('li :is(script, img:not([itemprop]))', ({ length }) => length), 0);
        assert.equal(await host.page.title(), 'Chat: peer-elements');
      });

      it('keeps the last 200 messages, and gives the memory of older files back', async () => {
        const { host, guest } = await conversation(site, name, name);
        await host.page.evaluate(() => {
          window.revoked = [];
          const { revokeObjectURL } = URL;
          URL.revokeObjectURL = (url) => {
            window.revoked.push(url);
            revokeObjectURL(url);
          };
        });
        await guest.sends('file', await site.file('old.txt', 'old'));
        await sees(host, 'received', 'old.txt', 'complete');
        const url = await host.page.$eval('li a', ({ href }) => href);
        await guest.page.evaluate(() => {
          for (let count = 0; count < 205; count += 1) document.querySelector('peer-channel').send(`message ${count}`);
        });
        await host.reads('message 204', '[role=log]');
        assert.equal(await host.page.$$eval('li', ({ length }) => length), 200);
        assert.deepEqual(await host.page.evaluate(() => window.revoked), [url]);
      });

      it('works by keyboard alone, and the focus is always seen', async () => {
        const host = await site.visitor(name, 'chat.html');
        const link = await host.invitation();
        await host.page.bringToFront(); // Firefox clicks by keyboard in no other page.
        await tabTo(host.page, '[command="--copy"]');
        await assertFocusIsSeen(host.page);
        await host.page.keyboard.press('Enter');
        await host.reads('The link is copied.');

        const guest = await site.visitor(name, link);
        await becomes(guest, 'open');
        await guest.page.bringToFront();
        await tabTo(guest.page, '[role=log]');
        await assertFocusIsSeen(guest.page);
        await tabTo(guest.page, '[name=name]');
        await assertFocusIsSeen(guest.page);
        await guest.page.keyboard.type('Ann');
        await tabTo(guest.page, '[type=file]');
        await assertFocusIsSeen(guest.page);
        // A click on it opens the browser's file dialog, which is no part of the page.
        await guest.page.$eval('[type=file]', (input) => {
          input.addEventListener('click', (event) => {
            event.preventDefault();
            input.dataset.asked = 'yes';
          });
        });
        await guest.page.keyboard.press(' ');
        await guest.page.waitForSelector('[type=file][data-asked]');
        await tabTo(guest.page, '[name=text]');
        await assertFocusIsSeen(guest.page);
        await guest.page.keyboard.type('By Enter');
        await guest.page.keyboard.press('Enter');
        assert.deepEqual(await messages(guest, 'sent', 1), ['By Enter']);
        assert.ok(await guest.page.evaluate(() => document.activeElement.matches('[name=text]')), 'it is where one writes on');
        await guest.page.keyboard.type('By button');
        await tabTo(guest.page, 'form button');
        await assertFocusIsSeen(guest.page);
        await guest.page.keyboard.press(' ');
        assert.deepEqual(await messages(host, 'received', 2), ['By Enter', 'By button']);
        assert.deepEqual(await host.texts('li b', 2), ['Ann', 'Ann']);

        // What had it has gone from the host's page: it is not lost, and what is there now follows.
        assert.equal(await host.page.evaluate(() => document.activeElement.localName), 'main');
        await tabTo(host.page, '[role=log]', { most: 1 });
        await tabTo(host.page, '[name=name]', { most: 1 });
      });

      it('tells a screen reader what is what', async () => {
        const { host, guest } = await conversation(site, name, name);
        await guest.sends('file', await site.file('notes.txt', 'notes'));
        await sees(host, 'received', 'notes.txt', 'complete');
        const facts = await host.page.evaluate(() => ({
          log: document.querySelector('[role=log]').getAttribute('aria-label'),
          list: document.querySelector('[role=log] > ol > li') !== null,
          status: [...document.querySelectorAll('[role=status] > span')]
            .filter((each) => each.checkVisibility())
            .map(({ innerText }) => innerText.trim()),
          labels: [...document.querySelectorAll('form :is(input, button)')].map((control) =>
            (control.labels?.[0] ?? control).textContent.trim(),
          ),
          bars: [...document.querySelectorAll('progress')].map(({ ariaLabel }) => ariaLabel),
          noscript: document.querySelector('noscript').textContent,
          language: document.documentElement.lang,
        }));
        assert.deepEqual(facts, {
          log: 'Messages',
          list: true,
          status: ['Connected with your friend.'],
          labels: ['Your name', 'File', 'Message', 'Send'],
          bars: ['Sent', 'Received'],
          noscript: facts.noscript,
          language: 'en',
        });
        assert.match(facts.noscript, /needs JavaScript/);
      });
    });
  }
});

/** Whatever has the focus is marked, within what can be seen. */
async function assertFocusIsSeen(page) {
  const { style, width, inView } = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return { style: outlineStyle, width: parseFloat(outlineWidth), inView: top >= 0 && bottom <= innerHeight };
  });
  assert.notEqual(style, 'none');
  assert.ok(width >= 1);
  assert.ok(inView);
}
