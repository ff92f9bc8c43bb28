import { Deferred } from '../../engine/deferred.js';
import { PeerError } from '../../errors.js';
import type { PeerChannel } from '../peer-channel.js';
import { sendMessage } from './outgoing-message.js';
import type { SentFiles } from './sent-files.js';

/** Most messages that wait for a channel to open. */
const MAX_QUEUED = 1_000;

interface Queued {
  readonly message: unknown;
  readonly files: SentFiles;
  readonly sent: Deferred;
}

/** What a page's forms send over one channel: at once where it is open, when it opens where it is on the way. */
export class Outbox {
  readonly #channel: PeerChannel;
  #queued: Queued[] = [];
  /** For whom that is: nobody else gets it. Undefined until it is known. */
  #remote: string | undefined;

  constructor(channel: PeerChannel) {
    this.#channel = channel;
  }

  /** Whether a message would be taken now. */
  get takes(): boolean {
    return this.#channel.isOpen || (this.#channel.state === 'connecting' && this.#queued.length < MAX_QUEUED);
  }

  /** Takes a message. Resolves when the remote has it, rejects when it never left or the remote may not have had it. */
  send(message: unknown, files: SentFiles): Promise<void> {
    if (this.#channel.isOpen) return sendMessage(this.#channel, message, files);
    if (!this.takes) return Promise.reject(new PeerError('not-open', 'This channel is not open.'));
    const sent = new Deferred();
    this.#queued.push({ message, files, sent });
    return sent.promise;
  }

  /** To be called when the channel has opened. */
  opened(): void {
    const { remoteId } = this.#channel;
    if (this.#remote !== undefined && this.#remote !== remoteId) return this.closed('another remote');
    this.#remote = undefined;
    for (const { message, files, sent } of this.#queued.splice(0)) {
      sendMessage(this.#channel, message, files).then(
        () => sent.resolve(),
        (error: unknown) => sent.reject(error as Error),
      );
    }
  }

  /** To be called when the channel has closed, with the reason. */
  closed(reason: string, remoteId?: string): void {
    // The remote calls while it is called: the same conversation begins another way.
    if (reason === 'replaced') return void (this.#remote ??= remoteId);
    this.#remote = undefined;
    const error = new PeerError('connection-closed', `The message never left: the channel has closed (${reason}).`);
    for (const { sent } of this.#queued.splice(0)) sent.reject(error);
  }
}
