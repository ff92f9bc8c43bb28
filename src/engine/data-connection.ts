import { PeerError, toPeerError, type EngineErrorType } from '../errors.js';
import { DEFAULT_WIRE_LIMITS, type IncomingMessage, type Serializer } from '../wire/index.js';
import type { CloseReason, ConnectOptions, ConnectionHost, ConnectionInit } from './connection-types.js';
import { DataEmitter } from './data-emitter.js';
import { Deferred, RESOLVED, handled } from './deferred.js';
import { Inbox } from './inbox.js';
import { Link } from './link.js';
import type { Peer } from './peer.js';
import { SendQueue } from './send-queue.js';
import { parseAnswer, parseCandidate, payloadOf, type OfferPayload } from './signals.js';
import { readableOf, writableOf } from './streams.js';

/** How long a flushing close waits for the remote's part once the last byte has left, in ms. */
const CLOSE_TIMEOUT = 10_000;

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
  readonly #offer: OfferPayload | undefined;
  readonly #serializer: Serializer;
  readonly #link: Link;
  readonly #queue: SendQueue;
  readonly #inbox: Inbox;
  readonly #opened = new Deferred();
  readonly #closed = new Deferred<CloseReason>();
  #state: State;
  #deferred = false;
  #refusing = false;
  #flushing = false;
  #reached = false;
  /** Bytes of the frames that came since the last message was whole. */
  #frameBytes = 0;
  #channel: RTCDataChannel | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readable: ReadableStream<unknown> | undefined;
  #writable: WritableStream<unknown> | undefined;

  /** @internal */
  constructor(init: ConnectionInit) {
    super();
    const { peer, provider, host, options, connectionId, serialization, offer } = init;
    this.peer = peer;
    this.provider = provider;
    this.options = options;
    this.metadata = options.metadata;
    this.connectionId = connectionId;
    this.label = options.label || connectionId;
    this.reliable = Boolean(options.reliable);
    this.serialization = serialization;
    this.incoming = offer !== undefined;
    this.#host = host;
    this.#offer = offer;
    this.#state = offer ? 'unanswered' : 'connecting';
    this.#serializer = init.createSerializer({
      limits: { ...DEFAULT_WIRE_LIMITS, maxMessageSize: host.maxMessageSize },
      stringify: (value) => this.stringify(value),
      parse: (text) => this.parse(text),
    });
    this.#queue = new SendQueue(host.sendLimit, (error) => this.#report(error));
    this.#inbox = new Inbox({
      listening: () => this.listenerCount('data') > 0,
      dispatch: (data) => this.emit('data', data),
      overflow: (limit) => this.#report(this.#error('buffer-full', `More than ${limit} bytes came before anyone listened for "data". Listen as soon as the connection is there.`)),
    });
    this.#link = new Link(
      { ...host.environment, sdpTransform: options.sdpTransform, offerOptions: options.constraints },
      {
        signal: (signal) => host.signal(this, signal.type, payloadOf(signal, this)),
        channel: (channel) => this.#adopt(channel),
        iceState: (state) => this.emit('iceStateChanged', state),
        failed: (error) => this.fail(error),
        fault: (error) => this.#report(error),
      },
    );
  }

  /** Whether messages can be sent now. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** The browser's connection beneath; undefined until there is one, and after healing another one. */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#link.peerConnection;
  }

  /** The browser's channel beneath; undefined until there is one. */
  get dataChannel(): RTCDataChannel | undefined {
    return this.#channel;
  }

  /** Messages that wait to be sent, of which nothing has left this page. */
  get bufferSize(): number {
    return this.#queue.length;
  }

  /** Bytes that wait to be sent, the browser's own buffer included. */
  get bufferedAmount(): number {
    return this.#queue.bufferedAmount;
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
   * The messages as a stream; it closes with the connection. Made at the first use, and a listener like any other: from
   * then on messages go to it as well as to `data`.
   */
  get readable(): ReadableStream<unknown> {
    return (this.#readable ??= readableOf(this));
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
   * The promise is resolved already while fewer than 256 KiB wait, else it resolves when that is so again: a page that
   * awaits it sends as fast as the network takes it. It rejects, and `error` is emitted, where the message was not taken:
   * `not-open-yet`, `connection-closed`, `invalid-data`, `message-too-big`, `buffer-full`. The connection goes on. A page
   * that ignores the promise causes no unhandled rejection.
   *
   * @param chunked PeerJS's internal parameter; has no meaning here.
   */
  send(data: unknown, chunked?: boolean): Promise<void>;
  send(data: unknown): Promise<void> {
    try {
      this.#assertSendable();
      const message = this.#serializer.encode(data);
      this.#checkFrame(message.byteLength);
      return this.#queue.push(message);
    } catch (error) {
      return handled(Promise.reject(this.#report(toPeerError(error, 'invalid-data'))));
    }
  }

  /**
   * Resolves when everything sent so far has been given to the network. (A PeerJS peer cannot say what it has received;
   * `close({ flush: true })` is how to be sure of it.) Rejects if the connection ends before.
   */
  flush(): Promise<void> {
    return this.#state === 'closed' || this.open ? this.#queue.flushed() : RESOLVED;
  }

  /**
   * Ends the connection. Idempotent.
   *
   * @param options `flush: true`: everything sent so far arrives first, then the remote closes. Until then the connection
   * counts as open, but takes no more messages. Bounded by ten seconds after the last byte has left.
   */
  close(options: { flush?: boolean } = {}): void {
    if (options.flush && this.open) this.#closeFlushed();
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
    if (this.#state !== 'unanswered' || !this.#offer) return;
    this.#state = 'connecting';
    this.#expect();
    this.#link.answer(this.#offer.sdp);
  }

  /**
   * Declines an incoming connection. A PeerJS peer cannot be told so: the connection is answered and closed as soon as it
   * stands, which is when `close` follows here too. On any other connection this is `close()`.
   */
  refuse(): void {
    if (!this.incoming || this.open) return this.end('local');
    this.#refusing = true;
    this.answer();
  }

  protected override dataListenerAdded(): void {
    this.#inbox.listenerAdded();
  }

  /** Whether the remote has said anything: then it is not absent. @internal */
  get reached(): boolean {
    return this.#reached || this.incoming;
  }

  /** @internal */
  get offerSdp(): string | undefined {
    return this.#offer?.sdp.sdp;
  }

  /** Begins: the caller offers; the callee answers, unless deferred. @internal */
  start(): void {
    if (!this.incoming) {
      this.#expect();
      this.#link.offer(this.label);
    } else if (this.#deferred && this.#state === 'unanswered') {
      this.#expect();
    } else {
      this.answer(); // Nothing, where it was answered or refused already.
    }
  }

  /** Takes an ANSWER's or CANDIDATE's payload. @throws PeerError `bad-signal` @internal */
  receive(type: 'ANSWER' | 'CANDIDATE', payload: unknown): void {
    if (type === 'ANSWER') this.#link.accept(parseAnswer(payload));
    else this.#link.addCandidate(parseCandidate(payload));
    this.#reached = true;
  }

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
      const late = this.#error('timeout', `The connection to ${this.peer} did not open within ${seconds} s. Is the other page still open, and is there a network path (a TURN server)?`);
      this.fail(this.#link.obstacle ?? late, 'timeout');
    }, this.#host.connectTimeout);
  }

  #adopt(channel: RTCDataChannel): void {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => this.#openedBy(channel);
    channel.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#openedBy(channel);
      this.#decode(data);
    };
    channel.onclose = () => this.end(this.#refusing ? 'refused' : this.#flushing ? 'local' : 'remote');
    if (channel.readyState === 'open') this.#openedBy(channel);
  }

  #openedBy(channel: RTCDataChannel): void {
    if (this.#state !== 'connecting') return;
    // Without ending the link: a caller that has not noticed yet that the channel is open would never hear of its end.
    if (this.#refusing) return channel.close();
    clearTimeout(this.#timer);
    this.#state = 'open';
    this.#queue.attach(channel);
    this.#opened.resolve();
    this.emit('open');
  }

  #decode(frame: string | ArrayBuffer): void {
    if (!this.open) return;
    this.#frameBytes += typeof frame === 'string' ? frame.length : frame.byteLength;
    let messages: readonly IncomingMessage[];
    try {
      messages = this.#serializer.decode(frame);
    } catch (error) {
      this.#report(toPeerError(error, 'bad-message'));
      return;
    }
    for (const message of messages) {
      const bytes = this.#frameBytes;
      this.#frameBytes = 0;
      if (message.type === 'data') this.#inbox.deliver(message.data, bytes);
      else this.end('remote');
    }
  }

  /** The remote closes when it has read the control; where there is none, the channel's own closing does the same. */
  #closeFlushed(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    const controlled = this.#queueCloseControl();
    this.#queue.flushed().then(
      () => {
        if (!controlled) this.#channel?.close();
        if (this.open) this.#timer = setTimeout(() => this.end('local'), CLOSE_TIMEOUT);
      },
      () => undefined, // Ended meanwhile.
    );
  }

  /** False where the format has none, the page's own `stringify` fails at it, or the queue is full. */
  #queueCloseControl(): boolean {
    try {
      const frame = this.#serializer.encodeClose();
      if (frame !== undefined) void this.#queue.push({ byteLength: frame.length, frames: () => [frame] });
      return frame !== undefined;
    } catch (error) {
      this.#host.environment.logger.warn(error);
      return false;
    }
  }

  /** The one end. Idempotent. @internal */
  end(reason: CloseReason, error?: PeerError<string>): void {
    if (this.#state === 'closed') return;
    const concerned = error && this.#concerning(error);
    const ending = concerned ?? this.#error('connection-closed', `The connection has ended (${reason}).`);
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
    this.#queue.end(error);
    const channel = this.#channel;
    if (channel) {
      channel.onopen = channel.onmessage = channel.onclose = null;
      channel.close();
    }
    this.#link.close();
  }

  /** What `raw` sends is one frame a message, and the browser has a limit for that. The other formats cut. */
  #checkFrame(size: number): void {
    const limit = this.peerConnection?.sctp?.maxMessageSize ?? Infinity;
    if (this.serialization !== 'raw' || size <= limit) return;
    throw this.#error('message-too-big', `The browser sends at most ${limit} bytes in one frame, and this message has ${size}. Use the "binary" serialization, which cuts messages.`);
  }

  /** Emits an error that does not end the connection. */
  #report(error: PeerError<string>): PeerError<EngineErrorType> {
    const concerned = this.#concerning(error);
    this.#host.environment.logger.error(concerned);
    this.emit('error', concerned);
    return concerned;
  }

  #assertSendable(): void {
    if (this.#state === 'closed') throw this.#error('connection-closed', `The connection to ${this.peer} has ended. Open a new one with connect().`);
    if (!this.open) throw this.#error('not-open-yet', 'The connection is not open yet. Send after the event "open", or await connection.opened.');
    if (this.#flushing) throw this.#error('connection-closed', 'The connection is closing. Send before close().');
  }

  #error(type: EngineErrorType, message: string, cause?: unknown): PeerError<EngineErrorType> {
    return new PeerError(type, message, { cause, peer: this.peer, connectionId: this.connectionId });
  }

  #concerning(error: PeerError<string>): PeerError<EngineErrorType> {
    const { type, message, cause, connectionId } = error as PeerError<EngineErrorType>;
    return connectionId === undefined ? this.#error(type, message, cause) : (error as PeerError<EngineErrorType>);
  }
}
