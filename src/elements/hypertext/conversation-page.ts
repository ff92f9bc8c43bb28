import type { IncomingTransfer } from '../../engine/index.js';
import type { PeerChannelEventMap } from '../events.js';
import type { PeerChannel } from '../peer-channel.js';
import { Attachments } from './attachments.js';
import { Message } from './message.js';
import { Outbox } from './outbox.js';
import { SentFiles } from './sent-files.js';
import { warmUp, warmUpWhenIdle } from './warm-up.js';

/** Shows a message in the page. False where no template chooses it. */
export type Show = (channel: PeerChannel, message: Message) => boolean;

/** What a page without script has of one channel: its messages and files as they come, and the way to send some. */
export class ConversationPage {
  readonly outbox: Outbox;
  readonly #channel: PeerChannel;
  readonly #show: Show;
  readonly #attachments: Attachments;
  readonly #listening = new AbortController();

  /** @param relay told of every message that comes. */
  constructor(channel: PeerChannel, { show, relay }: { show: Show; relay: (message: unknown) => void }) {
    this.#channel = channel;
    this.#show = show;
    this.outbox = new Outbox(channel);
    this.#attachments = new Attachments(() => channel.maxBytes);
    warmUpWhenIdle();
    this.#listen('channel-open', () => {
      this.outbox.opened();
      // Where the template came after the channel.
      warmUp();
    });
    this.#listen('channel-data', ({ data }) => {
      relay(data);
      this.#received(data);
    });
    // A script of the page may take it, as long as its event is dispatched.
    this.#listen('channel-transfer', ({ transfer }) => queueMicrotask(() => this.#offered(transfer)));
    this.#listen('channel-close', ({ reason, remoteId }) => {
      this.#attachments.end();
      this.outbox.closed(reason, remoteId);
    });
  }

  /** A transfer was given up before the page heard of it: the message that speaks of it says so. */
  declined(transfer: IncomingTransfer): void {
    if (transfer.attachment !== undefined) this.#attachments.offered(transfer);
  }

  /** Ends everything but what is in the page. Idempotent. */
  end(): void {
    this.#listening.abort();
    this.#attachments.end();
    this.outbox.closed('local');
  }

  #listen<T extends keyof PeerChannelEventMap>(type: T, heard: (event: PeerChannelEventMap[T]) => void): void {
    const listener = (event: PeerChannelEventMap[T]): void => {
      // Events of other channels inside this one pass by.
      if (event.target === this.#channel) heard(event);
    };
    this.#channel.addEventListener(type, listener as EventListener, { signal: this.#listening.signal });
  }

  #received(data: unknown): void {
    const from = this.#channel.remoteId ?? '';
    this.#show(this.#channel, new Message(data, { from, direction: 'received', files: this.#attachments }));
  }

  #offered(transfer: IncomingTransfer): void {
    if (transfer.state !== 'pending') return;
    this.#attachments.offered(transfer);
    if (transfer.attachment !== undefined) return;
    // A file that comes without a message is one.
    const { id, name, type, size = 0 } = transfer;
    this.#received({ file: { name, type, size, attachment: id } });
  }
}

/** Sends a message over one or more channels, each with its outbox; its state tells how that went. */
export function sendAndShow(pages: readonly ConversationPage[], given: unknown, from: string): Message {
  const files = new SentFiles();
  const message = new Message(given, { from, direction: 'sent', files });
  void Promise.allSettled(pages.map(({ outbox }) => outbox.send(given, files))).then((ends) => {
    message.state = ends.some(({ status }) => status === 'fulfilled') ? 'sent' : 'failed';
  });
  return message;
}
