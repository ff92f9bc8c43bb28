/** Counting what has come of numbered messages. */
import { now } from './clock.js';
import { isSound } from './messages.js';

/** Silence that is noted, in ms: far longer than messages at their beat are apart. */
const NOTED_SILENCE_MS = 500;

export class Tally {
  /** Different messages. */
  delivered = 0;
  duplicated = 0;
  /** Those that came behind one of a higher number. */
  reordered = 0;
  /** Those that are not what was sent. */
  damaged = 0;
  /** The highest number that came; -1 before any. */
  highest = -1;
  /** When the last one came. */
  lastAt = undefined;
  /** Silences: `{ from, to }`. */
  silences = [];
  #seen = new Set();

  take(message) {
    const at = now();
    if (this.lastAt !== undefined && at - this.lastAt > NOTED_SILENCE_MS) this.silences.push({ from: this.lastAt, to: at });
    this.lastAt = at;
    if (!isSound(message)) {
      this.damaged += 1;
      return;
    }
    const { number } = message;
    if (this.#seen.has(number)) {
      this.duplicated += 1;
      return;
    }
    this.#seen.add(number);
    this.delivered += 1;
    if (number < this.highest) this.reordered += 1;
    else this.highest = number;
  }
}
