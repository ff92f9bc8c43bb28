/* global performance, setTimeout */
import { messageOf } from './messages.js';

/** How often it is looked for messages that are due, in ms. */
const BEAT_MS = 10;

/** Sends numbered messages at a rate. Where the engine holds it back, it catches up afterwards. */
export class Pacer {
  /** Messages that the engine has taken. */
  sent = 0;
  /** Messages that it has not: its promise rejected. */
  refused = 0;
  #stopped = false;

  /**
   * Resolves when all are sent, or after `stop()`. Never rejects.
   *
   * @param {(message: object) => unknown} send whose promise, if any, is awaited
   */
  async run(send, { count, perSecond }) {
    const begun = performance.now();
    for (let number = 0; number < count && !this.#stopped; ) {
      const due = Math.min(count, Math.floor(((performance.now() - begun) * perSecond) / 1000));
      while (number < due && !this.#stopped) await this.#send(send, number++);
      await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
    }
  }

  stop() {
    this.#stopped = true;
  }

  async #send(send, number) {
    // Counted before it is awaited: it counts also where the page ends meanwhile.
    this.sent += 1;
    try {
      await send(messageOf(number));
    } catch {
      this.sent -= 1;
      this.refused += 1;
    }
  }
}
