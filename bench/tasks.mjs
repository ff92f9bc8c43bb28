/** The longest task of a page while a case plays, as the browser's own trace has it. */

/** `toplevel` has the tasks; the marks tell which process and thread are the page's. */
const CATEGORIES = ['toplevel', 'blink.user_timing'];
const TASK = 'ThreadControllerImpl::RunTask';
const MARK = 'bench-tasks';
const US_PER_MS = 1000;

/**
 * @typedef {{ longest: number, busiest: number }} Tasks in ms: how long the longest took, and the most that the thread has worked
 *   in one. The first is more where a busy machine takes the processor away in the middle of a task.
 */

export class TaskWatch {
  #page;
  #running = false;

  /** @param {import('puppeteer-core').Page} page */
  constructor(page) {
    this.#page = page;
  }

  /** One watch of a browser at a time. */
  async start() {
    await this.#page.tracing.start({ categories: CATEGORIES });
    this.#running = true;
    await this.#page.evaluate((mark) => void performance.mark(mark), MARK);
  }

  /** @returns {Promise<Tasks>} */
  async stop() {
    this.#running = false;
    const { traceEvents } = JSON.parse(new TextDecoder().decode(await this.#page.tracing.stop()));
    return tasksIn(traceEvents);
  }

  /** Watches no more. Idempotent. */
  async close() {
    if (this.#running) await this.stop().catch(() => undefined);
  }
}

/**
 * @param {object[]} events of a trace
 * @returns {Tasks} of the thread that has made the mark, since then
 */
export function tasksIn(events) {
  const mark = events.find(({ name }) => name === MARK);
  if (!mark) throw new Error('The trace has no mark of the page that was watched.');
  const isTask = ({ name, pid, tid, ts, dur }) =>
    name === TASK && pid === mark.pid && tid === mark.tid && ts >= mark.ts && dur > 0;
  const tasks = events.filter(isTask);
  if (tasks.length === 0) throw new Error('The trace has no task of the page that was watched.');
  const most = (time) => Math.max(...tasks.map((task) => time(task) / US_PER_MS));
  return { longest: most(({ dur }) => dur), busiest: most(({ dur, tdur = dur }) => Math.min(dur, tdur)) };
}
