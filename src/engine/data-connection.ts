import { toPeerError, type EngineErrorType, type PeerError } from '../errors.js';
import { DEFAULT_WIRE_LIMITS, type Serialization, type SerializerContext } from '../wire/index.js';
import type { Carrier, CarrierOwner, Profile } from './carrier.js';
import { concerning, connectionError } from './connection-errors.js';
import type { CloseReason, ConnectOptions, ConnectionHost, ConnectionInit, DataConnectionEvents, Invitation } from './connection-types.js';
import { DataEmitter } from './data-emitter.js';
import { Deferred, RESOLVED, handled } from './deferred.js';
import { Inbox } from './inbox.js';
import type { Link } from './link.js';
import type { Peer } from './peer.js';
import { writableOf } from './streams.js';
import type { OfferedTransfer } from './transfer/incoming-transfer.js';
import type { OutgoingTransfer, TransferOptions } from './transfer/outgoing-transfer.js';
import type { ConnectionTransferHost } from './transfer/transfer-host.js';
import { Transfers } from './transfer/transfers.js';

/** Most bytes of messages that are held for a page that has not begun to listen, where the remote cannot be held back. */
const HELD_LIMIT = 16 * 1024 * 1024;

type State = 'unanswered' | 'connecting' | 'open' | 'closed';

/**
 * One conversation with one remote peer: PeerJS's class. It has no public constructor: take it from `peer.connect()` or
 * from the event `connection`.
 */
export class DataConnection extends DataEmitter {
  readonly type = 'data';
  /** The remote peer's id. */
  readonly peer: string;
  /** The `Peer` it belongs to. */
  readonly provider: Peer;
  /** The options it was made with. */
  readonly options: ConnectOptions;
  /** What the caller passed as metadata: on the callee's side whatever the remote sent. */
  readonly metadata: unknown;
  readonly connectionId: string;
  /** The caller's label; equal to `connectionId` where none was given. */
  readonly label: string;
  /** As the caller gave it. */
  readonly reliable: boolean;
  /** The serialization's name on the wire: `binary`, `json`, `raw` or a custom one. */
  readonly serialization: string;
  /** True where the remote called. */
  readonly incoming: boolean;
  /** What `json` connections serialize with; may be replaced, as with PeerJS. */
  stringify: (value: unknown) => string = JSON.stringify;
  /** What `json` connections parse with; may be replaced. */
  parse: (text: string) => unknown = JSON.parse;

  readonly #host: ConnectionHost;
  readonly #invitation: Invitation | undefined;
  readonly #inbox: Inbox;
  readonly #transfers: Transfers;
  readonly #opened = new Deferred();
  readonly #closed = new Deferred<CloseReason>();
  #state: State;
  #deferred = false;
  #refusing = false;
  #flushing = false;
  #link: Link | undefined;
  #channel: RTCDataChannel | undefined;
  /** While open. */
  #carrier: Carrier | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writable: WritableStream<unknown> | undefined;

  /** How its values become bytes. @internal */
  readonly wire: { readonly serialization: Serialization; readonly context: SerializerContext };

  /** @internal */
  constructor(init: ConnectionInit) {
    super();
    const { peer, provider, host, options, connectionId, serialization, invitation } = init;
    this.peer = peer;
    this.provider = provider;
    this.options = options;
    this.metadata = options.metadata;
    this.connectionId = connectionId;
    this.label = options.label || connectionId;
    this.reliable = Boolean(options.reliable);
    this.serialization = serialization.name;
    this.incoming = invitation !== undefined;
    this.#host = host;
    this.#invitation = invitation;
    this.#state = invitation ? 'unanswered' : 'connecting';
    const context: SerializerContext = {
      limits: { ...DEFAULT_WIRE_LIMITS, maxMessageSize: host.maxMessageSize },
      stringify: (value) => this.stringify(value),
      parse: (text) => this.parse(text),
    };
    this.wire = { serialization, context };
    this.#inbox = new Inbox({
      listening: () => this.listenerCount('data') > 0,
      dispatch: (data) => this.emit('data', data),
      confirm: (bytes) => this.#carrier?.confirm(bytes),
      overflow: (limit) => this.report(connectionError(this, 'buffer-full', `More than ${limit} bytes came before anyone listened for "data". Listen as soon as the connection is there.`)),
    });
    this.#transfers = new Transfers({
      listening: () => this.listenerCount('transfer') > 0,
      announce: (transfer) => this.emit('transfer', transfer),
      host: () => this.#transferHost(),
      sendsBlobs: serialization.name === 'binary',
      send: (value) => this.send(value),
      flushed: () => this.flush(),
    });
  }

  /** Whether messages can be sent now. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** What the connection speaks; undefined until it is open. */
  get profile(): Profile | undefined {
    return this.#carrier?.profile;
  }

  /**
   * The browser's connection beneath; undefined until there is one, and after healing another one. Between two peers of this
   * engine several connections share it.
   */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#link?.peerConnection;
  }

  /** The browser's channel beneath; undefined until there is one. */
  get dataChannel(): RTCDataChannel | undefined {
    return this.#channel;
  }

  /** Messages that wait to be sent, of which nothing has left this page. */
  get bufferSize(): number {
    return this.#carrier?.length ?? 0;
  }

  /** Bytes that wait to be sent, the browser's own buffer included. */
  get bufferedAmount(): number {
    return this.#carrier?.bufferedAmount ?? 0;
  }

  /** Resolves when the connection is open; rejects with the error if it ends before. Never an unhandled rejection. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Resolves to the reason when the connection has ended. Never rejects. */
  get closed(): Promise<CloseReason> {
    return this.#closed.promise;
  }

  /**
   * The messages as a stream, from its first use on; it closes with the connection. `data` goes on being emitted. What is not
   * read is kept; a native remote is held back by it, a PeerJS one cannot be.
   */
  get readable(): ReadableStream<unknown> {
    return this.#inbox.readable;
  }

  /** A stream whose writes are `send()` with its backpressure. Closing it closes the connection once all is sent. */
  get writable(): WritableStream<unknown> {
    return (this.#writable ??= writableOf(this));
  }

  get [Symbol.toStringTag](): string {
    return 'DataConnection';
  }

  /**
   * Sends a message. It is taken at once and in order: the caller may change or transfer the value's bytes afterwards;
   * Blobs and Files are read when their turn comes, and nothing overtakes them.
   *
   * The promise is resolved already while fewer than 256 KiB wait (between two peers of this engine also what leaves in 20 ms,
   * where that is more), else it resolves when that is so again: a page that
   * awaits it sends as fast as the network takes it. It rejects, and `error` is emitted, where the message was not taken:
   * `not-open-yet`, `connection-closed`, `invalid-data`, `message-too-big`, `buffer-full`. The connection goes on. A page
   * that ignores the promise causes no unhandled rejection.
   *
   * @param chunked PeerJS's internal parameter; has no meaning here.
   */
  send(data: unknown, chunked?: boolean): Promise<void>;
  send(data: unknown): Promise<void> {
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

  /**
   * Resolves when everything sent so far has arrived. A PeerJS peer cannot say what it has received: there it resolves when all
   * has been given to the network, and `close({ flush: true })` is how to be sure. Rejects if the connection ends before.
   */
  flush(): Promise<void> {
    if (this.#state === 'closed') return handled(Promise.reject(connectionError(this, 'connection-closed', 'The connection has ended.')));
    return this.#carrier?.flushed() ?? RESOLVED;
  }

  /**
   * Ends the connection. Idempotent.
   *
   * @param options `flush: true`: everything sent so far arrives first, then the remote closes. Until then the connection
   * counts as open, but takes no more messages. Bounded by ten seconds after the last byte has left.
   */
  close(options: { flush?: boolean } = {}): void {
    if (options.flush && this.#carrier) this.#closeFlushed(this.#carrier);
    else if (this.incoming && !this.open) this.refuse();
    else this.end('local');
  }

  /**
   * Leaves an incoming connection unanswered until {@link answer} or {@link refuse}: to be called while the event
   * `connection` is being emitted, before the engine answers by itself. One that nobody claims is refused after
   * `connectTimeout`.
   */
  defer(): void {
    if (this.#state === 'unanswered') this.#deferred = true;
  }

  /** Answers an incoming connection that was deferred. Idempotent; without meaning for any other. */
  answer(): void {
    if (this.#state !== 'unanswered' || !this.#invitation) return;
    this.#state = 'connecting';
    this.#expect();
    this.#invitation.accept(this);
  }

  /**
   * Declines an incoming connection. A native caller is told so; a PeerJS peer cannot be: there the connection is answered and
   * closed as soon as it stands, which is when `close` follows here too. On any other connection this is `close()`.
   */
  refuse(): void {
    if (!this.incoming || this.open) return this.end('local');
    if (this.#state === 'unanswered' && this.#invitation?.decline()) return this.end('refused');
    this.#refusing = true;
    this.answer();
  }

  protected override listenerAdded(event: keyof DataConnectionEvents): void {
    if (event === 'data') this.#inbox.listenerAdded();
    else if (event === 'transfer') this.#transfers.listenerAdded();
  }

  /** The remote wants to send a file. @internal */
  transferOffered(offer: OfferedTransfer, channel: RTCDataChannel, host: ConnectionTransferHost): void {
    this.#transfers.offered(offer, channel, host);
  }

  /** The remote sends pieces of a transfer on that channel. False where it is none of this connection's. @internal */
  laneOpened(channel: RTCDataChannel): boolean {
    return this.#transfers.lane(channel);
  }

  /** Whether the remote has said anything: then it is not absent. @internal */
  get reached(): boolean {
    return this.incoming || Boolean(this.#link?.reached);
  }

  /** @internal */
  get offerSdp(): string | undefined {
    return this.#invitation?.sdp;
  }

  /** Declined, and to be closed as soon as it stands. @internal */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** Begins: the caller calls; the callee answers, unless deferred. @internal */
  start(): void {
    if (!this.incoming) {
      this.#expect();
      this.#host.place(this);
    } else if (this.#deferred && this.#state === 'unanswered') {
      this.#expect();
    } else {
      this.answer(); // Nothing, where it was answered or refused already.
    }
  }

  /** It is on that link from now on. @internal */
  placed(link: Link): void {
    this.#link = link;
  }

  /** It has that channel from now on, which may not be open yet. @internal */
  channelMade(channel: RTCDataChannel): void {
    channel.binaryType = 'arraybuffer';
    this.#channel = channel;
  }

  /** The channel is open, and that is what carries messages over it. @internal */
  opensWith(make: (owner: CarrierOwner) => Carrier): void {
    if (this.#state === 'closed' || this.open) return;
    clearTimeout(this.#timer);
    this.#state = 'open';
    this.#carrier = make(this.#carries);
    if (this.#carrier.profile === 'compatible') this.#inbox.limit = HELD_LIMIT;
    this.#opened.resolve();
    this.emit('open');
  }

  readonly #carries: CarrierOwner = {
    message: (data, bytes) => this.#inbox.deliver(data, bytes),
    fault: (error) => this.report(error),
    closed: (error) => {
      if (error) this.fail(error);
      else this.end(this.#flushing ? 'local' : 'remote');
    },
  };

  /** Ends the connection for a reason that is an error. @internal */
  fail(error: PeerError<string>, reason: CloseReason = 'failed'): void {
    this.end(this.#refusing ? 'refused' : reason, this.#refusing ? undefined : error);
  }

  /** Waits for what has to come next, and no longer than `connectTimeout`. */
  #expect(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#state === 'unanswered') return this.refuse();
      const seconds = this.#host.connectTimeout / 1000;
      const late = connectionError(this, 'timeout', `The connection to ${this.peer} did not open within ${seconds} s. Is the other page still open, and is there a network path (a TURN server)?`);
      this.fail(this.#link?.obstacle ?? late, 'timeout');
    }, this.#host.connectTimeout);
  }

  #closeFlushed(carrier: Carrier): void {
    if (this.#flushing) return;
    this.#flushing = true;
    carrier.finish().then(
      () => this.end('local'),
      () => undefined, // Ended meanwhile.
    );
  }

  /** The one end. Idempotent. @internal */
  end(reason: CloseReason, error?: PeerError<string>): void {
    if (this.#state === 'closed') return;
    const concerned = error && concerning(this, error);
    const ending = concerned ?? connectionError(this, 'connection-closed', `The connection has ended (${reason}).`);
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#release(ending);
    this.#host.forget(this);
    // Whoever awaits these goes on after the events, which are emitted in this same task.
    this.#opened.reject(ending);
    this.#closed.resolve(reason);
    try {
      if (concerned) this.emit('error', concerned);
    } finally {
      this.emit('close', reason);
    }
  }

  #release(error: PeerError): void {
    this.#transfers.end(error);
    this.#carrier?.end(error);
    this.#link?.leave(this);
    this.#inbox.end();
  }

  /** Emits an error that does not end the connection. @internal */
  report(error: PeerError<string>): PeerError<EngineErrorType> {
    const concerned = concerning(this, error);
    this.#host.logger.error(concerned);
    this.emit('error', concerned);
    return concerned;
  }

  #transferHost(): ConnectionTransferHost | PeerError {
    try {
      return this.#sender().transfers ?? connectionError(this, 'unsupported', `${this.peer} knows no transfers: send() the bytes, or collect the stream into a Blob.`);
    } catch (error) {
      return error as PeerError;
    }
  }

  #sender(): Carrier {
    if (this.#state === 'closed') throw connectionError(this, 'connection-closed', `The connection to ${this.peer} has ended. Open a new one with connect().`);
    if (!this.#carrier) throw connectionError(this, 'not-open-yet', 'The connection is not open yet. Send after the event "open", or await connection.opened.');
    if (this.#flushing) throw connectionError(this, 'connection-closed', 'The connection is closing. Send before close().');
    return this.#carrier;
  }
}
