/** Chromium and Firefox talk to each other: this engine with itself, and with PeerJS at either end. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LARGE = 5_000_000;
/** Enough for most of it to wait when the connection closes. */
const FLUSHED = 2_000_000;

/** How a page gets its `Peer`. */
const ENGINES = {
  ours: (page) => page.evaluate(async () => void (window.Peer = (await import('/dist/cdn/peer-elements.js')).Peer)),
  peerjs: (page) => page.addScriptTag({ url: '/node_modules/peerjs/dist/peerjs.min.js' }),
};

const PAIRS = [
  ['ours', 'ours'],
  ['ours', 'peerjs'],
  ['peerjs', 'ours'],
];

describe('across browsers', { timeout: 240_000 }, () => {
  const browsers = {};
  let site;
  let calls = 0;

  before(async () => {
    site = await startSite({ root: ROOT });
    for (const name of Object.keys(BROWSERS)) browsers[name] = await launch(name);
  });

  after(async () => {
    await Promise.all(Object.values(browsers).map((browser) => browser.close()));
    await site.close();
  });

  for (const [fromBrowser, toBrowser] of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    for (const [from, to] of PAIRS) {
      describe(`${from} in ${fromBrowser} calls ${to} in ${toBrowser}`, () => {
        let caller, callee, id;

        before(async () => {
          const url = `${site.origin}/test/e2e/blank.html`;
          caller = await openPage(browsers[fromBrowser], url);
          callee = await openPage(browsers[toBrowser], url);
          id = `callee-${++calls}`;
          await join(caller, from, `caller-${calls}`);
          await join(callee, to, id);
        });

        after(() => Promise.all([caller.close(), callee.close()]));

        it('with a label and metadata', async () => {
          await connect(caller, callee, id, { label: 'chat', metadata: { from: 'ünï 😀' } });
          const given = await callee.page.evaluate(() => ({ label: window.connection.label, metadata: window.connection.metadata }));
          assert.deepEqual(given, { label: 'chat', metadata: { from: 'ünï 😀' } });
          noErrors();
        });

        it(`in the ${from === to ? 'native' : 'compatible'} profile`, async () => {
          await connect(caller, callee, id);
          const profiles = await Promise.all([caller, callee].map(({ page }) => page.evaluate(() => window.connection.profile)));
          const profile = from === to ? 'native' : 'compatible';
          assert.deepEqual(profiles, [from, to].map((engine) => (engine === 'ours' ? profile : undefined)));
          noErrors();
        });

        if (from === to) {
          it('and transfers a file over two lanes, while messages pass by', async () => {
            await connect(caller, callee, id);
            const received = callee.page.evaluate(
              () =>
                new Promise((resolve) => {
                  window.connection.on('transfer', async (transfer) => {
                    const file = await transfer.blob();
                    const bytes = new Uint8Array(await file.arrayBuffer());
                    resolve([file.name, file.type, bytes.length, bytes.every((byte, at) => byte === at % 251)]);
                  });
                }),
            );
            await caller.page.evaluate(async (size) => {
              const file = new File([Uint8Array.from({ length: size }, (_, at) => at % 251)], 'a.bin', { type: 'image/png' });
              await window.connection.transfer(file, { lanes: 2 }).finished;
            }, LARGE);
            assert.deepEqual(await received, ['a.bin', 'image/png', LARGE, true]);
            assert.deepEqual(await exchange(caller, callee, ['after it']), ['after it']);
            noErrors();
          });
        }

        it('and sends strings and objects, each way', async () => {
          const values = ['text', '', 'ünï 😀 𝒳', 0, -1, 2 ** 40, 0.1, true, [1, [2, null]], { a: { b: ['c'] } }];
          await connect(caller, callee, id);
          assert.deepEqual(await exchange(caller, callee, values), values);
          assert.deepEqual(await exchange(callee, caller, values), values);
          noErrors();
        });

        it('and sends 5 MB, each way', async () => {
          await connect(caller, callee, id);
          for (const [sender, receiver] of [[caller, callee], [callee, caller]]) {
            const [size, intact] = await sendLarge(sender, receiver, { size: LARGE });
            assert.deepEqual([size, intact], [LARGE, true]);
          }
          noErrors();
        });

        for (const closer of ['caller', 'callee']) {
          it(`and hears of the end when the ${closer} closes`, async () => {
            await connect(caller, callee, id);
            await (closer === 'caller' ? caller : callee).page.evaluate(() => window.connection.close());
            for (const { page } of [caller, callee]) await page.evaluate(() => window.closed);
            noErrors();
          });

          it(`and hears all when the ${closer} closes with flush`, async () => {
            await connect(caller, callee, id);
            const [sender, receiver] = closer === 'caller' ? [caller, callee] : [callee, caller];
            const [size, intact] = await sendLarge(sender, receiver, { size: FLUSHED, close: true });
            assert.deepEqual([size, intact], [FLUSHED, true]);
            for (const { page } of [caller, callee]) await page.evaluate(() => window.closed);
            noErrors();
          });
        }

        function noErrors() {
          for (const { assertNoErrors } of [caller, callee]) assertNoErrors();
        }
      });
    }
  }
});

/** Opens a peer in a page, which keeps its last incoming connection in `window.connection`. */
async function join({ page }, engine, id) {
  await ENGINES[engine](page);
  await page.evaluate(async (id) => {
    window.hold = (connection) => {
      window.connection = connection;
      window.heard = [];
      window.wake = () => undefined;
      connection.on('data', (data) => {
        window.heard.push(data);
        window.wake();
      });
      window.closed = new Promise((resolve) => connection.on('close', () => resolve()));
      window.opened = new Promise((resolve) => (connection.open ? resolve() : connection.on('open', resolve)));
    };
    window.messages = async (count) => {
      while (window.heard.length < count) await new Promise((resolve) => (window.wake = resolve));
      return window.heard.splice(0, count);
    };
    window.peer = new window.Peer(id, { host: location.hostname, port: location.port, path: '/peerjs', config: { iceServers: [] } });
    window.peer.on('connection', (connection) => {
      window.hold(connection);
      window.arrived();
    });
    await new Promise((resolve, reject) => {
      window.peer.on('open', resolve);
      window.peer.on('error', reject);
    });
  }, id);
}

/** A new connection, open at both ends. It is ordered, whoever makes it. */
async function connect(caller, callee, id, options = {}) {
  await callee.page.evaluate(() => void (window.arrival = new Promise((resolve) => (window.arrived = resolve))));
  await caller.page.evaluate(
    async (id, options) => {
      window.hold(window.peer.connect(id, { reliable: true, ...options }));
      await window.opened;
    },
    id,
    options,
  );
  await callee.page.evaluate(async () => {
    await window.arrival;
    await window.opened;
  });
}

/** What one page hears of the values that the other sends. */
async function exchange(sender, receiver, values) {
  await sender.page.evaluate((values) => values.forEach((value) => window.connection.send(value)), values);
  return receiver.page.evaluate((count) => window.messages(count), values.length);
}

/** How many bytes arrive, and whether they are those that were sent. */
async function sendLarge(sender, receiver, { size, close = false }) {
  await sender.page.evaluate(
    (size, close) => {
      window.connection.send(Uint8Array.from({ length: size }, (_, i) => i % 251).buffer);
      if (close) window.connection.close({ flush: true });
    },
    size,
    close,
  );
  return receiver.page.evaluate(async () => {
    const [data] = await window.messages(1);
    const bytes = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
    return [bytes.byteLength, bytes.every((byte, i) => byte === i % 251)];
  });
}
