/* global performance */

/** The time in ms, comparable between the pages of one machine and with `Date.now()` of its processes. */
export function now() {
  return performance.timeOrigin + performance.now();
}
