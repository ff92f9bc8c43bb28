import { PeerError, type EngineErrorType } from '../errors.js';
import type { IncomingSignal, OutgoingSignal } from '../signaling/index.js';
import { serializerFor } from '../wire/index.js';
import { Admission } from './admission.js';
import { ConnectionTable } from './connection-table.js';
import type { ConnectionHost, ConnectionInit, Invitation } from './connection-types.js';
import { DataConnection } from './data-connection.js';
import { rethrowLater } from './deferred.js';
import { EarlySignals } from './early-signals.js';
import { LinkTable } from './link-table.js';
import type { LinkHost } from './link-types.js';
import { Link } from './link.js';
import { MediaCalls } from './media/calls.js';
import type { MediaConnection } from './media/media-connection.js';
import { isMedia } from './media/signals.js';
import type { CallOptions } from './media/types.js';
import { announcementIn, announcementOf, newNonce, type ReceiveLimits } from './native/announcement.js';
import { healingIn, healingPayload, healingSignal, type HealingStep } from './native/healing-signals.js';
import type { Opening } from './native/in-band.js';
import { DEFAULT_WINDOW } from './native/message-stream.js';
import type { ResolvedPeerOptions } from './options.js';
import type { Peer } from './peer.js';
import { connectionIdOf, parseOffer, withdrawalOf, type OfferedConnection } from './signals.js';
import { Ticker } from './ticker.js';
import type { TransportEnvironment } from './transport.js';

/** For how long after a return to the signaling server the absence of those from before is no proof of an end, in ms. */
const RETURN_GRACE = 15_000;

/** What a switchboard needs of its peer. */
export interface SwitchboardHost {
  readonly provider: Peer;
  readonly options: ResolvedPeerOptions;
  readonly environment: TransportEnvironment;
  /** Sends a signal, if it is still wanted once the signaling server is there. */
  say(signal: OutgoingSignal, wanted: () => boolean): void;
  /** A path was lost: the way to the signaling server may be, too. */
  check(): void;
  /** A remote calls. Answered after this, unless deferred. */
  called(connection: DataConnection): void;
  /** A remote calls with media. False where nobody listens. */
  rung(call: MediaConnection): boolean;
  error(error: PeerError<string>): void;
}

/** Who is connected with whom, and over which link. It takes what remotes signal, and finds a way for those who call. */
export class Switchboard {
  readonly #host: SwitchboardHost;
  readonly #connections = new ConnectionTable();
  readonly #links = new LinkTable();
  readonly #early = new EarlySignals();
  readonly #admission: Admission;
  readonly #nonce = newNonce();
  readonly #limits: ReceiveLimits;
  readonly #linkHost: LinkHost;
  readonly #connectionHost: ConnectionHost;
  readonly #media: MediaCalls;
  /** When the signaling server knew this peer last anew. */
  #registeredAt = 0;

  constructor(host: SwitchboardHost) {
    this.#host = host;
    const { connectTimeout, ringTimeout, resumeTimeout, keepalive, maxMessageSize, sendLimit } = host.options;
    const { logger } = host.environment;
    this.#admission = new Admission({
      limits: host.options,
      connections: () => [...this.#connections.all(), ...this.#media.table.all()],
      links: () => this.#links.all(),
      report: (error) => host.error(error),
    });
    // JSON has no Infinity.
    this.#limits = { window: DEFAULT_WINDOW, maxMessageSize: Math.min(maxMessageSize, Number.MAX_SAFE_INTEGER) };
    const fault = (error: PeerError): void => {
      if (this.#admission.tells()) host.error(error);
    };
    this.#connectionHost = {
      ...{ logger, connectTimeout, maxMessageSize },
      place: (connection) => this.#place(connection),
      forget: (connection) => this.#connections.delete(connection),
    };
    this.#linkHost = {
      ...{ environment: host.environment, logger, limits: this.#limits, sendLimit, connectTimeout, resumeTimeout, keepalive },
      ...{ nonce: this.#nonce, ticker: new Ticker() },
      announcement: (datagrams) => announcementOf(this.#nonce, this.#limits, datagrams),
      signal: (link, type, payload, wanted = () => this.#links.has(link)) => host.say({ type, dst: link.remoteId, payload }, wanted),
      invited: (link, opening, invitation) => this.#invited(link, opening, invitation),
      unplaced: (connection) => {
        if (this.#connections.has(connection) && !connection.open) this.#place(connection);
      },
      fault,
      interrupted: () => host.check(),
      forget: (link) => this.#links.delete(link),
    };
    this.#media = new MediaCalls({
      ...{ provider: host.provider, environment: host.environment, admission: this.#admission, ringTimeout, connectTimeout, fault },
      announcement: () => (this.#native ? announcementOf(this.#nonce, this.#limits) : undefined),
      say: (type, dst, payload, wanted) => host.say({ type, dst, payload }, wanted),
      called: (call) => host.rung(call),
    });
  }

  /** As `peer.connections` gives them. */
  get connections(): Record<string, (DataConnection | MediaConnection)[]> {
    return this.#connections.toObject(this.#media.table.all());
  }

  find(peerId: string, connectionId: string): DataConnection | MediaConnection | undefined {
    return this.#connections.find(peerId, connectionId)[0] ?? this.#media.table.find(peerId, connectionId)[0];
  }

  /** A connection of this peer. It does nothing yet. */
  make(init: Omit<ConnectionInit, 'provider' | 'host'>): DataConnection {
    return new DataConnection({ ...init, provider: this.#host.provider, host: this.#connectionHost });
  }

  /** Has a connection call its remote. */
  call(connection: DataConnection): void {
    this.#connections.add(connection);
    connection.start();
  }

  /** Has a call made with media; see {@link MediaCalls.call}. */
  ring(peer: string, stream: MediaStream, options: CallOptions, problem?: PeerError): MediaConnection {
    return this.#media.call(peer, stream, options, problem);
  }

  /**
   * Takes what came by signaling.
   * @throws PeerError `bad-signal`, `unknown-serialization`: the remote's fault; the signal was ignored.
   */
  receive(signal: IncomingSignal): void {
    if (!this.#admission.hears(signal)) return;
    try {
      this.#take(signal);
    } catch (error) {
      if (!(error instanceof PeerError) || this.#admission.tells()) throw error;
    }
  }

  /** The signaling server knows this peer, perhaps again. */
  registered(): void {
    this.#registeredAt = performance.now();
  }

  /** Says by way of signaling that this peer goes: while there still is a way. */
  farewell(): void {
    for (const link of this.#links.all()) if (link.settled) link.withdraw();
    this.#media.farewell();
  }

  /** The page is put aside, and perhaps comes back: what can wait for it does. */
  pause(): void {
    for (const link of this.#links.all()) link.pause();
    this.#media.end('local');
  }

  /** The page is back, or the network another one: what is interrupted tries at once. */
  wake(): void {
    for (const link of this.#links.all()) link.wake();
  }

  /** Ends all connections and links. `pageGoes`: with the page. */
  end(pageGoes: boolean): void {
    this.#early.clear();
    const busy = this.#links.all().filter((link) => link.busy);
    for (const connection of this.#connections.all()) {
      try {
        connection.end('destroyed');
      } catch (error) {
        rethrowLater(error); // A listener of one connection must not keep the others open.
      }
    }
    for (const link of this.#links.all()) link.end(pageGoes && busy.includes(link));
    this.#media.end('destroyed');
  }

  #take(signal: IncomingSignal): void {
    if (signal.type === 'OFFER') this.#receiveOffer(signal);
    else if (signal.type === 'EXPIRE') this.#receiveAbsence(signal.src);
    else if (signal.type === 'LEAVE') this.#receiveLeave(signal.src);
    else this.#receiveForLink(signal.type, signal);
  }

  /** A connection finds its link: an open one, one that is on its way, or one of its own. */
  #place(connection: DataConnection): void {
    const { peer, connectionId, options } = connection;
    const announces = this.#native && connection.wire.serialization.codec !== undefined;
    if (announces) {
      if (this.#links.usable(peer, this.#nonce)?.open(connection)) return;
      const pending = this.#links.pending(peer);
      if (pending) return pending.await(connection);
    }
    const link = new Link(this.#linkHost, { remoteId: peer, connectionId, announces, options });
    this.#links.add(link);
    link.offer(connection);
  }

  get #native(): boolean {
    return this.#host.options.native;
  }

  #receiveOffer(signal: IncomingSignal): void {
    const { src, payload } = signal;
    if (isMedia(payload)) {
      this.#media.offered(signal);
      for (const early of this.#early.take(src, connectionIdOf(payload))) this.receive(early);
      return;
    }
    const healing = this.#native ? healingIn(payload) : undefined;
    if (healing) return this.#receiveHealing('OFFER', src, payload, healing);
    const offer = parseOffer(payload);
    const { connectionId, sdp } = offer;
    if (this.#links.find(src, connectionId).some((link) => link.sdp === sdp.sdp)) return; // The same offer twice.
    const announcement = this.#native ? announcementIn(payload) : undefined;
    const serialization = this.#serialization(src, offer);
    const remote = serialization.codec && announcement;
    if (announcement) this.#links.challengeOthers(src, announcement.nonce);
    const link = new Link(this.#linkHost, { remoteId: src, connectionId, sdp, remote, announces: remote !== undefined });
    this.#links.add(link);
    const connection = this.#incoming(src, { ...offer, datagrams: remote?.datagrams }, link, false);
    if (!connection) return link.close();
    link.carries(connection);
    this.#announce(connection, () => {
      for (const early of this.#early.take(src, connectionId)) this.receive(early);
    });
  }

  /** A connection that a remote opens on a link that stands. */
  #invited(link: Link, opening: Opening, invitation: Invitation): DataConnection | undefined {
    const { remoteId } = link;
    let connection: DataConnection | undefined;
    try {
      connection = this.#incoming(remoteId, opening, invitation, true);
    } catch (error) {
      invitation.decline();
      this.#linkHost.fault(error as PeerError);
    }
    if (!connection) return undefined;
    queueMicrotask(() => {
      if (this.#connections.has(connection)) this.#announce(connection);
    });
    return connection;
  }

  /**
   * A connection that a remote opens; undefined where it was declined, as one too many.
   * @throws PeerError `unknown-serialization`
   */
  #incoming(src: string, offered: OfferedConnection & Pick<Opening, 'datagrams'>, invitation: Invitation, inBand: boolean): DataConnection | undefined {
    const { connectionId, metadata, label, reliable, datagrams } = offered;
    const serialization = this.#serialization(src, offered);
    const known = this.#connections.find(src, connectionId).find((each) => each.incoming);
    // Who speaks in band is the remote. By way of signaling it may be whoever has the id now, who does not touch a native link.
    if (inBand || known?.profile !== 'native') known?.end('replaced');
    if (!this.#admission.admits(src, offered)) {
      invitation.decline();
      return undefined;
    }
    const options = { label, metadata, serialization: serialization.name, reliable, ...datagrams };
    const connection = this.make({ peer: src, options, connectionId, serialization, invitation });
    this.#connections.add(connection);
    return connection;
  }

  /** Tells the page of an incoming connection, which then begins, unless the page has ended it. */
  #announce(connection: DataConnection, then?: () => void): void {
    try {
      this.#host.called(connection);
    } finally {
      if (this.#connections.has(connection)) {
        connection.start();
        then?.();
      }
    }
  }

  #serialization(src: string, { serialization }: OfferedConnection): NonNullable<ReturnType<typeof serializerFor>> {
    const known = serializerFor(serialization, this.#host.options.serializers);
    if (known) return known;
    throw new PeerError('unknown-serialization', `${src} called with the serialization "${serialization}", which this peer does not have.`);
  }

  /** Nobody has that id: whatever is not open towards it never will be. A late repetition concerns nobody. */
  #receiveAbsence(src: string): void {
    // Who has just come back to a server that was away is not the last one. A remote that was there since has come already.
    const told = performance.now() - this.#registeredAt >= RETURN_GRACE;
    for (const link of this.#links.with(src)) if (told || link.reachedAfter(this.#registeredAt)) link.absent();
    const all = [...this.#connections.with(src), ...this.#media.table.with(src)];
    const lost = all.filter((connection) => !connection.open && !connection.reached);
    if (lost.length === 0) return;
    // PeerJS's words: programs take the id from them.
    this.#host.error(new PeerError<EngineErrorType>('peer-unavailable', `Could not connect to peer ${src}`, { peer: src }));
    for (const connection of lost) {
      connection.fail(
        new PeerError('peer-unavailable', `Could not connect to peer ${src}: nobody has that id now. Check it, and that its page is open.`),
        'unavailable',
      );
    }
  }

  /**
   * PeerServer says so when it could not deliver to `src` any more; PeerJS closes all connections to it. A native remote says
   * by itself when it goes, and its connections need no server.
   */
  #receiveLeave(src: string): void {
    for (const connection of this.#connections.with(src)) if (connection.profile !== 'native') connection.end('remote');
    this.#media.left(src);
  }

  #receiveForLink(type: 'ANSWER' | 'CANDIDATE', signal: IncomingSignal): void {
    const { src, payload } = signal;
    const connectionId = connectionIdOf(payload);
    if (isMedia(payload)) {
      if (!this.#media.receive(signal, connectionId) && type === 'CANDIDATE') this.#early.store(connectionId, signal);
      return;
    }
    const healing = this.#native ? healingIn(payload) : undefined;
    if (healing) return this.#receiveHealing(type, src, payload, healing);
    const links = this.#links.find(src, connectionId);
    // An answer is for the caller; a candidate tells by its fragment which side it is for, where a peer calls itself.
    const found = type === 'CANDIDATE' ? links : links.filter((link) => !link.incoming);
    if (found.length === 0) this.#receiveLost(type, connectionId, signal);
    for (const link of found) {
      if (type === 'ANSWER') link.receiveAnswer(payload);
      else link.receiveCandidate(payload);
    }
  }

  /** About a link that stands, or stood. Such an offer never makes a new one. */
  #receiveHealing(type: 'OFFER' | 'ANSWER' | 'CANDIDATE', src: string, payload: unknown, healing: HealingStep): void {
    const connectionId = connectionIdOf(payload);
    const remote = announcementIn(payload);
    if (!remote) return;
    const signal = healingSignal(type, payload, healing);
    const links = this.#links.find(src, connectionId).filter((link) => link.incoming === (healing.side === 'caller'));
    const link = links.find(({ remoteNonce }) => remoteNonce === remote.nonce);
    if (link) return link.receiveHealing(signal);
    // Another page has the id now, and knows nothing.
    if (signal.content.type === 'REFUSAL') return this.#links.challengeOthers(src, remote.nonce);
    if (type !== 'OFFER') return;
    const answer = { ...healing, side: healing.side === 'caller' ? 'callee' : 'caller' } as const;
    const refusal = healingPayload(connectionId, { type: 'REFUSAL' }, announcementOf(this.#nonce, this.#limits), answer);
    this.#host.say({ type: 'ANSWER', dst: src, payload: refusal }, () => true);
  }

  /** What comes before its offer is kept. A native answer to a call that was given up is told so. */
  #receiveLost(type: 'ANSWER' | 'CANDIDATE', connectionId: string, signal: IncomingSignal): void {
    if (type === 'CANDIDATE') return this.#early.store(connectionId, signal);
    if (!this.#native || !announcementIn(signal.payload)) return;
    const payload = withdrawalOf(connectionId, announcementOf(this.#nonce, this.#limits));
    this.#host.say({ type: 'CANDIDATE', dst: signal.src, payload }, () => true);
  }
}
