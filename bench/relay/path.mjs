/** One direction of a network path. Pure: it is told the time, and says when a packet arrives. */

/** What IPv4 and UDP add to a datagram, in bytes: a real line carries them too. */
const HEADER_BYTES = 28;
const BITS_PER_BYTE = 8;

/**
 * A line that sends one packet after the other at its rate, with a queue in front that drops what it has no room for, and
 * then a constant delay. Packets keep their order.
 */
export class Path {
  #delay;
  #msPerByte;
  #queue;
  #loss;
  #random;
  /** When the line will have sent all that it has taken. */
  #freeAt = -Infinity;
  #taken = 0;
  #lost = 0;
  #dropped = 0;

  /**
   * @param {object} [path]
   * @param {number} [path.delay] one way, in ms
   * @param {number} [path.rate] in Mbit/s, headers of IP and UDP included
   * @param {number} [path.queue] how long a packet may wait for the line before it is dropped, in ms
   * @param {number} [path.loss] chance that a packet which the line has sent does not arrive, 0 to 1
   * @param {number} [path.seed] the same seed loses the same packets
   */
  constructor({ delay = 0, rate = Infinity, queue = 20, loss = 0, seed = 1 } = {}) {
    this.#delay = delay;
    this.#msPerByte = BITS_PER_BYTE / (rate * 1000);
    this.#queue = queue;
    this.#loss = loss;
    this.#random = randomNumbers(seed);
  }

  /** What has become of the packets: taken in all, lost at random, dropped by the full queue. */
  get counts() {
    return { taken: this.#taken, lost: this.#lost, dropped: this.#dropped };
  }

  /**
   * @param {number} bytes of the datagram
   * @param {number} now in ms, never less than the last time
   * @returns {number | undefined} when it arrives, in ms; undefined where it never does
   */
  accept(bytes, now) {
    this.#taken += 1;
    const start = Math.max(now, this.#freeAt);
    if (start - now > this.#queue) {
      this.#dropped += 1;
      return undefined;
    }
    this.#freeAt = start + (bytes + HEADER_BYTES) * this.#msPerByte;
    if (this.#random() < this.#loss) {
      this.#lost += 1;
      return undefined;
    }
    return this.#freeAt + this.#delay;
  }
}

/** Numbers from 0 up to, but not 1, the same for the same seed: a Weyl sequence through a mixing function of 32 bits. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
