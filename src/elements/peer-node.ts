import type { PropertyValues } from '@lit/reactive-element';
import type { IceServersOption, PeerOptions } from '../engine/index.js';
import { PeerError, toPeerError } from '../errors.js';
import type { EngineConstructor, EnginePeer } from './engine-port.js';
import { EngineStart } from './engine-start.js';
import { PeerErrorEvent, type PeerNodeState } from './events.js';
import { listPeers, unavailablePeer } from './foreign-engine.js';
import { announceNode, withdrawNode } from './node-registry.js';
import { tellNodeState } from './node-state-events.js';
import type { ChannelSettings, PeerChannel } from './peer-channel.js';
import { PeerElement } from './peer-element.js';
import { RunningEngine } from './running-engine.js';
import { fromBoolean, fromJson, fromJsonText, sameSetting } from './settings.js';

/** Settings of which a change makes a new engine instance. */
const SETTINGS = ['peerId', 'server', 'options', 'config', 'iceServers', 'engine', 'peer'] as const;

/**
 * Who I am on the peer-to-peer network: an id at a signaling server, under which others call me and from which the
 * channels inside this element call others.
 *
 * It starts by itself when it is in a page, and ends when it is taken out. Moving it ends nothing. Two settings changed in
 * one tick make one new start; while it runs, a changed setting starts it anew, and its connections close.
 *
 * @tag peer-node
 *
 * @attr {string} peer-id - The id to ask for. Without it the server assigns one.
 * @attr {string} server - Where the PeerServer is: `/peerjs`, `https://peers.example:9000/app?key=…`. Resolved against the page. Default: the public PeerJS cloud.
 * @attr {object} options - Any other engine option as JSON: `{"debug": 2, "connectTimeout": 10000}`.
 * @attr {object} config - The browser's `RTCConfiguration` as JSON, such as `{"iceTransportPolicy": "relay"}`.
 * @attr {array} ice-servers - The ICE servers as JSON: short for `config.iceServers`.
 * @attr {boolean} keep-id - The id, an assigned one too, survives a reload of the tab. No other tab or node uses it meanwhile.
 * @attr {boolean} manual - Start only on `open()` or `--open`.
 * @attr {boolean} relay - Send what one channel receives on to the other open ones; a message with files stays here.
 * @attr {'idle'|'connecting'|'open'|'disconnected'|'closed'} state - Read-only. Where the node is on its way to others; also as `:state(…)`.
 * @attr {string} error - Read-only. The type of the error that concerns this node, until the next attempt.
 * @attr {string} current-id - Read-only. The id in force: the one to give to others.
 * @attr {number} open-count - Read-only. How many of its channels are open.
 *
 * @fires {PeerStateEvent} peer-state - The state has changed. Comes before the event that names it.
 * @fires {PeerOpenEvent} peer-open - The server knows this node under `id`. Again after each loss.
 * @fires {PeerConnectionEvent} peer-connection - Somebody calls. `preventDefault()` refuses, `respondWith()` decides later, `take()` takes over.
 * @fires {PeerDisconnectedEvent} peer-disconnected - The server is lost; open channels live on, and the node returns by itself.
 * @fires {PeerCloseEvent} peer-close - The node has ended, by the page or by an error.
 * @fires {PeerErrorEvent} peer-error - Something went wrong that concerns this node: `error.type` names it.
 *
 * @cssstate idle - The node has not started.
 * @cssstate connecting - It is on the way to the server.
 * @cssstate open - The server knows it: it can call and be called.
 * @cssstate disconnected - The server is lost, and returned to; or it was left.
 * @cssstate closed - It has ended, by the page or by an error.
 *
 * @command --open - Starts the node, where it is `manual` or has ended; returns to a lost server.
 * @command --close - Ends the node and the connections of its channels.
 * @command --disconnect - Leaves the server; open channels live on.
 * @command --reconnect - Returns to the server under the same id.
 */
export class PeerNode extends PeerElement<PeerNodeState> {
  /** @internal */
  static override properties = {
    peerId: { attribute: 'peer-id' },
    server: {},
    options: { converter: fromJson },
    config: { converter: fromJson },
    iceServers: { attribute: 'ice-servers', converter: fromJson },
    keepId: { attribute: 'keep-id', converter: fromBoolean },
    manual: { converter: fromBoolean },
    relay: { converter: fromBoolean },
    engine: { attribute: false },
    peer: { attribute: false, noAccessor: true },
  };

  protected static override readonly readOnlyAttributes = ['current-id', 'open-count'];
  protected static override readonly jsonAttributes = { options: 'options', config: 'config', 'ice-servers': 'iceServers' };

  /** The id to ask for. Without it the server assigns one. @attr peer-id */
  declare peerId: string | null | undefined;
  /** Where the PeerServer is, as a URL that is resolved against the page. Default: the public PeerJS cloud. */
  declare server: string | null | undefined;
  /**
   * Keeps id and token for this tab, in `sessionStorage`. Set while it runs, it keeps what is in force; removed, it forgets
   * what is kept, and the node goes on as it is. It does nothing for an adopted `peer`, and where storage is denied.
   * @attr keep-id
   */
  declare keepId: boolean;
  /** Start only on `open()` or `--open`. */
  declare manual: boolean;
  /** Send what one channel receives on to the other open ones, where the page has `peer-elements/define`. */
  declare relay: boolean;
  /** The class to use instead of this project's `Peer`: the one of the npm package `peerjs`, say. */
  declare engine: EngineConstructor | null | undefined;

  #options: PeerOptions | null | undefined;
  #config: RTCConfiguration | null | undefined;
  #iceServers: IceServersOption | null | undefined;
  readonly #channels = new Set<PeerChannel>();
  /** An engine instance given by the page, which this element never closes. */
  #adopted: EnginePeer | undefined;
  #currentId: string | null = null;
  #openCount = 0;
  #begun = false;
  /** A changed setting ends it and starts it anew: channels are told of the new start only. */
  #restarting = false;
  /** What each of SETTINGS was at the last start. */
  #startedWith: readonly unknown[] = [];
  readonly #running = new RunningEngine(this, {
    opened: (id) => this.#opened(id),
    entered: (state) => this.#enter(state),
    failed: (error) => this.#failed(error),
    ended: () => this.#end(),
  });
  readonly #starting = new EngineStart(this, {
    waits: () => this.#enter('connecting'),
    made: (peer) => this.#running.attach(peer, true),
    drop: () => {
      if (this.state !== 'connecting') return false;
      this.#running.detach()?.destroy();
      return true;
    },
    failed: (cause) => this.#failStart(cause),
    paused: () => {
      this.#paused = this.state === 'open';
      if (this.#paused) this.disconnect();
    },
    resumed: () => {
      if (this.#paused) this.reconnect();
    },
    lost: () => this.#restart(),
  });
  /** It has left the server because the page was put aside. */
  #paused = false;

  constructor() {
    super('idle');
    this.keepId = this.manual = this.relay = false;
  }

  /** Registers the element, once: under a name that is taken it does nothing. */
  static define(tag = 'peer-node', registry: CustomElementRegistry = customElements): void {
    if (!registry.get(tag)) registry.define(tag, this);
  }

  /** Any other engine option: `{ debug: 2, connectTimeout: 10_000 }`. JSON text is read, as in the attribute. */
  get options(): PeerOptions | null | undefined {
    return this.#options;
  }
  set options(value: PeerOptions | null | undefined) {
    this.#options = fromJsonText(value);
  }

  /** The browser's `RTCConfiguration`, for all connections of this node. JSON text is read, as in the attribute. */
  get config(): RTCConfiguration | null | undefined {
    return this.#config;
  }
  set config(value: RTCConfiguration | null | undefined) {
    this.#config = fromJsonText(value);
  }

  /**
   * Short for `config.iceServers`; may be a function, asked for every connection. JSON text is read, as in the attribute.
   * @attr ice-servers
   */
  get iceServers(): IceServersOption | null | undefined {
    return this.#iceServers;
  }
  set iceServers(value: IceServersOption | null | undefined) {
    this.#iceServers = fromJsonText(value);
  }

  /** The id in force, or null: the one to give to others. */
  get currentId(): string | null {
    return this.#currentId;
  }

  /** How many of its channels are open. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Its channels: those inside it, and those elsewhere that name it. */
  get channels(): PeerChannel[] {
    return [...this.#channels];
  }

  /**
   * The live engine instance, or null. Set it to adopt one of your own: the element then listens to it and never closes
   * it, its settings mean nothing, and connections that no channel takes are left to you. Null gives it back.
   */
  get peer(): EnginePeer | null {
    return this.#running.peer ?? this.#adopted ?? null;
  }

  set peer(peer: EnginePeer | null | undefined) {
    const old = this.#adopted;
    this.#adopted = peer ?? undefined;
    // The getter gives what runs, so a change cannot be told by it.
    this.requestUpdate('peer', old, { hasChanged: () => true });
  }

  /** Starts, or starts again after an end; returns to a lost server. Nothing happens while it is open or on the way. */
  open(): void {
    if (this.state === 'disconnected') this.reconnect();
    else if (this.state === 'idle' || this.state === 'closed') this.#start();
  }

  /**
   * Calls a remote peer: makes a `<peer-channel>`, puts it at the end of this element and returns it. It is the page's to
   * remove.
   *
   * @typeParam Data What its messages are: `node.connect<Move>(id)`.
   */
  connect<Data = unknown>(id: string, settings: ChannelSettings = {}): PeerChannel<Data> {
    const channel = this.ownerDocument.createElement('peer-channel');
    Object.assign(channel, settings, { to: id });
    this.append(channel);
    return channel as PeerChannel<Data>;
  }

  /** Leaves the signaling server; open channels live on. It is not returned to by itself. */
  disconnect(): void {
    this.#running.peer?.disconnect();
  }

  /** Returns to the signaling server under the same id: at once, where it was lost. */
  reconnect(): void {
    if (!this.#running.peer || this.state !== 'disconnected') return;
    this.setError(null);
    this.#running.peer.reconnect();
    this.#enter('connecting');
  }

  /** Ends this node and the connections of its channels. `open()` starts it again. */
  close(): void {
    if (this.#running.peer || this.state === 'connecting') this.#end();
  }

  /** The ids of all peers at the server, where it tells. Rejects with a `PeerError` where it does not. */
  listPeers(): Promise<string[]> {
    if (this.#running.peer) return listPeers(this.#running.peer);
    return Promise.reject(new PeerError('disconnected', 'This node is not open. Call listPeers() after "peer-open".'));
  }

  /** @internal */
  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === 'id' && this.isConnected) announceNode(this);
  }

  /** @internal */
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'id'];
  }

  /** Tells of an error that concerns this node. @internal */
  fail(error: PeerError): void {
    this.setError(error);
    this.dispatchEvent(new PeerErrorEvent('peer-error', error));
  }

  /** @internal */
  addChannel(channel: PeerChannel): void {
    this.#channels.add(channel);
    this.channelChanged();
  }

  /** @internal */
  removeChannel(channel: PeerChannel): void {
    this.#channels.delete(channel);
    this.channelChanged();
  }

  /** A channel has another state. @internal */
  channelChanged(): void {
    const count = this.channels.filter((channel) => channel.isOpen).length;
    this.#openCount = count;
    this.show('open-count', count);
  }

  protected override arrived(): void {
    this.show('open-count', this.#openCount);
    announceNode(this);
    if (this.#begun && !this.#running.peer && !this.manual) this.#start();
  }

  protected override left(): void {
    withdrawNode(this);
    this.close();
    this.#starting.identity.leave();
  }

  protected override updated(changed: PropertyValues): void {
    const first = !this.#begun;
    this.#begun = true;
    if (!this.isConnected) return;
    const wasRunning = this.#running.peer !== undefined || this.state === 'connecting';
    const restart = SETTINGS.some((name, at) => {
      // What is set before `open()` comes here after it, and is what the engine has been given already.
      const before: unknown = wasRunning ? this.#startedWith[at] : changed.get(name);
      return changed.has(name) && !sameSetting(before, this.#setting(name));
    });
    if (restart && wasRunning) this.#restart();
    else if ((first || restart || changed.has('manual')) && !this.#running.peer && (!this.manual || this.#adopted)) this.#start();
    else if (changed.has('keepId') && !this.keepId) this.#starting.identity.forget();
    else if (changed.has('keepId')) this.#keepIdentity();
  }

  #keepIdentity(): void {
    if (this.#running.isOwned && this.#currentId) void this.#starting.identity.opened(this.#currentId, this.#running.peer?.options?.token);
  }

  #restart(): void {
    this.#restarting = true;
    this.#end();
    this.#restarting = false;
    this.#start();
    if (this.state === 'closed') this.#tellChannels();
  }

  #setting(name: (typeof SETTINGS)[number]): unknown {
    return name === 'peer' ? this.#adopted : this[name];
  }

  #start(): void {
    if (this.#running.peer) return;
    this.setError(null);
    this.#startedWith = SETTINGS.map((name) => this.#setting(name));
    if (this.#adopted) this.#running.attach(this.#adopted, false);
    else this.#starting.begin();
  }

  #failStart(cause: unknown): void {
    const error = toPeerError(cause, 'invalid-setting', 'The engine cannot start: ');
    console.warn('<peer-node>', error.message);
    this.#starting.end();
    this.fail(error);
    this.#enter('closed');
  }

  #opened(id: string): void {
    this.#currentId = id;
    this.show('current-id', id);
    this.#keepIdentity();
    this.setError(null);
    this.#enter('open');
  }

  /** Ends what was started. What the page adopted lives on. */
  #end(): void {
    this.#starting.end();
    const peer = this.#running.detach();
    for (const channel of this.channels) channel.nodeEnded();
    peer?.destroy();
    this.#currentId = null;
    this.show('current-id', null);
    this.#enter('closed');
  }

  #failed(error: PeerError): void {
    if (this.#running.isOwned && this.#starting.identity.retries(error)) return;
    const absent = unavailablePeer(error);
    if (absent === undefined) return this.fail(error);
    // It concerns channels, and this project's engine has told their connections.
    for (const channel of this.channels) channel.remoteAbsent(absent, error);
  }

  #enter(state: PeerNodeState): void {
    const oldState = this.enter(state);
    if (oldState === undefined || !tellNodeState(this, state, oldState)) return;
    if (!this.#restarting) this.#tellChannels();
  }

  #tellChannels(): void {
    for (const channel of this.channels) channel.nodeChanged();
  }
}
