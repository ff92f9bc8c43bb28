import type { PropertyValues } from '@lit/reactive-element';
import { PeerError } from '../errors.js';
import { CallRetry } from './call-retry.js';
import { callKey } from './channel-call.js';
import { DueCall } from './due-call.js';
import { labelOf, type EngineConnection } from './engine-port.js';
import { refuse } from './foreign-engine.js';
import { NodeMembership } from './node-membership.js';
import { remoteIdFrom, watchAddress } from './page-address.js';
import { PeerConversation } from './peer-conversation.js';
import type { PeerNode } from './peer-node.js';
import { fromBoolean, fromJson, fromNumber, given } from './settings.js';

/** What `node.connect(id, settings)` sets on the channel it makes. */
export type ChannelSettings = Partial<
  Pick<PeerChannel, 'label' | 'metadata' | 'serialization' | 'reliable' | 'listen' | 'manual' | 'retry' | 'lanes' | 'maxBytes'>
>;

/**
 * One conversation with one remote peer.
 *
 * It belongs to the closest `<peer-node>` around it, or to the one that `node` names, and either calls (`to`) or waits to be
 * called (`listen`). It ends when it is taken out of the page; moving it ends nothing. Two settings changed in one tick make
 * one connection.
 *
 * @typeParam Data What its messages are: the page's word for it. What comes is from outside, and nobody checks it.
 *
 * @tag peer-channel
 *
 * @attr {string} to - The remote peer's id. Setting it connects, changing it reconnects, removing it closes. `#name` and `?name` stand for that parameter of the page's fragment or query, and follow it.
 * @attr {string} node - The id of its `<peer-node>`, if not the closest one around it.
 * @attr {boolean} listen - Take an incoming connection whenever there is none and nobody to call.
 * @attr {string} label - Tells several channels between the same two peers apart.
 * @attr {object} metadata - Sent along with the call, as JSON. A change counts from the next call on.
 * @attr {'binary'|'binary-utf8'|'json'|'raw'|'none'|string} serialization - How messages become bytes: `binary` (default) takes everything, `json` what JSON can hold, `raw` texts and bytes; `binary-utf8` and `none` are old names of `binary` and `raw`. Or one of the engine's option `serializers`.
 * @attr {boolean} reliable - PeerJS's option of that name: goes to the remote as given; every channel is reliable and ordered.
 * @attr {boolean} manual - Call, or answer, only on `connect()` or `--connect`.
 * @attr {boolean} retry - Keep calling while `to` is set: after a call that found nobody, timed out or failed, and after the remote has gone, again in 1 s, 2 s, 4 s … up to 30 s. It waits as `closed`, with the `error`; `close()` and a refusal end it.
 * @attr {number} lanes - Over how many RTCPeerConnections `transfer()` sends, from 1 (default) to 8. A change counts from the next transfer on.
 * @attr {number} max-bytes - Most bytes of an incoming transfer; a larger one is declined or ended, with `message-too-big`. Default: no limit. A change counts from the next transfer on.
 * @attr {'idle'|'waiting'|'connecting'|'open'|'interrupted'|'closed'} state - Read-only. How far the conversation is; also as `:state(…)`.
 * @attr {string} error - Read-only. The type of the error that concerns this channel, until the next attempt.
 * @attr {boolean} incoming - Read-only. The remote opened the connection.
 * @attr {'native'|'compatible'} profile - Read-only, while open. `native`: the remote has this engine, too. `compatible`: the connection speaks PeerJS's protocol.
 * @attr {string} remote-id - Read-only. Who is at the other end.
 *
 * @fires {ChannelStateEvent} channel-state - The state has changed. Comes before the event that names it.
 * @fires {ChannelOpenEvent} channel-open - Messages can be sent, to `remoteId`.
 * @fires {ChannelDataEvent} channel-data - A message has come: `data`. It is from outside: never use it as markup.
 * @fires {ChannelTransferEvent} channel-transfer - The remote sends a file. `transfer.blob()` or `transfer.readable` takes it, `transfer.abort()` declines it.
 * @fires {ChannelProgressEvent} channel-progress - More of a transfer has arrived, in either direction, or it has ended.
 * @fires {ChannelCloseEvent} channel-close - The connection has ended, for the `reason` that it says.
 * @fires {ChannelErrorEvent} channel-error - Something went wrong that concerns this channel: `error.type` names it.
 *
 * @cssstate idle - There is nobody to call, or it is to wait for `connect()`.
 * @cssstate waiting - It listens for somebody to call.
 * @cssstate connecting - It is on the way to the remote.
 * @cssstate open - Messages can be sent.
 * @cssstate interrupted - The network is lost, and the connection recovers.
 * @cssstate closed - The conversation has ended; `error` says why, where it is one.
 *
 * @command --connect - Calls, or answers the connection that waits in it.
 * @command --close - Ends the conversation.
 * @command --send - Sends the button's `value`.
 */
export class PeerChannel<Data = unknown> extends PeerConversation<Data> {
  /** @internal */
  static override properties = {
    to: {},
    node: { noAccessor: true },
    listen: { converter: fromBoolean },
    label: {},
    metadata: { converter: fromJson },
    serialization: {},
    reliable: { converter: fromBoolean },
    manual: { converter: fromBoolean },
    retry: { converter: fromBoolean },
    lanes: { converter: fromNumber, useDefault: true },
    maxBytes: { attribute: 'max-bytes', converter: fromNumber },
    connection: { attribute: false, noAccessor: true },
  };

  protected static override readonly jsonAttributes = { metadata: 'metadata' };

  /** The remote peer's id, or `#name` or `?name`: the parameter of the page's address that holds it. */
  declare to: string | null | undefined;
  /** Take an incoming connection whenever there is none and nobody to call. */
  declare listen: boolean;
  /** Tells several channels between the same two peers apart. */
  declare label: string | null | undefined;
  /** Sent along with the call: anything JSON can hold. */
  declare metadata: unknown;
  /** How messages become bytes: `binary` (default), `json`, `raw`, or one of the engine's option `serializers`. */
  declare serialization: string | null | undefined;
  /** PeerJS's option of that name: goes to the remote as given; every channel is reliable and ordered. */
  declare reliable: boolean;
  /** Call, or answer, only on `connect()` or `--connect`. */
  declare manual: boolean;
  /** Keep calling while `to` is set, so that two pages may be opened in any order. A change counts from the next end on. */
  declare retry: boolean;
  /**
   * Over how many RTCPeerConnections `transfer()` sends: a whole number from 1 (default) to 8, else the nearest one. More are
   * faster on a path with delay and loss. A change counts from the next transfer on.
   */
  declare lanes: number | null | undefined;
  /**
   * Most bytes of an incoming transfer. One whose size is larger is declined, and one that turns out larger is ended:
   * `channel-error` with `message-too-big`. A change counts from the next transfer on. Messages have the engine's option
   * `maxMessageSize`. Default: no limit. @attr max-bytes
   */
  declare maxBytes: number | null | undefined;

  readonly #membership = new NodeMembership(this);
  #stopWatchingAddress: (() => void) | undefined;
  /** A connection that the page gave and that has yet to be taken up. */
  #placed: EngineConnection | undefined;
  /** What is or was called last, with all that makes it another call; undefined where nobody is to be called. */
  #call: string | undefined;
  /** The remote for which `connect()` was called on a manual channel. */
  #asked: string | undefined;
  readonly #due = new DueCall(this, {
    placed: (connection) => this.own(connection, { incoming: false, answer: false }),
    waits: () => {
      this.setError(null);
      this.moveTo('connecting');
    },
    rests: () => this.moveTo('idle'),
    failed: (error) => {
      this.fail(error);
      this.moveTo('closed');
    },
  });
  readonly #retry = new CallRetry(this, {
    wanted: () => this.retry && this.isConnected && this.#call !== undefined,
    ready: () => this.#node?.state === 'open',
    call: () => this.#callNow(),
  });

  constructor() {
    super('idle');
    this.listen = this.reliable = this.manual = this.retry = false;
    this.lanes = 1;
  }

  /** Registers the element, once: under a name that is taken it does nothing. */
  static define(tag = 'peer-channel', registry: CustomElementRegistry = customElements): void {
    if (!registry.get(tag)) registry.define(tag, this);
  }

  /** Its node, or null. Takes an id or an element; null gives it back to the closest one. */
  get node(): PeerNode | null {
    return this.#node ?? null;
  }

  set node(node: string | Element | null | undefined) {
    const old = this.#membership.setting;
    this.#membership.setting = given(node);
    // The getter gives the node that was found, so a change cannot be told by it.
    this.requestUpdate('node', old, { hasChanged: () => true });
  }

  /**
   * The engine's connection, or null. Setting one answers and owns it: it closes with this element. Null closes the
   * current one.
   */
  get connection(): EngineConnection | null {
    return this.#placed ?? this.current ?? null;
  }

  set connection(connection: EngineConnection | null | undefined) {
    const old = this.connection;
    if (old === (connection ?? null)) return;
    this.#placed = connection ?? undefined;
    if (!connection) this.close();
    this.requestUpdate('connection', old);
  }

  /** Calls `to`, again or on a manual channel at all; answers the connection that waits in it. */
  connect(): void {
    this.#asked = this.#addressee;
    this.#reconcile();
    if (this.current) {
      if (!this.isOpen && this.incoming) this.current.answer?.();
    } else if (!this.#node) this.fail(new PeerError('no-node', 'This channel has no node: put it inside a <peer-node>, or name one by node="id".'));
    else if (this.#call === undefined) this.fail(new PeerError('invalid-setting', 'There is nobody to call: set "to" to the remote peer\'s id.'));
    else {
      this.#retry.reset();
      this.#callNow();
    }
  }

  /**
   * Ends the connection, or the attempt. A listening channel waits for the next one.
   *
   * @param options `flush: true`: everything sent so far arrives first.
   */
  close(options: { flush?: boolean } = {}): void {
    this.#retry.reset();
    this.#due.cancel();
    this.#asked = undefined;
    if (options.flush && this.current && this.isOpen) this.current.close({ flush: true });
    else this.#hangUp('local');
  }

  /** Whether an incoming connection of that remote and label belongs here. @internal */
  concerns(remoteId: string, label: string): boolean {
    if (this.current) return this.current.peer === remoteId && labelOf(this.current) === label;
    return this.#call !== undefined && this.#remote === remoteId && (given(this.label) ?? '') === label;
  }

  /** Whether it waits for somebody to call under that label. @internal */
  waitsFor(label: string): boolean {
    return this.state === 'waiting' && (given(this.label) ?? '') === label;
  }

  /** Takes an incoming connection in place of what it has; keeps it while it is not in a page. @internal */
  receive(connection: EngineConnection): void {
    if (!this.isConnected) {
      this.connection = connection;
      return;
    }
    this.#findNode();
    const ownCall = this.current && !this.current.open && !this.incoming;
    // Both called at once: both sides let the same call stand.
    if (ownCall && (this.#node?.currentId ?? '') < connection.peer) return refuse(connection);
    this.#due.cancel();
    this.release('replaced');
    this.own(connection, { incoming: true, answer: !this.manual });
  }

  /** The node has ended, perhaps to start again: then whoever is to be called is called again. @internal */
  nodeEnded(): void {
    const told = this.release('destroyed') || this.state === 'closed';
    if (this.#call === undefined) this.#due.cancel();
    else this.#due.order(told ? 'disconnected' : undefined);
    this.#retry.stop();
  }

  /** The node has another state. @internal */
  nodeChanged(): void {
    this.#reconcile();
    this.#retry.hasten();
  }

  /** The engine says that nobody has that id. @internal */
  remoteAbsent(remoteId: string, error: PeerError): void {
    const connection = this.current;
    // This project's engine tells the connection itself.
    if (!connection || connection.answer || connection.open || connection.peer !== remoteId) return;
    this.fail(error);
    this.#hangUp('unavailable');
  }

  protected override arrived(): void {
    this.#membership.watch(() => this.#reconcile());
    this.#stopWatchingAddress ??= watchAddress(() => this.#reconcile());
    if (this.hasUpdated) this.#reconcile();
  }

  protected override left(): void {
    this.close();
    this.#call = undefined;
    this.#membership.leave();
    this.#stopWatchingAddress?.();
    this.#stopWatchingAddress = undefined;
    if (this.state === 'waiting') this.moveTo('idle');
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('retry')) this.#retry.reset();
    this.#reconcile();
  }

  protected override get addressee(): string {
    return this.#addressee ?? '';
  }

  /** Whom `to` names, in itself or by a parameter of the page's address. */
  get #addressee(): string | undefined {
    return remoteIdFrom(given(this.to));
  }

  protected override stateChanged(): void {
    this.#retry.entered(this.state);
    this.#node?.channelChanged();
  }

  get #node(): PeerNode | undefined {
    return this.#membership.node;
  }

  /** Whom to call: nobody where `to` is absent, or the node itself, or the channel waits for `connect()`. */
  get #remote(): string | undefined {
    const to = this.#addressee;
    const own = this.#node && (this.#node.currentId ?? given(this.#node.peerId));
    if (to === undefined || to === own) return undefined;
    return this.manual && this.#asked !== to ? undefined : to;
  }

  /** Brings what is into line with what the settings say. Idempotent. */
  #reconcile(): void {
    if (!this.isConnected || !this.hasUpdated) return;
    this.#findNode();
    const call = callKey(this, this.#remote);
    if (call !== this.#call) {
      this.#call = call;
      this.#retry.reset();
      if (!this.#placed) this.drop('local');
      if (call === undefined) this.#due.cancel();
      else this.#due.order();
    }
    if (this.#placed) this.#takeUp(this.#placed);
    else this.proceed();
  }

  #findNode(): void {
    const node = this.#membership.find();
    if (node === this.#node) return;
    if (this.#node) {
      this.drop('local');
      this.#call = undefined;
    }
    this.#membership.join(node);
  }

  /** Takes up the connection that the page gave. */
  #takeUp(connection: EngineConnection): void {
    this.#placed = undefined;
    this.#due.cancel();
    this.release('replaced');
    this.own(connection, { incoming: connection.incoming ?? true, answer: !this.manual });
  }

  #callNow(): void {
    this.#due.order();
    this.proceed();
  }

  /** Goes on from having no connection: calls, waits or rests. */
  protected override proceed(): void {
    if (this.current) return;
    const node = this.#node;
    if (this.#due.isDue) this.#due.try(node, this.#remote ?? '');
    else if (this.listen && this.#call === undefined && node && node.state !== 'idle' && node.state !== 'closed') this.moveTo('waiting');
    else if (this.state !== 'closed') this.moveTo('idle');
  }

  /** Ends what there is, and goes on to what the settings say. */
  #hangUp(reason: string): void {
    this.drop(reason);
    if (this.isConnected && this.hasUpdated) this.proceed();
  }
}
