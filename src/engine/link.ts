import type { PeerError } from '../errors.js';
import type { CarrierOwner, Carrier } from './carrier.js';
import { CompatibleCarrier } from './compatible-carrier.js';
import type { ConnectOptions, Invitation } from './connection-types.js';
import type { DataConnection } from './data-connection.js';
import type { Logger } from './logger.js';
import { announcementIn, type Announcement, type DatagramSettings, type ReceiveLimits } from './native/announcement.js';
import type { Opening } from './native/in-band.js';
import { datagramSettings } from './native/datagram-channels.js';
import { closeQuietly } from './native/first-packet.js';
import { Multiplexer, refusal } from './native/multiplexer.js';
import { isRefusal, isWithdrawal, parseAnswer, parseCandidate, payloadOf, refusalOf, withdrawalOf } from './signals.js';
import { Transport, type TransportEnvironment } from './transport.js';

/** What a link needs of its peer. */
export interface LinkHost {
  readonly environment: TransportEnvironment;
  readonly logger: Logger;
  /** What this peer takes of a native remote before it has said more. */
  readonly limits: ReceiveLimits;
  readonly sendLimit: number;
  readonly connectTimeout: number;
  /** What this peer says of itself. */
  announcement(datagrams?: DatagramSettings): object;
  signal(link: Link, type: 'OFFER' | 'ANSWER' | 'CANDIDATE', payload: object): void;
  /** A native remote opens a connection on the link. */
  invited(link: Link, opening: Opening, invitation: Invitation): DataConnection | undefined;
  /** A connection that waited for the link, or was being opened on it, has to go another way. */
  unplaced(connection: DataConnection): void;
  /** What the remote did wrong, and that concerns no connection. */
  fault(error: PeerError): void;
  forget(link: Link): void;
}

/** What a link is made of: the connection that calls, or what is known of the remote's call. */
export interface LinkInit {
  readonly remoteId: string;
  /** The connection id of its OFFER: by that name signals speak of it. */
  readonly connectionId: string;
  /** The caller's offer, where the remote called. */
  readonly sdp?: RTCSessionDescriptionInit;
  /** The caller's announcement, where the remote called and both can speak the native profile. */
  readonly remote?: Announcement | undefined;
  /** Whether this side announces itself. */
  readonly announces: boolean;
  /** Of the connection that calls. */
  readonly options?: ConnectOptions;
}

/**
 * The pair's transport. Towards a PeerJS peer it carries one connection and ends with it; between two native peers it carries
 * any number, and lingers.
 */
export class Link implements Invitation {
  readonly remoteId: string;
  readonly connectionId: string;
  readonly incoming: boolean;
  readonly announces: boolean;
  readonly #host: LinkHost;
  readonly #offer: RTCSessionDescriptionInit | undefined;
  readonly #transport: Transport;
  readonly #connections = new Set<DataConnection>();
  /** Connections that wait to hear of which kind the remote is. */
  readonly #waiting = new Set<DataConnection>();
  /** That of the OFFER. */
  #first: DataConnection | undefined;
  #firstChannel: RTCDataChannel | undefined;
  #remote: Announcement | undefined;
  #multiplexer: Multiplexer | undefined;
  /** Whether the remote's kind is known. */
  #settled: boolean;
  #reached: boolean;
  #closed = false;

  constructor(host: LinkHost, { remoteId, connectionId, sdp, remote, announces, options }: LinkInit) {
    this.#host = host;
    this.remoteId = remoteId;
    this.connectionId = connectionId;
    this.announces = announces;
    this.#offer = sdp;
    this.#remote = remote;
    this.incoming = this.#settled = this.#reached = sdp !== undefined;
    this.#transport = new Transport(
      { ...host.environment, sdpTransform: options?.sdpTransform, offerOptions: options?.constraints },
      {
        signal: (signal) => {
          host.signal(this, signal.type, payloadOf(signal, this.#described, this.#announced));
          if (signal.type === 'ANSWER') this.#answered();
        },
        made: (connection) => this.#made(connection),
        channel: (channel) => this.#taken(channel),
        iceState: (state) => this.#each((connection) => connection.emit('iceStateChanged', state)),
        failed: (error) => {
          this.#each((connection) => connection.fail(error));
          this.close();
        },
        fault: (error) => this.#fault(error),
      },
    );
  }

  get sdp(): string | undefined {
    return this.#offer?.sdp;
  }

  get peerConnection(): RTCPeerConnection | undefined {
    return this.#transport.peerConnection;
  }

  /** What holds it up just now. */
  get obstacle(): PeerError | undefined {
    return this.#transport.obstacle;
  }

  /** Whether the remote has said anything of it. */
  get reached(): boolean {
    return this.#reached;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** The native remote's nonce; undefined where it is PeerJS's kind, or not known yet. */
  get remoteNonce(): string | undefined {
    return this.#remote?.nonce;
  }

  /** Whether connections can be opened on it in band. */
  get usable(): boolean {
    return Boolean(this.#multiplexer?.usable);
  }

  /** Calls: makes the OFFER, for this connection. */
  offer(connection: DataConnection): void {
    this.#first = connection;
    this.#add(connection);
    this.#transport.offer();
  }

  /** Answers the remote's OFFER. */
  accept(connection: DataConnection): void {
    if (this.#offer) this.#transport.answer(this.#offer);
    else connection.end('failed');
  }

  /** A native caller can be told; towards PeerJS a connection has to be answered before it can be closed. */
  decline(): boolean {
    if (!this.#remote) return false;
    this.#host.signal(this, 'ANSWER', refusalOf(this.connectionId, this.#host.announcement()));
    this.close();
    return true;
  }

  /** The connection that the remote's OFFER was for. */
  carries(connection: DataConnection): void {
    this.#first = connection;
    this.#add(connection);
  }

  /** Opens a further connection in band. False where it has to go by an OFFER of its own. */
  open(connection: DataConnection): boolean {
    const { iceConnectionState = 'new' } = this.peerConnection ?? {};
    const { connectionId, label, metadata, reliable, serialization } = connection;
    const datagrams = this.#datagramsOf(connection);
    if (!this.#multiplexer?.open(connection, { connectionId, label, metadata, reliable, serialization, datagrams })) return false;
    this.#add(connection);
    // Who waits for "connected" should not wait for ever on a link that is connected already.
    if (iceConnectionState !== 'new') queueMicrotask(() => connection.emit('iceStateChanged', iceConnectionState));
    return true;
  }

  /** Keeps a connection until the remote's kind is known. */
  await(connection: DataConnection): void {
    this.#waiting.add(connection);
    connection.placed(this);
  }

  /** Takes an ANSWER's payload. @throws PeerError `bad-signal` */
  receiveAnswer(payload: unknown): void {
    if (this.#settled) return;
    const remote = this.announces ? announcementIn(payload) : undefined;
    const refused = remote !== undefined && isRefusal(payload);
    const answer = refused ? undefined : parseAnswer(payload);
    this.#settled = this.#reached = true;
    if (!answer) {
      this.#each((connection) => connection.end('refused', refusal(this.remoteId)));
      return this.close();
    }
    this.#remote = remote;
    this.#transport.accept(answer);
    this.#answered();
    this.#placeWaiting();
  }

  /** Takes a CANDIDATE's payload. @throws PeerError `bad-signal` */
  receiveCandidate(payload: unknown): void {
    if (this.#remote && isWithdrawal(payload)) {
      this.#each((connection) => connection.end(this.incoming ? 'remote' : 'refused'));
      return this.close();
    }
    this.#transport.addCandidate(parseCandidate(payload));
    this.#reached = true;
  }

  /** A connection has ended, or goes elsewhere. */
  leave(connection: DataConnection): void {
    this.#waiting.delete(connection);
    if (!this.#connections.delete(connection) || this.#closed) return;
    const needed = this.#connections.size > 0 || this.#multiplexer?.standing;
    if (connection === this.#first) this.#leaveFirst(Boolean(needed));
    else if (connection.dataChannel && !connection.profile) closeQuietly(connection.dataChannel);
    if (needed) this.#multiplexer?.left(connection);
    else {
      if (this.#remote) this.#host.signal(this, 'CANDIDATE', withdrawalOf(this.connectionId, this.#host.announcement()));
      this.close();
    }
  }

  /** The remote's id has called under another nonce: ends, unless it gives a sign of life. */
  challenge(): void {
    this.#multiplexer?.challenge();
  }

  /** Ends everything on it without a word. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#multiplexer?.end();
    this.#transport.close();
    this.#host.forget(this);
    this.#placeWaiting();
  }

  #add(connection: DataConnection): void {
    this.#connections.add(connection);
    connection.placed(this);
  }

  #each(act: (connection: DataConnection) => void): void {
    for (const connection of [...this.#connections]) act(connection);
  }

  #fault(error: PeerError): void {
    const [connection] = this.#connections;
    if (connection) connection.report(error);
    else this.#host.fault(error);
  }

  /** What its signals say: of a first connection that has ended they still have to say the id. */
  get #described(): { connectionId: string; metadata?: unknown; label: string; reliable: boolean; serialization: string } {
    return this.#first ?? { connectionId: this.connectionId, label: '', reliable: false, serialization: '' };
  }

  /** What goes into its OFFER or ANSWER, where anything does. */
  get #announced(): object | undefined {
    if (this.incoming) return this.#remote && this.#host.announcement();
    return this.announces ? this.#host.announcement(this.#first && datagramSettings(this.#first.options)) : undefined;
  }

  #datagramsOf(connection: DataConnection): DatagramSettings | undefined {
    return this.#remote?.versions.datagram ? datagramSettings(connection.options) : undefined;
  }

  #made(connection: RTCPeerConnection): void {
    if (!this.incoming && this.#first) {
      // Ordered: PeerJS's default is not, gains no speed by it, and lets messages overtake each other.
      this.#adopt(this.#first, connection.createDataChannel(this.#first.label, { ordered: true }));
    }
  }

  /** The answer is on its way to the one that applies it: no packet can come before this task is over. */
  #answered(): void {
    const connection = this.#transport.peerConnection;
    if (this.#remote && connection && !this.#closed) this.#multiplex(connection, this.#remote);
  }

  #multiplex(connection: RTCPeerConnection, remote: Announcement): void {
    const { environment, limits, sendLimit, connectTimeout } = this.#host;
    this.#multiplexer = new Multiplexer(connection, remote, {
      ...{ environment, limits, sendLimit, connectTimeout },
      connections: this.#connections,
      invited: (opening, channel, invitation) => this.#invited(opening, channel, invitation),
      unplaced: (opened) => this.#unplace(opened),
      fault: (error) => this.#fault(error),
      over: (reason, error) => {
        this.#each((ended) => (error ? ended.fail(error) : ended.end(reason === 'replaced' ? 'replaced' : 'remote')));
        this.close();
      },
    });
  }

  #invited(opening: Opening, channel: RTCDataChannel, invitation: Invitation): void {
    const connection = this.#host.invited(this, opening, invitation);
    if (!connection) return;
    connection.channelMade(channel);
    channel.onclose = () => connection.end('remote');
    this.#add(connection);
  }

  #unplace(connection: DataConnection): void {
    this.#connections.delete(connection);
    this.#host.unplaced(connection);
  }

  #placeWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const connection of waiting) this.#host.unplaced(connection);
  }

  /** Takes a channel that the remote has opened: PeerJS opens one a link, and no other was announced. */
  #taken(channel: RTCDataChannel): void {
    if (this.incoming && !this.#firstChannel && channel.protocol === '') {
      if (this.#first) this.#adopt(this.#first, channel);
    } else if (this.#multiplexer) this.#multiplexer.take(channel);
    else channel.close();
  }

  #adopt(connection: DataConnection, channel: RTCDataChannel): void {
    this.#firstChannel = channel;
    if (!this.#connections.has(connection)) return this.#leaveFirst(true);
    connection.channelMade(channel);
    const open = (): void => this.#open(connection, channel);
    const receive = (event: MessageEvent): void => {
      try {
        open();
      } finally {
        if (channel.onmessage !== receive) channel.onmessage?.call(channel, event);
      }
    };
    channel.onopen = open;
    channel.onmessage = receive;
    channel.onclose = () => connection.end(connection.refusing ? 'refused' : 'remote');
    if (channel.readyState === 'open') open();
  }

  #open(connection: DataConnection, channel: RTCDataChannel): void {
    // Without ending the link: a caller that has not noticed yet that the channel is open would never hear of its end.
    if (connection.refusing) return channel.close();
    if (this.#multiplexer) this.#multiplexer.begin(connection, channel);
    else connection.opensWith((owner) => this.#carrier(connection, channel, owner));
  }

  #carrier(connection: DataConnection, channel: RTCDataChannel, owner: CarrierOwner): Carrier {
    const { serialization, context } = connection.wire;
    const { sendLimit, logger } = this.#host;
    return new CompatibleCarrier(channel, serialization.create(context), owner, {
      ...{ sendLimit, logger },
      maxFrame: () => (serialization.name === 'raw' ? (this.peerConnection?.sctp?.maxMessageSize ?? Infinity) : Infinity),
    });
  }

  /** Where others go on, the remote learns of the first one's end by its channel: which has to open for that. */
  #leaveFirst(othersGoOn: boolean): void {
    const channel = this.#firstChannel;
    if (!channel) return;
    if (!othersGoOn || channel.readyState !== 'connecting') return closeQuietly(channel);
    channel.onmessage = channel.onclose = null;
    channel.onopen = () => channel.close();
  }
}
