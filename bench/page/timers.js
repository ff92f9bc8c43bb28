/** Counts how often the page's timers wake it. */

/** Every `setTimeout` and `setInterval` from now on is counted each time it runs. To be called before an engine is loaded. */
export function countTimers() {
  globalThis.benchTimers = { wakeUps: 0 };
  for (const name of ['setTimeout', 'setInterval']) {
    const original = globalThis[name];
    globalThis[name] = (callback, delay, ...rest) =>
      original(
        (...given) => {
          globalThis.benchTimers.wakeUps += 1;
          callback(...given);
        },
        delay,
        ...rest,
      );
  }
}
