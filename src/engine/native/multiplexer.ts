import { PeerError, toPeerError } from '../../errors.js';
import { FrameType, frameOf, numbersFrame, numbersOf, type Bytes, type NativeCodec } from '../../wire/index.js';
import type { Carrier, CarrierOwner } from '../carrier.js';
import type { Invitation } from '../connection-types.js';
import type { DataConnection } from '../data-connection.js';
import { TokenBucket } from '../token-bucket.js';
import { parseTransfer } from '../transfer/offer.js';
import type { ConnectionTransferHost } from '../transfer/transfer-host.js';
import type { TransportEnvironment } from '../transport.js';
import type { Announcement, ReceiveLimits } from './announcement.js';
import { limitsIn } from './announcement.js';
import { ControlChannel } from './control-channel.js';
import { DatagramCarrier } from './datagram-carrier.js';
import { DatagramChannels, datagramSettings } from './datagram-channels.js';
import { Departure } from './departure.js';
import { awaitFirstPacket, closeQuietly } from './first-packet.js';
import { helloFrame, helloIn, type Hello } from './hello.js';
import { ChannelProtocol, firstFrame, jsonFrame, jsonIn, openFrame, openingIn, type Opening } from './in-band.js';
import { LanePool, opened } from './lane-pool.js';
import { NativeCarrier } from './native-carrier.js';
import { MAX_PACKET } from './packet-builder.js';
import { transferRoutes, type TransferRoutesOwner } from './transfer-routes.js';

/** Channels that the remote may open, and how many of them may not have said yet what they are for. */
const CHANNELS = { burst: 512, perSecond: 64 };
const MAX_SILENT = 256;
/** Frames on the control channel: seven lanes have some 200 when they are set up. What is too much is not looked at. */
const CONTROL_FRAMES = { burst: 512, perSecond: 64 };

/** What a multiplexer needs of its link. */
export interface MultiplexerOwner extends TransferRoutesOwner {
  readonly environment: TransportEnvironment;
  /** What this side says first. */
  hello(): Hello;
  /** Those that are on the link. */
  readonly connections: ReadonlySet<DataConnection>;
  /** The remote opens a connection. */
  invited(opening: Opening, channel: RTCDataChannel, invitation: Invitation): void;
  /** The remote has not taken a connection that this side has opened: it needs another link. */
  unplaced(connection: DataConnection): void;
  /** Something from the remote could not be used. */
  fault(error: PeerError): void;
  /** The control channel is open. */
  opened(): void;
  /** The remote has said what it says first. */
  greeted(hello: Hello): void;
  /** A sign of life; the answer to the ping of that number, where there is one. */
  heard(answered?: number): void;
  /** The remote's page is put aside. */
  paused(): void;
  /** The association has ended, and nobody has said why. */
  lost(): void;
  /** `idle`: nobody needs it. `remote`: the other side has ended it. */
  over(reason: 'idle' | 'remote', error?: PeerError): void;
}

/** Many connections on one RTCPeerConnection, between two native peers: docs/protocol.md, sections 2, 5 and 10. */
export class Multiplexer {
  readonly remote: Announcement;
  readonly #connection: RTCPeerConnection;
  readonly #owner: MultiplexerOwner;
  readonly #control: ControlChannel;
  readonly #departure: Departure;
  readonly #lanes: LanePool;
  readonly #datagrams: DatagramChannels;
  /** Connections that this side has opened and the remote has not answered yet. */
  readonly #opening = new Map<DataConnection, RTCDataChannel>();
  /** Ends the wait for the first packets of channels. */
  readonly #silent = new Set<() => void>();
  readonly #channels = new TokenBucket(CHANNELS);
  readonly #controlFrames = new TokenBucket(CONTROL_FRAMES);
  #pings = 0;
  readonly #closing = new AbortController();

  constructor(connection: RTCPeerConnection, remote: Announcement, owner: MultiplexerOwner) {
    this.remote = remote;
    this.#connection = connection;
    this.#owner = owner;
    this.#datagrams = new DatagramChannels(connection);
    this.#departure = new Departure({
      goodbye: () => this.#control.send(frameOf(FrameType.Goodbye)),
      farewell: () => this.#control.send(frameOf(FrameType.Farewell)),
      over: () => owner.over('idle'),
    });
    this.#lanes = new LanePool({
      environment: owner.environment,
      send: (frame) => this.#control.send(frame),
      channel: (channel) => this.#takeLane(channel),
    });
    this.#control = new ControlChannel(connection, {
      frame: (type, body) => this.#receive(type, body),
      opened: () => {
        this.#control.send(helloFrame(owner.hello()));
        owner.opened();
        this.vacated();
      },
      closed: (error) => {
        if (error) owner.over('remote', error);
        else if (this.#departure.leaving) owner.over('idle');
        else owner.lost();
      },
    });
  }

  /** Whether connections can be opened on it. */
  get usable(): boolean {
    return !this.#departure.leaving && this.associated;
  }

  /** Whether packets can pass, as far as is known. The control channel may be the last one to notice. */
  get standing(): boolean {
    return !this.#ended && (this.#control.open || this.#connection.sctp?.state === 'connected');
  }

  /** Whether there is an association, or will be: without one nothing on it comes back. */
  get associated(): boolean {
    return !this.#ended && !this.#control.over && this.#connection.signalingState !== 'closed';
  }

  /** Largest packet, in bytes. */
  get maxPacket(): number {
    return Math.min(MAX_PACKET, this.#connection.sctp?.maxMessageSize ?? MAX_PACKET);
  }

  /** Opens a connection in band. False where it has to go through signaling. */
  open(connection: DataConnection, fields: Omit<Opening, keyof ReceiveLimits>): boolean {
    const frame = openFrame({ ...fields, ...this.#owner.limits });
    if (!frame) return false;
    this.#departure.stay();
    this.#open(connection, frame, () => this.#owner.unplaced(connection));
    return true;
  }

  /** Has a connection go on that this side has opened on an RTCPeerConnection before this one. */
  resume(connection: DataConnection): void {
    const { connectionId, label, serialization, reliable } = connection;
    // Without the metadata: the remote has had it.
    const frame = openFrame({ connectionId, label, serialization, reliable, metadata: undefined, resumes: true, ...this.#owner.limits });
    if (frame) this.#open(connection, frame, () => this.#owner.doubt(() => connection.end('remote')));
    else connection.end('failed'); // Not with labels and ids of a kilobyte at most.
  }

  /** A channel for a transfer, or for its pieces. */
  openChannel(label: string, protocol: string): RTCDataChannel {
    return this.#connection.createDataChannel(label, { ordered: true, protocol });
  }

  /** A channel for pieces of a transfer, open: on a further RTCPeerConnection where the index is not 0. */
  openLane(id: string, index: number): Promise<RTCDataChannel> {
    if (index > 0 && this.remote.versions.lanes > 0) return this.#lanes.open(index, id);
    return opened(this.openChannel(id, ChannelProtocol.Lane), this.#closing.signal);
  }

  /** Asks for a sign of life, and gives the number of the answer. */
  ping(): number {
    this.#control.send(numbersFrame(FrameType.Ping, ++this.#pings));
    return this.#pings;
  }

  /** Says that this page goes, for good or for now. */
  leave(how: typeof FrameType.Leave | typeof FrameType.Pause): void {
    this.#control.send(frameOf(how));
  }

  /** Takes a channel that the remote has opened. */
  take(channel: RTCDataChannel): void {
    if (this.#silent.size >= MAX_SILENT || !this.#channels.take()) return channel.close();
    if (channel.protocol === ChannelProtocol.Lane) return this.#takeLane(channel);
    if (channel.protocol === ChannelProtocol.Datagram) return this.#datagrams.take(channel);
    const invited = channel.protocol === ChannelProtocol.Connection;
    if (!invited && channel.protocol !== ChannelProtocol.Transfer) return channel.close();
    this.#departure.stay();
    const done = awaitFirstPacket(
      channel,
      (packet) => {
        this.#silent.delete(done);
        if (invited) this.#invited(channel, packet);
        else this.#offered(channel, packet);
        this.vacated();
      },
      () => {
        this.#silent.delete(done);
        this.vacated();
      },
    );
    this.#silent.add(done);
  }

  /** The channel of a connection is open on both sides, and so is the connection, unless it needs another channel. */
  begin(connection: DataConnection, channel: RTCDataChannel, remote: ReceiveLimits = this.remote): void {
    const datagrams = this.remote.versions.datagram > 0 ? datagramSettings(connection.options) : undefined;
    if (!datagrams) return connection.opensWith((owner) => this.#carrier(connection, channel, owner, remote));
    channel.onclose = () => connection.end('remote');
    const begin = (packets: RTCDataChannel): void =>
      connection.opensWith((owner) => this.#datagramCarrier(connection, channel, packets, owner));
    if (connection.incoming) return this.#datagrams.expect(connection.connectionId, begin);
    if (!this.associated) return; // Closed beneath us: the first channel tells.
    const packets = this.#connection.createDataChannel(connection.connectionId, { ...datagrams, protocol: ChannelProtocol.Datagram });
    packets.onopen = () => begin(packets);
  }

  /** A connection has left the link. */
  left(connection: DataConnection): void {
    this.#opening.delete(connection);
    this.#datagrams.forget(connection.connectionId);
    this.vacated();
  }

  /** Looks whether anybody needs the link; where nobody does, it ends in a while. */
  vacated(): void {
    if (this.#ended || this.#departure.leaving || !this.#control.open) return;
    if (this.#busy) this.#departure.stay();
    else this.#departure.linger();
  }

  /** Idempotent. What was being opened is told to need another link. */
  end(): void {
    if (this.#ended) return;
    this.#closing.abort();
    this.#departure.end();
    this.#lanes.end();
    this.#datagrams.end();
    this.#control.end();
    for (const stop of this.#silent) stop();
    this.#silent.clear();
    const opening = [...this.#opening];
    this.#opening.clear();
    for (const [connection, channel] of opening) {
      closeQuietly(channel);
      this.#owner.unplaced(connection);
    }
  }

  get #ended(): boolean {
    return this.#closing.signal.aborted;
  }

  get #busy(): boolean {
    return this.#owner.connections.size > 0 || this.#silent.size > 0;
  }

  #open(connection: DataConnection, frame: Bytes, lost: () => void): void {
    const channel = this.openChannel(connection.label, ChannelProtocol.Connection);
    this.#opening.set(connection, channel);
    connection.channelMade(channel);
    channel.onopen = () => channel.send(frame);
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.#answered(connection, channel, data);
    channel.onclose = () => {
      this.#opening.delete(connection);
      lost();
    };
  }

  #codec({ wire: { serialization, context } }: DataConnection): NativeCodec {
    if (!serialization.codec) throw new TypeError('A connection of a serialization without a native codec was offered as native.');
    return serialization.codec({ ...context, files: this.remote.versions.file > 0 });
  }

  #carrier(connection: DataConnection, channel: RTCDataChannel, owner: CarrierOwner, remote: ReceiveLimits): Carrier {
    const { limits, sendLimit } = this.#owner;
    return new NativeCarrier(channel, this.#codec(connection), owner, {
      ...{ ...limits, ...this.#owner.path, sendLimit, remote },
      maxPacket: this.maxPacket,
      transfers: this.#transfersOf(connection),
    });
  }

  #datagramCarrier(connection: DataConnection, main: RTCDataChannel, packets: RTCDataChannel, owner: CarrierOwner): Carrier {
    const { environment, sendLimit } = this.#owner;
    return new DatagramCarrier(main, packets, this.#codec(connection), owner, {
      ...{ sendLimit, logger: environment.logger, limits: connection.wire.context.limits },
      // The kind takes one byte.
      maxFrame: () => (this.#connection.sctp?.maxMessageSize ?? Infinity) - 1,
      transfers: this.#transfersOf(connection),
    });
  }

  #transfersOf(connection: DataConnection): ConnectionTransferHost | undefined {
    return this.remote.versions.transfer > 0 ? transferRoutes(connection, this.#owner) : undefined;
  }

  #receive(type: number, body: Bytes): void {
    if (this.#ended || !this.#controlFrames.take()) return;
    switch (type) {
      case FrameType.Hello:
        return this.#guard(() => this.#owner.greeted(helloIn(body)));
      case FrameType.Lane:
        return this.#guard(() => this.#lanes.receive(body));
      case FrameType.Ping:
        this.#control.send(numbersFrame(FrameType.Pong, ...numbersOf(body, 1)));
        return this.#owner.heard();
      case FrameType.Pong:
        return this.#owner.heard(...(numbersOf(body, 1) as [number]));
      case FrameType.Goodbye:
        // Unless a connection is on its way to the remote, which takes its goodbye back when that arrives.
        if (this.#opening.size === 0) this.#departure.dismissed();
        return;
      case FrameType.Farewell:
        if (this.#departure.leaving) this.#owner.over('idle');
        return;
      case FrameType.Leave:
        return this.#owner.over('remote');
      case FrameType.Pause:
        return this.#owner.paused();
    }
  }

  #invited(channel: RTCDataChannel, packet: ArrayBuffer | string): void {
    let opening: Opening;
    try {
      opening = openingIn(packet);
    } catch (error) {
      return this.#refuse(channel, error);
    }
    const known = this.#known(opening);
    if (known || opening.resumes) return known ? this.#resumed(known, channel) : this.#decline(channel);
    this.#owner.invited(opening, channel, {
      accept: (connection) => this.#accept(connection, channel, opening),
      decline: () => {
        this.#decline(channel);
        return true;
      },
    });
  }

  /** The open connection that the remote opens again. */
  #known({ connectionId, resumes }: Opening): DataConnection | undefined {
    const found = [...this.#owner.connections].find((each) => each.incoming && each.open && each.connectionId === connectionId);
    // Where its caller has not heard yet that it was taken, it does not know that it goes on.
    return resumes || found?.suspended ? found : undefined;
  }

  #resumed(connection: DataConnection, channel: RTCDataChannel): void {
    if (channel.readyState !== 'open') return;
    channel.send(jsonFrame(FrameType.Accept, this.#owner.limits));
    connection.resumesOver(channel, this.maxPacket);
  }

  #decline(channel: RTCDataChannel): void {
    if (channel.readyState === 'open') channel.send(jsonFrame(FrameType.Refuse));
    channel.close();
  }

  #offered(channel: RTCDataChannel, packet: ArrayBuffer | string): void {
    try {
      const offer = parseTransfer(jsonIn(firstFrame(packet, FrameType.Transfer)));
      const connection = [...this.#owner.connections].find(({ connectionId }) => connectionId === offer.connectionId);
      if (!connection?.open) return channel.close();
      connection.transferOffered(offer, channel, transferRoutes(connection, this.#owner));
    } catch (error) {
      this.#refuse(channel, error);
    }
  }

  #takeLane(channel: RTCDataChannel): void {
    const taken = [...this.#owner.connections].some((connection) => connection.laneOpened(channel));
    if (!taken) channel.close();
  }

  /** What is wrong in a frame is told, and the link goes on. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.#owner.fault(error as PeerError);
    }
  }

  #refuse(channel: RTCDataChannel, error: unknown): void {
    channel.close();
    this.#owner.fault(toPeerError(error, 'bad-message'));
  }

  #accept(connection: DataConnection, channel: RTCDataChannel, opening: Opening): void {
    if (channel.readyState !== 'open') return connection.end('remote');
    channel.send(jsonFrame(FrameType.Accept, this.#owner.limits));
    this.begin(connection, channel, opening);
  }

  #answered(connection: DataConnection, channel: RTCDataChannel, packet: ArrayBuffer | string): void {
    this.#opening.delete(connection);
    let remote: ReceiveLimits;
    try {
      remote = limitsIn(jsonIn(firstFrame(packet, FrameType.Accept)));
    } catch (cause) {
      closeQuietly(channel);
      // What was open is not refused any more: the remote has ended it meanwhile.
      return connection.open ? connection.end('remote') : connection.end('refused', refusal(connection.peer, cause));
    }
    if (connection.open) connection.resumesOver(channel, this.maxPacket);
    else this.begin(connection, channel, remote);
  }
}

/** What a caller is told whose connection was declined. */
export function refusal(peer: string, cause?: unknown): PeerError<'refused'> {
  return new PeerError('refused', `${peer} has declined the connection.`, { cause, peer });
}
