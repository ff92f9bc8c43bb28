import { EventEmitter } from 'eventemitter3';
import { PeerError, messageOf, type EngineErrorType } from '../../errors.js';
import { concerning, connectionError } from '../connection-errors.js';
import type { CloseReason } from '../connection-types.js';
import { announcementIn } from '../native/announcement.js';
import type { Peer } from '../peer.js';
import { isRefusal, isWithdrawal, parseAnswer, parseCandidate } from '../signals.js';
import { Transport } from '../transport.js';
import { mediaPayload, mediaRefusal, mediaWithdrawal } from './signals.js';
import type { AnswerOptions, CallOptions, MediaConnectionEvents, MediaHost, MediaInit } from './types.js';

/** How long a lost path may stay lost, in ms: browsers find some again by themselves, and some say of none that it has failed. */
const DISCONNECTED_LIMIT = 15_000;
/** States in which media can flow. */
const CONNECTED: readonly RTCIceConnectionState[] = ['connected', 'completed'];

type State = 'ringing' | 'answered' | 'closed';

/**
 * A call with audio or video: PeerJS's class. It has no public constructor: take it from `peer.call()` or from the event `call`.
 * Each call has an RTCPeerConnection of its own. Tracks are the page's: a call that ends stops none.
 */
export class MediaConnection extends EventEmitter<MediaConnectionEvents> {
  readonly type = 'media';
  /** The remote peer's id. */
  readonly peer: string;
  /** The `Peer` it belongs to. */
  readonly provider: Peer;
  readonly connectionId: string;
  /** Equal to `connectionId`: calls have no labels. */
  readonly label: string;
  /** What the caller passed as metadata: on the callee's side whatever the remote sent. */
  readonly metadata: unknown;
  /** The options it was made with. */
  readonly options: CallOptions;
  /** True where the remote called. */
  readonly incoming: boolean;

  readonly #host: MediaHost;
  readonly #transport: Transport;
  readonly #offer: RTCSessionDescriptionInit | undefined;
  /** The last change to what this side describes. */
  #transform: ((sdp: string) => string) | undefined;
  #state: State = 'ringing';
  /** Whether the remote is known to be a peer of this engine. */
  #native: boolean;
  #refusing = false;
  #connected = false;
  #reached: boolean;
  /** The remote has been told of the end, or is not to be. */
  #parted = false;
  #localStream: MediaStream | undefined;
  #remoteStream: MediaStream | undefined;
  /** Holds tracks that the remote put into no stream. */
  #loose: MediaStream | undefined;
  #channel: RTCDataChannel | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @internal */
  constructor({ peer, provider, host, options, connectionId, stream, offer, native = false }: MediaInit) {
    super();
    this.peer = peer;
    this.provider = provider;
    this.options = options;
    this.metadata = options.metadata;
    this.connectionId = this.label = connectionId;
    this.incoming = offer !== undefined;
    this.#host = host;
    this.#offer = offer;
    this.#native = native;
    this.#reached = this.incoming;
    this.#localStream = stream;
    this.#transform = options.sdpTransform;
    const environment = {
      ...host.environment,
      offerOptions: options.constraints,
      sdpTransform: (sdp: string) => this.#transform?.(sdp) ?? sdp,
    };
    this.#transport = new Transport(environment, {
      signal: (signal) => host.say(signal.type, this, mediaPayload(signal, connectionId, this.metadata, host.announcement())),
      made: (connection) => this.#made(connection),
      channel: (channel) => this.#take(channel),
      iceState: (state) => this.#iceState(state),
      pathFailed: (error) => this.fail(error),
      failed: (error) => this.fail(error),
      fault: (error) => host.fault(error),
    });
  }

  /** Whether the call was answered, and has not ended. As with PeerJS, media may come a little later: see `stream`. */
  get open(): boolean {
    return this.#state === 'answered' && !this.#refusing;
  }

  /** What this side sends; undefined where it sends nothing, and after the end. */
  get localStream(): MediaStream | undefined {
    return this.#localStream;
  }

  /** What the remote sends; undefined until `stream`, and after the end. */
  get remoteStream(): MediaStream | undefined {
    return this.#remoteStream;
  }

  /** The browser's connection beneath; undefined until there is one: on the callee's side until `answer()`. */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#state === 'closed' ? undefined : this.#transport.peerConnection;
  }

  /** PeerJS's auxiliary channel, whose closing tells of the end. No messages travel on it. */
  get dataChannel(): RTCDataChannel | undefined {
    return this.#channel;
  }

  get [Symbol.toStringTag](): string {
    return 'MediaConnection';
  }

  /**
   * Answers an incoming call. A call that was answered, has ended or was made here stays as it is.
   * @param stream what this side sends; without one it only receives.
   */
  answer(stream?: MediaStream | null, options: AnswerOptions = {}): void {
    if (this.#state !== 'ringing' || !this.#offer) return;
    const problem = stream == null ? undefined : streamProblem(stream, 'answer()');
    if (problem) return void this.emit('error', concerning(this, problem));
    this.#localStream = stream ?? undefined;
    this.#transform = options.sdpTransform ?? this.#transform;
    this.#accept(this.#offer);
  }

  /**
   * Ends the call. Idempotent. An incoming call that was not answered is declined: a caller of this engine is told so; a
   * PeerJS caller cannot be, and is answered without any media and left as soon as that stands, which is when `close` follows
   * here too.
   */
  close(): void {
    if (this.#state !== 'ringing' || !this.#offer || this.#refusing) return this.end('local');
    if (this.#native) return this.end('refused');
    this.#refusing = true;
    this.#accept(this.#offer);
  }

  /** Makes that stream the remote's, and emits `stream`. PeerJS's method; the engine calls it for what the remote sends. */
  addStream(stream: MediaStream): void {
    if (this.#state === 'closed') return;
    this.#remoteStream = stream;
    this.emit('stream', stream);
  }

  /** Whether the remote has said anything: then it is not absent. @internal */
  get reached(): boolean {
    return this.#reached;
  }

  /** The offer that it answers. @internal */
  get sdp(): string | undefined {
    return this.#offer?.sdp;
  }

  /** Whether it stands between two peers of this engine, and needs no server. @internal */
  get standsAlone(): boolean {
    return this.#native && this.#connected;
  }

  /** Begins: the caller calls, the callee waits for the page. @internal */
  start(): void {
    if (this.#state !== 'ringing') return;
    this.#expect(this.#host.ringTimeout, () => this.#unanswered());
    if (!this.incoming) this.#transport.offer();
  }

  /** Nobody here takes calls: a native caller is told so, a PeerJS caller waits, as with PeerJS. @internal */
  ignore(): void {
    this.end('refused');
  }

  /** Takes an ANSWER's payload. @throws PeerError `bad-signal` */
  receiveAnswer(payload: unknown): void {
    if (this.#state !== 'ringing' || this.incoming) return;
    const native = this.#host.announcement() !== undefined && announcementIn(payload) !== undefined;
    const answer = native && isRefusal(payload) ? undefined : parseAnswer(payload);
    this.#native = native;
    this.#reached = true;
    if (!answer) return this.#declined();
    this.#answered();
    this.#transport.accept(answer);
  }

  /** Takes a CANDIDATE's payload. @throws PeerError `bad-signal` */
  receiveCandidate(payload: unknown): void {
    if (isWithdrawal(payload)) {
      // Of a call that stands the channel tells. A PeerJS peer has no such thing to say, and who answers is not known before.
      if (this.#connected || (!this.#native && (this.incoming || this.#state !== 'ringing'))) return;
      if (!this.incoming && this.#state === 'ringing') return this.#declined();
      this.#parted = true;
      return this.end('remote');
    }
    this.#transport.addCandidate(parseCandidate(payload));
    this.#reached = true;
  }

  /** Tells the remote by way of signaling that this side goes, where the call does not stand yet. Idempotent. @internal */
  part(): void {
    if (this.#parted || this.#connected) return;
    this.#parted = true;
    const native = this.#host.announcement();
    if (!native) return;
    if (!this.incoming) {
      if (this.#transport.peerConnection) this.#host.say('CANDIDATE', this, mediaWithdrawal(this.connectionId, native), () => true);
    } else if (this.#native) {
      const payload = this.#state === 'ringing' ? mediaRefusal(this.connectionId, native) : undefined;
      if (payload) this.#host.say('ANSWER', this, payload, () => true);
      else this.#host.say('CANDIDATE', this, mediaWithdrawal(this.connectionId, native), () => true);
    }
  }

  /** Ends the call for a reason that is an error. @internal */
  fail(error: PeerError<string>, reason: CloseReason = 'failed'): void {
    if (this.#refusing) this.end('refused');
    else this.end(reason, error);
  }

  /** The one end. Idempotent. @internal */
  end(reason: CloseReason, error?: PeerError<string>): void {
    if (this.#state === 'closed') return;
    // Nobody is there, or has called anew by the same name.
    if (reason !== 'unavailable' && reason !== 'replaced') this.part();
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#transport.close();
    this.#channel = this.#localStream = this.#remoteStream = this.#loose = undefined;
    this.#host.forget(this);
    try {
      if (error) this.emit('error', concerning(this, error));
    } finally {
      this.emit('close', reason);
    }
  }

  /** Answers, with what there is to send. */
  #accept(offer: RTCSessionDescriptionInit): void {
    this.#answered();
    this.#transport.answer(offer);
  }

  /** From now on it is the network's turn. */
  #answered(): void {
    this.#state = 'answered';
    this.#expect(this.#host.connectTimeout, () => {
      const seconds = this.#host.connectTimeout / 1000;
      const late = connectionError(this, 'timeout', `The call with ${this.peer} was answered, and no network path was found within ${seconds} s. Is the other page still open, and is there a TURN server?`);
      this.fail(this.#transport.obstacle ?? late, 'timeout');
    });
  }

  #declined(): void {
    this.#parted = true;
    this.end('refused', connectionError(this, 'refused', `${this.peer} declined the call.`));
  }

  #unanswered(): void {
    const seconds = this.#host.ringTimeout / 1000;
    const late = connectionError(this, 'timeout', `The call with ${this.peer} was not answered within ${seconds} s.`);
    this.fail(this.#transport.obstacle ?? late, 'timeout');
  }

  #expect(limit: number, late: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(late, limit);
  }

  /** The RTCPeerConnection is there, and nothing has been negotiated on it. */
  #made(connection: RTCPeerConnection): void {
    connection.ontrack = (event) => this.#track(event);
    const stream = this.#localStream;
    if (stream) for (const track of stream.getTracks()) connection.addTrack(track, stream);
    if (!this.incoming) this.#take(connection.createDataChannel(this.label, { ordered: false }));
  }

  #track({ track, streams: [stream], transceiver }: RTCTrackEvent): void {
    // Declined: nothing is to be received. The answer has not been made yet.
    if (this.#refusing) transceiver.direction = 'inactive';
    if (this.#state !== 'answered' || this.#refusing) return;
    if (stream && stream === this.#remoteStream) return;
    if (stream) return this.addStream(stream);
    this.#loose ??= new MediaStream();
    this.#loose.addTrack(track);
    if (this.#loose !== this.#remoteStream) this.addStream(this.#loose);
  }

  /** The auxiliary channel. A second one is none of PeerJS's, and not needed. */
  #take(channel: RTCDataChannel): void {
    if (this.#channel) return channel.close();
    this.#channel = channel;
    channel.onopen = () => {
      if (this.#state === 'closed') return;
      if (this.#refusing) this.end('refused');
      else this.emit('willCloseOnRemote');
    };
    channel.onclose = () => this.end('remote');
  }

  #iceState(state: RTCIceConnectionState): void {
    if (CONNECTED.includes(state)) {
      if (!this.#refusing) {
        this.#connected = true;
        clearTimeout(this.#timer);
      }
    } else if (state === 'disconnected') {
      this.#expect(DISCONNECTED_LIMIT, () => {
        this.fail(connectionError(this, 'negotiation-failed', `The path to ${this.peer} was lost.`));
      });
    }
    this.emit('iceStateChanged', state);
  }
}

/** Why that is no stream to be sent. It may come from JavaScript. */
export function streamProblem(stream: unknown, method: string): PeerError<EngineErrorType> | undefined {
  try {
    if (Array.isArray((stream as MediaStream).getTracks())) return undefined;
  } catch (cause) {
    return new PeerError('invalid-data', `${method} takes a MediaStream, of getUserMedia() for one: ${messageOf(cause)}`, { cause });
  }
  return new PeerError('invalid-data', `${method} takes a MediaStream, of getUserMedia() for one.`);
}
