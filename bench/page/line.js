/**
 * One end of a conversation, the same to a case whichever engine carries it. What comes before anyone listens is kept:
 * PeerJS would lose it.
 */
export class Line {
  #early = [];
  #take = (data) => this.#early.push(data);

  /**
   * @param {(data: unknown) => unknown} send
   * @param {{ channel?: RTCDataChannel, connection?: object }} beneath a bare line's channel, or an engine's connection
   */
  constructor(send, { channel, connection }) {
    this.send = send;
    this.channel = channel;
    this.connection = connection;
  }

  /** For whoever makes the line: a message has come. */
  deliver(data) {
    this.#take(data);
  }

  /** One listener at a time; a new one takes the place of the last. */
  listen(listener) {
    for (const data of this.#early.splice(0)) listener(data);
    this.#take = listener;
  }

  /** The next message. Those that come after it are kept for the next listener. */
  next() {
    return new Promise((resolve) => {
      const [first] = this.#early.splice(0, 1);
      if (first !== undefined) return resolve(first);
      this.#take = (data) => {
        this.#take = (later) => this.#early.push(later);
        resolve(data);
      };
    });
  }
}

/** Hands out what has been put in, in order; waits where there is nothing yet. */
export class Mailbox {
  #items = [];
  #waiting = [];

  put(item) {
    const resolve = this.#waiting.shift();
    if (resolve) resolve(item);
    else this.#items.push(item);
  }

  take() {
    return this.#items.length > 0
      ? Promise.resolve(this.#items.shift())
      : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
