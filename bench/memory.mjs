/**
 * What two pages take of the machine's memory while a case plays: how far the renderer processes and the pages' own heaps
 * grow beyond what they had at its start. The processes are read from /proc, so this is for Linux.
 */
import { readFile } from 'node:fs/promises';

/** Four times a second: a copy of a large message stays longer than that. */
const INTERVAL_MS = 250;
/** How long a page works for its process to be known by the time it takes; the browser counts in hundredths. */
const WORK_MS = 250;
const MIB = 1024 * 1024;

/** @typedef {{ js: number, rss: number }} Growth in MiB: JavaScript's objects and buffers; the whole process */

export class MemoryWatch {
  #pages;
  #timer;
  #reading = Promise.resolve();
  #failure;

  /** @param {Record<string, import('puppeteer-core').Page>} pages by the name of their side */
  static async of(browser, pages) {
    const watch = new MemoryWatch();
    const whole = await browser.target().createCDPSession();
    try {
      watch.#pages = {};
      for (const [side, page] of Object.entries(pages)) {
        const [session, pid] = [await page.createCDPSession(), await processOf(page, whole)];
        watch.#pages[side] = { session, pid, base: undefined, peak: { js: 0, rss: 0 } };
      }
    } finally {
      await whole.detach();
    }
    return watch;
  }

  /** What is there now, garbage aside, is where growth is counted from. */
  async start() {
    await this.#each(async (page) => {
      await collectGarbage(page);
      page.base = await read(page);
    });
    this.#timer = setInterval(() => (this.#reading = this.#reading.then(() => this.#note())), INTERVAL_MS);
  }

  /**
   * @returns {Promise<Record<string, { peak: Growth, settled: Growth }>>} by side: the most there was at any look, and what
   *   is left when garbage is gone
   * @throws what a look at the memory threw
   */
  async stop() {
    clearInterval(this.#timer);
    await this.#reading;
    await this.#note();
    if (this.#failure) throw this.#failure;
    const sides = Object.entries(this.#pages).map(async ([side, page]) => {
      await collectGarbage(page);
      return [side, { peak: page.peak, settled: growth(await read(page), page.base) }];
    });
    return Object.fromEntries(await Promise.all(sides));
  }

  /** Looks no more. Idempotent; the sessions end with their pages. */
  close() {
    clearInterval(this.#timer);
  }

  async #note() {
    try {
      await this.#each(async (page) => {
        const { js, rss } = growth(await read(page), page.base);
        page.peak = { js: Math.max(page.peak.js, js), rss: Math.max(page.peak.rss, rss) };
      });
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #each(work) {
    return Promise.all(Object.values(this.#pages).map(work));
  }
}

/** The id of a page's renderer: of all of them the one that works when the page does. */
async function processOf(page, browserSession) {
  const before = await rendererTimes(browserSession);
  await page.evaluate((ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }, WORK_MS);
  const after = await rendererTimes(browserSession);
  const [busiest] = [...after]
    .map(([pid, time]) => ({ pid, worked: time - (before.get(pid) ?? 0) }))
    .sort((a, b) => b.worked - a.worked);
  return busiest.pid;
}

async function rendererTimes(browserSession) {
  const { processInfo } = await browserSession.send('SystemInfo.getProcessInfo');
  return new Map(processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime]));
}

function collectGarbage({ session }) {
  return session.send('HeapProfiler.collectGarbage');
}

async function read({ session, pid }) {
  const [{ usedSize, backingStorageSize }, status] = await Promise.all([
    session.send('Runtime.getHeapUsage'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  return { js: (usedSize + backingStorageSize) / MIB, rss: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) / 1024 };
}

function growth(now, base) {
  return { js: now.js - base.js, rss: now.rss - base.rss };
}
