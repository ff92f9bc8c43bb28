import { toPeerError, type EngineErrorType, type PeerError } from '../errors.js';
import { DEFAULT_WIRE_LIMITS, type Serialization, type SerializerContext } from '../wire/index.js';
import type { Carrier, Profile } from './carrier.js';
import { concerning, connectionError } from './connection-errors.js';
import type { ConnectOptions, ConnectionInit } from './connection-types.js';
import { DataEmitter } from './data-emitter.js';
import { RESOLVED, handled } from './deferred.js';
import { Inbox } from './inbox.js';
import type { Logger } from './logger.js';
import { writableOf } from './streams.js';
import type { OfferedTransfer } from './transfer/incoming-transfer.js';
import type { OutgoingTransfer, TransferOptions } from './transfer/outgoing-transfer.js';
import type { ConnectionTransferHost } from './transfer/transfer-host.js';
import { Transfers } from './transfer/transfers.js';

/** Most bytes of messages that are held for a page that has not begun to listen, where the remote cannot be held back. */
const HELD_LIMIT = 16 * 1024 * 1024;

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
}

/** What a connection says and hears while it is open: messages and files, over whatever carries them. */
export abstract class Conversation<Data = unknown> extends DataEmitter<Data> {
  /** The remote peer's id. */
  readonly peer: string;
  readonly connectionId: string;
  /** What `json` connections serialize with; may be replaced, as with PeerJS. */
  stringify: (value: unknown) => string = JSON.stringify;
  /** What `json` connections parse with; may be replaced. */
  parse: (text: string) => unknown = JSON.parse;
  /** The options it was made with. */
  readonly options: ConnectOptions;

  readonly #logger: Logger;
  readonly #inbox: Inbox;
  readonly #transfers: Transfers;
  /** Present from `open` on, also when the connection has ended. */
  #carrier: Carrier | undefined;
  #writable: WritableStream<unknown> | undefined;

  /** How its values become bytes. @internal */
  readonly wire: { readonly serialization: Serialization; readonly context: SerializerContext };

  /** @internal */
  constructor({ peer, connectionId, options, serialization, host }: ConnectionInit) {
    super();
    this.peer = peer;
    this.connectionId = connectionId;
    this.options = options;
    this.#logger = host.logger;
    const context: SerializerContext = {
      limits: { ...DEFAULT_WIRE_LIMITS, maxMessageSize: host.maxMessageSize },
      stringify: (value) => this.stringify(value),
      parse: (text) => this.parse(text),
    };
    this.wire = { serialization, context };
    this.#inbox = new Inbox({
      listening: () => this.listenerCount('data') > 0,
      dispatch: (data) => this.emit('data', data as Data),
      confirm: (bytes) => this.#carrier?.confirm(bytes),
      overflow: (limit) => this.report(connectionError(this, 'buffer-full', `More than ${limit} bytes have come that the page has not taken, and this remote cannot be held back. Listen for "data" as soon as the connection is there, and read "readable" faster.`)),
    });
    this.#transfers = new Transfers({
      listening: () => this.listenerCount('transfer') > 0,
      announce: (transfer) => this.emit('transfer', transfer),
      host: () => this.#transferHost(),
      sendsBlobs: serialization.name === 'binary',
      send: (value) => this.send(value as Data),
      flushed: () => this.flush(),
    });
  }

  /** Why nothing can be sent just now; undefined where it can. */
  protected abstract get refusal(): PeerError<EngineErrorType> | undefined;

  /** Whether it has ended. */
  protected abstract get over(): boolean;

  abstract close(options?: { flush?: boolean }): void;

  /** What the connection speaks; undefined until it is open. */
  get profile(): Profile | undefined {
    return this.#carrier?.profile;
  }

  /** Messages that wait to be sent, of which nothing has left this page. */
  get bufferSize(): number {
    return this.#carrier?.length ?? 0;
  }

  /** Bytes that wait to be sent, the browser's own buffer included. */
  get bufferedAmount(): number {
    return this.#carrier?.bufferedAmount ?? 0;
  }

  /**
   * The messages as a stream, from its first use on; it closes with the connection. `data` goes on being emitted. What is not
   * read is kept; a native remote is held back by it, a PeerJS one cannot be: where more than `maxMessageSize` of it is unread, the
   * stream ends with `buffer-full`, and the connection goes on.
   */
  get readable(): ReadableStream<Data> {
    return this.#inbox.readable as ReadableStream<Data>;
  }

  /** A stream whose writes are `send()` with its backpressure. Closing it closes the connection once all is sent. */
  get writable(): WritableStream<Data> {
    return (this.#writable ??= writableOf(this));
  }

  /**
   * Sends a message. It is taken at once and in order: the caller may change or transfer the value's bytes afterwards;
   * Blobs and Files are read when their turn comes, and nothing overtakes them. While a native connection is interrupted
   * messages wait, and go when it is back.
   *
   * The promise is resolved already while fewer than 256 KiB wait (between two peers of this engine also what leaves in 20 ms,
   * where that is more), else it resolves when that is so again: a page that
   * awaits it sends as fast as the network takes it. It rejects, and `error` is emitted, where the message was not taken:
   * `not-open-yet`, `connection-closed`, `invalid-data`, `message-too-big`, `buffer-full`. The connection goes on. A page
   * that ignores the promise causes no unhandled rejection.
   *
   * @param chunked PeerJS's internal parameter; has no meaning here.
   */
  send(data: Data, chunked?: boolean): Promise<void>;
  send(data: Data): Promise<void> {
    try {
      return this.#sender().send(data);
    } catch (error) {
      return handled(Promise.reject(this.report(toPeerError(error, 'invalid-data'))));
    }
  }

  /**
   * Sends a file, or bytes as they come, beside the messages: those are not delayed by it. A File is read slice by slice and
   * never held whole. The remote has an event `transfer`, and nothing flows before its page takes it.
   *
   * Never throws: a transfer that cannot be is aborted in a microtask. A PeerJS peer knows no transfers and gets a message
   * `{ name, type, size, data }`; a stream is refused there as `unsupported`, and so is everything over `json` and `raw`.
   */
  transfer(source: Blob | ReadableStream<Uint8Array>, options: TransferOptions = {}): OutgoingTransfer {
    return this.#transfers.send(source, options);
  }

  /** Emits an error that does not end the connection. @internal */
  report(error: PeerError<string>): PeerError<EngineErrorType> {
    const concerned = concerning(this, error);
    this.#logger.error(concerned);
    this.emit('error', concerned);
    return concerned;
  }

  /** The remote wants to send a file. @internal */
  transferOffered(offer: OfferedTransfer, channel: RTCDataChannel, host: ConnectionTransferHost): void {
    this.#transfers.offered(offer, channel, host);
  }

  /** The remote sends pieces of a transfer on that channel. False where it is none of this connection's. @internal */
  laneOpened(channel: RTCDataChannel): boolean {
    return this.#transfers.lane(channel);
  }

  /** Its transfers. @internal */
  get transfers(): Transfers {
    return this.#transfers;
  }

  protected get carrier(): Carrier | undefined {
    return this.#carrier;
  }

  /** That is what carries its messages from now on. */
  protected carriedBy(carrier: Carrier): void {
    this.#carrier = carrier;
    if (!carrier.holdsBack) this.#inbox.limits = { unheard: HELD_LIMIT, unread: this.wire.context.limits.maxMessageSize };
  }

  protected deliver(data: unknown, bytes: number): void {
    this.#inbox.deliver(data, bytes);
  }

  /** Ends what was under way. */
  protected silence(error: PeerError): void {
    this.#transfers.end(error);
    this.#carrier?.end(error);
    this.#inbox.end();
  }

  protected override listenerAdded(event: Parameters<DataEmitter['listenerAdded']>[0]): void {
    if (event === 'data') this.#inbox.listenerAdded();
    else if (event === 'transfer') this.#transfers.listenerAdded();
  }

  /**
   * Resolves when everything sent so far has arrived. A PeerJS peer cannot say what it has received: there it resolves when all
   * has been given to the network, and `close({ flush: true })` is how to be sure. Rejects if the connection ends before, and with
   * the signal's reason when that aborts: what was sent goes on all the same.
   */
  flush({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (signal?.aborted) return handled(Promise.reject(signal.reason as Error));
    if (signal) return handled(Promise.race([this.flush(), aborted(signal)]));
    if (this.over) return handled(Promise.reject(connectionError(this, 'connection-closed', 'The connection has ended.')));
    return this.#carrier?.flushed() ?? RESOLVED;
  }

  #transferHost(): ConnectionTransferHost | PeerError {
    const { refusal } = this;
    if (refusal) return refusal;
    return this.#carrier?.transfers ?? connectionError(this, 'unsupported', `${this.peer} knows no transfers: send() the bytes, or collect the stream into a Blob.`);
  }

  #sender(): Carrier {
    const { refusal } = this;
    if (refusal || !this.#carrier) throw refusal ?? connectionError(this, 'not-open-yet', 'The connection is not open yet.');
    return this.#carrier;
  }
}
