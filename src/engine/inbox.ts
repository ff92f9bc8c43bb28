import { rethrowLater } from './deferred.js';

/** What an inbox needs of its connection. */
export interface InboxOwner {
  /** Whether anyone would hear a message now. */
  listening(): boolean;
  /** Gives one message to the page. May throw: the page's own fault. */
  dispatch(data: unknown): void;
  /** The page has had messages of so many bytes, and the remote may send as many more. */
  confirm(bytes: number): void;
  /** The held messages are at their limit, and a message was dropped. Told once until some are read. */
  overflow(limit: number): void;
}

interface Held {
  readonly data: unknown;
  readonly bytes: number;
}

/**
 * The messages of one connection on their way to the page. What comes before the first listener is held, so that nothing
 * is lost while a page is still deciding who will read (PeerJS loses it). After the first listener a message that nobody
 * listens for is gone, as with any event.
 *
 * A message is confirmed when it was dispatched; where the page reads the {@link readable}, when it was read from there.
 */
export class Inbox {
  readonly #owner: InboxOwner;
  /** Most bytes of messages that are held before anyone listens, where the remote cannot be held back. */
  limit = Infinity;
  #held: Held[] = [];
  /** Index of the next held message. */
  #next = 0;
  #bytes = 0;
  #heard = false;
  #overflown = false;
  #readable: ReadableStream<unknown> | undefined;
  /** Present while somebody may read the stream. */
  #reader: ReadableStreamDefaultController<unknown> | undefined;
  #ended = false;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  /**
   * The messages as a stream that takes one at a time: what is not read stays here, and holds the remote back where its
   * profile can. It closes when the connection has ended and all was read. Cancelling stops reading.
   */
  get readable(): ReadableStream<unknown> {
    return (this.#readable ??= new ReadableStream<unknown>({
      start: (controller) => {
        this.#reader = controller;
        this.#heard = true;
      },
      pull: () => this.#feed(),
      cancel: () => {
        this.#reader = undefined;
        // Whoever listens for "data" has had them.
        for (let held = this.#take(); held; held = this.#take()) this.#owner.confirm(held.bytes);
      },
    }));
  }

  deliver(data: unknown, bytes: number): void {
    if (this.#reader) {
      this.#hold(data, bytes);
      this.#dispatch(data);
      this.#feed();
    } else if (this.#next === this.#held.length && (this.#heard || this.#owner.listening())) {
      this.#heard = true;
      this.#dispatch(data);
      this.#owner.confirm(bytes);
    } else {
      this.#hold(data, bytes);
    }
  }

  /** To be called when a listener was added. What is held follows in a microtask, so that the page can finish its set-up. */
  listenerAdded(): void {
    this.#heard = true;
    if (this.#next < this.#held.length) queueMicrotask(() => this.#drain());
  }

  /** No more will come. What is held can still be had. */
  end(): void {
    this.#ended = true;
    this.#feed();
  }

  #hold(data: unknown, bytes: number): void {
    if (!this.#reader && this.#bytes + bytes > this.limit) {
      if (!this.#overflown) this.#owner.overflow(this.limit);
      this.#overflown = true;
      return;
    }
    this.#held.push({ data, bytes });
    this.#bytes += bytes;
  }

  #take(): Held | undefined {
    const held = this.#held[this.#next];
    if (!held) return undefined;
    this.#next++;
    this.#bytes -= held.bytes;
    this.#overflown = false;
    if (this.#next === this.#held.length) {
      this.#held = [];
      this.#next = 0;
    }
    return held;
  }

  /** Gives the stream what it wants. */
  #feed(): void {
    const reader = this.#reader;
    if (!reader) return;
    while ((reader.desiredSize ?? 0) > 0) {
      const held = this.#take();
      if (!held) {
        if (this.#ended) {
          this.#reader = undefined;
          reader.close();
        }
        return;
      }
      reader.enqueue(held.data);
      this.#owner.confirm(held.bytes);
    }
  }

  /** Stops where the last listener goes; what is left waits for the next one. */
  #drain(): void {
    while (!this.#reader && this.#owner.listening()) {
      const held = this.#take();
      if (!held) return;
      this.#dispatch(held.data);
      this.#owner.confirm(held.bytes);
    }
  }

  /** A listener's fault is reported as the browser reports any listener's, and keeps no later message from arriving. */
  #dispatch(data: unknown): void {
    try {
      this.#owner.dispatch(data);
    } catch (error) {
      rethrowLater(error);
    }
  }
}
