/** The browser, the site and the PeerServer in which contenders are measured, and one measurement. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startSite } from '../scripts/static-server.mjs';
import { launch, openPage } from '../test/support/pages.mjs';
import { within } from './page/limit.js';
import { median } from './statistics.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Several times what the slowest contender takes, and below the limit of `launch` for one call into a page. */
const PLAY_LIMIT_MS = 25_000;
/** Two pages opened and closed, and everything played in them: for what none of the inner limits sees. */
const MEASUREMENT_LIMIT_MS = 90_000;

/** The contenders as files, by their address on the site. Copied first: a build meanwhile must not change who takes part. */
const CONTENDERS = {
  '/contenders/peer-elements.js': 'dist/cdn/peer-elements.js',
  '/contenders/peerjs.min.js': 'node_modules/peerjs/dist/peerjs.min.js',
};

/** Cross-origin isolation: only then does Chromium's clock tick every 5 µs, and not every 100. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export class Arena {
  #browser;
  #site;
  #folder;
  #sessions = 0;

  static async open() {
    const arena = new Arena();
    arena.#folder = await mkdtemp(join(tmpdir(), 'peer-elements-bench-'));
    const files = {};
    for (const [address, file] of Object.entries(CONTENDERS)) {
      files[address] = join(arena.#folder, address.split('/').at(-1));
      await copyFile(join(ROOT, file), files[address]);
    }
    arena.#site = await startSite({ root: ROOT, files, headers: HEADERS });
    arena.#browser = await launch('chromium');
    return arena;
  }

  /** The browser's name and version. */
  browserVersion() {
    return this.#browser.version();
  }

  /**
   * One contender's sample of a case, in fresh pages: nobody inherits another's garbage or compiled code. Where the size
   * says `repeats`, the sample is the median of as many, each with newly registered peers.
   *
   * @returns {Promise<Record<string, number>>} the case's metrics
   */
  async measure(test, contender, size) {
    const pages = [];
    try {
      return await within(MEASUREMENT_LIMIT_MS, `${contender} in ${test.name}`, this.#measureIn(pages, test, contender, size));
    } finally {
      await Promise.all(pages.map((opened) => opened.close()));
    }
  }

  async close() {
    await this.#browser?.close();
    await this.#site?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #measureIn(pages, test, contender, size) {
    const address = `${this.#site.origin}/bench/page/index.html`;
    for (let count = test.alone ? 1 : 2; count > 0; count -= 1) pages.push(await openPage(this.#browser, address));
    for (const { page } of pages) await page.waitForFunction('globalThis.bench');
    const results = [];
    for (let repeat = 0; repeat < (size.repeats ?? 1); repeat += 1) {
      const play = { caseName: test.name, contender, size, limit: PLAY_LIMIT_MS };
      results.push(test.alone ? await playSide(pages[0], 'alone', play) : await this.#playBoth(pages, test, play));
    }
    for (const opened of pages) opened.assertNoErrors();
    return Object.fromEntries(Object.keys(test.metrics).map((metric) => [metric, median(results.map((result) => result[metric]))]));
  }

  async #playBoth([caller, callee], test, play) {
    const { engine } = test.contenders[play.contender];
    const id = (this.#sessions += 1);
    const [callerId, calleeId] = [`caller-${id}`, `callee-${id}`];
    await Promise.all([openSession(callee, engine, calleeId), openSession(caller, engine, callerId)]);
    const [, result] = await Promise.all([
      playSide(callee, 'answer', play),
      playSide(caller, 'call', { ...play, remoteId: calleeId }),
    ]);
    await Promise.all([caller, callee].map(({ page }) => page.evaluate(() => globalThis.bench.close())));
    return result;
  }
}

function openSession({ page }, engine, id) {
  return page.evaluate((...args) => globalThis.bench.open(...args), engine, id);
}

function playSide({ page }, side, play) {
  return page.evaluate((...args) => globalThis.bench.play(...args), side, play);
}
