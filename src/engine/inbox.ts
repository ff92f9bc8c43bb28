import { rethrowLater } from './deferred.js';

/** Most bytes of messages that are held for a page that has not begun to listen. */
const HELD_LIMIT = 16 * 1024 * 1024;

/** What an inbox needs of its connection. */
export interface InboxOwner {
  /** Whether anyone would hear a message now. */
  listening(): boolean;
  /** Gives one message to the page. May throw: the page's own fault. */
  dispatch(data: unknown): void;
  /** The held messages are at their limit, and a message was dropped. Told once until some are read. */
  overflow(limit: number): void;
}

/**
 * The messages of one connection on their way to the page. What comes before the first listener is held, so that nothing
 * is lost while a page is still deciding who will read (PeerJS loses it). After the first listener a message that nobody
 * listens for is gone, as with any event.
 */
export class Inbox {
  readonly #owner: InboxOwner;
  #held: { readonly data: unknown; readonly bytes: number }[] = [];
  /** Index of the next held message. */
  #next = 0;
  #bytes = 0;
  #heard = false;
  #overflown = false;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  deliver(data: unknown, bytes: number): void {
    if (this.#held.length === 0 && (this.#heard || this.#owner.listening())) {
      this.#heard = true;
      this.#dispatch(data);
    } else if (this.#bytes + bytes > HELD_LIMIT) {
      if (!this.#overflown) this.#owner.overflow(HELD_LIMIT);
      this.#overflown = true;
    } else {
      this.#held.push({ data, bytes });
      this.#bytes += bytes;
    }
  }

  /** To be called when a listener was added. What is held follows in a microtask, so that the page can finish its set-up. */
  listenerAdded(): void {
    this.#heard = true;
    if (this.#held.length > 0) queueMicrotask(() => this.#drain());
  }

  /** Stops where the last listener goes; what is left waits for the next one. */
  #drain(): void {
    let message;
    while (this.#owner.listening() && (message = this.#held[this.#next])) {
      this.#next++;
      this.#bytes -= message.bytes;
      this.#overflown = false;
      this.#dispatch(message.data);
    }
    if (this.#next < this.#held.length) return;
    this.#held = [];
    this.#next = 0;
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
