/** The chat demo, driven as two people would: in two real browsers, over a real PeerServer, under a strict CSP. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';

import { ChatSite } from '../support/chat.mjs';
import { BROWSERS } from '../support/pages.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const NAMES = Object.keys(BROWSERS);
const PAIRS = NAMES.flatMap((host) => NAMES.map((guest) => [host, guest]));
/** A narrow phone. */
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1200, height: 800 };
/** What demo/chat-files.js says. */
const MAX_FILE_SIZE = 64_000_000;
const HOSTILE = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>';

describe('the chat demo', { timeout: 280_000 }, () => {
  let site;

  before(async () => {
    site = await ChatSite.start();
  });
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  /** A file of random bytes. */
  async function file(name, size) {
    const path = join(await site.folder(), name);
    const bytes = randomBytes(size);
    await writeFile(path, bytes);
    return { path, bytes };
  }

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

      it('offers a sent file at the other end, byte for byte', async () => {
        const { host, guest } = await site.conversation(hostBrowser, guestBrowser);
        const [first, second] = [await file('notes.bin', 300_000), await file('empty.txt', 0)];
        await guest.sends(first.path, second.path);
        assert.deepEqual(await host.reads('friend', 2), ['notes.bin', 'empty.txt']);
        assert.equal(await host.page.$eval('.friend .size', ({ textContent }) => textContent), '300 kB');
        const answer = await file('answer.bin', 70_000);
        await host.sends(answer.path);
        await guest.reads('friend', 1);
        for (const [person, { bytes }, name] of [
          [host, first, 'notes.bin'],
          [guest, answer, 'answer.bin'],
        ]) {
          assert.ok((await person.downloads(name)).equals(bytes));
        }
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
        const { path: fake } = await file('fake.png', 5_000);
        await guest.sends(path, fake);
        await host.reads('friend', 2);
        await host.page.waitForFunction(() => {
          const [good, bad] = document.querySelectorAll('.friend img');
          return good.naturalWidth > 0 && !good.hidden && bad.hidden;
        });
      });

      it('shows how far a large file is, and refuses one that is too large', async () => {
        const { host, guest } = await site.conversation(name, name);
        const { path } = await file('large.bin', 12_000_000);
        await guest.page.evaluate(() => {
          window.progress = [];
          setInterval(() => {
            const bar = document.querySelector('progress:not([hidden])');
            if (bar) window.progress.push(bar.value / bar.max);
          }, 10);
        });
        await guest.sends(path);
        await host.reads('friend', 1);
        await guest.page.waitForSelector('.you progress[hidden]');
        const seen = await guest.page.evaluate(() => window.progress);
        assert.ok(seen.some((part) => part > 0 && part < 1), `it showed ${seen}`);
        assert.deepEqual(seen, seen.toSorted((a, b) => a - b));

        const huge = join(await site.folder(), 'huge.bin');
        const handle = await open(huge, 'w');
        await handle.truncate(MAX_FILE_SIZE + 1);
        await handle.close();
        await guest.sends(huge);
        assert.match((await guest.reads('note', 2))[1], /^huge\.bin was not sent.*64 MB is the limit/);
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

      it('sends a file that is dropped on the page', async () => {
        const { host, guest } = await site.conversation(name, name);
        await guest.page.evaluate(() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
          const drag = (type) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector('#stage').dispatchEvent(drag('dragover'));
          document.querySelector('#stage').dispatchEvent(drag('drop'));
        });
        assert.deepEqual(await host.reads('friend', 1), ['dropped.txt']);
        assert.equal((await host.downloads('dropped.txt')).toString(), 'dropped');
        assert.equal(await guest.page.evaluate(() => document.body.className), 'chat');
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
        const { path } = await file('chosen.txt', 10);
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
        const { path } = await file(`${'long-name-'.repeat(12)}.txt`, 10);
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

    const { path, bytes } = await file('for-peerjs.bin', 50_000);
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

/** Presses Tab until that element has the focus. */
async function tabTo(page, id) {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement.id)) === id) return;
  }
  assert.fail(`Tab does not reach #${id}.`);
}

/** What has to be scrolled sideways. */
function tooWide(page) {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('#stage')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ localName, scrollWidth, clientWidth }) => `${localName}: ${scrollWidth} in ${clientWidth}`),
  );
}

/** What axe finds, in few words. */
async function axe(page, scheme) {
  await page.evaluate(AXE);
  return page.evaluate(async (colorScheme) => {
    // As prefers-color-scheme does it: all colours are light-dark().
    document.documentElement.style.colorScheme = colorScheme;
    await Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished),
    );
    const { violations } = await window.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
  }, scheme);
}
