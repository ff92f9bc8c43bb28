/** The chat demo's files: sent, shown, refused and given up, in two real browsers under a strict policy. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';

import { becomes, conversation, messages, says, sees, takeLittle } from '../support/chat.mjs';
import { HtmlSite } from '../support/html-site.mjs';
import { BROWSERS } from '../support/pages.mjs';

const NAMES = Object.keys(BROWSERS);
const PAIRS = NAMES.flatMap((host) => NAMES.map((guest) => [host, guest]));
const HOSTILE = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>';
/** What demo/chat.html says. */
const MAX_BYTES = 4_000_000_000;

describe('files in the chat demo', { timeout: 280_000 }, () => {
  let site;

  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const [hostBrowser, guestBrowser] of PAIRS) {
    it(`go both ways between ${hostBrowser} and ${guestBrowser}, byte for byte, with bars that show how far`, async () => {
      const { host, guest } = await conversation(site, hostBrowser, guestBrowser);
      await Promise.all([watchFiles(host.page), watchFiles(guest.page)]);
      for (const [from, to, name] of [
        [guest, host, 'there.bin'],
        [host, guest, 'back.bin'],
      ]) {
        const bytes = randomBytes(3_000_000);
        await from.sends('file', await site.file(name, bytes));
        assert.equal(await sees(to, 'received', name, 'complete'), '3 MB');
        assert.equal(await sees(from, 'sent', name, 'complete'), '3 MB');
        assert.ok((await to.savesBytes(name)).equals(bytes));
        for (const [{ page }, label] of [
          [from, 'Sent'],
          [to, 'Received'],
        ]) {
          const seen = await page.evaluate((wanted) => window.files[wanted], name);
          assert.ok(seen.parts.some((part) => part > 0 && part < 1), `it showed ${seen.parts}`);
          assert.deepEqual(seen.parts, seen.parts.toSorted((a, b) => a - b));
          assert.deepEqual(seen.labels, [label]);
          assert.equal(seen.heights.length, 1, `its heights were ${seen.heights}`);
        }
      }
    });
  }

  for (const name of NAMES) {
    describe(`in ${name}`, () => {
      it('go with a text, and may be empty', async () => {
        const { host, guest } = await conversation(site, name, name);
        await guest.page.type('[name=text]', 'Look at this');
        await guest.sends('file', await site.file('empty.txt', ''));
        assert.equal(await sees(host, 'received', 'empty.txt', 'complete'), '0 bytes');
        assert.deepEqual(await messages(host, 'received', 1), ['Look at this + empty.txt']);
        assert.equal((await host.savesBytes('empty.txt')).length, 0);
        assert.equal(await guest.page.$eval('[type=file]', ({ files }) => files.length), 0);
      });

      it('are offered by their bare names, and as nothing that could run here', async () => {
        const { host, guest } = await conversation(site, name, name);
        await host.page.evaluate(() => {
          window.madeTypes = [];
          const { createObjectURL } = URL;
          URL.createObjectURL = (blob) => {
            window.madeTypes.push(blob.type);
            return createObjectURL(blob);
          };
        });
        await guest.page.evaluate((markup) => {
          const channel = document.querySelector('peer-channel');
          const size = markup.length;
          channel.send({ file: { name: 'pic\u202Egpj.svg', type: 'image/svg+xml', size, data: new Blob([markup]) } });
          channel.send({ file: { name: 'C:\\evil\\..', type: 'text/html', size, data: new Blob([markup]) } });
          channel.transfer(new Blob([markup]), { name: '../../x.html', type: 'text/html' });
        }, HOSTILE);
        await sees(host, 'received', 'x.html', 'complete');
        assert.deepEqual((await messages(host, 'received', 3)).sort(), ['file', 'picgpj.svg', 'x.html']);
        assert.deepEqual(await host.page.evaluate(() => window.madeTypes), Array(3).fill('application/octet-stream'));
        assert.equal(await host.saves('x.html'), HOSTILE);
        assert.equal(await host.page.title(), 'Chat: peer-elements');
      });

      it('are shown where they are pictures', async () => {
        const { host, guest } = await conversation(site, name, name);
        await guest.sends('file', await site.file('shot.png', await guest.page.screenshot({ type: 'png' })));
        await sees(host, 'received', 'shot.png', 'complete');
        for (const { page } of [host, guest]) {
          await page.bringToFront();
          await page.waitForFunction(() => {
            const picture = document.querySelector('li img');
            return picture.checkVisibility() && picture.naturalWidth > 0 && picture.alt === 'shot.png';
          });
        }
      });

      it('are refused above the limit that the page sets, on both sides, and the chat goes on', async () => {
        const { host, guest } = await conversation(site, name, name);
        await guest.sends('file', await site.hollowFile('huge.bin', MAX_BYTES + 1));
        assert.equal(await sees(host, 'received', 'huge.bin', 'not complete'), '4 GB');
        assert.equal(await sees(guest, 'sent', 'huge.bin', 'not complete'), '4 GB');
        assert.equal(await host.page.$$eval('li a[href]', ({ length }) => length), 0);
        await host.reads('That is too large for this chat.');
        await says(guest, 'Still here');
        assert.deepEqual(await messages(host, 'received', 2), ['huge.bin', 'Still here']);
        await becomes(guest, 'open');
      });

      it('are not complete where the friend leaves before their end', async () => {
        const { host, guest } = await conversation(site, name, name);
        await Promise.all([host, guest].map(takeLittle));
        await guest.sends('file', await site.hollowFile('from-guest.bin', 20_000_000));
        await host.sends('file', await site.hollowFile('from-host.bin', 20_000_000));
        await sees(host, 'received', 'from-guest.bin', 'moving');
        await sees(host, 'sent', 'from-host.bin', 'moving');
        await guest.page.goto('about:blank');
        assert.equal(await sees(host, 'received', 'from-guest.bin', 'not complete'), '20 MB');
        assert.equal(await sees(host, 'sent', 'from-host.bin', 'not complete'), '20 MB');
      });

      it('may be dropped on their field', async () => {
        const { host, guest } = await conversation(site, name, name);
        // A real drop is the browser's own: it puts the files there and says so.
        await guest.page.$eval('[type=file]', (input) => {
          const { items, files } = new DataTransfer();
          items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
          input.files = files;
          input.dispatchEvent(new Event('change', { bubbles: true }));
        });
        await guest.clicks('form button');
        await sees(host, 'received', 'dropped.txt', 'complete');
        assert.equal(await host.saves('dropped.txt'), 'dropped');
      });
    });
  }
});

/** Keeps what a page shows of each file, whenever it changes. */
function watchFiles(page) {
  return page.evaluate(() => {
    window.files = {};
    const add = (list, value) => list.at(-1) !== value && list.push(value);
    new MutationObserver(() => {
      for (const figure of document.querySelectorAll('li figure:not([hidden])')) {
        const name = figure.querySelector('bdi').textContent;
        const seen = (window.files[name] ??= { parts: [], labels: [], heights: [] });
        add(seen.heights, figure.offsetHeight);
        for (const bar of figure.querySelectorAll('progress')) {
          if (!bar.checkVisibility()) continue;
          add(seen.parts, bar.value);
          add(seen.labels, bar.ariaLabel ?? bar.getAttribute('aria-label'));
        }
      }
    }).observe(document.querySelector('[role=log]'), { subtree: true, childList: true, attributes: true });
  });
}
