import { EventEmitter } from 'eventemitter3';
import { PeerError, toPeerError, type EngineErrorType } from '../errors.js';
import { PeerServerSignaling, type IncomingSignal, type OutgoingSignal, type Signaling } from '../signaling/index.js';
import { binary, serializerFor } from '../wire/index.js';
import { connectProblem, startProblem, unreachable } from './checks.js';
import type { ConnectOptions } from './connection-types.js';
import type { DataConnection } from './data-connection.js';
import { RESOLVED, handled } from './deferred.js';
import { Logger } from './logger.js';
import { randomToken, resolveOptions, rtcConfiguration, type PeerOptions, type ResolvedPeerOptions } from './options.js';
import { Switchboard } from './switchboard.js';

export interface PeerEvents {
  /** The signaling server knows this peer under `id`. Again after each `reconnect()`. */
  open: (id: string) => void;
  /** A remote peer has called. It is answered after this event, unless a listener calls `connection.defer()`. */
  connection: (connection: DataConnection, metadata: unknown) => void;
  /** The peer was destroyed: no connection can be made or received any more. */
  close: () => void;
  /** The signaling server is lost or left; connections live on. `reconnect()` tries again. */
  disconnected: (id: string | null) => void;
  /** Something went wrong. `disconnected`, then `close`, follow where it was fatal. */
  error: (error: PeerError<EngineErrorType>) => void;
}

/** Stands in for one that nobody knows: its connection never opens. */
const NO_SERIALIZATION = { name: '', create: binary };

/** Most signals that wait for the signaling server; a connection makes a dozen or two. */
const MAX_OUTBOX = 4_096;

/**
 * A peer: who I am, and who may connect to me. PeerJS's class, with its constructor, properties, methods and events.
 *
 * Beyond PeerJS: `connect()` before `open` is queued and happens; it always returns a connection, which tells of its own
 * failure by `error` and `close`; `destroy()` leaves nothing open, whenever it is called.
 */
export class Peer extends EventEmitter<PeerEvents> {
  readonly #options: ResolvedPeerOptions;
  readonly #logger: Logger;
  readonly #signaling: Signaling;
  readonly #switchboard: Switchboard;
  /** What links want to say while the signaling server is not there yet. */
  #outbox: { readonly signal: OutgoingSignal; readonly wanted: () => boolean }[] = [];
  #id: string | null = null;
  /** The id to ask for at the next `reconnect()`. */
  #wantedId: string | undefined;
  #everOpen = false;
  #open = false;
  #disconnected = false;
  #destroyed = false;
  /** While `destroy()` emits `disconnected`, whose listeners like to call `reconnect()`. */
  #destroying = false;
  /** Aborted when the current stay on the signaling server ends. */
  #session: AbortController | undefined;

  constructor(options?: PeerOptions);
  constructor(id?: string | null, options?: PeerOptions);
  constructor(idOrOptions?: string | PeerOptions | null, maybeOptions?: PeerOptions) {
    super();
    const isOptions = typeof idOrOptions === 'object' && idOrOptions !== null;
    const id = isOptions || idOrOptions == null || idOrOptions === '' ? undefined : String(idOrOptions);
    this.#options = resolveOptions({ ...(isOptions ? idOrOptions : maybeOptions) });
    this.#wantedId = id;
    this.#logger = new Logger(this.#options.debug, this.#options.logFunction);
    this.#signaling = this.#options.signaling ?? this.#peerServer();
    this.#switchboard = this.#makeSwitchboard();

    globalThis.addEventListener?.('pagehide', this.#pageHidden);
    const problem = startProblem(id, this.#options);
    if (problem) this.#abortSoon(problem);
    else this.#join();
  }

  /** This peer's id; null until `open`, and again while disconnected. */
  get id(): string | null {
    return this.#id;
  }

  /** The options with all defaults. */
  get options(): ResolvedPeerOptions {
    return this.#options;
  }

  /** Whether the signaling server is there. */
  get open(): boolean {
    return this.#open;
  }

  /** True after `disconnect()` or a lost server, until `reconnect()`. */
  get disconnected(): boolean {
    return this.#disconnected;
  }

  /** True after `destroy()` or a fatal error: for good. */
  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** The connections that have not ended, by the remote's id. A new object each time, as with PeerJS. */
  get connections(): Record<string, DataConnection[]> {
    return this.#switchboard.connections;
  }

  get [Symbol.toStringTag](): string {
    return 'Peer';
  }

  /**
   * Calls a remote peer. There is no need to wait for `open`.
   *
   * Always gives a connection. Where it cannot be made (`disconnected`, `invalid-id`, `unknown-serialization`,
   * `invalid-data` for metadata that JSON cannot hold), it emits `error` and `close` in a microtask.
   */
  connect(id: string, options: ConnectOptions = {}): DataConnection {
    const serialization = serializerFor(options.serialization ?? 'binary', this.#options.serializers);
    const connection = this.#switchboard.make({
      peer: String(id),
      options,
      connectionId: options.connectionId ?? `dc_${randomToken()}`,
      serialization: serialization ?? { ...NO_SERIALIZATION, name: String(options.serialization) },
    });
    const problem = this.#disconnected ? unreachable() : connectProblem(id, options, serialization);
    if (problem) {
      queueMicrotask(() => connection.fail(problem));
      // PeerJS tells of this one on the peer.
      if (problem.type === 'disconnected') this.#emitError(problem);
    } else {
      this.#switchboard.call(connection);
    }
    return connection;
  }

  /** The connection with that remote and id, or null. */
  getConnection(peerId: string, connectionId: string): DataConnection | null {
    return this.#switchboard.find(peerId, connectionId) ?? null;
  }

  /**
   * Lists the ids of all peers at the signaling server, where it allows that (PeerServer: `allow_discovery`). Failure is a
   * `server-error` on this peer, and rejects the promise; the peer goes on. (PeerJS disconnects.)
   */
  listAllPeers(callback?: (ids: string[]) => void): Promise<string[]> {
    return handled(this.#listAllPeers(callback));
  }

  /** Leaves the signaling server; connections live on. Idempotent. */
  disconnect(): void {
    if (this.#disconnected) return;
    const id = this.#id;
    this.#disconnected = true;
    this.#leave();
    this.emit('disconnected', id);
  }

  /**
   * Returns to the signaling server under the same id and token. Nothing happens while it is there or being reached.
   * @throws Error on a destroyed peer, as PeerJS.
   */
  reconnect(): void {
    if (this.#destroying) return;
    if (this.#destroyed) {
      throw new PeerError('disconnected', 'This peer cannot reconnect to the server. It has already been destroyed. Make a new Peer.');
    }
    if (!this.#disconnected) {
      if (!this.#open) return;
      throw new PeerError('disconnected', `Peer ${String(this.#id)} cannot reconnect because it is not disconnected from the server!`);
    }
    this.#disconnected = false;
    this.#join();
  }

  /** Ends this peer and all its connections, for good. Idempotent, and safe at any time. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = this.#destroying = true;
    try {
      this.disconnect();
    } finally {
      this.#destroying = false;
      globalThis.removeEventListener?.('pagehide', this.#pageHidden);
      this.#outbox = [];
      this.#switchboard.end();
      this.emit('close');
    }
  }

  /**
   * A page that goes for good says goodbye: its remotes would else notice only by a silence of some twenty seconds, and the
   * server would hold the id. A page that may come back is left as it is.
   */
  readonly #pageHidden = (event: PageTransitionEvent): void => {
    if (!event.persisted) this.destroy();
  };

  #peerServer(): Signaling {
    const { host, port, path, key, secure, pingInterval, referrerPolicy, WebSocket, fetch } = this.#options;
    return new PeerServerSignaling({
      ...{ host, port, path, key, secure, pingInterval, referrerPolicy, WebSocket, fetch },
      log: (level, ...rest) => this.#logger.print(level, ...rest),
    });
  }

  #makeSwitchboard(): Switchboard {
    return new Switchboard({
      provider: this,
      options: this.#options,
      environment: {
        RTCPeerConnection: this.#options.RTCPeerConnection ?? globalThis.RTCPeerConnection,
        configuration: () => rtcConfiguration(this.#options),
        trickle: this.#signaling.traits.trickle,
        logger: this.#logger,
      },
      say: (signal, wanted) => this.#say(signal, wanted),
      called: (connection) => this.emit('connection', connection, connection.metadata),
      error: (error) => this.#emitError(error),
    });
  }

  /** Enters the signaling server, or comes back to it. */
  #join(): void {
    const session = (this.#session = new AbortController());
    const { signal } = session;
    const current = <A extends unknown[]>(then: (...given: A) => void) => (...given: A): void => {
      if (!signal.aborted) then(...given);
    };
    RESOLVED.then(() =>
      this.#signaling.open({
        id: this.#wantedId,
        token: this.#options.token,
        signal,
        message: current((message) => this.#receive(message)),
        fault: current((error) => this.#emitError(error)),
        lost: current((error) => this.#abort(error)),
      }),
    ).then(
      current((id: string) => this.#joined(id)),
      current((cause: unknown) => this.#abort(toPeerError(cause, 'server-error'))),
    );
  }

  #joined(id: string): void {
    this.#id = this.#wantedId = id;
    this.#open = this.#everOpen = true;
    for (const { signal, wanted } of this.#outbox.splice(0)) if (wanted()) this.#signaling.send(signal);
    this.emit('open', id);
  }

  #leave(): void {
    this.#session?.abort(new PeerError('disconnected', 'The peer has left the signaling server.'));
    this.#session = undefined;
    this.#open = false;
    this.#id = null;
    this.#signaling.close();
  }

  /** A task later, so that the page can add its listeners first. */
  #abortSoon(error: PeerError<EngineErrorType>): void {
    setTimeout(() => {
      if (!this.#destroyed) this.#abort(error);
    }, 0);
  }

  /** PeerJS's rule: a lost network disconnects; anything else is fatal unless the peer was open once. */
  #abort(error: PeerError<string>): void {
    this.#emitError(error);
    if (this.#everOpen || error.type === 'network') this.disconnect();
    else this.destroy();
  }

  #emitError(error: PeerError<string>): void {
    this.#logger.error(error);
    this.emit('error', error as PeerError<EngineErrorType>);
  }

  #say(signal: OutgoingSignal, wanted: () => boolean): void {
    if (this.#open) this.#signaling.send(signal);
    else if (this.#outbox.length < MAX_OUTBOX) this.#outbox.push({ signal, wanted });
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
      if (!this.#signaling.listPeers) throw new PeerError('server-error', 'This signaling service does not list its peers.');
      const session = this.#session;
      const ids = await this.#signaling.listPeers(session && { signal: session.signal });
      callback?.(ids);
      return ids;
    } catch (cause) {
      const error = toPeerError(cause, 'server-error');
      if (!this.#destroyed) this.#emitError(error);
      throw error;
    }
  }
}
