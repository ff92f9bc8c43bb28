import { EventEmitter } from 'eventemitter3';
import { PeerError, type EngineErrorType } from '../../errors.js';
import { Deferred } from '../deferred.js';

/**
 * - `pending`: offered; the receiver's page has not taken it. `active`: bytes flow.
 * - `complete`: the receiver has it all. `aborted`: given up, by either side or by the connection's end.
 */
export type TransferState = 'pending' | 'active' | 'complete' | 'aborted';

export interface TransferEvents {
  /** More bytes have been transferred. At most once per 50 ms, and at the end. */
  progress: (transferred: number) => void;
  /** It is complete, or was aborted. Once. */
  close: (state: 'complete' | 'aborted') => void;
  /** Why it was aborted. `close` follows. */
  error: (error: PeerError<EngineErrorType>) => void;
}

/** What is said of a file. On the receiver's side all of it is the sender's word, checked for form only. */
export interface TransferDescription {
  /** A name without a path; an empty string where none was given. */
  readonly name: string;
  /** MIME type; an empty string where none was given. */
  readonly type: string;
  /** In bytes; undefined where the sender does not know. */
  readonly size?: number | undefined;
  /** Of a File, in ms since 1970. */
  readonly lastModified?: number | undefined;
  /** The name, of 1 to 64 characters, by which a message of the same connection speaks of it. */
  readonly attachment?: string | undefined;
}

/** Least time between two `progress` events, in ms. */
const PROGRESS_INTERVAL = 50;

/** One file or byte stream on its way, in one direction. */
export abstract class Transfer extends EventEmitter<TransferEvents> {
  /** The same on both sides, and on no other transfer. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly lastModified: number | undefined;
  readonly attachment: string | undefined;
  protected knownSize: number | undefined;
  readonly #finished = new Deferred();
  #state: TransferState = 'pending';
  #transferred = 0;
  #told = 0;
  #error: PeerError<EngineErrorType> | undefined;

  constructor(id: string, { name, type, size, lastModified, attachment }: TransferDescription) {
    super();
    this.id = id;
    this.name = name;
    this.type = type;
    this.lastModified = lastModified;
    this.attachment = attachment;
    this.knownSize = size;
  }

  /** True where the remote sends. */
  abstract readonly incoming: boolean;

  /** In bytes; undefined until it is known. */
  get size(): number | undefined {
    return this.knownSize;
  }

  /** Bytes that the receiver's page has read; on the sender's side as far as it has heard. */
  get transferred(): number {
    return this.#transferred;
  }

  /** How much of it that is, from 0 to 1; undefined where the size is not known. */
  get progress(): number | undefined {
    if (this.#state === 'complete') return 1;
    return this.knownSize === undefined ? undefined : this.#transferred / Math.max(1, this.knownSize);
  }

  get state(): TransferState {
    return this.#state;
  }

  /** Why it was aborted. */
  get error(): PeerError<EngineErrorType> | null {
    return this.#error ?? null;
  }

  /** Resolves when the receiver has it all; rejects with the error when it is aborted. Never an unhandled rejection. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Gives it up, on both sides. Idempotent, and nothing once it has ended. */
  abort(reason = 'It was given up here.'): void {
    this.fail(new PeerError('transfer-aborted', `The transfer of "${this.name}" has ended early: ${reason}`));
  }

  /** Gives it up for that reason. @internal */
  fail(error: PeerError<EngineErrorType>): void {
    if (this.#ended) return;
    this.#state = 'aborted';
    this.#error = error;
    this.release(error);
    this.#finished.reject(error);
    try {
      this.emit('error', error);
    } finally {
      this.emit('close', 'aborted');
    }
  }

  /** Its channel is gone, or about to be, and another one may come. Idempotent. @internal */
  abstract suspend(): void;

  /** Lets go of the channel and of the bytes: the one end. With an error where it was aborted. */
  protected abstract release(error?: PeerError): void;

  protected activate(): void {
    if (this.#state === 'pending') this.#state = 'active';
  }

  protected advance(transferred: number): void {
    if (this.#ended || transferred <= this.#transferred) return;
    this.#transferred = transferred;
    const now = performance.now();
    if (now - this.#told < PROGRESS_INTERVAL) return;
    this.#told = now;
    this.emit('progress', transferred);
  }

  protected complete(): void {
    if (this.#ended) return;
    this.#state = 'complete';
    this.release();
    this.#finished.resolve();
    try {
      this.emit('progress', this.#transferred);
    } finally {
      this.emit('close', 'complete');
    }
  }

  get #ended(): boolean {
    return this.#state === 'complete' || this.#state === 'aborted';
  }
}
