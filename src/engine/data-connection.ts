import type { EngineErrorType, PeerError } from '../errors.js';
import type { Carrier, CarrierOwner } from './carrier.js';
import { concerning, connectionError } from './connection-errors.js';
import type { CloseReason, ConnectionHost, ConnectionInit, HealedBy, Invitation } from './connection-types.js';
import { Conversation } from './conversation.js';
import { Deferred } from './deferred.js';
import type { Link } from './link.js';
import { pathStatistics, type ConnectionStatistics } from './path-statistics.js';
import type { Peer } from './peer.js';

type State = 'unanswered' | 'connecting' | 'open' | 'closed';

/** Ends after which the page itself has no use for what was not confirmed. */
const WANTED: readonly CloseReason[] = ['local', 'destroyed', 'refused'];

/**
 * One conversation with one remote peer: PeerJS's class. It has no public constructor: take it from `peer.connect()` or
 * from the event `connection`.
 *
 * @typeParam Data What its messages are: the page's word for it. What comes is from outside, and nobody checks it.
 */
export class DataConnection<Data = unknown> extends Conversation<Data> {
  readonly type = 'data';
  /** The `Peer` it belongs to. */
  readonly provider: Peer;
  /** What the caller passed as metadata: on the callee's side whatever the remote sent. */
  readonly metadata: unknown;
  /** The caller's label; equal to `connectionId` where none was given. */
  readonly label: string;
  /** As the caller gave it. */
  readonly reliable: boolean;
  /** The serialization's name on the wire: `binary`, `json`, `raw` or a custom one. */
  readonly serialization: string;
  /** True where the remote called. */
  readonly incoming: boolean;

  readonly #host: ConnectionHost;
  readonly #invitation: Invitation | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #opened = new Deferred();
  readonly #closed = new Deferred<CloseReason>();
  #state: State;
  #deferred = false;
  #refusing = false;
  #flushing = false;
  #interrupted = false;
  /** Whether its channel is gone, and another one may come. */
  #suspended = false;
  #link: Link | undefined;
  #channel: RTCDataChannel | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was not confirmed when it ended. */
  #unconfirmed = 0;
  #leftOver: (() => Promise<unknown[]>) | undefined;

  /** @internal */
  constructor(init: ConnectionInit) {
    super(init);
    const { provider, host, options, connectionId, serialization, invitation } = init;
    this.provider = provider;
    this.metadata = options.metadata;
    this.label = options.label || connectionId;
    this.reliable = Boolean(options.reliable);
    this.serialization = serialization.name;
    this.incoming = invitation !== undefined;
    this.#host = host;
    this.#invitation = invitation;
    // From JavaScript it may be anything, and connect() has said so then.
    this.#signal = options.signal instanceof AbortSignal ? options.signal : undefined;
    this.#state = invitation ? 'unanswered' : 'connecting';
  }

  /** Whether messages can be sent now. True also while it is interrupted. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** Whether the path to the remote is lost, or the remote silent, and a way back is looked for. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /**
   * The browser's connection beneath; undefined until there is one and after the end, and after healing another one. Between two
   * peers of this engine several connections share it.
   */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#link?.peerConnection;
  }

  /** The browser's channel beneath; undefined until there is one and after the end, and after healing another one. */
  get dataChannel(): RTCDataChannel | undefined {
    return this.#channel;
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
   * Messages of which it is not sure that the remote's page has had them: with a remote of this engine those it has not confirmed,
   * else those that have not been given to the network. When the connection has ended, those of its end, of which one or the
   * other may have arrived.
   */
  get unconfirmed(): number {
    return this.#state === 'closed' ? this.#unconfirmed : (this.carrier?.unconfirmed ?? 0);
  }

  get [Symbol.toStringTag](): string {
    return 'DataConnection';
  }

  /**
   * The {@link unconfirmed} messages of a connection to a remote of this engine that has ended without this page having wanted it:
   * in order, as they would have arrived. The first call gets them, further ones an empty list.
   */
  async takeUnconfirmed(): Promise<Data[]> {
    const leftOver = this.#leftOver;
    this.#leftOver = undefined;
    return ((await leftOver?.()) ?? []) as Data[];
  }

  /** How the connection is doing: round trip, bytes, path. Rejects with `not-open-yet` before there is anything to tell. */
  async stats(): Promise<ConnectionStatistics> {
    const { peerConnection } = this;
    if (peerConnection && this.#state !== 'closed') return pathStatistics(peerConnection);
    throw connectionError(this, 'not-open-yet', 'There are no statistics of a connection that has not begun, or has ended.');
  }

  /**
   * Ends the connection. Idempotent.
   *
   * @param options `flush: true`: everything sent so far arrives first, then the remote closes. Until then the connection
   * counts as open, but takes no more messages. Bounded by ten seconds after the last byte has left.
   */
  close(options: { flush?: boolean } = {}): void {
    if (options.flush && this.carrier) this.#closeFlushed(this.carrier);
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

  /** Whether the remote has said anything: then it is not absent. @internal */
  get reached(): boolean {
    return this.incoming || Boolean(this.#link?.reached);
  }

  /** Declined, and to be closed as soon as it stands. @internal */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** Whether its channel is gone, and another one may come. @internal */
  get suspended(): boolean {
    return this.#suspended;
  }

  /** Begins: the caller calls; the callee answers, unless deferred. @internal */
  start(): void {
    if (!this.incoming) {
      this.#expect();
      this.#host.place(this);
      if (this.#signal?.aborted) queueMicrotask(this.#giveUp);
      else this.#signal?.addEventListener('abort', this.#giveUp);
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
    this.#signal?.removeEventListener('abort', this.#giveUp);
    this.#state = 'open';
    this.carriedBy(make(this.#carries));
    this.#opened.resolve();
    this.emit('open');
  }

  /** Its channel is gone, or is about to be: it waits for another one. One that cannot go on ends. @internal */
  suspend(): void {
    if (!this.open || this.#suspended) return;
    const { carrier } = this;
    if (!carrier?.suspend) return this.fail(connectionError(this, 'negotiation-failed', `The path to ${this.peer} was lost, and a connection of datagrams does not go on over another one.`));
    this.#suspended = true;
    carrier.suspend();
    this.transfers.suspend();
  }

  /** It goes on over that open channel. @internal */
  resumesOver(channel: RTCDataChannel, maxPacket: number): void {
    if (!this.open) return channel.close();
    this.#suspended = false;
    this.channelMade(channel);
    this.carrier?.resume?.(channel, maxPacket);
  }

  /** The link is interrupted. @internal */
  interrupt(): void {
    if (!this.open || this.#interrupted) return;
    this.#interrupted = true;
    this.emit('interrupted');
  }

  /** The link is back. @internal */
  resumed(by: HealedBy): void {
    if (!this.#interrupted || this.#state === 'closed') return;
    this.#interrupted = false;
    this.emit('resumed', by);
  }

  readonly #giveUp = (): void => {
    if (!this.open) this.end('local');
  };

  readonly #carries: CarrierOwner = {
    message: (data, bytes) => this.deliver(data, bytes),
    fault: (error) => this.report(error),
    closed: (error) => {
      if (error) this.fail(error);
      else this.end(this.#flushing ? 'local' : 'remote');
    },
    channelLost: () => {
      this.suspend();
      this.#link?.doubt(() => this.end('remote'));
    },
  };

  /** Ends the connection for a reason that is an error. @internal */
  fail(error: PeerError<string>, reason: CloseReason = 'failed'): void {
    this.end(this.#refusing ? 'refused' : reason, this.#refusing ? undefined : error);
  }

  protected get over(): boolean {
    return this.#state === 'closed';
  }

  protected get refusal(): PeerError<EngineErrorType> | undefined {
    if (this.#state === 'closed') return connectionError(this, 'connection-closed', `The connection to ${this.peer} has ended. Open a new one with connect().`);
    if (this.#state !== 'open') return connectionError(this, 'not-open-yet', 'The connection is not open yet. Send after the event "open", or await connection.opened.');
    if (this.#flushing) return connectionError(this, 'connection-closed', 'The connection is closing. Send before close().');
    return undefined;
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
    this.#unconfirmed = this.unconfirmed;
    if (!WANTED.includes(reason) && this.#unconfirmed > 0) this.#leftOver = this.carrier?.unconfirmedValues?.();
    this.#state = 'closed';
    this.#interrupted = false;
    this.#signal?.removeEventListener('abort', this.#giveUp);
    clearTimeout(this.#timer);
    this.silence(ending);
    this.#link?.leave(this);
    // A page that keeps closed connections must not keep what the browser counts.
    this.#link = this.#channel = undefined;
    this.#host.forget(this);
    // Whoever awaits these goes on after the events, which are emitted in this same task.
    this.#opened.reject(ending);
    this.#closed.resolve(reason);
    try {
      if (concerned) this.emit('error', concerned);
    } finally {
      this.emit('close', reason, this.#unconfirmed);
    }
  }
}
