/** The chat demo for everybody: axe, narrow and wide, light and dark, forced colours, in every state, in real browsers. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { NO_SERVER, conversation, losesNetwork, messages, says, sees, silentPeer, takeLittle } from '../support/chat.mjs';
import { HtmlSite } from '../support/html-site.mjs';
import { DESKTOP, FORCED_COLOURS_PREFS, PHONE, SCHEMES, axe, forceColours, tooWide } from '../support/looks.mjs';
import { BROWSERS } from '../support/pages.mjs';

const NAMES = Object.keys(BROWSERS);

/** What is said where the conversation has ended with an error that a test would wait long for. */
const ENDINGS = {
  refused: 'Your friend is busy',
  timeout: 'There is no answer.',
  'negotiation-failed': 'No way was found between your two networks.',
  network: 'No way was found between your two networks.',
  webrtc: 'The connection has failed.',
};

describe('the looks of the chat demo', { timeout: 280_000 }, () => {
  let site;

  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(async () => {
    site.serverReturns();
    await site.everybodyLeaves();
  });
  after(() => site.close());

  for (const name of NAMES) {
    describe(`in ${name}`, () => {
      it('are clean while it waits, connects, and after each way to end', async () => {
        const waiting = await site.visitor(name, 'chat.html');
        await waiting.invitation();
        await looksWell(waiting, 'waiting');

        const { id, leave } = await silentPeer(site);
        const connecting = await site.visitor(name, `chat.html#peer=${id}`);
        await connecting.reads('Connecting …');
        await looksWell(connecting, 'connecting');
        leave();

        const dead = await site.visitor(name, 'chat.html#peer=nobody-here');
        await dead.reads('This link is no longer live');
        await looksWell(dead, 'peer-unavailable');
        for (const [type, words] of Object.entries(ENDINGS)) {
          await dead.page.$eval(
            'peer-channel',
            (channel, error) => channel.fail(Object.assign(new Error('As a test wants it.'), { type: error })),
            type,
          );
          await dead.reads(words);
          await looksWell(dead, type, { sizes: [PHONE] });
        }
      });

      it('are clean with messages and files, however long they are', async () => {
        const { host, guest } = await conversation(site, name, name);
        await takeLittle(host);
        const picture = await site.file(`${'long-name-'.repeat(12)}.png`, await guest.page.screenshot({ type: 'png' }));
        await host.sends('file', picture);
        await guest.submits({ name: 'W'.repeat(40), text: 'x'.repeat(300) });
        await guest.page.$eval('[name=text]', (field) => (field.value = 'many words '.repeat(909)));
        await guest.page.$eval('form', (form) => form.requestSubmit());
        await guest.page.evaluate(() => document.querySelector('peer-channel').send({ mood: 'good' }));
        await guest.sends('file', await site.hollowFile(`${'never-there-'.repeat(12)}.bin`, 20_000_000));
        await messages(host, 'received', 4);
        await sees(host, 'received', `${'never-there-'.repeat(12)}.bin`, 'moving');
        await sees(guest, 'received', `${'long-name-'.repeat(12)}.png`, 'complete');
        for (const [who, visitor] of Object.entries({ host, guest })) await looksWell(visitor, who);

        await guest.page.goto('about:blank');
        await host.reads('Your friend has left.');
        await sees(host, 'received', `${'never-there-'.repeat(12)}.bin`, 'not complete');
        await looksWell(host, 'after the chat');
      });

      it('are clean in the list of demos that leads to it', async () => {
        const visitor = await site.visitor(name, 'index.html');
        await looksWell(visitor, 'index');
        await visitor.clicks('a[href="chat.html"]');
        await visitor.reads('Send the link to a friend');
      });

      it('are clean where the network and the server are lost', async () => {
        const { host, guest } = await conversation(site, name, name, { expected: NO_SERVER });
        await says(guest, 'Hello');
        site.serverGoes();
        for (const each of [host, guest]) await each.reads('The server is out of reach.');
        await Promise.all([host, guest].map(losesNetwork));
        await host.reads('The network is lost. Reconnecting …');
        await looksWell(host, 'interrupted');
      });
    });
  }
});

describe('the chat demo in forced colours', { timeout: 60_000 }, () => {
  let site;

  before(async () => void (site = await HtmlSite.start('demo', { firefoxPrefs: FORCED_COLOURS_PREFS })));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const name of NAMES) {
    it(`leaves buttons, fields, messages, focus and status to be seen, in ${name}`, async () => {
      const { host, guest } = await conversation(site, name, name);
      await says(guest, 'Hello');
      await messages(host, 'received', 1);
      const waiting = await site.visitor(name, 'chat.html');
      await waiting.invitation();
      for (const { page } of [host, waiting]) {
        await page.bringToFront();
        await forceColours(page, name);
        await page.keyboard.press('Tab');
        assert.deepEqual(await page.evaluate(unseen), []);
      }
    });
  }
});

/** Run in the page: what has no edge, or no outline where it has the focus, that differs from the page. */
function unseen() {
  const behind = getComputedStyle(document.body).backgroundColor;
  const isSeen = (element, edge, pseudo) => {
    const style = getComputedStyle(element, pseudo);
    return parseFloat(style[`${edge}Width`]) > 0 && style[`${edge}Style`] !== 'none' && style[`${edge}Color`] !== behind;
  };
  const visible = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
  const [dots, boxes] = [visible('.notice > [role=status]:has(> :not([hidden]))'), visible('button, input, li')];
  return [
    ...boxes.filter((element) => !isSeen(element, 'borderTop')),
    ...dots.filter((element) => !isSeen(element, 'borderTop', '::before')),
    ...[document.activeElement].filter((element) => !isSeen(element, 'outline')),
    ...(dots.length === 0 || boxes.length === 0 ? [document.body] : []),
  ].map(({ outerHTML }) => outerHTML.slice(0, 80));
}

/** Fits a phone and a desktop, and passes axe in light and dark on both. */
async function looksWell({ page }, state, { sizes = [PHONE, DESKTOP] } = {}) {
  await page.bringToFront();
  for (const size of sizes) {
    await page.setViewport(size);
    assert.deepEqual(await tooWide(page), [], `${state} at ${size.width}`);
    for (const scheme of SCHEMES) assert.deepEqual(await axe(page, scheme), [], `${state} at ${size.width}, ${scheme}`);
  }
}
