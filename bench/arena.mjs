/** The browser, the site and the PeerServer in which contenders are measured, and one measurement. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';

import { chromiumLaunchOptions } from '../scripts/browsers.mjs';
import { startSite } from '../scripts/static-server.mjs';
import { openPage } from '../test/support/pages.mjs';
import { MemoryWatch } from './memory.mjs';
import { within } from './page/limit.js';
import { Profiler } from './profiler.mjs';
import { Relay } from './relay/relay.mjs';
import { median } from './statistics.mjs';
import { TaskWatch } from './tasks.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Several times what the slowest contender takes, where the case does not say how long its own may. */
const PLAY_LIMIT_MS = 25_000;
/** Two pages opened and closed, and what is repeated: for what none of the inner limits sees. */
const MEASUREMENT_LIMIT_MS = 65_000;
/** Longer than any play: it has its own limit, whose error says more. */
const PROTOCOL_TIMEOUT_MS = 600_000;

/** The contenders as files, by their address on the site. Copied first: a build meanwhile must not change who takes part. */
const CONTENDERS = {
  '/contenders/peer-elements.js': 'dist/cdn/peer-elements.js',
  '/contenders/peerjs.min.js': 'node_modules/peerjs/dist/peerjs.min.js',
};
const [OURS] = Object.keys(CONTENDERS);

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

  /** @param {{ bundle?: string }} options another file in the place of this engine's bundle */
  static async open({ bundle = CONTENDERS[OURS] } = {}) {
    const arena = new Arena();
    arena.#folder = await mkdtemp(join(tmpdir(), 'peer-elements-bench-'));
    const files = {};
    for (const [address, file] of Object.entries({ ...CONTENDERS, [OURS]: bundle })) {
      files[address] = join(arena.#folder, address.split('/').at(-1));
      await copyFile(join(ROOT, file), files[address]);
    }
    arena.#site = await startSite({ root: ROOT, files, headers: HEADERS });
    arena.#browser = await puppeteer.launch({ ...chromiumLaunchOptions(), protocolTimeout: PROTOCOL_TIMEOUT_MS });
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
   * @param {number} round decides which packets a path with loss loses: the same for each contender
   * @param {{ profile?: boolean }} options `profile`: where the pages' time goes, of the last repeat
   * @returns {Promise<{ metrics: Record<string, number>, times: Record<string, number[]>, profiles?: object[] }>}
   */
  async measure(test, contender, size, round, { profile = false } = {}) {
    const folder = await mkdtemp(join(this.#folder, 'measurement-'));
    const measurement = { test, contender, size, round, folder, profile, pages: [], limit: test.limitMs ?? PLAY_LIMIT_MS };
    try {
      if (test.here) return { metrics: await test.here({ root: ROOT, contender: test.contenders[contender] }), times: {} };
      const limit = MEASUREMENT_LIMIT_MS + measurement.limit;
      return await within(limit, `${contender} in ${test.name}`, this.#measureIn(measurement));
    } finally {
      measurement.watch?.close();
      await measurement.taskWatch?.close();
      measurement.relay?.close();
      await Promise.all(measurement.pages.map((opened) => opened.close()));
      await rm(folder, { recursive: true, force: true });
    }
  }

  async close() {
    await this.#browser?.close();
    await this.#site?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #measureIn(measurement) {
    const { test, contender, size, pages, limit } = measurement;
    await this.#openPages(measurement);
    const repeats = size.repeatsOf?.[contender] ?? size.repeats ?? 1;
    const results = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const play = { caseName: test.name, contender, size, limit };
      const profiler = measurement.profile ? await Profiler.of(pages.map(({ page }) => page)) : undefined;
      await profiler?.start();
      results.push(test.alone ? await playSide(pages[0], 'alone', play) : await this.#playBoth(measurement, play));
      measurement.profiles = await profiler?.stop();
    }
    for (const opened of pages) opened.assertNoErrors();
    const { profiles } = measurement;
    return { ...summaryOf(test, results, await observed(measurement)), ...(profiles && { profiles }) };
  }

  async #openPages(measurement) {
    const { test, pages, folder, size, round } = measurement;
    const address = `${this.#site.origin}/bench/page/index.html`;
    for (let count = test.alone ? 1 : 2; count > 0; count -= 1) pages.push(await openPage(this.#browser, address));
    for (const { page } of pages) await page.waitForFunction('globalThis.bench');
    if (test.alone) return;
    const [caller, callee] = pages.map(({ page }) => page);
    if (test.path) await this.#putRelayBetween(measurement, { caller, callee }, { ...test.path, seed: round + 1 });
    if (test.countTimers) for (const page of [caller, callee]) await page.evaluate(() => globalThis.bench.countTimers());
    if (test.files) await (await caller.$('input[type=file]')).uploadFile(...(await test.files(folder, size)));
    if (test.memory) {
      measurement.watch = await MemoryWatch.of(this.#browser, { caller, callee });
      // The case tells when what it is about begins and ends.
      await caller.exposeFunction('watchMemory', () => measurement.watch.start());
      await caller.exposeFunction('readMemory', async () => (measurement.growth = await measurement.watch.stop()));
    }
    if (test.tasks) {
      measurement.taskWatch = new TaskWatch(callee);
      await callee.exposeFunction('watchTasks', () => measurement.taskWatch.start());
      await callee.exposeFunction('readTasks', async () => void (measurement.tasks = await measurement.taskWatch.stop()));
    }
  }

  /** Each page asks under which port the relay stands in for the other page's. */
  async #putRelayBetween(measurement, pages, path) {
    const relay = (measurement.relay = new Relay(path));
    for (const [host, remote] of [['caller', 'callee'], ['callee', 'caller']]) {
      await pages[host].exposeFunction('relayPort', (address, port) => relay.portFor(remote, address, port));
      await pages[host].evaluate(() => globalThis.bench.throughRelay());
    }
  }

  async #playBoth({ test, pages: [caller, callee] }, play) {
    const { engine, options } = test.contenders[play.contender];
    const id = (this.#sessions += 1);
    const [callerId, calleeId] = [`caller-${id}`, `callee-${id}`];
    await Promise.all([openSession(callee, engine, calleeId, options), openSession(caller, engine, callerId, options)]);
    const [, result] = await Promise.all([
      playSide(callee, 'answer', { ...play, id: calleeId }),
      playSide(caller, 'call', { ...play, remoteId: calleeId }),
    ]);
    await Promise.all([caller, callee].map(({ page }) => page.evaluate(() => globalThis.bench.close())));
    return result;
  }
}

/** Metrics that are not the pages' own. */
async function observed({ test, size, relay, growth, tasks }) {
  return {
    ...(relay && { relayLateness: relay.counts.meanLateness }),
    ...(growth && test.memory(growth, size)),
    ...(tasks && test.tasks(tasks)),
  };
}

function summaryOf(test, results, others) {
  const metrics = {};
  for (const metric of Object.keys(test.metrics)) {
    const values = results.map((result) => result[metric] ?? others[metric]).filter((value) => value !== undefined);
    if (values.length > 0) metrics[metric] = median(values);
  }
  const times = {};
  for (const result of results) {
    for (const [metric, each] of Object.entries(result.times ?? {})) (times[metric] ??= []).push(...each);
  }
  return { metrics, times };
}

function openSession({ page }, engine, id, options) {
  return page.evaluate((...args) => globalThis.bench.open(...args), engine, id, options ?? {});
}

function playSide({ page }, side, play) {
  return page.evaluate((...args) => globalThis.bench.play(...args), side, play);
}
