import { PeerError } from '../../errors.js';
import { FrameType } from '../../wire/index.js';
import type { CloseReason, HealedBy, Invitation } from '../connection-types.js';
import type { DataConnection } from '../data-connection.js';
import { Deferred, RESOLVED } from '../deferred.js';
import { isPause, isWithdrawal, pauseOf } from '../signals.js';
import type { Ticker } from '../ticker.js';
import { Transport, type TransportEnvironment, type TransportObserver, type TransportSignal } from '../transport.js';
import { NATIVE, newNonce, type Announcement, type ReceiveLimits } from './announcement.js';
import { DrainMeter } from './drain-meter.js';
import { Flight } from './flight.js';
import { fingerprintOf, healingPayload, type HealingSignal, type HealingStep } from './healing-signals.js';
import { Healing } from './healing.js';
import type { Hello } from './hello.js';
import type { Opening } from './in-band.js';
import { Multiplexer, type MultiplexerOwner } from './multiplexer.js';
import { ReceiveBudget } from './receive-budget.js';
import type { LinkPath } from './transfer-routes.js';

/** How long a goodbye by way of signaling waits for what the channels still bring, in ms. */
const FAREWELL_WAIT = 1_000;

/** What does not change while a link stands. */
export interface StandingHost {
  readonly nonce: string;
  readonly ticker: Ticker;
  readonly limits: ReceiveLimits;
  readonly sendLimit: number;
  readonly connectTimeout: number;
  readonly resumeTimeout: number;
  readonly keepalive: number;
  announcement(): object;
}

/** What the native side of a link needs of it. */
export interface StandingOwner {
  readonly remoteId: string;
  readonly connectionId: string;
  readonly incoming: boolean;
  readonly remote: Announcement;
  /** The remote's first description. */
  readonly remoteSdp: string;
  readonly host: StandingHost;
  readonly environment: TransportEnvironment;
  readonly connections: ReadonlySet<DataConnection>;
  transport(): Transport;
  /** The link runs on that one from now on. */
  replace(transport: Transport): void;
  say(type: 'OFFER' | 'ANSWER' | 'CANDIDATE', payload: object, wanted: () => boolean): void;
  invited(opening: Opening, channel: RTCDataChannel, invitation: Invitation): void;
  unplaced(connection: DataConnection): void;
  iceState(state: RTCIceConnectionState): void;
  fault(error: PeerError): void;
  interrupted(): void;
  resumed(by: HealedBy): void;
  over(reason: CloseReason, error?: PeerError): void;
}

/** A channel that has closed without a word, and the ping whose answer tells that the link has not. */
interface Doubt {
  readonly multiplexer: Multiplexer;
  readonly ping: number;
  readonly ended: () => void;
}

/** An RTCPeerConnection that may take the link's place. */
interface Prepared {
  readonly transport: Transport;
  multiplexer: Multiplexer | undefined;
}

/** The native side of a link: what multiplexes its connections now, and what gets it back when it is lost. */
export class Standing {
  readonly #owner: StandingOwner;
  readonly #path: LinkPath;
  /** Known to the two pages alone: who says it by way of signaling is the remote. */
  readonly #farewell = newNonce();
  #pause = newNonce();
  #remoteWords: Pick<Hello, 'farewell' | 'pause'> | undefined;
  #dismissedAt: number | undefined;
  #multiplexer: Multiplexer;
  /** From the moment the first channel is open. */
  #healing: Healing | undefined;
  #prepared: Prepared | undefined;
  /** Whether the link runs on another RTCPeerConnection than at first. */
  #moved = false;
  #doubts: Doubt[] = [];
  #awaited: Deferred | undefined;
  #ended = false;

  constructor(connection: RTCPeerConnection, owner: StandingOwner) {
    this.#owner = owner;
    const { maxMessageSize, window } = owner.host.limits;
    this.#path = { meter: new DrainMeter(), flight: new Flight(), budget: new ReceiveBudget(maxMessageSize + window) };
    this.#multiplexer = this.#multiplex(connection, () => this.#stands());
  }

  /** What carries the connections now. */
  get multiplexer(): Multiplexer {
    return this.#multiplexer;
  }

  /** The channel of the OFFER's connection is open. */
  begin(connection: DataConnection, channel: RTCDataChannel): void {
    // The control channel may tell a moment later that it is open, too.
    this.#stands();
    this.#multiplexer.begin(connection, channel);
  }

  /** Whether a goodbye would wait behind what is under way. */
  get busy(): boolean {
    return !this.#path.flight.empty;
  }

  /** What goes into a goodbye by way of signaling. */
  get word(): object {
    return { farewell: this.#farewell };
  }

  /** To be called every other second, and each second while {@link urgent}. */
  tick(now: number): void {
    if (this.#dismissedAt !== undefined && now - this.#dismissedAt >= FAREWELL_WAIT) this.#owner.over('remote');
    else this.#healing?.tick(now);
  }

  /** Whether the ticker should come more often. */
  get urgent(): boolean {
    return Boolean(this.#healing?.interrupted) || this.#doubts.length > 0;
  }

  /** True where the state is looked after here. */
  iceState(state: RTCIceConnectionState): boolean {
    this.#healing?.iceState(state);
    return this.#healing !== undefined;
  }

  /** True where it is not the end. */
  pathFailed(): boolean {
    this.#healing?.lost();
    return this.#healing !== undefined;
  }

  /** True where it is not the end. */
  negotiationFailed(): boolean {
    this.#healing?.failed();
    return this.#healing !== undefined;
  }

  /** A signal of the transport that the link runs on. True where it was about getting the link back. */
  signalled(signal: TransportSignal): boolean {
    return Boolean(this.#healing?.signalled(signal));
  }

  /** @throws PeerError `bad-signal` */
  receive(signal: HealingSignal): void {
    this.#healing?.receive(signal);
  }

  /**
   * A CANDIDATE's payload may say that the remote's page goes, or is put aside. True where it does, and that is looked after here: then
   * whoever says it has to know the word.
   */
  told(payload: unknown): boolean {
    const paused = isPause(payload);
    if (!paused && !isWithdrawal(payload)) return false;
    if (!this.#remoteWords) return paused;
    const { farewell, pause } = (payload as Record<string, Record<string, unknown>>)[NATIVE] ?? {};
    if (paused && pause === this.#remoteWords.pause) this.#healing?.pause();
    if (paused || farewell !== this.#remoteWords.farewell) return true;
    if (this.#healing?.interrupted) this.#owner.over('remote');
    else this.#dismissedAt ??= performance.now();
    return true;
  }

  challenge(): void {
    this.#healing?.challenge();
  }

  absent(): void {
    this.#healing?.absent();
  }

  wake(): void {
    this.#healing?.wake();
  }

  /** This page is put aside. False where the link cannot wait for it. */
  pause(): boolean {
    if (!this.#healing) return false;
    const { connectionId, host } = this.#owner;
    this.#multiplexer.leave(FrameType.Pause);
    // What is under way on the channels may keep it from leaving: close() throws away what SCTP has not sent.
    this.#owner.say('CANDIDATE', pauseOf(connectionId, { ...host.announcement(), pause: this.#pause }), () => true);
    this.#pause = newNonce();
    // Browsers put no page aside that has one open.
    this.#owner.transport().peerConnection?.close();
    this.#healing.sleep();
    return true;
  }

  /**
   * A channel has closed without a word. `ended` is called once the remote answers on the link: then it was the channel alone. Where
   * the link is lost, what was on the channel goes on, on another one.
   */
  doubt(ended: () => void): void {
    if (this.#ended) return;
    if (!this.#healing) return ended();
    if (!this.#multiplexer.associated) return this.#healing.lost();
    this.#doubts.push({ multiplexer: this.#multiplexer, ping: this.#multiplexer.ping(), ended });
  }

  /** Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owner.host.ticker.delete(this);
    this.#healing?.end();
    this.#multiplexer.end();
    this.#doubts = [];
    this.#awaited?.reject(new PeerError('connection-closed', 'The link has ended.'));
  }

  #multiplex(connection: RTCPeerConnection, opened: () => void): Multiplexer {
    const { host, remote, environment, connections } = this.#owner;
    const { limits, sendLimit, connectTimeout } = host;
    const current = <A extends unknown[]>(act: (...given: A) => void) => (...given: A): void => {
      if (this.#multiplexer === made && !this.#ended) act(...given);
    };
    const owner: MultiplexerOwner = {
      ...{ limits, sendLimit, connectTimeout, environment, connections, path: this.#path },
      hello: () => this.#hello,
      multiplexer: () => this.#multiplexer,
      standing: () => this.#whenStanding(),
      doubt: (ended) => this.doubt(ended),
      invited: (opening, channel, invitation) => this.#owner.invited(opening, channel, invitation),
      unplaced: (opening) => this.#owner.unplaced(opening),
      fault: (error) => this.#owner.fault(error),
      opened,
      greeted: current((hello) => this.#greeted(hello)),
      heard: current((ping?: number) => this.#heard(ping)),
      paused: current(() => this.#healing?.pause()),
      lost: current(() => this.#lost()),
      over: current((_reason, error) => this.#owner.over('remote', error)),
    };
    const made: Multiplexer = new Multiplexer(connection, remote, owner);
    return made;
  }

  get #hello(): Hello {
    const connections = [...this.#owner.connections];
    return {
      farewell: this.#farewell,
      pause: this.#pause,
      connections: connections.filter(({ incoming }) => !incoming).map(({ connectionId }) => connectionId),
      transfers: connections.flatMap(({ transfers }) => transfers.outgoing),
    };
  }

  /** The association stands. Idempotent. */
  #stands(): void {
    const { host, remote, remoteId, remoteSdp, incoming } = this.#owner;
    if (this.#healing || this.#ended) return;
    const fingerprint = fingerprintOf(remoteSdp);
    const owner = this.#owner;
    this.#healing = new Healing(
      {
        ...{ remoteId, resumeTimeout: host.resumeTimeout, fingerprint, capable: remote.versions.heal > 0 && fingerprint !== undefined, side: incoming ? 'callee' : 'caller' },
        // A peer that calls itself has one nonce.
        preferred: host.nonce === remote.nonce ? !incoming : host.nonce < remote.nonce,
        transport: () => owner.transport(),
        associated: () => this.#multiplexer.associated,
        ping: () => void this.#multiplexer.ping(),
        say: (content, healing, wanted) => this.#say(content, healing, wanted),
        prepare: (observer) => this.#prepare(observer),
        discard: (transport) => this.#discard(transport),
        adopt: (transport) => this.#adopt(transport),
        interrupted: () => {
          this.#doubts = [];
          this.#awaited ??= new Deferred();
          owner.interrupted();
        },
        resumed: (by) => {
          this.#awaited?.resolve();
          this.#awaited = undefined;
          owner.resumed(by);
        },
        over: (reason, error) => owner.over(reason, error),
      },
      host.keepalive,
    );
    host.ticker.add(this);
  }

  #say(content: TransportSignal | { readonly type: 'REFUSAL' }, healing: HealingStep, wanted: () => boolean): void {
    const type = content.type === 'REFUSAL' ? 'ANSWER' : content.type;
    const { connectionId, host } = this.#owner;
    this.#owner.say(type, healingPayload(connectionId, content, host.announcement(), healing), () => !this.#ended && wanted());
  }

  #prepare(observer: Pick<TransportObserver, 'signal' | 'failed'>): Transport {
    const prepared: Prepared = {
      multiplexer: undefined,
      transport: new Transport(this.#owner.environment, {
        ...observer,
        made: (connection) => {
          prepared.multiplexer = this.#multiplex(connection, () => this.#healing?.stands(prepared.transport));
        },
        channel: (channel) => {
          // It may come before the control channel tells that it is open.
          this.#healing?.stands(prepared.transport);
          prepared.multiplexer?.take(channel);
        },
        iceState: (state) => {
          if (this.#owner.transport() === prepared.transport) this.#owner.iceState(state);
        },
        pathFailed: (error) => {
          if (this.#owner.transport() === prepared.transport) this.pathFailed();
          else observer.failed(error);
        },
        signal: (signal) => {
          if (this.#owner.transport() === prepared.transport) this.signalled(signal);
          else observer.signal(signal);
        },
        failed: (error) => {
          if (this.#owner.transport() === prepared.transport) this.negotiationFailed();
          else observer.failed(error);
        },
        fault: (error) => this.#owner.fault(error),
      }),
    };
    this.#prepared = prepared;
    return prepared.transport;
  }

  #discard(transport: Transport): void {
    if (this.#prepared?.transport === transport) {
      this.#prepared.multiplexer?.end();
      this.#prepared = undefined;
    }
    transport.close();
  }

  #adopt(transport: Transport): void {
    const multiplexer = this.#prepared?.multiplexer;
    if (!multiplexer) return;
    const old = this.#multiplexer;
    this.#multiplexer = multiplexer;
    this.#prepared = undefined;
    this.#moved = true;
    this.#doubts = [];
    this.#owner.replace(transport);
    const connections = [...this.#owner.connections];
    for (const connection of connections) connection.suspend();
    old.end();
    for (const connection of connections) if (connection.open && !connection.incoming) multiplexer.resume(connection);
    for (const connection of connections) connection.transfers.resume();
  }

  #greeted(hello: Hello): void {
    this.#remoteWords = hello;
    if (!this.#moved) return;
    for (const connection of [...this.#owner.connections]) {
      if (connection.incoming && connection.open && !hello.connections.includes(connection.connectionId)) connection.end('remote');
      else connection.transfers.keepIncoming(hello.transfers);
    }
  }

  #heard(ping?: number): void {
    this.#healing?.heard(ping !== undefined);
    if (ping === undefined || this.#doubts.length === 0) return;
    const sure = this.#doubts.filter((doubt) => doubt.multiplexer === this.#multiplexer && doubt.ping <= ping);
    this.#doubts = this.#doubts.filter((doubt) => !sure.includes(doubt));
    for (const { ended } of sure) ended();
  }

  #lost(): void {
    for (const connection of [...this.#owner.connections]) connection.suspend();
    if (this.#owner.connections.size === 0 || !this.#healing) this.#owner.over('remote');
    else this.#healing.lost();
  }

  #whenStanding(): Promise<void> {
    return this.#awaited?.promise ?? RESOLVED;
  }
}
