import { rethrowLater } from './deferred.js';

/** What an inbox needs of its connection. */
export interface InboxOwner {
  /** Whether anyone would hear a message now. */
  listening(): boolean;
  /** Gives one message to the page. May throw: the page's own fault. */
  dispatch(data: unknown): void;
  /** The page has had messages of so many bytes, and the remote may send as many more. */
  confirm(bytes: number): void;
  /** More came than is held, and a message is dropped: why, to be told. Once until some are read. */
  overflow(limit: number): Error;
}

/** Most bytes of messages that are held where the remote cannot be held back. */
export interface InboxLimits {
  /** Before anyone listens. */
  readonly unheard: number;
  /** While the page reads the stream more slowly than they come. */
  readonly unread: number;
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
  limits: InboxLimits = { unheard: Infinity, unread: Infinity };
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
   * profile can. It closes when the connection has ended and all was read. Cancelling stops reading. Where more is unread than is
   * held it ends with an error, so that nobody takes what is left for the whole.
   */
  get readable(): ReadableStream<unknown> {
    return (this.#readable ??= new ReadableStream<unknown>({
      start: (controller) => {
        this.#reader = controller;
        this.#heard = true;
      },
      pull: () => this.#feed(),
      cancel: () => this.#discard(),
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
    const limit = this.#reader ? this.limits.unread : this.limits.unheard;
    if (this.#bytes + bytes > limit) return this.#overflow(limit);
    this.#held.push({ data, bytes });
    this.#bytes += bytes;
  }

  #overflow(limit: number): void {
    if (this.#overflown) return;
    this.#overflown = true;
    const error = this.#owner.overflow(limit);
    if (!this.#reader) return;
    this.#reader.error(error);
    this.#discard();
  }

  /** Nobody reads the stream any more. Whoever listens for "data" has had what it held. */
  #discard(): void {
    this.#reader = undefined;
    for (let held = this.#take(); held; held = this.#take()) this.#owner.confirm(held.bytes);
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
