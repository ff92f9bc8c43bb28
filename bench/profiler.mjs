/** Where the time of pages goes while a case plays, as the browser's sampling profiler has it. */

const SAMPLED_US = 100;
const US_PER_MS = 1000;

export class Profiler {
  #sessions;

  /** @param {import('puppeteer-core').Page[]} pages */
  static async of(pages) {
    const profiler = new Profiler();
    profiler.#sessions = await Promise.all(pages.map((page) => page.createCDPSession()));
    return profiler;
  }

  async start() {
    for (const session of this.#sessions) {
      await session.send('Profiler.enable');
      await session.send('Profiler.setSamplingInterval', { interval: SAMPLED_US });
      await session.send('Profiler.start');
    }
  }

  /** @returns {Promise<ReturnType<typeof selfTimes>[]>} of each page */
  async stop() {
    const stopped = await Promise.all(this.#sessions.map((session) => session.send('Profiler.stop')));
    return stopped.map(({ profile }) => selfTimes(profile));
  }
}

/**
 * How long each function ran itself, without those that it called; the longest first.
 *
 * @param {{ nodes: object[], samples: number[], timeDeltas: number[] }} profile of the browser's debugging protocol
 * @returns {{ total: number, functions: { name: string, place: string, time: number }[] }} in ms
 */
export function selfTimes({ nodes, samples, timeDeltas }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id);
    const time = timeDeltas[index] / US_PER_MS;
    total += time;
    const name = functionName || '(anonymous)';
    const place = url ? `${url.split('/').at(-1)}:${lineNumber + 1}` : '';
    const key = `${name} ${place}`;
    const known = functions.get(key);
    if (known) known.time += time;
    else functions.set(key, { name, place, time });
  }
  return { total, functions: [...functions.values()].sort((a, b) => b.time - a.time) };
}
