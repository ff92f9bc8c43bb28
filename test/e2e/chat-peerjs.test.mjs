/** The chat demo with a plain PeerJS page at the other end: what each sends is something to the other. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';

import { becomes, messages, says, sees } from '../support/chat.mjs';
import { HtmlSite } from '../support/html-site.mjs';
import { BROWSERS } from '../support/pages.mjs';

const NOT_SHOWN = 'Something that this chat does not show';

describe('the chat demo and PeerJS', { timeout: 280_000 }, () => {
  let site;

  before(async () => void (site = await HtmlSite.start('demo')));
  afterEach(() => site.everybodyLeaves());
  after(() => site.close());

  for (const name of Object.keys(BROWSERS)) {
    describe(`in ${name}`, () => {
      it('talk where PeerJS calls, in its own serialization', async () => {
        const { chat, other } = await called(name, { serialization: 'binary' });
        await exchangeText(chat, other);
        await chat.page.evaluate(() => {
          window.contents = [];
          const { createObjectURL } = URL;
          URL.createObjectURL = (blob) => {
            window.contents.push(blob.arrayBuffer().then((bytes) => String.fromCharCode(...new Uint8Array(bytes))));
            return createObjectURL(blob);
          };
        });
        await other.evaluate(() => {
          const { connection } = window;
          connection.send(new Uint8Array([1, 2, 3]).buffer);
          connection.send(new Blob(['a blob']));
          connection.send(new File(['a file'], 'own.txt'));
          connection.send({ name: 'Cleo', file: new Blob(['in a field']), filename: 'x.txt', filetype: 'text/plain' });
          connection.send({ name: 'described.txt', type: 'text/plain', size: 9, data: new Blob(['described']) });
        });
        // PeerJS sends the bytes of a Blob or a File, and no name; and what takes longer to read goes later.
        const names = (await messages(chat, 'received', 9)).slice(4).sort();
        assert.deepEqual(names, ['described.txt', 'file', 'file', 'file', 'file']);
        await sees(chat, 'received', 'described.txt', 'complete');
        const contents = await chat.page.evaluate(() => Promise.all(window.contents));
        assert.deepEqual(contents.sort(), ['\x01\x02\x03', 'a blob', 'a file', 'described', 'in a field']);
        assert.equal(await chat.saves('described.txt'), 'described');
        await exchangeFile(chat, other);
      });

      it('talk where the chat calls', async () => {
        const other = await peerJsPage(name);
        const id = await other.evaluate(() => {
          window.peer.on('connection', window.talkOver);
          return window.peer.id;
        });
        const chat = await site.visitor(name, `chat.html#peer=${id}`);
        await becomes(chat, 'open');
        await other.waitForFunction(() => window.connection?.open);
        await exchangeText(chat, other);
        await exchangeFile(chat, other);
      });

      it('talk in json, which has no bytes', async () => {
        const { chat, other } = await called(name, { serialization: 'json' });
        await exchangeText(chat, other);
        await chat.sends('file', await site.file('no-way.txt', 'bytes'));
        await sees(chat, 'sent', 'no-way.txt', 'not complete');
        await chat.reads('Your last message was not sent.');
        assert.deepEqual(await chat.texts('li [data-peer-when="_state=failed"]', 1), ['not delivered']);
        await says(chat, 'after it');
        await other.waitForFunction(() => window.received.at(-1).text === 'after it');
        assert.equal(await other.evaluate(() => window.received.length), 2);
      });

      it('talk in raw, which has no objects', async () => {
        const { chat, other } = await called(name, { serialization: 'raw' });
        await other.evaluate(() => {
          window.connection.send('plain text');
          window.connection.send(new Uint8Array([1, 2, 3]).buffer);
        });
        assert.deepEqual(await messages(chat, 'received', 2), ['plain text', 'file']);
        assert.deepEqual([...(await chat.savesBytes('file'))], [1, 2, 3]);
        await says(chat, 'an object');
        assert.deepEqual(await messages(chat, 'sent', 1), ['an object']);
        assert.deepEqual(await chat.texts('li [data-peer-when="_state=failed"]', 1), ['not delivered']);
        await chat.reads('Your last message was not sent.');
        assert.deepEqual(await other.evaluate(() => window.received), []);
      });
    });
  }

  /** A chat that a PeerJS page has called. */
  async function called(name, options) {
    const chat = await site.visitor(name, 'chat.html');
    const link = new URL(await chat.invitation());
    const other = await peerJsPage(name);
    await other.evaluate(
      (id, settings) => window.talkOver(window.peer.connect(id, settings)),
      link.hash.replace('#peer=', ''),
      options,
    );
    await becomes(chat, 'open');
    await other.waitForFunction(() => window.connection.open);
    return { chat, other };
  }

  /** A page with PeerJS and none of our script, and a peer that is open. */
  async function peerJsPage(name) {
    const { page } = await site.visitor(name, 'index.html');
    await page.evaluate(async () => {
      await import('/peerjs.min.js');
      window.received = [];
      window.talkOver = (connection) => {
        window.connection = connection;
        connection.on('data', (data) => window.received.push(data));
      };
      window.peer = new window.peerjs.Peer({ host: location.hostname, port: location.port, path: '/peerjs' });
      await new Promise((resolve) => window.peer.on('open', resolve));
    });
    return page;
  }

  /** Both say something that is text, and the other what has none. */
  async function exchangeText(chat, other) {
    await other.evaluate(() => {
      for (const message of ['plain text', { name: 'Ann', text: 'by fields' }, { mood: 'good', list: [1, null] }, 12]) {
        window.connection.send(message);
      }
    });
    assert.deepEqual(await messages(chat, 'received', 4), ['plain text', 'by fields', NOT_SHOWN, '12']);
    assert.deepEqual(await chat.texts('li b', 4), ['Your friend', 'Ann', 'Your friend', 'Your friend']);
    await chat.submits({ name: 'Bob', text: 'to PeerJS' });
    await other.waitForFunction(() => window.received.length === 1);
    assert.deepEqual(await other.evaluate(() => window.received[0]), { name: 'Bob', text: 'to PeerJS' });
  }

  /** The chat sends a file. */
  async function exchangeFile(chat, other) {
    const bytes = randomBytes(50_000);
    await chat.sends('file', await site.file('for-peerjs.bin', bytes));
    await other.waitForFunction(() => window.received.length === 2);
    const file = await other.evaluate(() => {
      const { name, type, size, data } = window.received[1].file;
      return { name, type, size, bytes: [...new Uint8Array(data)] };
    });
    assert.equal(file.name, 'for-peerjs.bin');
    assert.equal(typeof file.type, 'string');
    assert.equal(file.size, 50_000);
    assert.ok(Buffer.from(file.bytes).equals(bytes));
    await sees(chat, 'sent', 'for-peerjs.bin', 'complete');
  }
});
