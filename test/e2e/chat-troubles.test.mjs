/** What the chat demo says when something is wrong, and how it goes on, in real browsers. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { NO_SERVER, becomes, conversation, losesNetwork, messages, says, tabTo } from '../support/chat.mjs';
import { HtmlSite } from '../support/html-site.mjs';
import { BROWSERS } from '../support/pages.mjs';

const NAMES = Object.keys(BROWSERS);
const HOSTILE = '<img src=x onerror="document.title = 1">';
const CONNECTED = 'Connected with your friend.';
const SERVER_LOST = 'The server is out of reach.';

describe('the chat demo in trouble', { timeout: 280_000 }, () => {
  let site;

  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(async () => {
    site.serverReturns();
    await site.everybodyLeaves();
  });
  after(() => site.close());

  for (const name of NAMES) {
    describe(`in ${name}`, () => {
      it('says what to do about a dead link', async () => {
        const visitor = await site.visitor(name, 'chat.html#peer=nobody-here');
        await visitor.reads('This link is no longer live: its page is closed. Ask your friend for a new one.');
        await visitor.clicks('[command="--connect"]');
        await visitor.reads('This link is no longer live');
        await visitor.clicks('peer-channel a[href="chat.html"]');
        await visitor.reads('Send the link to a friend');
        assert.ok(new URL(await visitor.invitation()).hash.startsWith('#peer='));
      });

      it('says what to do about a link that is none', async () => {
        const visitor = await site.visitor(name, `chat.html#peer=${encodeURIComponent(HOSTILE)}`);
        await becomes(visitor, 'closed');
        await visitor.reads('This link is no longer live');
        assert.equal(await visitor.page.title(), 'Chat: peer-elements');
      });

      it('tells a third person that the friend is busy', async () => {
        const { host } = await conversation(site, name, name);
        const third = await site.visitor(name, await host.invitation());
        await third.reads('Your friend is busy: this link is for one visitor at a time.');
        assert.equal(await host.page.$eval('peer-channel', ({ state }) => state), 'open');
      });

      it('says that the server is lost while it waits, and has the same link when the server is back', async () => {
        const host = await site.visitor(name, 'chat.html', { expected: NO_SERVER });
        const link = await host.invitation();
        site.serverGoes();
        await host.reads(SERVER_LOST);
        assert.deepEqual(await host.texts('.notice button', 1), ['Try now']);
        site.serverReturns();
        await host.clicksUnlessGone('[command="--reconnect"]');
        await host.reads('Send the link to a friend');
        assert.equal(await host.invitation(), link);
        const guest = await site.visitor(name, link);
        await guest.reads(CONNECTED);
      });

      it('goes on with a chat where only the server is lost', async () => {
        const { host, guest } = await conversation(site, name, name, { expected: NO_SERVER });
        site.serverGoes();
        for (const each of [host, guest]) await each.reads(SERVER_LOST);
        await says(guest, 'Still here');
        assert.deepEqual(await messages(host, 'received', 1), ['Still here']);
        await host.reads(CONNECTED);
      });

      it('says that the network is lost, keeps what is written meanwhile, and goes on', async () => {
        const { host, guest } = await conversation(site, name, name, { expected: NO_SERVER });
        // Without the server no other way is found: it stays so until the test has looked.
        site.serverGoes();
        await Promise.all([host, guest].map(losesNetwork));
        for (const each of [host, guest]) await each.reads('The network is lost. Reconnecting …');
        await says(guest, 'Written meanwhile');
        site.serverReturns();
        for (const each of [host, guest]) await each.clicksUnlessGone('[command="--reconnect"]');
        assert.deepEqual(await messages(host, 'received', 1), ['Written meanwhile']);
        for (const each of [host, guest]) await each.reads(CONNECTED);
        assert.deepEqual(await guest.texts('li [data-peer-when="_state=failed"]', 0), []);
      });

      it('does not lose what was to be said when the friend has gone', async () => {
        const { host, guest } = await conversation(site, name, name);
        await host.page.bringToFront();
        await host.page.type('[name=text]', 'Are you');
        await guest.page.goto('about:blank');
        await host.reads('Send the link to a friend');
        const again = await site.visitor(name, await host.invitation());
        await again.reads(CONNECTED);
        await host.reads(CONNECTED);
        assert.equal(await host.page.$eval('[name=text]', ({ value }) => value), 'Are you');
        await host.page.bringToFront();
        await tabTo(host.page, '[name=text]');
        await host.page.keyboard.press('Enter');
        assert.deepEqual(await messages(again, 'received', 1), ['Are you']);
      });
    });
  }
});

describe('the chat demo without a PeerServer', { timeout: 60_000 }, () => {
  let site;

  before(async () => void (site = await HtmlSite.start('demo', { peerServer: false })));
  after(() => site.close());

  for (const name of NAMES) {
    it(`says what to do, in ${name}`, async () => {
      const visitor = await site.visitor(name, 'chat.html', { expected: NO_SERVER });
      await visitor.reads('No PeerServer answers at /peerjs.');
      assert.deepEqual(await visitor.texts('[command="--open"]', 1), ['Try again']);
      assert.deepEqual(await visitor.texts('peer-invite', 0), []);
      await visitor.clicks('[command="--open"]');
      await visitor.reads('No PeerServer answers');
    });
  }
});
