/**
 * Looks again and again at what pages hold: what they count themselves, the heaps of their scripts, and their processes, which
 * are read from /proc where there is one.
 */
import { readFile } from 'node:fs/promises';

/** How long a page works for its process to be known by the time it takes; the browser counts in hundredths of a second. */
const WORK_MS = 250;
const MIB = 1024 * 1024;
/** Rows of the printed series are so many looks apart. */
const PRINTED = 5;
const FIGURES = ['sockets', 'links', 'uncollected', 'refused', 'timers', 'connections', 'begun', 'echoed', 'failed', 'js', 'rss'];

export class SoakWatch {
  #pages;
  #start = performance.now();
  /** @type {{ at: number, pages: object[] }[]} `at` in seconds; what was seen on each page */
  looks = [];

  /** @param {import('puppeteer-core').Page[]} pages each of which has `window.soak` */
  static async of(browser, pages) {
    const watch = new SoakWatch();
    const whole = await browser.target().createCDPSession();
    watch.#pages = [];
    for (const page of pages) {
      watch.#pages.push({ page, session: await page.createCDPSession(), pid: await processOf(page, whole) });
    }
    await whole.detach();
    return watch;
  }

  /** The ids of the pages' processes. */
  get processes() {
    return this.#pages.map(({ pid }) => pid);
  }

  /** From now on the series counts its seconds. */
  begin() {
    this.#start = performance.now();
    this.looks = [];
  }

  /** One look at every page, which goes into the series. */
  async look() {
    const at = (performance.now() - this.#start) / 1_000;
    const pages = await Promise.all(this.#pages.map(read));
    this.looks.push({ at, pages });
    return pages;
  }

  /** What is left on every page when garbage is gone. Not a part of the series. */
  async settled() {
    await Promise.all(this.#pages.map(({ session }) => session.send('HeapProfiler.collectGarbage')));
    return Promise.all(this.#pages.map(read));
  }

  /** The values of one figure on one page in the looks from one second to another. */
  values(page, figure, from, to) {
    return this.looks.filter(({ at }) => at >= from && at < to).map(({ pages }) => pages[page][figure]);
  }

  /** The series as text, one line a page and look. */
  print() {
    const printed = this.looks.filter((_, index) => index % PRINTED === 0 || index === this.looks.length - 1);
    const rows = printed.flatMap(({ at, pages }) =>
      pages.map((page, index) => [at.toFixed(0), index, ...FIGURES.map((figure) => rounded(page[figure]))]),
    );
    const lines = [['second', 'page', ...FIGURES], ...rows].map((row) => row.map((cell) => String(cell).padStart(11)).join(' '));
    return lines.join('\n');
  }
}

async function read({ page, session, pid }) {
  const [counts, { usedSize, backingStorageSize }, rss] = await Promise.all([
    page.evaluate(() => window.soak.look()),
    session.send('Runtime.getHeapUsage'),
    residentMiB(pid),
  ]);
  return { ...counts, js: (usedSize + backingStorageSize) / MIB, rss };
}

/** Undefined where the system has no /proc. */
async function residentMiB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib && Number(kib) / 1024;
}

/** The id of a page's renderer: of all of them the one that works when the page does. */
async function processOf(page, browserSession) {
  const before = await rendererTimes(browserSession);
  await page.evaluate((ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }, WORK_MS);
  const worked = [...(await rendererTimes(browserSession))].map(([pid, time]) => ({ pid, time: time - (before.get(pid) ?? 0) }));
  return worked.sort((one, other) => other.time - one.time)[0].pid;
}

async function rendererTimes(browserSession) {
  const { processInfo } = await browserSession.send('SystemInfo.getProcessInfo');
  return new Map(processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime]));
}

function rounded(value) {
  return Number.isInteger(value) ? value : (value?.toFixed(1) ?? '');
}
