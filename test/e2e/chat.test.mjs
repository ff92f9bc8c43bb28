/** The chat demo, driven as two people would: in two real browsers, over a real PeerServer, under a strict CSP. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { ChatSite, DESKTOP, PHONE, axe, tooWide } from '../support/chat.mjs';
import { BROWSERS } from '../support/pages.mjs';

const NAMES = Object.keys(BROWSERS);
const PAIRS = NAMES.flatMap((host) => NAMES.map((guest) => [host, guest]));
const HOSTILE = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>';

describe('the chat demo', { timeout: 280_000 }, () => {
  let site;

  before(async () => {
    site = await ChatSite.start();
  });
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const [hostBrowser, guestBrowser] of PAIRS) {
    describe(`between ${hostBrowser} and ${guestBrowser}`, () => {
      it('connects who opens the link, and carries messages both ways', async () => {
        const { host, guest } = await site.conversation(hostBrowser, guestBrowser);
        await Promise.all([host.isTold(/^Connected/), guest.isTold(/^Connected/)]);
        await guest.says('Hello, Ελένη 🌿');
        assert.deepEqual(await host.reads('friend', 1), ['Hello, Ελένη 🌿']);
        await host.says('مرحبا');
        assert.deepEqual(await guest.reads('friend', 1), ['مرحبا']);
        assert.deepEqual(await host.reads('you', 1), ['مرحبا']);
        assert.equal(await guest.page.$eval('.friend .who', ({ textContent }) => textContent), 'Friend');
        assert.match(await guest.page.$eval('.friend time', ({ textContent }) => textContent), /\d\d/);
        assert.equal(await guest.page.$eval('.friend .text', (text) => getComputedStyle(text).direction), 'rtl');
      });

      it('says that the friend has left, and takes who comes back by the link', async () => {
        const { host, guest } = await site.conversation(hostBrowser, guestBrowser);
        await guest.page.reload();
        await guest.becomes('open');
        assert.equal((await host.reads('note', 3))[1], 'Your friend has left.');
        await guest.says('Here again');
        assert.deepEqual(await host.reads('friend', 1), ['Here again']);
        await guest.leave();
        assert.equal((await host.reads('note', 4))[3], 'Your friend has left.');
        await host.isTold(/^Waiting for a friend/);
      });

      it('says that the link is no longer live once the host has gone', async () => {
        const { host, guest } = await site.conversation(hostBrowser, guestBrowser);
        await host.page.reload();
        await guest.isTold(/^Your friend has left/);
        await guest.page.click('#retry');
        await guest.isTold(/no longer live.*Ask your friend for a new link/);
        const link = await host.link();
        assert.notEqual(link, guest.page.url());
        await guest.page.evaluate((url) => location.assign(url), link);
        await Promise.all([host.becomes('open'), guest.becomes('open')]);
      });
    });
  }

  for (const name of NAMES) {
    describe(`in ${name}`, () => {
      it('shows markup in a message as text', async () => {
        const { host, guest } = await site.conversation(name, name);
        await guest.says(HOSTILE);
        assert.deepEqual(await host.reads('friend', 1), [HOSTILE]);
        assert.equal(await host.page.$$eval('#messages :is(script, img)', ({ length }) => length), 0);
        assert.equal(await host.page.title(), 'Chat: peer-elements');
      });

      it('says what to do about a dead link', async () => {
        const visitor = await site.person(name, `${site.address}#peer=nobody-here`);
        await visitor.isTold(/no longer live.*Ask your friend for a new link/);
        await visitor.page.click('#retry');
        await visitor.becomes('connecting');
        await visitor.isTold(/no longer live/);
        await visitor.page.click('#new-chat');
        await visitor.becomes('waiting');
        assert.ok(new URL(await visitor.link()).hash.startsWith('#peer='));
      });

      it('says what to do about a link that is none', async () => {
        const visitor = await site.person(name, `${site.address}#peer=${encodeURIComponent(HOSTILE)}`);
        await visitor.becomes('closed');
        await visitor.isTold(/link/);
        assert.equal(await visitor.page.title(), 'Chat: peer-elements');
      });

      it('says so, and tries again, where the server is lost', async () => {
        const host = await site.person(name);
        await host.becomes('waiting');
        await host.link();
        await host.page.evaluate(() => document.querySelector('peer-node').disconnect());
        await host.isTold(/not connected/);
        await host.page.click('#retry');
        await host.isTold(/^Waiting/);
      });

      it('goes on with a chat where only the server is lost', async () => {
        const { host, guest } = await site.conversation(name, name);
        await guest.page.evaluate(() => document.querySelector('peer-node').disconnect());
        await guest.isTold(/^Connected.*this chat goes on/);
        await guest.says('Still here');
        assert.deepEqual(await host.reads('friend', 1), ['Still here']);
      });

      it('tells a third person that the friend is busy', async () => {
        const { host } = await site.conversation(name, name);
        const third = await site.person(name, await host.link());
        await third.becomes('closed');
        await third.isTold(/busy/);
        assert.deepEqual(await host.page.$eval('peer-channel', ({ state }) => state), 'open');
      });

      it('works by keyboard alone', async () => {
        const host = await site.person(name);
        await host.link();
        await tabTo(host.page, 'copy');
        await host.page.keyboard.press('Enter');
        await host.page.waitForFunction(() => document.activeElement.textContent === 'Copied');

        const guest = await site.person(name, await host.link());
        await guest.becomes('open');
        await tabTo(guest.page, 'text');
        await guest.page.keyboard.type('By keyboard');
        await guest.page.keyboard.press('Enter');
        assert.deepEqual(await host.reads('friend', 1), ['By keyboard']);
        await guest.page.keyboard.type('By button');
        await tabTo(guest.page, 'files');
        assert.notEqual(await guest.page.$eval('#files + label', (label) => getComputedStyle(label).outlineStyle), 'none');
        const { path } = await site.file('chosen.txt', 10);
        // A click on it opens the browser's file dialog, which is no part of the page.
        await guest.page.$eval('#files', (input) => {
          input.addEventListener('click', (event) => {
            event.preventDefault();
            input.dataset.asked = 'yes';
          });
        });
        await guest.page.keyboard.press(' ');
        await guest.page.waitForSelector('#files[data-asked]');
        await guest.sends(path);
        assert.deepEqual(await host.reads('friend', 2), ['By keyboard', 'chosen.txt']);
        await tabTo(guest.page, 'send');
        await guest.page.keyboard.press(' ');
        assert.deepEqual(await host.reads('friend', 3), ['By keyboard', 'chosen.txt', 'By button']);
      });

      it('passes axe in light and dark, and fits a phone and a desktop, in every state', async () => {
        const { host, guest } = await site.conversation(name, name);
        const { path } = await site.file(`${'long-name-'.repeat(12)}.txt`, 10);
        await host.says('x'.repeat(300));
        await host.sends(path);
        await guest.reads('friend', 2);
        const waiting = await site.person(name);
        await waiting.link();
        const dead = await site.person(name, `${site.address}#peer=nobody-here`);
        await dead.becomes('closed');
        const index = await site.person(name, `${site.origin}/demo/index.html`);
        for (const [state, { page }] of Object.entries({ host, guest, waiting, dead, index })) {
          for (const size of [PHONE, DESKTOP]) {
            await page.setViewport(size);
            assert.deepEqual(await tooWide(page), [], `${state} at ${size.width}`);
          }
          for (const scheme of ['light', 'dark']) assert.deepEqual(await axe(page, scheme), [], `${state}, ${scheme}`);
        }
      });
    });
  }

});

describe('the chat demo without a PeerServer', { timeout: 60_000 }, () => {
  for (const name of NAMES) {
    it(`says what to do, in ${name}`, async () => {
      const site = await ChatSite.start(false);
      try {
        const visitor = await site.person(name);
        await visitor.page.waitForSelector('peer-node:is([state="closed"], [state="disconnected"])');
        await visitor.isTold(/server does not let this page in.*Try again later/);
        assert.ok(await visitor.page.$eval('#retry', (button) => button.checkVisibility()));
        assert.ok(!(await visitor.page.$eval('#invite', (invite) => invite.checkVisibility())));
      } finally {
        await site.close();
      }
    });
  }
});

/** Presses Tab until that element has the focus. */
async function tabTo(page, id) {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement.id)) === id) return;
  }
  assert.fail(`Tab does not reach #${id}.`);
}
