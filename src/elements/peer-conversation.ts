import { handled } from '../engine/deferred.js';
import type { IncomingTransfer, OutgoingTransfer, Profile, TransferOptions } from '../engine/index.js';
import { PeerError, type EngineErrorType } from '../errors.js';
import { asPeerError, type EngineConnection } from './engine-port.js';
import {
  ChannelCloseEvent,
  ChannelDataEvent,
  ChannelErrorEvent,
  ChannelOpenEvent,
  ChannelProgressEvent,
  ChannelStateEvent,
  ChannelTransferEvent,
  type PeerChannelEventMap,
  type PeerChannelState,
} from './events.js';
import { flush, readable, send, writable } from './foreign-engine.js';
import { hypertext } from './hypertext-port.js';
import { holdToLimit } from './incoming-limit.js';
import { refusedTransfer, startTransfer, type TransferSource } from './outgoing-transfers.js';
import { OwnedConnection, watchTransfer, type ConnectionOwner } from './owned-connection.js';
import { PeerElement } from './peer-element.js';
import { given } from './settings.js';

/**
 * The conversation that a channel has: the connection it owns now, what the page hears of it, and what it can do with it.
 * With whom, and when the next one begins, is the channel's business.
 */
export abstract class PeerConversation<Data = unknown> extends PeerElement<PeerChannelState> {
  protected static override readonly readOnlyAttributes: readonly string[] = ['incoming', 'profile', 'remote-id'];

  /** Over how many RTCPeerConnections a transfer goes, from 1 to 8. */
  abstract lanes: number | null | undefined;
  /** Most bytes of an incoming transfer. */
  abstract maxBytes: number | null | undefined;

  #owned: OwnedConnection | undefined;

  /** True where the remote opened the connection. */
  get incoming(): boolean {
    return this.#owned?.incoming ?? false;
  }

  /** While open what the connection speaks: `native` with a remote of this engine, PeerJS's protocol otherwise. Else null. */
  get profile(): Profile | null {
    return this.isOpen ? (this.current?.profile ?? 'compatible') : null;
  }

  /** Who is at the other end, or null. */
  get remoteId(): string | null {
    return this.current?.peer ?? null;
  }

  /** How many bytes have yet to leave this page. */
  get bufferedAmount(): number {
    return this.current?.bufferedAmount ?? this.current?.dataChannel?.bufferedAmount ?? 0;
  }

  /** The messages of the current connection as a stream, or null where there is none. */
  get readable(): ReadableStream<Data> | null {
    return this.current ? (readable(this.current) as ReadableStream<Data>) : null;
  }

  /** A stream whose writes are messages of the current connection, or null where there is none. */
  get writable(): WritableStream<Data> | null {
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
  send(data: Data): Promise<void> {
    const connection = this.current;
    if (connection && this.isOpen) {
      const sent = send(connection, data);
      // This project's engine tells of every failed send by an event of its own.
      if (!connection.answer) sent.catch((error: unknown) => this.fail(asPeerError(error, 'invalid-data')));
      return sent;
    }
    const error = this.#notOpen();
    this.fail(error);
    return handled(Promise.reject(error));
  }

  /**
   * Sends a file, or bytes as they come, beside the messages: those are not delayed by it. A File is read slice by slice and
   * never held whole. The remote has `channel-transfer`, and nothing flows before its page takes it; `channel-progress` tells
   * on both sides how it goes. A remote or an engine without transfers gets a message `{ name, type, size, data }`, whose
   * `data` is an ArrayBuffer there; that has no progress, and there is none for a stream.
   *
   * Never throws: a transfer that cannot be is aborted in a microtask, and `channel-error` says why.
   *
   * @param options `lanes`: default is the attribute's.
   */
  transfer(source: TransferSource, options?: TransferOptions | null): OutgoingTransfer {
    const settings = { ...options, lanes: given(options?.lanes) ?? given(this.lanes) ?? 1 };
    const owned = this.isOpen ? this.#owned : undefined;
    if (owned) {
      const transfer = startTransfer(owned.connection, source, settings);
      owned.watch(transfer);
      return transfer;
    }
    const transfer = refusedTransfer(source, this.#notOpen(), settings);
    watchTransfer(transfer, () => this.#hears);
    return transfer;
  }

  /** Resolves when everything sent so far has left this page. Rejects if the connection ends before. It may be ignored. */
  flush(): Promise<void> {
    return this.current ? handled(flush(this.current)) : Promise.resolve();
  }

  /** Tells of an error that concerns this channel. @internal */
  fail(error: PeerError): void {
    this.setError(error);
    this.dispatchEvent(new ChannelErrorEvent('channel-error', error));
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

  protected moveTo(state: PeerChannelState): void {
    const oldState = this.enter(state);
    if (oldState === undefined) return;
    this.show('profile', this.profile);
    this.stateChanged();
    this.dispatchEvent(new ChannelStateEvent('channel-state', state, oldState));
    // One that was interrupted has been open all the time.
    if (state === 'open' && oldState !== 'interrupted' && this.state === 'open') this.dispatchEvent(new ChannelOpenEvent('channel-open', this.remoteId ?? ''));
  }

  readonly #hears: ConnectionOwner = {
    connectionOpened: () => this.moveTo('open'),
    connectionInterrupted: () => {
      if (this.state === 'open') this.moveTo('interrupted');
    },
    connectionResumed: () => {
      if (this.state === 'interrupted') this.moveTo('open');
    },
    connectionData: (data) => this.dispatchEvent(new ChannelDataEvent('channel-data', data)),
    connectionFailed: (error) => {
      // A transfer that was sent as a message fails with the error of that message.
      if (this.error !== error) this.fail(error);
    },
    transferOffered: (transfer) => this.#offered(transfer),
    transferProgressed: (transfer) => this.dispatchEvent(new ChannelProgressEvent('channel-progress', transfer)),
    connectionEnded: (reason, unconfirmed) => {
      this.#closed(reason, unconfirmed);
      if (!this.#owned) this.proceed();
    },
    connectionMoved: () => {
      this.#closed('local');
      if (!this.#owned) this.proceed();
    },
  };

  #offered(transfer: IncomingTransfer): void {
    const problem = holdToLimit(transfer, this.maxBytes);
    if (problem) {
      transfer.fail(problem as PeerError<EngineErrorType>);
      hypertext()?.declined(this, transfer);
      return this.fail(problem);
    }
    this.#owned?.watch(transfer);
    this.dispatchEvent(new ChannelTransferEvent('channel-transfer', transfer));
  }

  #notOpen(): PeerError<EngineErrorType> {
    if (this.state !== 'closed') return new PeerError('not-open-yet', 'This channel is not open yet. Send after "channel-open".');
    return new PeerError('connection-closed', 'This channel is closed. Call connect(), or set "to", and send after "channel-open".');
  }

  #closed(reason: string, unconfirmed = this.current?.unconfirmed ?? 0): void {
    const connection = this.current;
    const remoteId = this.remoteId ?? this.addressee;
    this.#owned = undefined;
    this.#showRemote();
    this.moveTo('closed');
    this.dispatchEvent(new ChannelCloseEvent('channel-close', reason, remoteId, unconfirmed, connection));
  }

  #showRemote(): void {
    this.show('incoming', this.incoming);
    this.show('remote-id', this.remoteId);
  }
}

/** Its own events, with the type of its messages. */
export interface PeerConversation<Data = unknown> {
  addEventListener<K extends keyof ElementEvents<Data>>(
    type: K,
    listener: (this: this, event: ElementEvents<Data>[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof ElementEvents<Data>>(
    type: K,
    listener: (this: this, event: ElementEvents<Data>[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

type ElementEvents<Data> = Omit<HTMLElementEventMap, keyof PeerChannelEventMap> & PeerChannelEventMap<Data>;
