import { PeerError, type EngineErrorType } from '../errors.js';
import type { IncomingSignal, OutgoingSignal } from '../signaling/index.js';
import { serializerFor } from '../wire/index.js';
import { ConnectionTable } from './connection-table.js';
import type { ConnectionHost, ConnectionInit, Invitation } from './connection-types.js';
import { DataConnection } from './data-connection.js';
import { rethrowLater } from './deferred.js';
import { EarlySignals } from './early-signals.js';
import { LinkTable } from './link-table.js';
import { Link, type LinkHost } from './link.js';
import { announcementIn, announcementOf, newNonce, type ReceiveLimits } from './native/announcement.js';
import type { Opening } from './native/in-band.js';
import { DEFAULT_WINDOW } from './native/message-stream.js';
import type { ResolvedPeerOptions } from './options.js';
import type { Peer } from './peer.js';
import { connectionIdOf, parseOffer, withdrawalOf, type OfferedConnection } from './signals.js';
import type { TransportEnvironment } from './transport.js';

/** What a switchboard needs of its peer. */
export interface SwitchboardHost {
  readonly provider: Peer;
  readonly options: ResolvedPeerOptions;
  readonly environment: TransportEnvironment;
  /** Sends a signal, if it is still wanted once the signaling server is there. */
  say(signal: OutgoingSignal, wanted: () => boolean): void;
  /** A remote calls. Answered after this, unless deferred. */
  called(connection: DataConnection): void;
  error(error: PeerError<string>): void;
}

/** Who is connected with whom, and over which link. It takes what remotes signal, and finds a way for those who call. */
export class Switchboard {
  readonly #host: SwitchboardHost;
  readonly #connections = new ConnectionTable();
  readonly #links = new LinkTable();
  readonly #early = new EarlySignals();
  readonly #nonce = newNonce();
  readonly #limits: ReceiveLimits;
  readonly #linkHost: LinkHost;
  readonly #connectionHost: ConnectionHost;

  constructor(host: SwitchboardHost) {
    this.#host = host;
    const { connectTimeout, maxMessageSize, sendLimit } = host.options;
    const { logger } = host.environment;
    // JSON has no Infinity.
    this.#limits = { window: DEFAULT_WINDOW, maxMessageSize: Math.min(maxMessageSize, Number.MAX_SAFE_INTEGER) };
    this.#connectionHost = {
      ...{ logger, connectTimeout, maxMessageSize },
      place: (connection) => this.#place(connection),
      forget: (connection) => this.#connections.delete(connection),
    };
    this.#linkHost = {
      ...{ environment: host.environment, logger, limits: this.#limits, sendLimit, connectTimeout },
      announcement: (datagrams) => announcementOf(this.#nonce, this.#limits, datagrams),
      signal: (link, type, payload) => host.say({ type, dst: link.remoteId, payload }, () => this.#links.has(link)),
      invited: (link, opening, invitation) => this.#invited(link, opening, invitation),
      unplaced: (connection) => {
        if (this.#connections.has(connection) && !connection.open) this.#place(connection);
      },
      fault: (error) => host.error(error),
      forget: (link) => this.#links.delete(link),
    };
  }

  /** As `peer.connections` gives them. */
  get connections(): Record<string, DataConnection[]> {
    return this.#connections.toObject();
  }

  find(peerId: string, connectionId: string): DataConnection | undefined {
    return this.#connections.find(peerId, connectionId)[0];
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

  /**
   * Takes what came by signaling.
   * @throws PeerError `bad-signal`, `unknown-serialization`: the remote's fault; the signal was ignored.
   */
  receive(signal: IncomingSignal): void {
    if (signal.type === 'OFFER') this.#receiveOffer(signal);
    else if (signal.type === 'EXPIRE') this.#receiveAbsence(signal.src);
    else if (signal.type === 'LEAVE') this.#receiveLeave(signal.src);
    else this.#receiveForLink(signal.type, signal);
  }

  /** Ends all connections and links. */
  end(): void {
    this.#early.clear();
    for (const connection of this.#connections.all()) {
      try {
        connection.end('destroyed');
      } catch (error) {
        rethrowLater(error); // A listener of one connection must not keep the others open.
      }
    }
    for (const link of this.#links.all()) link.close();
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

  #receiveOffer({ src, payload }: IncomingSignal): void {
    const offer = parseOffer(payload);
    if (offer.type === 'media') {
      this.#host.environment.logger.warn(`${src} called with media, which this version does not take.`);
      return;
    }
    const { connectionId, sdp } = offer;
    if (this.#links.find(src, connectionId).some((link) => link.sdp === sdp.sdp)) return; // The same offer twice.
    const announcement = this.#native ? announcementIn(payload) : undefined;
    const serialization = this.#serialization(src, offer);
    const remote = serialization.codec && announcement;
    if (announcement) this.#links.challengeOthers(src, announcement.nonce);
    this.#connections.find(src, connectionId).find((connection) => connection.incoming)?.end('replaced');
    const link = new Link(this.#linkHost, { remoteId: src, connectionId, sdp, remote, announces: remote !== undefined });
    this.#links.add(link);
    const connection = this.#incoming(src, { ...offer, datagrams: remote?.datagrams }, link);
    link.carries(connection);
    this.#announce(connection, () => {
      for (const early of this.#early.take(src, connectionId)) this.receive(early);
    });
  }

  /** A connection that a remote opens on a link that stands. */
  #invited(link: Link, opening: Opening, invitation: Invitation): DataConnection | undefined {
    const { remoteId } = link;
    let connection: DataConnection;
    try {
      connection = this.#incoming(remoteId, opening, invitation);
    } catch (error) {
      invitation.decline();
      this.#host.error(error as PeerError);
      return undefined;
    }
    queueMicrotask(() => {
      if (this.#connections.has(connection)) this.#announce(connection);
    });
    return connection;
  }

  /** @throws PeerError `unknown-serialization` */
  #incoming(src: string, offered: OfferedConnection & Pick<Opening, 'datagrams'>, invitation: Invitation): DataConnection {
    const { connectionId, metadata, label, reliable, datagrams } = offered;
    const serialization = this.#serialization(src, offered);
    this.#connections.find(src, connectionId).find((known) => known.incoming)?.end('replaced');
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
    const lost = this.#connections.with(src).filter((connection) => !connection.open && !connection.reached);
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
  }

  #receiveForLink(type: 'ANSWER' | 'CANDIDATE', signal: IncomingSignal): void {
    const { src, payload } = signal;
    const connectionId = connectionIdOf(payload);
    const links = this.#links.find(src, connectionId);
    // An answer is for the caller; a candidate tells by its fragment which side it is for, where a peer calls itself.
    const found = type === 'CANDIDATE' ? links : links.filter((link) => !link.incoming);
    if (found.length === 0) this.#receiveLost(type, connectionId, signal);
    for (const link of found) {
      if (type === 'ANSWER') link.receiveAnswer(payload);
      else link.receiveCandidate(payload);
    }
  }

  /** What comes before its offer is kept. A native answer to a call that was given up is told so. */
  #receiveLost(type: 'ANSWER' | 'CANDIDATE', connectionId: string, signal: IncomingSignal): void {
    if (type === 'CANDIDATE') return this.#early.store(connectionId, signal);
    if (!this.#native || !announcementIn(signal.payload)) return;
    const payload = withdrawalOf(connectionId, announcementOf(this.#nonce, this.#limits));
    this.#host.say({ type: 'CANDIDATE', dst: signal.src, payload }, () => true);
  }
}
