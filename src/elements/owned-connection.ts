import type { PeerError } from '../errors.js';
import { Subscription, asPeerError, type EngineConnection } from './engine-port.js';
import { takeEarlyMessages, tellPastEnd, watchOpening } from './foreign-engine.js';

/** What a channel hears of the connection it owns. Nothing after {@link OwnedConnection.disown}. */
export interface ConnectionOwner {
  connectionOpened(): void;
  connectionData(data: unknown): void;
  connectionFailed(error: PeerError): void;
  /** It has ended by itself; it is disowned already. */
  connectionEnded(reason: string): void;
  /** Another channel has been given it. */
  connectionMoved(): void;
}

/** A connection has one owner: giving it to another channel moves it. */
const owned = new WeakMap<EngineConnection, OwnedConnection>();

/** An engine's connection in the hands of a channel: listened to, and let go of once. */
export class OwnedConnection {
  readonly connection: EngineConnection;
  /** The remote opened it. */
  readonly incoming: boolean;
  readonly #owner: ConnectionOwner;
  #subscription: Subscription | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(connection: EngineConnection, incoming: boolean, owner: ConnectionOwner) {
    this.connection = connection;
    this.incoming = incoming;
    this.#owner = owner;
  }

  /** Begins to listen, and tells what has happened already. */
  start(answer: boolean): void {
    const { connection } = this;
    const previous = owned.get(connection);
    if (previous?.disown()) previous.#owner.connectionMoved();
    owned.set(connection, this);
    this.#subscription = new Subscription(connection, {
      open: () => this.#opened(),
      data: (data: unknown) => this.#owner.connectionData(data),
      close: (reason?: unknown) => this.#ended(typeof reason === 'string' ? reason : 'remote'),
      error: (error: unknown) => this.#failed(asPeerError(error, 'webrtc')),
    });
    this.#stopWatching = watchOpening(connection, (error) => this.#late(error));
    if (answer && this.incoming) connection.answer?.();
    if (connection.open) this.#opened();
    else tellPastEnd(connection, (reason) => this.#ended(reason));
    for (const data of takeEarlyMessages(connection)) this.#owner.connectionData(data);
  }

  /** Lets go without closing. True the first time. */
  disown(): boolean {
    if (!this.#subscription) return false;
    this.#subscription.end();
    this.#stopWatching?.();
    this.#subscription = this.#stopWatching = undefined;
    owned.delete(this.connection);
    return true;
  }

  close(): void {
    if (this.disown()) this.connection.close();
  }

  #opened(): void {
    this.#stopWatching?.();
    this.#owner.connectionOpened();
  }

  #ended(reason: string): void {
    if (this.disown()) this.#owner.connectionEnded(reason);
  }

  #failed(error: PeerError): void {
    this.#owner.connectionFailed(error);
    // PeerJS ends a connection that never opened without a "close".
    if (!this.connection.answer && !this.connection.open) this.#giveUp('failed');
  }

  #late(error: PeerError): void {
    this.#owner.connectionFailed(error);
    this.#giveUp('timeout');
  }

  #giveUp(reason: string): void {
    if (!this.disown()) return;
    this.connection.close();
    this.#owner.connectionEnded(reason);
  }
}
