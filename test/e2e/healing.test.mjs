/** What becomes of connections when the network, or the other page, goes away: two pages with a relay between them that can be cut. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Relay } from '../../bench/relay/relay.mjs';
import { startSite } from '../../scripts/static-server.mjs';
import { launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = {
  '/engine/peer-elements.js': `${ROOT}/dist/cdn/peer-elements.js`,
  '/engine/peerjs.min.js': `${ROOT}/node_modules/peerjs/dist/peerjs.min.js`,
};
/** Longer than anything may take that is waited for, in ms. */
const LIMIT_MS = 60_000;

let browser, site, relay;
let pages = [];
let count = 0;

describe('a connection', { timeout: 400_000 }, () => {
  before(async () => {
    site = await startSite({ root: ROOT, files: FILES });
    browser = await launch('chromium', { backForwardCache: true });
  });

  after(async () => {
    await browser?.close();
    await site?.close();
  });

  afterEach(async () => {
    await Promise.all(pages.map(({ close }) => close().catch(() => undefined)));
    relay?.close();
    relay = undefined;
    pages = [];
  });

  it('outlives three seconds without a network: ICE alone', async () => {
    const [alice, bob] = await openPair({ relayed: true });
    await traffic(alice, bob);
    relay.cut();
    await pause(3_000);
    relay.mend();
    await allArrived(alice, bob);
    for (const page of [alice, bob]) assert.ok(!(await names(page)).some((name) => /restart|resume$|close/.test(name)));
  });

  it('goes on over another path when an address has changed: an ICE restart', async () => {
    const [alice, bob] = await openPair({ relayed: true });
    await traffic(alice, bob);
    relay.strand();
    await happens(alice, 'resumed restart');
    await happens(bob, 'resumed restart');
    await allArrived(alice, bob);
  });

  it('goes on over a new link when the network was away for fourteen seconds, with a transfer', async () => {
    const [alice, bob] = await openPair({ relayed: true });
    await traffic(alice, bob);
    const size = 20_000_000;
    await alice.page.evaluate((bytes) => {
      const part = new Uint8Array(1_000).map((_, index) => index);
      window.file = new Blob(Array.from({ length: bytes / 1_000 }, () => part));
      window.healing.connection.transfer(window.file, { name: 'x.bin' });
    }, size);
    await bob.page.waitForFunction(() => window.healing.transfer?.transferred > 100_000, { timeout: LIMIT_MS });
    relay.cut();
    await Promise.all([happens(alice, 'interrupted'), happens(bob, 'interrupted')]);
    await pause(14_000);
    relay.mend();
    await happens(alice, 'resumed resume');
    await happens(bob, 'resumed resume');
    await allArrived(alice, bob);
    await happens(bob, 'transferred');
    assert.equal(await bob.page.evaluate(() => window.healing.blob.size), size);
    assert.ok(await bob.page.evaluate(async () => {
      const bytes = new Uint8Array(await window.healing.blob.arrayBuffer());
      return bytes.every((byte, index) => byte === (index % 1_000) % 256);
    }));
  });

  it('is interrupted within ten seconds, and ends with a reason and what was not confirmed, when nothing comes back', async () => {
    const [alice] = await openPair({ relayed: true, options: { resumeTimeout: 6_000 } });
    relay.cut();
    const cutAt = Date.now();
    await alice.page.evaluate(() => {
      for (const text of ['one', 'two', 'three']) void window.healing.connection.send(text);
    });
    const { at } = await happens(alice, 'interrupted');
    assert.ok(at - cutAt < 10_000, `${at - cutAt} ms`);
    await happens(alice, 'close failed');
    const { close, error, unconfirmed, again } = await alice.page.evaluate(async () => ({
      close: window.healing.events.find(({ what }) => what === 'close'),
      error: window.healing.events.find(({ what }) => what === 'error'),
      unconfirmed: await window.healing.connection.takeUnconfirmed(),
      again: await window.healing.connection.takeUnconfirmed(),
    }));
    assert.deepEqual(close.details, ['failed', 3]);
    assert.deepEqual(error.details, ['negotiation-failed']);
    assert.deepEqual([unconfirmed, again], [['one', 'two', 'three'], []]);
  });

  it('outlives a main thread that is blocked for twenty seconds', async () => {
    const [alice, bob] = await openPair();
    await traffic(alice, bob);
    // Begun and not awaited: the page answers nothing meanwhile.
    const blocked = bob.page.evaluate(() => window.healing.block(20_000));
    await happens(alice, 'interrupted');
    await blocked;
    await happens(alice, 'resumed ice');
    await allArrived(alice, bob);
  });

  it('ends soon when the other page was killed without a goodbye', async () => {
    const [alice, bob] = await openPair();
    await kill(bob);
    await happens(alice, 'close unavailable');
  });

  // Chromium puts no page aside that has a socket or an RTCPeerConnection open when it is left, as other browsers do: the events are the test's.
  it('goes on when the other page was put aside and comes back', async () => {
    const [alice, bob] = await openPair();
    await traffic(bob);
    await alice.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await happens(bob, 'interrupted');
    assert.deepEqual(await alice.page.evaluate(() => [window.healing.peer.open, window.healing.connection.peerConnection.signalingState]), [false, 'closed']);
    await pause(2_000);
    await alice.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await Promise.all([happens(alice, 'resumed resume'), happens(bob, 'resumed resume')]);
    await bob.page.evaluate(() => window.healing.stop());
    const sent = await bob.page.evaluate(() => window.healing.sent);
    await alice.page.waitForFunction((number) => window.healing.received.length >= number, { timeout: LIMIT_MS }, sent);
    assert.ok(await alice.page.evaluate((number) => window.healing.inOrder(number), sent));
    assert.ok(await alice.page.evaluate(() => window.healing.peer.open && !window.healing.peer.disconnected));
  });

  it('can be made to a page that is back out of the back/forward cache', async () => {
    const opened = await openPage(browser, `${site.origin}/test/e2e/blank.html`);
    pages.push(opened);
    const { page } = opened;
    await page.evaluate(async () => {
      const { BroadcastSignaling, Peer } = await import('/engine/peer-elements.js');
      window.make = (id) => new Peer(id, { signaling: new BroadcastSignaling({ room: 'cache' }), config: { iceServers: [] } });
      window.peer = window.make('kept');
      await new Promise((resolve) => window.peer.once('open', resolve));
      window.peer.on('connection', (connection) => connection.on('data', (data) => connection.send(data)));
      addEventListener('pageshow', ({ persisted }) => (window.persisted = persisted));
    });
    await page.goto(`${site.origin}/demo/index.html`);
    await page.goBack();
    assert.equal(await page.evaluate(() => window.persisted), true, 'the browser had put the page aside');
    const echo = await page.evaluate(async () => {
      const caller = window.make('caller');
      await new Promise((resolve) => caller.once('open', resolve));
      const call = caller.connect('kept');
      await call.opened;
      void call.send('still here');
      return new Promise((resolve) => call.once('data', resolve));
    });
    assert.equal(echo, 'still here');
  });

  it('in PeerJS’s protocol ends within twenty seconds when the other page was killed', async () => {
    const [alice, bob] = await openPair({ engines: ['ours', 'peerjs'] });
    const killedAt = Date.now();
    await kill(bob);
    const { at } = await happens(alice, 'close failed');
    assert.ok(at - killedAt < 20_000, `${at - killedAt} ms`);
  });

  it('ends at once when the other page is reloaded or left', async () => {
    const [alice, bob] = await openPair();
    await bob.page.reload();
    const { at } = await happens(alice, 'close remote');
    assert.ok(Date.now() - at < 5_000);
  });
});

async function openPair({ relayed = false, options = {}, engines = ['ours', 'ours'] } = {}) {
  if (relayed) relay = new Relay({});
  const ids = ['alice', 'bob'].map((name) => `${name}${count++}`);
  pages = await Promise.all(ids.map(() => openPage(browser, `${site.origin}/test/e2e/blank.html`)));
  for (const [index, { page }] of pages.entries()) {
    const host = ['caller', 'callee'][index];
    if (relayed) await page.exposeFunction('relayPort', (address, port) => relay.portFor(host === 'caller' ? 'callee' : 'caller', address, port));
    await page.evaluate(
      async (settings) => {
        await import('/test/support/healing-page.js');
        await window.healing.open(settings);
      },
      { engine: engines[index], id: ids[index], relayed, options },
    );
  }
  const [alice, bob] = pages;
  await alice.page.evaluate((id) => window.healing.call(id, { reliable: true }), ids[1]);
  await happens(bob, 'open');
  return [alice, bob];
}

function traffic(...both) {
  return Promise.all(both.map(({ page }) => page.evaluate(() => window.healing.start())));
}

/** Stops the traffic, and waits until each has what the other has sent: all of it, once, in order. */
async function allArrived(...both) {
  const sent = await Promise.all(both.map(({ page }) => page.evaluate(() => (window.healing.stop(), window.healing.sent))));
  for (const [index, { page }] of both.entries()) {
    const expected = sent[1 - index];
    await page.waitForFunction((number) => window.healing.received.length >= number, { timeout: LIMIT_MS }, expected);
    assert.ok(await page.evaluate((number) => window.healing.inOrder(number), expected), 'nothing lost, doubled or displaced');
    assert.ok(sent.some((number) => number > 100), 'there was traffic');
  }
}

function names({ page }) {
  return page.evaluate(() => window.healing.names());
}

async function happens({ page }, name) {
  try {
    await page.waitForFunction((wanted) => window.healing.names().includes(wanted), { timeout: LIMIT_MS, polling: 50 }, name);
  } catch (cause) {
    throw new Error(`"${name}" has not happened, but ${JSON.stringify((await names({ page })).slice(0, 20))}`, { cause });
  }
  return page.evaluate((wanted) => window.healing.events[window.healing.names().indexOf(wanted)], name);
}

/** Ends a page's process, so that it says nothing any more. */
async function kill({ page }) {
  const session = await page.createCDPSession();
  // It never answers.
  void session.send('Page.crash').catch(() => undefined);
  await new Promise((resolve) => page.once('error', resolve));
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
