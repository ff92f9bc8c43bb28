import { PeerError, toPeerError } from '../../errors.js';
import { FrameType, frameOf, numbersFrame, numbersOf, type Bytes, type NativeCodec } from '../../wire/index.js';
import type { Carrier, CarrierOwner } from '../carrier.js';
import type { Invitation } from '../connection-types.js';
import type { DataConnection } from '../data-connection.js';
import { parseTransfer } from '../transfer/offer.js';
import type { ConnectionTransferHost } from '../transfer/transfer-host.js';
import type { TransportEnvironment } from '../transport.js';
import type { Announcement, ReceiveLimits } from './announcement.js';
import { limitsIn } from './announcement.js';
import { ControlChannel } from './control-channel.js';
import { DatagramCarrier } from './datagram-carrier.js';
import { DatagramChannels, datagramSettings } from './datagram-channels.js';
import { DrainMeter } from './drain-meter.js';
import { Flight } from './flight.js';
import { awaitFirstPacket, closeQuietly } from './first-packet.js';
import { ChannelProtocol, firstFrame, jsonFrame, jsonIn, openFrame, openingIn, type Opening } from './in-band.js';
import { ReceiveBudget } from './receive-budget.js';
import { LanePool, opened } from './lane-pool.js';
import { MessageStream } from './message-stream.js';
import { NativeCarrier } from './native-carrier.js';
import { MAX_PACKET } from './packet-builder.js';

/** How long a link without connections is kept for the next one, in ms. */
const LINGER = 2_000;
/** How long a goodbye waits for its answer, in ms. */
const GOODBYE_TIMEOUT = 2_000;
/** How long a link whose remote seems to be another page now has to prove that it lives, in ms. */
const CHALLENGE_TIMEOUT = 3_000;

/** What a multiplexer needs of its link. */
export interface MultiplexerOwner {
  /** What this peer takes. */
  readonly limits: ReceiveLimits;
  readonly sendLimit: number;
  readonly environment: TransportEnvironment;
  readonly connectTimeout: number;
  /** Those that are on the link. */
  readonly connections: ReadonlySet<DataConnection>;
  /** The remote opens a connection. */
  invited(opening: Opening, channel: RTCDataChannel, invitation: Invitation): void;
  /** The remote has not taken a connection that this side has opened: it needs another link. */
  unplaced(connection: DataConnection): void;
  /** Something from the remote could not be used. */
  fault(error: PeerError): void;
  /** `idle`: nobody needs it. `remote`: the other side has ended it. `replaced`: that page is not there any more. */
  over(reason: 'idle' | 'remote' | 'replaced', error?: PeerError): void;
}

/** Many connections on one RTCPeerConnection, between two native peers: docs/protocol.md, sections 2 and 5. */
export class Multiplexer {
  readonly remote: Announcement;
  readonly #connection: RTCPeerConnection;
  readonly #owner: MultiplexerOwner;
  readonly #control: ControlChannel;
  readonly #meter = new DrainMeter();
  readonly #flight = new Flight();
  readonly #budget: ReceiveBudget;
  readonly #lanes: LanePool;
  readonly #datagrams = new DatagramChannels();
  /** Connections that this side has opened and the remote has not answered yet. */
  readonly #opening = new Map<DataConnection, RTCDataChannel>();
  /** Ends the wait for the first packets of channels. */
  readonly #silent = new Set<() => void>();
  #leaving = false;
  #pings = 0;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #challenge: ReturnType<typeof setTimeout> | undefined;
  readonly #closing = new AbortController();

  constructor(connection: RTCPeerConnection, remote: Announcement, owner: MultiplexerOwner) {
    this.remote = remote;
    this.#connection = connection;
    this.#owner = owner;
    this.#budget = new ReceiveBudget(owner.limits.maxMessageSize + owner.limits.window);
    this.#lanes = new LanePool({
      environment: owner.environment,
      send: (frame) => this.#control.send(frame),
      channel: (channel) => this.#takeLane(channel),
    });
    this.#control = new ControlChannel(connection, {
      frame: (type, body) => this.#receive(type, body),
      opened: () => this.vacated(),
      closed: (error) => owner.over('remote', error),
    });
  }

  /** Whether connections can be opened on it. */
  get usable(): boolean {
    return !this.#leaving && !this.#ended;
  }

  /** Whether packets can pass. The control channel may be the last one to notice. */
  get standing(): boolean {
    return this.#control.open || this.#connection.sctp?.state === 'connected';
  }

  /** Opens a connection in band. False where it has to go through signaling. */
  open(connection: DataConnection, fields: Omit<Opening, keyof ReceiveLimits>): boolean {
    const frame = openFrame({ ...fields, ...this.#owner.limits });
    if (!frame) return false;
    const { Connection } = ChannelProtocol;
    const channel = this.#connection.createDataChannel(connection.label, { ordered: true, protocol: Connection });
    clearTimeout(this.#linger);
    this.#opening.set(connection, channel);
    connection.channelMade(channel);
    channel.onopen = () => channel.send(frame);
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.#answered(connection, channel, data);
    channel.onclose = () => {
      this.#opening.delete(connection);
      this.#owner.unplaced(connection);
    };
    return true;
  }

  /** Takes a channel that the remote has opened. */
  take(channel: RTCDataChannel): void {
    if (channel.protocol === ChannelProtocol.Lane) return this.#takeLane(channel);
    if (channel.protocol === ChannelProtocol.Datagram) return this.#datagrams.take(channel);
    const invited = channel.protocol === ChannelProtocol.Connection;
    if (!invited && channel.protocol !== ChannelProtocol.Transfer) return channel.close();
    this.#stay();
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
    clearTimeout(this.#linger);
    if (this.#ended || this.#busy || this.#leaving || !this.#control.open) return;
    this.#linger = setTimeout(() => {
      this.#leaving = true;
      this.#control.send(frameOf(FrameType.Goodbye));
      this.#linger = setTimeout(() => this.#owner.over('idle'), GOODBYE_TIMEOUT);
    }, LINGER);
  }

  /** Ends the link with reason `replaced` unless the remote gives a sign of life. */
  challenge(): void {
    if (this.#challenge !== undefined || this.#ended) return;
    this.#control.send(numbersFrame(FrameType.Ping, ++this.#pings));
    this.#challenge = setTimeout(() => this.#owner.over('replaced'), CHALLENGE_TIMEOUT);
  }

  /** Idempotent. What was being opened is told to need another link. */
  end(): void {
    if (this.#ended) return;
    this.#closing.abort();
    clearTimeout(this.#linger);
    clearTimeout(this.#challenge);
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

  /** Somebody needs the link after all. */
  #stay(): void {
    clearTimeout(this.#linger);
    this.#leaving = false;
  }

  #codec({ wire: { serialization, context } }: DataConnection): NativeCodec {
    if (!serialization.codec) throw new TypeError('A connection of a serialization without a native codec was offered as native.');
    return serialization.codec({ ...context, files: this.remote.versions.file > 0 });
  }

  #carrier(connection: DataConnection, channel: RTCDataChannel, owner: CarrierOwner, remote: ReceiveLimits): Carrier {
    const { limits, sendLimit } = this.#owner;
    return new NativeCarrier(channel, this.#codec(connection), owner, {
      ...{ ...limits, sendLimit, remote, budget: this.#budget, meter: this.#meter, flight: this.#flight },
      maxPacket: this.#maxPacket,
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
    return this.remote.versions.transfer > 0 ? this.#transferHost(connection) : undefined;
  }

  get #maxPacket(): number {
    return Math.min(MAX_PACKET, this.#connection.sctp?.maxMessageSize ?? MAX_PACKET);
  }

  #transferHost({ peer, connectionId }: DataConnection): ConnectionTransferHost {
    const { limits, sendLimit, connectTimeout } = this.#owner;
    const open = (label: string, protocol: string): RTCDataChannel => this.#connection.createDataChannel(label, { ordered: true, protocol });
    return {
      ...{ peer, connectionId, limits, answerTimeout: connectTimeout },
      openChannel: (id) => open(id, ChannelProtocol.Transfer),
      openLane: (id, index) =>
        index > 0 && this.remote.versions.lanes > 0 ? this.#lanes.open(index, id) : opened(open(id, ChannelProtocol.Lane), this.#closing.signal),
      stream: (channel, owner, remote, { meter, flight } = { meter: this.#meter, flight: this.#flight }) => {
        const stream = new MessageStream(owner, { ...limits, sendLimit, budget: this.#budget, meter, flight });
        stream.remoteAllows(remote.window, remote.maxMessageSize);
        channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => stream.receive(data);
        stream.attach(channel, this.#maxPacket);
        return stream;
      },
    };
  }

  #receive(type: number, body: Bytes): void {
    if (this.#ended) return;
    if (type === FrameType.Lane) return this.#heedLane(body);
    if (type === FrameType.Ping) this.#control.send(numbersFrame(FrameType.Pong, ...numbersOf(body, 1)));
    else if (type === FrameType.Pong) {
      clearTimeout(this.#challenge);
      this.#challenge = undefined;
    } else if (type === FrameType.Goodbye) this.#dismissed();
    else if (type === FrameType.Farewell && this.#leaving) this.#owner.over('idle');
  }

  /** Says farewell, unless a connection is on its way to the remote, which takes its goodbye back when that arrives. */
  #dismissed(): void {
    if (this.#opening.size > 0) return;
    this.#leaving = true;
    this.#control.send(frameOf(FrameType.Farewell));
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => this.#owner.over('idle'), GOODBYE_TIMEOUT);
  }

  #invited(channel: RTCDataChannel, packet: ArrayBuffer | string): void {
    let opening: Opening;
    try {
      opening = openingIn(packet);
    } catch (error) {
      return this.#refuse(channel, error);
    }
    this.#owner.invited(opening, channel, {
      accept: (connection) => this.#accept(connection, channel, opening),
      decline: () => {
        if (channel.readyState === 'open') channel.send(jsonFrame(FrameType.Refuse));
        channel.close();
        return true;
      },
    });
  }

  #offered(channel: RTCDataChannel, packet: ArrayBuffer | string): void {
    try {
      const offer = parseTransfer(jsonIn(firstFrame(packet, FrameType.Transfer)));
      const connection = [...this.#owner.connections].find(({ connectionId }) => connectionId === offer.connectionId);
      if (!connection?.open) return channel.close();
      connection.transferOffered(offer, channel, this.#transferHost(connection));
    } catch (error) {
      this.#refuse(channel, error);
    }
  }

  #takeLane(channel: RTCDataChannel): void {
    const taken = [...this.#owner.connections].some((connection) => connection.laneOpened(channel));
    if (!taken) channel.close();
  }

  #heedLane(body: Bytes): void {
    try {
      this.#lanes.receive(body);
    } catch (error) {
      this.#owner.fault(toPeerError(error, 'bad-message'));
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
      return connection.end('refused', refusal(connection.peer, cause));
    }
    this.begin(connection, channel, remote);
  }
}

/** What a caller is told whose connection was declined. */
export function refusal(peer: string, cause?: unknown): PeerError<'refused'> {
  return new PeerError('refused', `${peer} has declined the connection.`, { cause, peer });
}
