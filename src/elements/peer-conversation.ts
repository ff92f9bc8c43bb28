import { handled } from '../engine/deferred.js';
import { PeerError } from '../errors.js';
import { asPeerError, type EngineConnection } from './engine-port.js';
import {
  ChannelCloseEvent,
  ChannelDataEvent,
  ChannelErrorEvent,
  ChannelOpenEvent,
  ChannelStateEvent,
  type PeerChannelState,
} from './events.js';
import { flush, readable, send, writable } from './foreign-engine.js';
import { OwnedConnection, type ConnectionOwner } from './owned-connection.js';
import { PeerElement } from './peer-element.js';

/**
 * The conversation that a channel has: the connection it owns now, what the page hears of it, and what it can do with it.
 * With whom, and when the next one begins, is the channel's business.
 */
export abstract class PeerConversation extends PeerElement<PeerChannelState> {
  protected static override readonly readOnlyAttributes: readonly string[] = ['incoming', 'profile', 'remote-id'];

  #owned: OwnedConnection | undefined;

  /** True where the remote opened the connection. */
  get incoming(): boolean {
    return this.#owned?.incoming ?? false;
  }

  /** `compatible` while open: what the connection speaks. Null otherwise. */
  get profile(): 'compatible' | null {
    return this.isOpen ? 'compatible' : null;
  }

  /** Who is at the other end, or null. */
  get remoteId(): string | null {
    return this.current?.peer ?? null;
  }

  /** Bytes not yet sent. */
  get bufferedAmount(): number {
    return this.current?.bufferedAmount ?? this.current?.dataChannel?.bufferedAmount ?? 0;
  }

  /** The messages of the current connection as a stream, or null where there is none. */
  get readable(): ReadableStream<unknown> | null {
    return this.current ? readable(this.current) : null;
  }

  /** A stream whose writes are messages of the current connection, or null where there is none. */
  get writable(): WritableStream<unknown> | null {
    return this.current ? writable(this.current) : null;
  }

  /** @internal */
  get isOpen(): boolean {
    return this.state === 'open' || this.state === 'interrupted';
  }

  /**
   * Sends a message. The promise resolves when the channel can take more; it rejects where the message was not taken, and
   * `channel-error` says why. It may be ignored.
   */
  send(data: unknown): Promise<void> {
    const connection = this.current;
    if (connection && this.isOpen) {
      const sent = send(connection, data);
      // This project's engine tells of every failed send by an event of its own.
      if (!connection.answer) sent.catch((error: unknown) => this.fail(asPeerError(error, 'invalid-data')));
      return sent;
    }
    const error =
      this.state === 'closed'
        ? new PeerError('connection-closed', 'This channel is closed. Call connect(), or set "to", and send after "channel-open".')
        : new PeerError('not-open-yet', 'This channel is not open yet. Send after "channel-open".');
    this.fail(error);
    return handled(Promise.reject(error));
  }

  /** Resolves when everything sent so far has left this page. Rejects if the connection ends before. It may be ignored. */
  flush(): Promise<void> {
    return this.current ? handled(flush(this.current)) : Promise.resolve();
  }

  protected get current(): EngineConnection | undefined {
    return this.#owned?.connection;
  }

  /** Who is to be called: named by a conversation that ended before it had a connection. */
  protected abstract get addressee(): string;

  /** The state is another one; the events come after this. */
  protected abstract stateChanged(): void;

  /** There is no connection any more: on to what the settings say. */
  protected abstract proceed(): void;

  /** Owns a connection from now on. */
  protected own(connection: EngineConnection, { incoming, answer }: { incoming: boolean; answer: boolean }): void {
    const owned = (this.#owned = new OwnedConnection(connection, incoming, this.#hears));
    this.setError(null);
    this.#showRemote();
    this.moveTo('connecting');
    // A listener may have changed its mind.
    if (this.#owned === owned) owned.start(answer);
  }

  /** Ends the connection, or the wait for the node to call. False where there was neither. */
  protected drop(reason: string): boolean {
    if (this.release(reason)) return true;
    if (this.state !== 'connecting') return false;
    this.#closed(reason);
    return true;
  }

  /** Closes the connection and forgets it. False where there was none. */
  protected release(reason: string): boolean {
    if (!this.#owned) return false;
    this.#owned.close();
    this.#closed(reason);
    return true;
  }

  protected fail(error: PeerError): void {
    this.setError(error);
    this.dispatchEvent(new ChannelErrorEvent('channel-error', error));
  }

  protected moveTo(state: PeerChannelState): void {
    const oldState = this.enter(state);
    if (oldState === undefined) return;
    this.show('profile', this.profile);
    this.stateChanged();
    this.dispatchEvent(new ChannelStateEvent('channel-state', state, oldState));
    if (state === 'open' && this.state === 'open') this.dispatchEvent(new ChannelOpenEvent('channel-open', this.remoteId ?? ''));
  }

  readonly #hears: ConnectionOwner = {
    connectionOpened: () => this.moveTo('open'),
    connectionData: (data) => this.dispatchEvent(new ChannelDataEvent('channel-data', data)),
    connectionFailed: (error) => this.fail(error),
    connectionEnded: (reason) => {
      this.#closed(reason);
      if (!this.#owned) this.proceed();
    },
    connectionMoved: () => {
      this.#closed('local');
      if (!this.#owned) this.proceed();
    },
  };

  #closed(reason: string): void {
    const remoteId = this.remoteId ?? this.addressee;
    this.#owned = undefined;
    this.#showRemote();
    this.moveTo('closed');
    this.dispatchEvent(new ChannelCloseEvent('channel-close', reason, remoteId));
  }

  #showRemote(): void {
    this.show('incoming', this.incoming);
    this.show('remote-id', this.remoteId);
  }
}
