/** The chat demo's files: sent, shown, asked about and given up, in two real browsers under a strict CSP. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';

import { ChatSite, DESKTOP, MAX_MESSAGE_FILE, PHONE, axe, tooWide } from '../support/chat.mjs';
import { BROWSERS } from '../support/pages.mjs';

const NAMES = Object.keys(BROWSERS);
const PAIRS = NAMES.flatMap((host) => NAMES.map((guest) => [host, guest]));
const HOSTILE = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>';

describe('files in the chat demo', { timeout: 280_000 }, () => {
  let site;

  before(async () => {
    site = await ChatSite.start();
  });
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const [hostBrowser, guestBrowser] of PAIRS) {
    describe(`between ${hostBrowser} and ${guestBrowser}`, () => {
      it('offers a sent file at the other end, byte for byte', async () => {
        const { host, guest } = await site.conversation(hostBrowser, guestBrowser);
        const [first, second] = [await site.file('notes.bin', 300_000), await site.file('empty.txt', 0)];
        await guest.sends(first.path, second.path);
        assert.deepEqual((await host.reads('friend', 2)).sort(), ['empty.txt', 'notes.bin']);
        assert.equal(await host.sees('friend', 'notes.bin', 'complete'), '300 kB');
        assert.equal(await host.sees('friend', 'empty.txt', 'complete'), '0 bytes');
        const answer = await site.file('answer.bin', 70_000);
        await host.sends(answer.path);
        await guest.sees('friend', 'answer.bin', 'complete');
        for (const [person, { bytes }, name] of [
          [host, first, 'notes.bin'],
          [guest, answer, 'answer.bin'],
        ]) {
          assert.ok((await person.downloads(name)).equals(bytes));
        }
      });
    });
  }

  for (const name of NAMES) {
    describe(`in ${name}`, () => {
      it('offers a file by its bare name, and as nothing that could run here', async () => {
        const { host, guest } = await site.conversation(name, name);
        await watchObjectUrls(host.page);
        await guest.page.evaluate((markup) => {
          const send = (file) => document.querySelector('peer-channel').send({ ...file, data: new Blob([markup]) });
          send({ name: 'pic\u202Egpj.svg', type: 'image/svg+xml' });
          send({ name: 'C:\\evil\\..', type: { toString: 1 } });
          send({ name: '../../x.html', type: 'text/html', size: 1 });
        }, HOSTILE);
        assert.deepEqual(await host.reads('friend', 3), ['picgpj.svg', 'unnamed file', 'x.html']);
        assert.deepEqual(await host.page.evaluate(() => window.madeTypes), Array(3).fill('application/octet-stream'));
        assert.equal((await host.downloads('x.html')).toString(), HOSTILE);
      });

      it('shows a picture, and no picture where the bytes are none', async () => {
        const { host, guest } = await site.conversation(name, name);
        const shot = await guest.page.screenshot({ type: 'png' });
        const path = join(await site.folder(), 'shot.png');
        await writeFile(path, shot);
        const { path: fake } = await site.file('fake.png', 5_000);
        await guest.sends(path, fake);
        await host.reads('friend', 2);
        await host.page.waitForFunction(() => {
          const [good, bad] = document.querySelectorAll('.friend img');
          return good.naturalWidth > 0 && !good.hidden && bad.hidden;
        });
      });

      it('shows on both sides how far a file is, each way, and moves nothing on the page meanwhile', async () => {
        const { host, guest } = await site.conversation(name, name);
        await Promise.all([watchFiles(host.page), watchFiles(guest.page)]);
        for (const [from, to, fileName] of [
          [guest, host, 'there.bin'],
          [host, guest, 'back.bin'],
        ]) {
          const { path, bytes } = await site.file(fileName, 3_000_000);
          await from.sends(path);
          assert.equal(await to.sees('friend', fileName, 'complete'), '3 MB');
          assert.equal(await from.sees('you', fileName, 'complete'), '3 MB');
          assert.ok((await to.downloads(fileName)).equals(bytes));
          for (const [{ page }, does] of [
            [from, 'Sending'],
            [to, 'Receiving'],
          ]) {
            const { parts, words, heights, label } = await page.evaluate((wanted) => window.files[wanted], fileName);
            assert.ok(parts.some((part) => part > 0 && part < 1), `it showed ${parts}`);
            assert.deepEqual(parts, parts.toSorted((a, b) => a - b));
            assert.ok(words.some((text) => /^[\d.]+ [kM]B of 3 MB · \d+ %$/.test(text)), `it said ${words}`);
            assert.equal(label, `${does} ${fileName}`);
            assert.equal(new Set(heights).size, 1, `its heights were ${heights}`);
            assert.equal(await page.$eval('#news', ({ textContent }) => textContent), `${fileName}: complete`);
          }
        }
      });

      it('asks before it takes a large file, which may be declined', async () => {
        const { host, guest } = await site.conversation(name, name);
        await guest.sends(await site.largeFile('huge.bin'));
        assert.equal(await host.sees('friend', 'huge.bin', 'pending'), '64 MB. Do you want it?');
        assert.equal(await guest.sees('you', 'huge.bin', 'pending'), 'Waiting for your friend');
        await guest.says('Will you?');
        assert.deepEqual(await host.reads('friend', 2), ['huge.bin', 'Will you?']);
        await host.presses('decline', 'friend', 'huge.bin', 'pending');
        assert.equal(await host.sees('friend', 'huge.bin', 'aborted'), 'Declined');
        assert.equal(await guest.sees('you', 'huge.bin', 'aborted'), 'Your friend has declined it');
        assert.equal(await guest.page.$eval('#news', ({ textContent }) => textContent), 'huge.bin: Your friend has declined it');
        assert.equal(await host.page.$$eval('.friend a[href]', ({ length }) => length), 0);
      });

      it('takes a large file that is accepted', async () => {
        const { host, guest } = await site.conversation(name, name);
        await guest.sends(await site.largeFile('huge.bin'));
        await host.presses('accept', 'friend', 'huge.bin', 'pending');
        assert.equal(await host.sees('friend', 'huge.bin', 'complete'), '64 MB');
        assert.equal(await host.page.$eval('.friend .size', ({ value }) => value), String(MAX_MESSAGE_FILE + 1));
      });

      it('ends a file that either side cancels, on both', async () => {
        const { host, guest } = await site.conversation(name, name);
        await readLittle(host.page);
        for (const [who, fileName, hostSays, guestSays] of [
          ['host', 'unwanted.bin', 'Cancelled', 'Your friend has stopped it'],
          ['guest', 'regretted.bin', 'Your friend has cancelled it', 'Cancelled'],
        ]) {
          const { path } = await site.file(fileName, 20_000_000);
          await guest.sends(path);
          if (who === 'host') await host.presses('stop', 'friend', fileName, 'active');
          else await guest.presses('stop', 'you', fileName, 'active');
          assert.equal(await host.sees('friend', fileName, 'aborted'), hostSays);
          assert.equal(await guest.sees('you', fileName, 'aborted'), guestSays);
        }
        await guest.sends(await site.largeFile('never-mind.bin'));
        await guest.presses('stop', 'you', 'never-mind.bin', 'pending');
        assert.equal(await host.sees('friend', 'never-mind.bin', 'aborted'), 'Your friend has cancelled it');
        assert.ok(!(await host.page.$eval('.friend:last-child .accept', (button) => button.checkVisibility())));
        await guest.says('Still here');
        assert.equal((await host.reads('friend', 4))[3], 'Still here');
        assert.equal((await host.reads('note', 1)).length, 1);
      });

      it('says of a file on its way that it is lost where the friend leaves', async () => {
        const { host, guest } = await site.conversation(name, name);
        await readLittle(host.page);
        const { path } = await site.file('half.bin', 20_000_000);
        await guest.sends(path);
        await host.sees('friend', 'half.bin', 'active');
        await guest.leave();
        assert.match(await host.sees('friend', 'half.bin', 'aborted'), /connection lost|cancelled/);
      });

      it('accepts, declines and cancels files by keyboard, and keeps the focus', async () => {
        const { host, guest } = await site.conversation(name, name);
        await readLittle(host.page);
        await guest.sends(await site.largeFile('first.bin'), await site.largeFile('second.bin'));
        await host.reads('friend', 2);
        await host.page.bringToFront(); // Firefox clicks by keyboard in no other page.
        await host.page.focus('#stage');
        const focusIsOn = (label) =>
          host.page.waitForFunction((source) => new RegExp(source).test(document.activeElement.ariaLabel), {}, label.source);
        await host.page.keyboard.press('Tab');
        await focusIsOn(/^Accept (first|second)\.bin$/);
        await host.page.keyboard.press('Enter');
        await focusIsOn(/^Cancel (first|second)\.bin$/);
        await host.page.keyboard.press(' ');
        await focusIsOn(/^Conversation$/);
        for (let presses = 0; presses < 2; presses += 1) await host.page.keyboard.press('Tab');
        await focusIsOn(/^Decline (first|second)\.bin$/);
        await host.page.keyboard.press('Enter');
        await guest.page.waitForFunction(() => document.querySelectorAll('.you[data-state="aborted"]').length === 2);
      });

      it('gives the memory of old files back', async () => {
        const { host, guest } = await site.conversation(name, name);
        await watchObjectUrls(host.page);
        await guest.page.evaluate(() => {
          const channel = document.querySelector('peer-channel');
          channel.send({ name: 'old.txt', type: '', data: new Blob(['old']) });
          for (let count = 0; count < 205; count += 1) channel.send(`message ${count}`);
        });
        await host.page.waitForFunction(() => document.querySelector('#messages').textContent.includes('message 204'));
        assert.equal(await host.page.$$eval('#messages > li', ({ length }) => length), 200);
        assert.equal(await host.page.evaluate(() => window.revoked), 1);
      });

      it('sends a file that is dropped on the page', async () => {
        const { host, guest } = await site.conversation(name, name);
        await guest.page.evaluate(() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
          const drag = (type) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector('#stage').dispatchEvent(drag('dragover'));
          document.querySelector('#stage').dispatchEvent(drag('drop'));
        });
        await host.sees('friend', 'dropped.txt', 'complete');
        assert.equal((await host.downloads('dropped.txt')).toString(), 'dropped');
        assert.equal(await guest.page.evaluate(() => document.body.className), 'chat');
      });

      it('passes axe, and fits a phone and a desktop, while files are on their way', async () => {
        const { host, guest } = await site.conversation(name, name);
        await readLittle(host.page);
        const shot = join(await site.folder(), 'shot.png');
        await writeFile(shot, await guest.page.screenshot({ type: 'png' }));
        const { path } = await site.file(`${'long-name-'.repeat(12)}.bin`, 20_000_000);
        await guest.sends(path);
        await host.reads('friend', 1);
        await guest.sends(await site.largeFile('asked.bin'));
        await host.reads('friend', 2);
        await guest.sends(await site.largeFile('declined.bin'));
        await host.presses('decline', 'friend', 'declined.bin', 'pending');
        await guest.sees('you', 'declined.bin', 'aborted');
        await host.sends(shot);
        await guest.sees('friend', 'shot.png', 'complete');
        for (const [who, { page }] of Object.entries({ host, guest })) {
          for (const size of [PHONE, DESKTOP]) {
            await page.setViewport(size);
            assert.deepEqual(await tooWide(page), [], `${who} at ${size.width}`);
          }
          for (const scheme of ['light', 'dark']) assert.deepEqual(await axe(page, scheme), [], `${who}, ${scheme}`);
          assert.equal(await page.$$eval('[data-state="active"]', ({ length }) => length), 1);
        }
      });

      it('talks with a plain PeerJS page that calls it', async () => {
        const host = await site.person(name);
        const link = new URL(await host.link());
        const other = await peerJsPage(name);
        await other.evaluate((id) => window.talkTo(window.peer.connect(id)), link.hash.replace('#peer=', ''));
        await host.becomes('open');
        await exchange(host, other);
      });

      it('talks with a plain PeerJS page that it calls', async () => {
        const other = await peerJsPage(name);
        const id = await other.evaluate(() => {
          window.peer.on('connection', window.talkTo);
          return window.peer.id;
        });
        const guest = await site.person(name, `${site.address}#peer=${id}`);
        await guest.becomes('open');
        await exchange(guest, other);
      });
    });
  }

  /** A page with PeerJS and none of our script, and a peer that is open. */
  async function peerJsPage(name) {
    const { page } = await site.person(name, `${site.origin}/demo/index.html`);
    await page.addScriptTag({ url: '/peerjs.min.js' });
    await page.evaluate(async () => {
      window.received = [];
      window.talkTo = (connection) => {
        window.connection = connection;
        connection.on('data', (data) => window.received.push(data));
      };
      window.peer = new window.Peer({ host: location.hostname, port: location.port, path: '/peerjs' });
      await new Promise((resolve) => window.peer.on('open', resolve));
    });
    return page;
  }

  /** Both send what they have. */
  async function exchange(person, other) {
    await other.waitForFunction(() => window.connection?.open);
    await other.evaluate(async () => {
      const { connection } = window;
      connection.send('plain text');
      connection.send({ mood: 'good', list: [1, null] });
      connection.send(new Uint8Array([1, 2, 3]).buffer);
    });
    assert.deepEqual(await person.reads('friend', 3), ['plain text', '{"mood":"good","list":[1,null]}', 'unnamed file']);
    assert.deepEqual([...(await person.downloads('unnamed file'))], [1, 2, 3]);

    const { path, bytes } = await site.file('for-peerjs.bin', 50_000);
    await person.says('to PeerJS');
    await person.sends(path);
    await other.waitForFunction(() => window.received.length === 2);
    const [text, received] = await other.evaluate(() => {
      const [words, { name, type, size, data }] = window.received;
      return [words, { name, type, size, bytes: [...new Uint8Array(data)] }];
    });
    assert.equal(text, 'to PeerJS');
    assert.equal(received.name, 'for-peerjs.bin');
    assert.equal(received.size, 50_000);
    assert.ok(Buffer.from(received.bytes).equals(bytes));
    assert.equal(await person.sees('you', 'for-peerjs.bin', 'complete'), '50 kB');

    await other.evaluate(() => window.connection.send({ name: 'from-peerjs.txt', type: 'text/plain', data: new Blob(['from PeerJS']) }));
    assert.equal((await person.reads('friend', 4))[3], 'from-peerjs.txt');
    assert.equal((await person.downloads('from-peerjs.txt')).toString(), 'from PeerJS');

    await person.sends(await site.largeFile('huge.bin'));
    assert.match((await person.reads('note', 2))[1], /^huge\.bin was not sent.*64 MB/);
  }
});

/** Keeps the types of files that a page offers, and counts those that it gives up. */
function watchObjectUrls(page) {
  return page.evaluate(() => {
    window.madeTypes = [];
    window.revoked = 0;
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => {
      window.madeTypes.push(blob.type);
      return createObjectURL(blob);
    };
    URL.revokeObjectURL = (url) => {
      window.revoked += 1;
      revokeObjectURL(url);
    };
  });
}

/** Keeps what a page shows of each file, whenever it changes. */
function watchFiles(page) {
  return page.evaluate(() => {
    window.files = {};
    new MutationObserver(() => {
      for (const item of document.querySelectorAll('#messages li:has(.file)')) {
        const seen = (window.files[item.querySelector('.name').textContent] ??= { parts: [], words: [], heights: [] });
        const bar = item.querySelector('progress');
        seen.label = bar.ariaLabel;
        seen.parts.push(bar.position);
        seen.words.push(item.querySelector('.size').textContent);
        seen.heights.push(item.querySelector('.file').offsetHeight);
      }
    }).observe(document.querySelector('#messages'), { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

/** From now on the page reads the beginning of each file that comes, and waits. */
function readLittle(page) {
  return page.evaluate(() => {
    document.addEventListener(
      'channel-transfer',
      ({ transfer }) => {
        transfer.blob = async () => {
          await transfer.readable.getReader().read();
          return new Promise(() => undefined);
        };
      },
      { capture: true },
    );
  });
}
