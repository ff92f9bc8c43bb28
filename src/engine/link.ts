import { PeerError } from '../errors.js';
import { FrameType } from '../wire/index.js';
import { CompatibleCarrier } from './compatible-carrier.js';
import type { CloseReason, HealedBy, Invitation } from './connection-types.js';
import type { DataConnection } from './data-connection.js';
import { FirstChannel } from './first-channel.js';
import type { LinkHost, LinkInit } from './link-types.js';
import { announcementIn, type Announcement, type DatagramSettings } from './native/announcement.js';
import { datagramSettings } from './native/datagram-channels.js';
import { closeQuietly } from './native/first-packet.js';
import type { HealingSignal } from './native/healing-signals.js';
import type { Opening } from './native/in-band.js';
import { refusal } from './native/multiplexer.js';
import { Standing } from './native/standing.js';
import { isRefusal, isWithdrawal, parseAnswer, parseCandidate, payloadOf, refusalOf, withdrawalOf } from './signals.js';
import { Transport, type TransportEnvironment, type TransportSignal } from './transport.js';

/** How long a lost path may stay lost where only the browser can find it again, in ms. PeerJS notices after some 17 s, or never. */
const DISCONNECTED_LIMIT = 10_000;

/**
 * The pair's transport. Towards a PeerJS peer it carries one connection and ends with it; between two native peers it carries
 * any number, lingers, and goes on over another RTCPeerConnection when its own is lost.
 */
export class Link implements Invitation {
  readonly remoteId: string;
  readonly connectionId: string;
  readonly incoming: boolean;
  readonly announces: boolean;
  readonly #host: LinkHost;
  readonly #offer: RTCSessionDescriptionInit | undefined;
  readonly #environment: TransportEnvironment;
  readonly #first: FirstChannel;
  readonly #connections = new Set<DataConnection>();
  /** Connections that wait to hear of which kind the remote is. */
  readonly #waiting = new Set<DataConnection>();
  #transport: Transport;
  #remote: Announcement | undefined;
  /** What the native profile adds, from the answer on. */
  #standing: Standing | undefined;
  /** Whether the remote's kind is known. */
  #settled: boolean;
  #reachedAt: number | undefined;
  #interruption: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(host: LinkHost, { remoteId, connectionId, sdp, remote, announces, options }: LinkInit) {
    this.#host = host;
    this.remoteId = remoteId;
    this.connectionId = connectionId;
    this.announces = announces;
    this.#offer = sdp;
    this.#remote = remote;
    this.incoming = this.#settled = sdp !== undefined;
    if (this.incoming) this.#reach();
    this.#environment = { ...host.environment, sdpTransform: options?.sdpTransform, offerOptions: options?.constraints };
    this.#first = new FirstChannel(connectionId, (connection, channel) => this.#opened(connection, channel));
    this.#transport = new Transport(this.#environment, {
      signal: (signal) => this.#signal(signal),
      made: (connection) => this.#made(connection),
      channel: (channel) => this.#taken(channel),
      iceState: (state) => this.#iceState(state),
      pathFailed: (error) => {
        if (!this.#standing?.pathFailed()) this.#fail(error);
      },
      failed: (error) => {
        if (!this.#standing?.negotiationFailed()) this.#fail(error);
      },
      fault: (error) => this.#fault(error),
    });
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
    return this.#reachedAt !== undefined;
  }

  /** Whether the remote was at the signaling server, to speak of it first, after that moment. */
  reachedAfter(moment: number): boolean {
    return this.#reachedAt !== undefined && this.#reachedAt > moment;
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
    return Boolean(this.#standing?.multiplexer.usable);
  }

  /** Whether something is under way on it that the remote has not confirmed to have. */
  get busy(): boolean {
    return Boolean(this.#standing?.busy);
  }

  /** Calls: makes the OFFER, for this connection. */
  offer(connection: DataConnection): void {
    this.carries(connection);
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
    this.#host.signal(this, 'ANSWER', refusalOf(this.connectionId, this.#host.announcement()), () => true);
    this.close();
    return true;
  }

  /** The connection that the OFFER is for. */
  carries(connection: DataConnection): void {
    this.#first.carries(connection);
    this.#add(connection);
  }

  /** Opens a further connection in band. False where it has to go by an OFFER of its own. */
  open(connection: DataConnection): boolean {
    const { iceConnectionState = 'new' } = this.peerConnection ?? {};
    const { connectionId, label, metadata, reliable, serialization } = connection;
    const datagrams = this.#datagramsOf(connection);
    if (!this.#standing?.multiplexer.open(connection, { connectionId, label, metadata, reliable, serialization, datagrams })) return false;
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
    this.#settled = true;
    this.#reach();
    if (!answer) {
      this.#each((connection) => connection.end('refused', refusal(this.remoteId)));
      return this.close();
    }
    this.#remote = remote;
    this.#transport.accept(answer);
    this.#answered(answer.sdp);
    this.#placeWaiting();
  }

  /** Takes a CANDIDATE's payload. @throws PeerError `bad-signal` */
  receiveCandidate(payload: unknown): void {
    if (this.#standing?.told(payload)) return;
    // A PeerJS peer has no such thing to say.
    if (isWithdrawal(payload) && (this.#remote || !this.#settled)) {
      this.#each((connection) => connection.end(connection.incoming || connection.open ? 'remote' : 'refused'));
      return this.close();
    }
    this.#transport.addCandidate(parseCandidate(payload));
    this.#reach();
  }

  /** Takes what the remote says to get the link back. @throws PeerError `bad-signal` */
  receiveHealing(signal: HealingSignal): void {
    this.#standing?.receive(signal);
  }

  /** A connection has ended, or goes elsewhere. */
  leave(connection: DataConnection): void {
    this.#waiting.delete(connection);
    if (!this.#connections.delete(connection) || this.#closed) return;
    const multiplexer = this.#standing?.multiplexer;
    const needed = this.#connections.size > 0 || multiplexer?.standing;
    if (connection === this.#first.connection) this.#first.leave(Boolean(needed));
    else if (connection.dataChannel && !connection.profile) closeQuietly(connection.dataChannel);
    if (needed) multiplexer?.left(connection);
    else {
      this.withdraw();
      this.close();
    }
  }

  /** Says by way of signaling that this side gives the link up. */
  withdraw(): void {
    if (!this.#remote) return;
    const payload = withdrawalOf(this.connectionId, { ...this.#host.announcement(), ...this.#standing?.word });
    this.#host.signal(this, 'CANDIDATE', payload, () => true);
  }

  /** The remote's id has called under another nonce: ends, unless it gives a sign of life. */
  challenge(): void {
    this.#standing?.challenge();
  }

  /** The server says that nobody has the remote's id. */
  absent(): void {
    this.#standing?.absent();
  }

  /** The network may be another one, or this page is back: worth a try to get a lost link back at once. */
  wake(): void {
    this.#standing?.wake();
  }

  /** This page is put aside, and perhaps comes back. What cannot wait for it ends. */
  pause(): void {
    if (!this.#standing?.pause()) this.#over('local');
  }

  /** See {@link Standing.doubt}. */
  doubt(ended: () => void): void {
    if (this.#standing) this.#standing.doubt(ended);
    else ended();
  }

  /**
   * Ends everything on it, and says so where it can be said.
   * @param withPage the page is about to be gone, and something under way: see {@link Transport.leave}.
   */
  end(withPage: boolean): void {
    this.#standing?.multiplexer.leave(FrameType.Leave);
    this.#end(() => (withPage ? this.#transport.leave() : this.#transport.close()));
  }

  /** Ends everything on it without a word. Idempotent. */
  close(): void {
    this.#end(() => this.#transport.close());
  }

  #end(transport: () => void): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#interruption);
    this.#standing?.end();
    transport();
    this.#host.forget(this);
    this.#placeWaiting();
  }

  #reach(): void {
    this.#reachedAt ??= performance.now();
  }

  #add(connection: DataConnection): void {
    this.#connections.add(connection);
    connection.placed(this);
  }

  #each(act: (connection: DataConnection) => void): void {
    for (const connection of [...this.#connections]) act(connection);
  }

  #over(reason: CloseReason, error?: PeerError): void {
    this.#each((connection) => (error ? connection.fail(error, reason) : connection.end(reason)));
    this.close();
  }

  #fail(error: PeerError): void {
    this.#over('failed', error);
  }

  #fault(error: PeerError): void {
    const [connection] = this.#connections;
    if (connection) connection.report(error);
    else this.#host.fault(error);
  }

  #signal(signal: TransportSignal): void {
    if (this.#standing?.signalled(signal)) return;
    // Of a restart that was given up while it was being described.
    if (this.#standing && signal.type !== 'CANDIDATE') return;
    this.#host.signal(this, signal.type, payloadOf(signal, this.#first.described, this.#announced));
    if (signal.type === 'ANSWER') this.#answered();
  }

  #iceState(state: RTCIceConnectionState): void {
    this.#each((connection) => connection.emit('iceStateChanged', state));
    if (this.#standing?.iceState(state)) return;
    if (state === 'disconnected') this.#interrupt();
    else if (state === 'connected' || state === 'completed') this.#resumed('ice');
  }

  /** The browser may find back by itself, and nothing else can. */
  #interrupt(): void {
    clearTimeout(this.#interruption);
    this.#interruption = setTimeout(() => {
      const problem = `The network path to ${this.remoteId} was lost, and has not come back within ${DISCONNECTED_LIMIT / 1_000} s.`;
      this.#fail(new PeerError('negotiation-failed', problem, { peer: this.remoteId }));
    }, DISCONNECTED_LIMIT);
    this.#each((connection) => connection.interrupt());
  }

  #resumed(by: HealedBy): void {
    clearTimeout(this.#interruption);
    this.#each((connection) => connection.resumed(by));
  }

  /** What goes into its OFFER or ANSWER, where anything does. */
  get #announced(): object | undefined {
    if (this.incoming) return this.#remote && this.#host.announcement();
    const { connection } = this.#first;
    return this.announces ? this.#host.announcement(connection && datagramSettings(connection.options)) : undefined;
  }

  #datagramsOf(connection: DataConnection): DatagramSettings | undefined {
    return this.#remote?.versions.datagram ? datagramSettings(connection.options) : undefined;
  }

  #made(connection: RTCPeerConnection): void {
    const first = this.#first.connection;
    // Ordered: PeerJS's default is not, gains no speed by it, and lets messages overtake each other.
    if (!this.incoming && first) this.#first.adopt(connection.createDataChannel(first.label, { ordered: true }));
  }

  /** The answer is on its way to the one that applies it: no packet can come before this task is over. */
  #answered(remoteSdp = this.#offer?.sdp ?? ''): void {
    const connection = this.#transport.peerConnection;
    const remote = this.#remote;
    if (!remote || !connection || this.#closed) return;
    const { remoteId, connectionId, incoming } = this;
    this.#standing = new Standing(connection, {
      ...{ remoteId, connectionId, incoming, remote, host: this.#host, environment: this.#environment, connections: this.#connections },
      remoteSdp,
      transport: () => this.#transport,
      replace: (transport) => {
        this.#transport = transport;
      },
      say: (type, payload, wanted) => this.#host.signal(this, type, payload, wanted),
      invited: (opening, channel, invitation) => this.#invited(opening, channel, invitation),
      unplaced: (opened) => {
        this.#connections.delete(opened);
        this.#host.unplaced(opened);
      },
      iceState: (state) => this.#iceState(state),
      fault: (error) => this.#fault(error),
      interrupted: () => {
        this.#host.interrupted();
        this.#each((each) => each.interrupt());
      },
      resumed: (by) => this.#resumed(by),
      over: (reason, error) => this.#over(reason, error),
    });
  }

  #invited(opening: Opening, channel: RTCDataChannel, invitation: Invitation): void {
    const connection = this.#host.invited(this, opening, invitation);
    if (!connection) return;
    connection.channelMade(channel);
    channel.onclose = () => connection.end('remote');
    this.#add(connection);
  }

  #placeWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const connection of waiting) this.#host.unplaced(connection);
  }

  /** Takes a channel that the remote has opened: PeerJS opens one a link, and no other was announced. */
  #taken(channel: RTCDataChannel): void {
    this.#first.followed();
    if (this.incoming && !this.#first.taken && channel.protocol === '') this.#first.adopt(channel, this.peerConnection);
    else if (this.#standing) this.#standing.multiplexer.take(channel);
    else channel.close();
  }

  #opened(connection: DataConnection, channel: RTCDataChannel): void {
    if (this.#standing) return this.#standing.begin(connection, channel);
    const { serialization, context } = connection.wire;
    const { sendLimit, logger } = this.#host;
    const maxFrame = (): number => (serialization.name === 'raw' ? (this.peerConnection?.sctp?.maxMessageSize ?? Infinity) : Infinity);
    connection.opensWith((owner) => new CompatibleCarrier(channel, serialization.create(context), owner, { sendLimit, logger, maxFrame }));
  }
}
