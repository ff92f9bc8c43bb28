import type { DataConnection, IncomingTransfer, OutgoingTransfer } from '../engine/index.js';
import type { PeerError } from '../errors.js';
import type { EngineConnection } from './engine-port.js';

/**
 * The events of the elements. Each is a class with readonly fields; all bubble and cross shadow roots, so that a page can
 * listen once, on the node, the body or the document.
 */

const BUBBLES: EventInit = { bubbles: true, composed: true };

/**
 * - `idle`: not started. `connecting`: on the way to the signaling server. `open`: known there under `currentId`.
 * - `disconnected`: the signaling server is lost; open channels live on. `closed`: ended, by the page or by an error.
 */
export type PeerNodeState = 'idle' | 'connecting' | 'open' | 'disconnected' | 'closed';

/**
 * - `idle`: nobody to call, or told to wait. `waiting`: listens for someone to call. `connecting`, `open`: as they say.
 * - `interrupted`: the network is lost, and the connection recovers. `closed`: ended; `error` says why where it is one.
 */
export type PeerChannelState = 'idle' | 'waiting' | 'connecting' | 'open' | 'interrupted' | 'closed';

/** A node has gone from one state to another. Comes before the event that names the new state. */
export class PeerStateEvent extends Event {
  /** The one that it has now. */
  readonly state: PeerNodeState;
  /** The one that it had before. */
  readonly oldState: PeerNodeState;

  constructor(type: 'peer-state', state: PeerNodeState, oldState: PeerNodeState) {
    super(type, BUBBLES);
    this.state = state;
    this.oldState = oldState;
  }
}

/** A node is known to the signaling server. */
export class PeerOpenEvent extends Event {
  /** The id in force: the one to give to others. */
  readonly id: string;

  constructor(type: 'peer-open', id: string) {
    super(type, BUBBLES);
    this.id = id;
  }
}

/** A node has lost its signaling server; its open channels live on. */
export class PeerDisconnectedEvent extends Event {
  constructor(type: 'peer-disconnected') {
    super(type, BUBBLES);
  }
}

/** A node has ended. */
export class PeerCloseEvent extends Event {
  constructor(type: 'peer-close') {
    super(type, BUBBLES);
  }
}

/** Something went wrong that concerns a node. */
export class PeerErrorEvent extends Event {
  /** Its `type` is stable; its message says what to do. */
  readonly error: PeerError;

  constructor(type: 'peer-error', error: PeerError) {
    super(type, BUBBLES);
    this.error = error;
  }
}

/**
 * A remote peer calls. Fired before the connection goes to a channel; a listener may
 *
 * - call `preventDefault()`: the connection is refused,
 * - call {@link respondWith}: the decision comes later,
 * - call {@link take}: the connection is the page's.
 */
export class PeerConnectionEvent extends Event {
  /** The engine's connection, not answered yet: a `DataConnection`, or what another engine has in its place. */
  readonly connection: DataConnection;
  /** Who calls. Whether the id is true is up to the signaling server. */
  readonly remoteId: string;
  /** The caller's label, or an empty string. */
  readonly label: string;
  /** What the caller sent along: anything, and as trustworthy as the caller. */
  readonly metadata: unknown;
  #taken = false;
  #response: Promise<unknown> | undefined;

  constructor(type: 'peer-connection', connection: EngineConnection, label: string) {
    super(type, { ...BUBBLES, cancelable: true });
    this.connection = connection as unknown as DataConnection;
    this.remoteId = connection.peer;
    this.label = label;
    this.metadata = connection.metadata;
  }

  /** Whether a listener has taken the connection. */
  get taken(): boolean {
    return this.#taken;
  }

  /** What a listener has promised to decide. */
  get response(): Promise<unknown> | undefined {
    return this.#response;
  }

  /**
   * Decides later, within the engine's `connectTimeout`. Resolve to `false` to refuse, to a `<peer-channel>` to give it the
   * connection, to anything else to let the usual rules find a channel. A rejection refuses.
   * @throws DOMException `InvalidStateError` after the event has been dispatched.
   */
  respondWith(response: unknown): void {
    this.#assertDispatching('respondWith');
    this.#response = Promise.resolve(response);
  }

  /**
   * Hands the connection to the page, unanswered. It is answered when a `<peer-channel>` gets it as its `connection`
   * property, or by `connection.answer()`; no message is lost until then. Unclaimed it closes itself after the engine's
   * `connectTimeout`.
   * @typeParam Data What its messages are: the page's word for it, which nobody checks.
   * @throws DOMException `InvalidStateError` after the event has been dispatched.
   */
  take<Data = unknown>(): DataConnection<Data> {
    this.#assertDispatching('take');
    this.#taken = true;
    return this.connection as DataConnection<Data>;
  }

  #assertDispatching(method: string): void {
    if (this.eventPhase !== Event.NONE) return;
    throw new DOMException(`${method}() has to be called while "peer-connection" is being dispatched.`, 'InvalidStateError');
  }
}

/** A channel has gone from one state to another. Comes before the event that names the new state. */
export class ChannelStateEvent extends Event {
  /** The one that it has now. */
  readonly state: PeerChannelState;
  /** The one that it had before. */
  readonly oldState: PeerChannelState;

  constructor(type: 'channel-state', state: PeerChannelState, oldState: PeerChannelState) {
    super(type, BUBBLES);
    this.state = state;
    this.oldState = oldState;
  }
}

/** A channel can send, and receives. */
export class ChannelOpenEvent extends Event {
  /** Who is at the other end. */
  readonly remoteId: string;

  constructor(type: 'channel-open', remoteId: string) {
    super(type, BUBBLES);
    this.remoteId = remoteId;
  }
}

/** A message has come. Its type is the page's word for it (`PeerChannel<Data>`), and nobody checks it. */
export class ChannelDataEvent<Data = unknown> extends Event {
  /** The message as it was sent; binary data is an ArrayBuffer. From outside: never use it as markup. */
  readonly data: Data;

  constructor(type: 'channel-data', data: Data) {
    super(type, BUBBLES);
    this.data = data;
  }
}

/**
 * The remote sends a file, or bytes as they come. Nothing of it flows before the page takes it by `transfer.blob()` or
 * `transfer.readable`; `transfer.abort()` declines it. One that nobody takes stays pending until the connection ends.
 */
export class ChannelTransferEvent extends Event {
  /** Name, type and size are the sender's word. From outside: never use them as markup, or the type without a look at it. */
  readonly transfer: IncomingTransfer;

  constructor(type: 'channel-transfer', transfer: IncomingTransfer) {
    super(type, BUBBLES);
    this.transfer = transfer;
  }
}

/** More of a transfer has arrived at the receiver's page, or it has ended: `transfer.state` is `complete` or `aborted` then. */
export class ChannelProgressEvent extends Event {
  /** One that the page has sent or was told of by `channel-transfer`: always the same object. */
  readonly transfer: IncomingTransfer | OutgoingTransfer;

  constructor(type: 'channel-progress', transfer: IncomingTransfer | OutgoingTransfer) {
    super(type, BUBBLES);
    this.transfer = transfer;
  }
}

/** A channel's connection has ended. */
export class ChannelCloseEvent extends Event {
  /** The engine's reason: `local`, `remote`, `refused`, `unavailable`, `timeout`, `failed`, `replaced` or `destroyed`. */
  readonly reason: string;
  /** Who was at the other end; an empty string where nobody was called yet. */
  readonly remoteId: string;

  /** Messages of which it is not sure that the remote's page has had them. */
  readonly unconfirmed: number;
  readonly #connection: Pick<EngineConnection, 'takeUnconfirmed'> | undefined;

  constructor(type: 'channel-close', reason: string, remoteId: string, unconfirmed = 0, connection?: EngineConnection) {
    super(type, BUBBLES);
    this.reason = reason;
    this.remoteId = remoteId;
    this.unconfirmed = unconfirmed;
    this.#connection = connection;
  }

  /**
   * Those messages, to be sent again: in order, as they would have arrived, of a connection between two peers of this project's
   * engine that this page has not closed itself; else none. One or the other may have arrived.
   */
  async takeUnconfirmed(): Promise<unknown[]> {
    return (await this.#connection?.takeUnconfirmed?.()) ?? [];
  }
}

/** Something went wrong that concerns one channel. */
export class ChannelErrorEvent extends Event {
  /** Its `type` is stable; its message says what to do. */
  readonly error: PeerError;

  constructor(type: 'channel-error', error: PeerError) {
    super(type, BUBBLES);
    this.error = error;
  }
}

/** An invitation's address is in the clipboard. */
export class InviteCopyEvent extends Event {
  /** The whole address, the node's id in it. */
  readonly url: string;

  constructor(type: 'invite-copy', url: string) {
    super(type, BUBBLES);
    this.url = url;
  }
}

/** An invitation's address has been given to what the person chose to share it with. */
export class InviteShareEvent extends Event {
  /** The whole address, the node's id in it. */
  readonly url: string;

  constructor(type: 'invite-share', url: string) {
    super(type, BUBBLES);
    this.url = url;
  }
}

/** An invitation's address could not be copied or shared. */
export class InviteErrorEvent extends Event {
  /** `no-node`, `disconnected` or `invalid-setting` where there is no address; `not-allowed` where the browser refused. */
  readonly error: PeerError;

  constructor(type: 'invite-error', error: PeerError) {
    super(type, BUBBLES);
    this.error = error;
  }
}

/** The events of `<peer-node>`, by name. Those of the channels inside it pass by as well. */
export interface PeerNodeEventMap {
  'peer-state': PeerStateEvent;
  'peer-open': PeerOpenEvent;
  'peer-connection': PeerConnectionEvent;
  'peer-disconnected': PeerDisconnectedEvent;
  'peer-close': PeerCloseEvent;
  'peer-error': PeerErrorEvent;
}

/** The events of `<peer-channel>`, by name. */
export interface PeerChannelEventMap<Data = unknown> {
  'channel-state': ChannelStateEvent;
  'channel-open': ChannelOpenEvent;
  'channel-data': ChannelDataEvent<Data>;
  'channel-transfer': ChannelTransferEvent;
  'channel-progress': ChannelProgressEvent;
  'channel-close': ChannelCloseEvent;
  'channel-error': ChannelErrorEvent;
}

/** The events of `<peer-invite>`, by name. */
export interface PeerInviteEventMap {
  'invite-copy': InviteCopyEvent;
  'invite-share': InviteShareEvent;
  'invite-error': InviteErrorEvent;
}

declare global {
  // They bubble, so any element, the document and the window can be listened to.
  interface GlobalEventHandlersEventMap extends PeerNodeEventMap, PeerChannelEventMap, PeerInviteEventMap {}
}
