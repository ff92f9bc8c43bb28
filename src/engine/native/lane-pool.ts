import { PeerError } from '../../errors.js';
import { FrameType, type Bytes } from '../../wire/index.js';
import { Deferred } from '../deferred.js';
import { parseCandidate, parseDescription } from '../signals.js';
import { TokenBucket } from '../token-bucket.js';
import { Transport, type TransportEnvironment } from '../transport.js';
import { newNonce } from './announcement.js';
import { ChannelProtocol, jsonFrame, jsonIn } from './in-band.js';

/** Most RTCPeerConnections beside the link's own, in each direction. */
const MAX_LANES = 7;
/** Lanes that the remote may open one after another: browsers count closed RTCPeerConnections for a while. */
const OFFERS = { burst: 16, perSecond: 2 };
/** How long a lane that no transfer uses is kept, in ms. */
const LINGER = 2_000;
/** How long a lane's channel may take to open, in ms. */
const OPEN_TIMEOUT = 15_000;
const MAX_NAME = 64;

export interface LanePoolOwner {
  readonly environment: TransportEnvironment;
  /** Sends a frame on the control channel. */
  send(frame: Bytes): void;
  /** The remote sends pieces of a transfer on a lane's channel. */
  channel(channel: RTCDataChannel): void;
}

interface Lane {
  readonly name: string;
  readonly transport: Transport;
  /** Resolves when there is an RTCPeerConnection. */
  readonly made: Deferred<RTCPeerConnection>;
  users: number;
  linger: ReturnType<typeof setTimeout> | undefined;
}

/**
 * RTCPeerConnections to the same peer beside the link's own, set up over its control channel: docs/protocol.md, section 7. The
 * side that sends a transfer opens them.
 */
export class LanePool {
  readonly #owner: LanePoolOwner;
  /** By place, from 1: those that this side has opened. */
  readonly #own = new Map<number, Lane>();
  /** By name: those of the remote. */
  readonly #remote = new Map<string, Transport>();
  readonly #offers = new TokenBucket(OFFERS);
  readonly #closing = new AbortController();

  constructor(owner: LanePoolOwner) {
    this.#owner = owner;
  }

  /** A channel on the lane of that place. Rejects where there can be none. The lane lives until all its channels have closed. */
  async open(index: number, label: string): Promise<RTCDataChannel> {
    if (this.#closing.signal.aborted || index > MAX_LANES) throw unavailable();
    const lane = this.#own.get(index) ?? this.#make(index);
    lane.users++;
    clearTimeout(lane.linger);
    try {
      const connection = await lane.made.promise;
      const channel = connection.createDataChannel(label, { ordered: true, protocol: ChannelProtocol.Lane });
      lane.transport.offer();
      channel.addEventListener('close', () => this.#unused(index, lane), { once: true });
      return await opened(channel, this.#closing.signal);
    } catch (cause) {
      this.#unused(index, lane);
      throw unavailable(cause);
    }
  }

  /** Takes a LANE frame. @throws PeerError `bad-message`, `bad-signal` */
  receive(body: Bytes): void {
    const { lane: name, description, candidate, end } = jsonIn(body);
    if (typeof name !== 'string' || name === '' || name.length > MAX_NAME) throw new PeerError('bad-message', 'A lane has no name.');
    const own = [...this.#own.values()].find((lane) => lane.name === name)?.transport;
    const transport = own ?? this.#remote.get(name);
    if (end === true) this.#close(name);
    else if (candidate !== undefined) transport?.addCandidate(parseCandidate({ candidate }));
    else if (own) own.accept(parseDescription(description, 'answer'));
    else if (!transport) this.#answer(name, parseDescription(description, 'offer'));
  }

  /** Idempotent. */
  end(): void {
    this.#closing.abort();
    for (const index of [...this.#own.keys()]) this.#drop(index);
    for (const name of [...this.#remote.keys()]) this.#close(name);
  }

  #make(index: number): Lane {
    const name = newNonce();
    const made = new Deferred<RTCPeerConnection>();
    const transport = this.#transport(name, {
      made: (connection) => made.resolve(connection),
      channel: (channel) => channel.close(),
      failed: (error) => {
        made.reject(error);
        this.#drop(index);
      },
    });
    const lane: Lane = { name, transport, made, users: 0, linger: undefined };
    this.#own.set(index, lane);
    transport.make();
    return lane;
  }

  #answer(name: string, offer: RTCSessionDescriptionInit): void {
    if (this.#closing.signal.aborted || this.#remote.size >= MAX_LANES || !this.#offers.take()) {
      return this.#owner.send(jsonFrame(FrameType.Lane, { lane: name, end: true }));
    }
    const transport = this.#transport(name, {
      made: () => undefined,
      channel: (channel) => this.#owner.channel(channel),
      failed: () => this.#close(name),
    });
    this.#remote.set(name, transport);
    transport.answer(offer);
  }

  #transport(
    name: string,
    observer: { made(connection: RTCPeerConnection): void; channel(channel: RTCDataChannel): void; failed(error: PeerError): void },
  ): Transport {
    return new Transport(this.#owner.environment, {
      ...observer,
      signal: (signal) =>
        this.#owner.send(
          jsonFrame(FrameType.Lane, { lane: name, ...(signal.type === 'CANDIDATE' ? { candidate: signal.candidate } : { description: signal.sdp }) }),
        ),
      iceState: () => undefined,
      // A lane costs speed, and is not worth a restart.
      pathFailed: (error) => observer.failed(error),
      // A candidate that cannot be used leaves the others.
      fault: (error) => this.#owner.environment.logger.warn(error),
    });
  }

  #unused(index: number, lane: Lane): void {
    lane.users--;
    if (lane.users > 0 || this.#own.get(index) !== lane) return;
    lane.linger = setTimeout(() => this.#drop(index), LINGER);
  }

  #drop(index: number): void {
    const lane = this.#own.get(index);
    if (!lane) return;
    this.#own.delete(index);
    clearTimeout(lane.linger);
    this.#owner.send(jsonFrame(FrameType.Lane, { lane: lane.name, end: true }));
    lane.transport.close();
    lane.made.reject(unavailable());
  }

  #close(name: string): void {
    for (const [index, lane] of this.#own) if (lane.name === name) this.#drop(index);
    this.#remote.get(name)?.close();
    this.#remote.delete(name);
  }
}

/** Resolves when the channel is open; rejects where it closes before, at a limit, or when the signal aborts. */
export function opened(channel: RTCDataChannel, signal: AbortSignal): Promise<RTCDataChannel> {
  if (channel.readyState === 'open') return Promise.resolve(channel);
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      channel.onopen = channel.onclose = null;
      done();
    };
    const giveUp = (): void => {
      channel.close();
      settle(() => reject(unavailable()));
    };
    const timer = setTimeout(giveUp, OPEN_TIMEOUT);
    signal.addEventListener('abort', giveUp);
    channel.onopen = () => settle(() => resolve(channel));
    channel.onclose = () => settle(() => reject(unavailable()));
    if (signal.aborted) giveUp();
  });
}

function unavailable(cause?: unknown): PeerError {
  return new PeerError('negotiation-failed', 'No further RTCPeerConnection to the remote peer: the transfer goes on without it.', { cause });
}
