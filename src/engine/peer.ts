import { EventEmitter } from 'eventemitter3';
import { PeerError, toPeerError, type EngineErrorType } from '../errors.js';
import { PeerServerSignaling, type IncomingSignal, type Signaling } from '../signaling/index.js';
import { binary, serializerFor } from '../wire/index.js';
import { Certificate } from './certificate.js';
import { connectProblem, startProblem, unreachable } from './checks.js';
import type { ConnectOptions } from './connection-types.js';
import type { DataConnection } from './data-connection.js';
import { handled } from './deferred.js';
import { Logger } from './logger.js';
import type { MediaConnection } from './media/media-connection.js';
import type { CallOptions } from './media/types.js';
import { randomToken, resolveOptions, rtcConfiguration, type PeerOptions, type ResolvedPeerOptions } from './options.js';
import { Registration } from './registration.js';
import { Switchboard } from './switchboard.js';

export interface PeerEvents {
  /** The signaling server knows this peer under `id`. Again after each `reconnect()`. */
  open: (id: string) => void;
  /** A remote peer has called. It is answered after this event, unless a listener calls `connection.defer()`. */
  connection: (connection: DataConnection, metadata: unknown) => void;
  /** A remote peer calls with media: `call.answer(stream)` or `call.close()`. Where nobody listens it is not answered. */
  call: (call: MediaConnection) => void;
  /** The peer was destroyed: no connection can be made or received any more. */
  close: () => void;
  /**
   * The signaling server is lost or left; connections live on. A lost one is returned to by itself (the option `reconnect`);
   * `reconnect()` tries at once.
   */
  disconnected: (id: string | null) => void;
  /**
   * The signaling server was lost, and knows this peer again under the same id. This engine's own: in place of `open`, which
   * is for programs that have called `reconnect()`.
   */
  reconnected: (id: string) => void;
  /** Something went wrong. `disconnected`, then `close`, follow where it was fatal. */
  error: (error: PeerError<EngineErrorType>) => void;
}

/** Stands in for one that nobody knows: its connection never opens. */
const NO_SERIALIZATION = { name: '', create: binary };

/**
 * A peer: who I am, and who may connect to me. PeerJS's class, with its constructor, properties, methods and events.
 *
 * Beyond PeerJS: `connect()` before `open` is queued and happens; it always returns a connection, which tells of its own
 * failure by `error` and `close`; a signaling server that was lost is returned to; `destroy()` leaves nothing open, whenever it
 * is called.
 */
export class Peer extends EventEmitter<PeerEvents> {
  readonly #options: ResolvedPeerOptions;
  readonly #logger: Logger;
  readonly #registration: Registration;
  readonly #switchboard: Switchboard;
  #destroyed = false;
  /** While `destroy()` emits `disconnected`, whose listeners like to call `reconnect()`. */
  #destroying = false;

  constructor(options?: PeerOptions);
  constructor(id?: string | null, options?: PeerOptions);
  constructor(idOrOptions?: string | PeerOptions | null, maybeOptions?: PeerOptions) {
    super();
    const isOptions = typeof idOrOptions === 'object' && idOrOptions !== null;
    const id = isOptions || idOrOptions == null || idOrOptions === '' ? undefined : String(idOrOptions);
    this.#options = resolveOptions({ ...(isOptions ? idOrOptions : maybeOptions) });
    this.#logger = new Logger(this.#options.debug, this.#options.logFunction);
    const signaling = this.#options.signaling ?? this.#peerServer();
    this.#registration = this.#makeRegistration(id, signaling);
    this.#switchboard = this.#makeSwitchboard(signaling.traits.trickle);

    globalThis.addEventListener?.('pagehide', this.#pageHidden);
    globalThis.addEventListener?.('pageshow', this.#pageShown);
    globalThis.addEventListener?.('online', this.#online);
    const problem = startProblem(id, this.#options);
    if (problem) this.#abortSoon(problem);
    else this.#registration.start();
  }

  /** This peer's id; null until `open`, and again while disconnected. */
  get id(): string | null {
    return this.#registration.id;
  }

  /** The options with all defaults. */
  get options(): ResolvedPeerOptions {
    return this.#options;
  }

  /** Whether the signaling server is there. */
  get open(): boolean {
    return this.#registration.open;
  }

  /** True after `disconnect()` or a lost server, until `reconnect()` or the server is there again. */
  get disconnected(): boolean {
    return this.#registration.disconnected;
  }

  /** True after `destroy()` or a fatal error: for good. */
  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** The connections that have not ended, by the remote's id. A new object each time, as with PeerJS. */
  get connections(): Record<string, (DataConnection | MediaConnection)[]> {
    return this.#switchboard.connections;
  }

  get [Symbol.toStringTag](): string {
    return 'Peer';
  }

  /**
   * Calls a remote peer. There is no need to wait for `open`, nor for the return to a lost signaling server: the call is
   * made then, if that is within `connectTimeout`.
   *
   * Always gives a connection. Where it cannot be made (`disconnected`, `invalid-id`, `unknown-serialization`,
   * `invalid-data` for metadata that JSON cannot hold), it emits `error` and `close` in a microtask.
   *
   * @typeParam Data What its messages are: `peer.connect<Move>(id)`.
   */
  connect<Data = unknown>(id: string, options: ConnectOptions = {}): DataConnection<Data> {
    const serialization = serializerFor(options.serialization ?? 'binary', this.#options.serializers);
    const connection = this.#switchboard.make({
      peer: String(id),
      options,
      connectionId: options.connectionId ?? `dc_${randomToken()}`,
      serialization: serialization ?? { ...NO_SERIALIZATION, name: String(options.serialization) },
    });
    const problem = !this.#registration.reachable ? unreachable() : connectProblem(id, options, serialization);
    if (problem) {
      queueMicrotask(() => connection.fail(problem));
      // PeerJS tells of this one on the peer.
      if (problem.type === 'disconnected') this.#emitError(problem);
    } else {
      this.#switchboard.call(connection);
    }
    return connection as DataConnection<Data>;
  }

  /**
   * Calls a remote peer with audio or video. As with `connect()`, there is no need to wait for `open`, and the call always is
   * one: where it cannot be made (`disconnected`, `invalid-id`, `invalid-data`) it emits `error` and `close` in a microtask.
   *
   * It rings until the remote answers, for `ringTimeout` at the most.
   * @param stream what this side sends, of `getUserMedia()` or of a canvas. Its tracks are never stopped here.
   */
  call(id: string, stream: MediaStream, options: CallOptions = {}): MediaConnection {
    const problem = this.#registration.reachable ? undefined : unreachable();
    if (problem) this.#emitError(problem); // PeerJS tells of it here.
    return this.#switchboard.ring(String(id), stream, options, problem);
  }

  /** The connection or call with that remote and id, or null. */
  getConnection(peerId: string, connectionId: string): DataConnection | MediaConnection | null {
    return this.#switchboard.find(peerId, connectionId) ?? null;
  }

  /**
   * Lists the ids of all peers at the signaling server, where it allows that (PeerServer: `allow_discovery`). Failure is a
   * `server-error` on this peer, and rejects the promise; the peer goes on. (PeerJS disconnects.)
   */
  listAllPeers(callback?: (ids: string[]) => void): Promise<string[]> {
    return handled(this.#listAllPeers(callback));
  }

  /** Leaves the signaling server; connections live on. It is not returned to by itself. Idempotent. */
  disconnect(): void {
    this.#registration.disconnect();
  }

  /**
   * Returns to the signaling server under the same id and token, at once. Nothing happens while it is being reached. `open` is
   * emitted when it is there: soon, if it was lost and this peer has returned by itself.
   * @throws Error on a destroyed peer, and on one that is open and has not been lost, as PeerJS.
   */
  reconnect(): void {
    if (this.#destroying) return;
    if (this.#destroyed) {
      throw new PeerError('disconnected', 'This peer cannot reconnect to the server. It has already been destroyed. Make a new Peer.');
    }
    this.#registration.reconnect();
  }

  /** Ends this peer and all its connections, for good. Idempotent, and safe at any time. */
  destroy(): void {
    this.#end(false);
  }

  /**
   * A page that goes for good says goodbye: its remotes would else notice only by a silence of some twenty seconds, and the
   * server would hold the id. Firefox closes the WebSocket before this event, so the goodbye by way of signaling is not enough.
   * One that may come back (the browser's back/forward cache) lets go of everything that would keep the browser from putting it
   * aside, and tells its native remotes that it does.
   */
  readonly #pageHidden = (event: PageTransitionEvent): void => {
    if (!event.persisted) return this.#end(true);
    this.#switchboard.pause();
    this.#registration.pause();
  };

  readonly #pageShown = (event: PageTransitionEvent): void => {
    if (!event.persisted || this.#destroyed) return;
    this.#registration.resume();
    this.#switchboard.wake();
  };

  /** Another network: sockets of the old one are dead, and browsers do not say so. */
  readonly #online = (): void => {
    this.#registration.check();
    this.#switchboard.wake();
  };

  #end(pageGoes: boolean): void {
    if (this.#destroyed) return;
    this.#destroyed = this.#destroying = true;
    this.#switchboard.farewell();
    try {
      this.#registration.disconnect();
    } finally {
      this.#destroying = false;
      globalThis.removeEventListener?.('pagehide', this.#pageHidden);
      globalThis.removeEventListener?.('pageshow', this.#pageShown);
      globalThis.removeEventListener?.('online', this.#online);
      this.#registration.end();
      this.#switchboard.end(pageGoes);
      this.emit('close');
    }
  }

  #peerServer(): Signaling {
    const { host, port, path, key, secure, pingInterval, referrerPolicy, WebSocket, fetch } = this.#options;
    return new PeerServerSignaling({
      ...{ host, port, path, key, secure, pingInterval, referrerPolicy, WebSocket, fetch },
      log: (level, ...rest) => this.#logger.print(level, ...rest),
    });
  }

  #makeRegistration(id: string | undefined, signaling: Signaling): Registration {
    const { token, reconnect } = this.#options;
    return new Registration({
      ...{ id, token, reconnect, signaling, logger: this.#logger },
      opened: (known) => {
        this.#switchboard.registered();
        this.emit('open', known);
      },
      returned: (known) => {
        this.#switchboard.registered();
        this.emit('reconnected', known);
      },
      disconnected: (known) => this.emit('disconnected', known),
      received: (signal) => this.#receive(signal),
      error: (error) => this.#emitError(error),
      fatal: () => this.destroy(),
    });
  }

  #makeSwitchboard(trickle: boolean): Switchboard {
    const RTCPeerConnection = this.#options.RTCPeerConnection ?? globalThis.RTCPeerConnection;
    // PeerJS's protocol has no use for it.
    const certificate = new Certificate(this.#options.native ? RTCPeerConnection : undefined);
    return new Switchboard({
      provider: this,
      options: this.#options,
      environment: {
        RTCPeerConnection,
        configuration: () => {
          const configuration = rtcConfiguration(this.#options);
          if (configuration instanceof Promise) return configuration.then((found) => certificate.configured(found));
          return certificate.configured(configuration);
        },
        trickle,
        logger: this.#logger,
      },
      say: (signal, wanted) => this.#registration.say(signal, wanted),
      check: () => this.#registration.check(),
      called: (connection) => this.emit('connection', connection, connection.metadata),
      rung: (call) => this.emit('call', call),
      error: (error) => this.#emitError(error),
    });
  }

  /** A task later, so that the page can add its listeners first. */
  #abortSoon(error: PeerError<EngineErrorType>): void {
    setTimeout(() => {
      if (this.#destroyed) return;
      this.#emitError(error);
      this.destroy();
    }, 0);
  }

  #emitError(error: PeerError<string>): void {
    this.#logger.error(error);
    this.emit('error', error as PeerError<EngineErrorType>);
  }

  #receive(signal: IncomingSignal): void {
    this.#logger.log('received', signal.type, 'from', signal.src);
    try {
      this.#switchboard.receive(signal);
    } catch (error) {
      // A listener's own fault goes on to the page; what the remote did wrong is told and ignored.
      if (!(error instanceof PeerError)) throw error;
      const { type, message, cause } = error as PeerError;
      this.#emitError(new PeerError(type, message, { cause, peer: signal.src }));
    }
  }

  async #listAllPeers(callback?: (ids: string[]) => void): Promise<string[]> {
    try {
      const ids = await this.#registration.listPeers();
      callback?.(ids);
      return ids;
    } catch (cause) {
      const error = toPeerError(cause, 'server-error');
      if (!this.#destroyed) this.#emitError(error);
      throw error;
    }
  }
}
