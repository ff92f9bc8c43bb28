/** Runs one case with one engine, in a network of its own. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Host } from './host.mjs';
import { Network } from './network.mjs';
import { ICE_SERVERS, Services } from './services.mjs';

/** 10,000 messages, half of them each way, at a rate at which they last beyond every outage; and a file beside A's. */
export const TRAFFIC = { count: 5_000, perSecond: 125, fileBytes: 64 * 1024 * 1024 };
/** Of A's uplink, so that the file lasts as long. */
const RATE = '20mbit';
/** The fault comes when B has had so much of both. */
const UNDER_WAY = { messages: 500, fileBytes: 4 * 1024 * 1024 };
/** How long that may take, in ms. */
const UNDER_WAY_TIMEOUT_MS = 60_000;
/** How often the pages are looked at, in ms. Their own clocks decide what is counted. */
const POLL_MS = 250;
/** What has been silent for so long is given up, in ms: longer than `resumeTimeout` and what it takes to notice a death. */
const SILENCE_MS = 60_000;
/** No case takes longer, in ms. */
const CASE_LIMIT_MS = 240_000;

/**
 * @param {import('./cases.mjs').FaultCase} test
 * @param {'ours' | 'peerjs'} engine
 * @param {{ files: Record<string, string>, folder: string }} site
 * @returns {Promise<object>} the outcome, of which `verdict.mjs` makes a row and a judgement
 */
export async function runCase(test, engine, { files, folder }) {
  const ownFolder = await mkdtemp(join(folder, `${test.name}-`));
  const network = new Network();
  let services;
  const hosts = [];
  try {
    services = await Services.start(network, { files, folder: ownFolder });
    for (const name of ['a', 'b']) hosts.push(await Host.start(network, name, { folder: ownFolder, secure: !test.insecure }));
    const [a, b] = hosts;
    return { browser: await a.version(), ...(await play(test, engine, { network, services, a, b })) };
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
    await services?.close();
    network.close();
  }
}

async function play(test, engine, place) {
  const { a, b, network } = place;
  const config = { iceServers: ICE_SERVERS, ...test.config };
  await Promise.all([a.ask('open', { engine, id: 'host-a', config }), b.ask('open', { engine, id: 'host-b', config })]);
  await a.ask('call', 'host-b');
  await b.ask('accepted');
  const pair = await a.ask('pair');
  network.limit('a', RATE);
  test.prepare?.(place);

  const { fileBytes, ...both } = { ...TRAFFIC, ...test.traffic };
  const begun = Date.now();
  await Promise.all([a.ask('begin', { ...both, fileBytes }), b.ask('begin', both)]);
  const watch = new Watch(place, { count: both.count, fileBytes });
  const outcome = { pair, count: both.count, begun };
  if (test.fault) {
    await watch.until(underWay, UNDER_WAY_TIMEOUT_MS);
    outcome.faultAt = Date.now();
    await test.fault(place);
    if (!test.stays) outcome.liftedAt = Date.now();
  }
  outcome.ended = await watch.untilOver(Math.max(begun, outcome.faultAt ?? 0, outcome.liftedAt ?? 0));
  return { ...outcome, endedAt: Date.now(), sides: watch.sides };
}

function underWay({ b }) {
  return b.tally.delivered >= UNDER_WAY.messages && b.receivedFile.bytes >= UNDER_WAY.fileBytes;
}

/** Looks at both pages again and again. Of a page that is gone the last look is kept. */
class Watch {
  sides = {};
  #place;
  #expected;
  #gone = new Set();

  constructor({ a, b }, expected) {
    this.#place = { a, b };
    this.#expected = expected;
  }

  async once() {
    await Promise.all(
      Object.entries(this.#place).map(async ([name, host]) => {
        const report = await host.report();
        if (report) this.sides[name] = report;
        else this.#gone.add(name);
      }),
    );
  }

  async until(reached, limit) {
    for (const deadline = Date.now() + limit; ; await pause(POLL_MS)) {
      await this.once();
      if (reached(this.sides)) return;
      if (Date.now() > deadline) throw new Error(`The traffic did not get under way within ${limit / 1000} s.`);
    }
  }

  /** `complete`, `closed`, `silent` or `limit`: why it is over. */
  async untilOver(from) {
    for (const deadline = Date.now() + CASE_LIMIT_MS; ; await pause(POLL_MS)) {
      await this.once();
      if (this.#complete) return 'complete';
      if (this.#closed) return 'closed';
      if (Date.now() - Math.max(from, this.#lastAt) > SILENCE_MS) return 'silent';
      if (Date.now() > deadline) return 'limit';
    }
  }

  get #complete() {
    const { a, b } = this.sides;
    const { count, fileBytes } = this.#expected;
    return a.tally.delivered >= count && b.tally.delivered >= count && b.receivedFile.bytes >= fileBytes;
  }

  /** Every page that is left has been told of the end. */
  get #closed() {
    const ended = ({ events }) => events.some(({ what }) => what === 'close');
    return Object.entries(this.sides).every(([name, side]) => this.#gone.has(name) || ended(side));
  }

  get #lastAt() {
    const counts = Object.values(this.sides).flatMap(({ tally, receivedFile }) => [tally, receivedFile]);
    return Math.max(...counts.map(({ lastAt = 0 }) => lastAt));
  }
}
