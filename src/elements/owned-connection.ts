import type { IncomingTransfer, OutgoingTransfer } from '../engine/index.js';
import type { PeerError } from '../errors.js';
import { Subscription, asPeerError, type EngineConnection } from './engine-port.js';
import { takeEarlyMessages, tellPastEnd, watchOpening } from './foreign-engine.js';

/** What a channel hears of the connection it owns. After {@link OwnedConnection.disown} only of its transfers' end. */
export interface ConnectionOwner {
  connectionOpened(): void;
  /** The path to the remote is lost, and looked for. */
  connectionInterrupted(): void;
  /** It is back. */
  connectionResumed(): void;
  connectionData(data: unknown): void;
  connectionFailed(error: PeerError): void;
  /** The remote offers a transfer. */
  transferOffered(transfer: IncomingTransfer): void;
  /** More of a transfer has been transferred, or it has ended. */
  transferProgressed(transfer: IncomingTransfer | OutgoingTransfer): void;
  /** It has ended by itself; it is disowned already. */
  connectionEnded(reason: string, unconfirmed: number): void;
  /** Another channel has been given it. */
  connectionMoved(): void;
}

/** A connection has one owner: giving it to another channel moves it. */
const owned = new WeakMap<EngineConnection, OwnedConnection>();

/** Ends of a transfer that somebody has decided. Any other is a fault that concerns the channel. */
const DECIDED: readonly string[] = ['transfer-aborted', 'refused'];

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
      transfer: (transfer: IncomingTransfer) => this.#owner.transferOffered(transfer),
      interrupted: () => this.#owner.connectionInterrupted(),
      resumed: () => this.#owner.connectionResumed(),
      close: (reason?: unknown, unconfirmed?: unknown) =>
        this.#ended(typeof reason === 'string' ? reason : 'remote', typeof unconfirmed === 'number' ? unconfirmed : 0),
      error: (error: unknown) => this.#failed(asPeerError(error, 'webrtc')),
    });
    this.#stopWatching = watchOpening(connection, (error) => this.#late(error));
    if (answer && this.incoming) connection.answer?.();
    if (connection.open) this.#opened();
    else tellPastEnd(connection, (reason) => this.#ended(reason));
    for (const data of takeEarlyMessages(connection)) this.#owner.connectionData(data);
  }

  /** Tells how a transfer of the connection fares: whichever channel has the connection by then. */
  watch(transfer: IncomingTransfer | OutgoingTransfer): void {
    watchTransfer(transfer, () => (owned.get(this.connection) ?? this).#owner);
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
    if (this.connection.interrupted) this.#owner.connectionInterrupted();
  }

  #ended(reason: string, unconfirmed = 0): void {
    if (this.disown()) this.#owner.connectionEnded(reason, unconfirmed);
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
    this.#owner.connectionEnded(reason, 0);
  }
}

/** Tells how a transfer fares, until its end. */
export function watchTransfer(
  transfer: IncomingTransfer | OutgoingTransfer,
  owner: () => Pick<ConnectionOwner, 'connectionFailed' | 'transferProgressed'>,
): void {
  transfer.on('progress', () => {
    // The last one comes with the end.
    if (transfer.state === 'active') owner().transferProgressed(transfer);
  });
  transfer.on('error', (error) => {
    if (!DECIDED.includes(error.type)) owner().connectionFailed(error);
  });
  transfer.on('close', () => owner().transferProgressed(transfer));
}
