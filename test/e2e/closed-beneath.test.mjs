/** The browser's connection goes away beneath the engine, again and again, and nobody above notices more than a pause. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLOSINGS = 100;
/** More than are sent in all that time: the test says when it is enough. */
const TRAFFIC = { count: 1_000_000, perSecond: 200 };
/** The moment of a closing: up to so long after the last one was healed, in ms. */
const MOMENT_MS = 200;
/** Within that the connection is healed or has ended, in ms: `resumeTimeout`, and what a busy machine takes. */
const HEAL_TIMEOUT_MS = 40_000;
/** Decides the moments and the sides. Another one: SEED=7 npm run test:e2e. */
const SEED = Number(process.env.SEED ?? 1);

describe(`the RTCPeerConnection closed beneath the engine (seed ${SEED})`, { timeout: 280_000 }, () => {
  let browser, site, caller, callee;

  before(async () => {
    site = await startSite({ root: ROOT, files: { '/engine/peer-elements.js': `${ROOT}/dist/cdn/peer-elements.js` } });
    browser = await launch('chromium');
    const opening = ['caller', 'callee'].map((id) => openSession(browser, site.origin, id));
    [caller, callee] = await Promise.all(opening);
  });

  after(async () => {
    await browser?.close();
    await site?.close();
  });

  it(`heals ${CLOSINGS} times at random moments under traffic: nothing is lost, twice or out of order`, async () => {
    const pages = [caller.page, callee.page];
    const random = mulberry32(SEED);
    await caller.page.evaluate(() => window.faults.call('callee'));
    await callee.page.evaluate(() => window.faults.accepted());
    await onBoth(pages, (traffic) => window.faults.begin(traffic), TRAFFIC);

    for (let closing = 1; closing <= CLOSINGS; closing += 1) {
      await onBoth(pages, () => window.faults.watchPath());
      const side = pages[Math.floor(random() * pages.length)];
      // In the page, where the moment does not depend on how fast the test talks to it.
      await side.evaluate(closeBeneathAfter, random() * MOMENT_MS);
      const paths = await Promise.all([passes(pages[0], pages[1], closing), passes(pages[1], pages[0], closing)]);
      assert.deepEqual(paths, ['resume', 'resume'], `closing ${closing} was healed by a new link`);
    }

    await onBoth(pages, () => window.faults.stop());
    const reports = await Promise.all([settled(pages[0], pages[1]), settled(pages[1], pages[0])]);
    for (const [{ sent, events }, other] of [reports, reports.toReversed()]) {
      const { delivered, duplicated, reordered, damaged } = other.tally;
      assert.deepEqual([delivered, duplicated, reordered, damaged], [sent, 0, 0, 0]);
      const healed = events.filter(({ what, detail }) => what === 'resumed' && detail === 'resume');
      assert.equal(healed.length, CLOSINGS, 'each heal was told of once');
    }
    for (const { assertNoErrors } of [caller, callee]) assertNoErrors();
  });
});

/** A page with the session of the fault tests, registered under an id. */
async function openSession(browser, origin, id) {
  const opened = await openPage(browser, `${origin}/test/e2e/blank.html`);
  await opened.page.evaluate(async (name) => {
    await import('/test/faults/page/main.js');
    await window.faults.open({ engine: 'ours', id: name, config: { iceServers: [] } });
  }, id);
  return opened;
}

/** Run in the page. */
function closeBeneathAfter(ms) {
  return new Promise((resolve) => setTimeout(() => resolve(window.faults.closeBeneath()), ms));
}

function onBoth(pages, work, argument) {
  return Promise.all(pages.map((page) => page.evaluate(work, argument)));
}

/** Waits until the receiver has what the sender had sent by now, and a message more. Gives the path by which it was healed. */
async function passes(sender, receiver, closing) {
  const sent = await sender.evaluate(() => window.faults.report().sent);
  const healedOrEnded = (number) => {
    const { tally, path, events } = window.faults.report();
    const end = events.find(({ what }) => what === 'close');
    if (end) return { end: String(end.detail) };
    return path === 'resume' && tally.highest >= number && { path };
  };
  const seen = await receiver
    .waitForFunction(healedOrEnded, { timeout: HEAL_TIMEOUT_MS, polling: 20 }, sent)
    .catch((cause) => {
      throw new Error(`Closing ${closing} was not healed within ${HEAL_TIMEOUT_MS / 1000} s.`, { cause });
    });
  const { path, end } = await seen.jsonValue();
  assert.equal(end, undefined, `closing ${closing} ended the connection`);
  return path;
}

/** The receiver's report, when it has all that the sender has sent. Times out with what there is. */
async function settled(receiver, sender) {
  const { sent } = await sender.evaluate(() => window.faults.report());
  const hasAll = (wanted) => window.faults.report().tally.delivered >= wanted;
  await receiver.waitForFunction(hasAll, { timeout: HEAL_TIMEOUT_MS, polling: 50 }, sent).catch(() => undefined);
  return receiver.evaluate(() => window.faults.report());
}

/** Random numbers from 0 to 1, the same for the same seed. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
