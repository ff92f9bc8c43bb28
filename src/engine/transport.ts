import { PeerError, messageOf } from '../errors.js';
import type { Logger } from './logger.js';
import { pathReport } from './path-report.js';
import { TokenBucket } from './token-bucket.js';

/** What a transport tells the other side, by way of signaling. */
export type TransportSignal =
  | { readonly type: 'OFFER' | 'ANSWER'; readonly sdp: RTCSessionDescriptionInit }
  | { readonly type: 'CANDIDATE'; readonly candidate: RTCIceCandidateInit };

/** What a transport needs of its surroundings. */
export interface TransportEnvironment {
  readonly RTCPeerConnection: typeof RTCPeerConnection;
  /** Asked once for each RTCPeerConnection. */
  readonly configuration: () => RTCConfiguration | Promise<RTCConfiguration>;
  /** False where signaling cannot carry candidates one by one: descriptions then wait for them. */
  readonly trickle: boolean;
  readonly logger: Logger;
  /** PeerJS's option of that name: a last change to a description before it is applied and sent. */
  readonly sdpTransform?: ((sdp: string) => string) | undefined;
  /** `RTCOfferOptions`; PeerJS's undocumented `constraints`. */
  readonly offerOptions?: RTCOfferOptions | undefined;
}

/** What a transport reports. Nothing is reported after `close()`. */
export interface TransportObserver {
  signal(signal: TransportSignal): void;
  /** The RTCPeerConnection is there, and nothing has been negotiated on it. */
  made(connection: RTCPeerConnection): void;
  /** The remote has opened a channel. */
  channel(channel: RTCDataChannel): void;
  iceState(state: RTCIceConnectionState): void;
  /** The browser has given the path up. Another one may be found by a restart; an observer that wants none closes the transport. */
  pathFailed(error: PeerError): void;
  /** Negotiation has failed. The observer closes the transport, or leaves it as it was before. */
  failed(error: PeerError): void;
  /** Something from the remote could not be used; the transport goes on. */
  fault(error: PeerError): void;
}

/** Pause before a refused RTCPeerConnection is tried again, in ms: closed ones are given back at garbage collection. */
const CONSTRUCT_RETRY = 1_000;
/** How long a description waits for its candidates where signaling cannot trickle, in ms; then it goes with what is known. */
const GATHERING_LIMIT = 5_000;
/** Most candidates kept for a description that has not come, the latest ones. A browser has a few dozen at the most. */
const MAX_EARLY_CANDIDATES = 128;
/** How long the last words may take to leave, in ms: a few behind what is under way, more where packets of it are lost. */
const LAST_WORDS = 1_000;
/** Candidates of the remote that are tried: the browser sends packets to each of them, whosever address it is. */
const CANDIDATES = { burst: 256, perSecond: 4 };

/**
 * One RTCPeerConnection and its negotiation. It knows descriptions, candidates and states; its channels and what travels on
 * them are its observer's business.
 */
export class Transport {
  readonly #environment: TransportEnvironment;
  readonly #observer: TransportObserver;
  readonly #closing = new AbortController();
  readonly #earlyCandidates: RTCIceCandidateInit[] = [];
  readonly #candidates = new TokenBucket(CANDIDATES);
  #peerConnection: RTCPeerConnection | undefined;
  #obstacle: PeerError | undefined;
  #offered = false;
  /** Whether the answer to our offer has come. The signalingState tells only once it is applied. */
  #answered = false;

  constructor(environment: TransportEnvironment, observer: TransportObserver) {
    this.#environment = environment;
    this.#observer = observer;
  }

  /** The current RTCPeerConnection; undefined until there is one. */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#peerConnection;
  }

  /** What holds it up just now: the error to report when its time is over. */
  get obstacle(): PeerError | undefined {
    return this.#obstacle;
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Whether the RTCPeerConnection can still be negotiated: false where somebody has closed it beneath us. */
  get alive(): boolean {
    return this.#peerConnection !== undefined && this.#peerConnection.signalingState !== 'closed';
  }

  /** What was offered or answered last, with the candidates found since. Of a closed one Firefox tells nothing, and throws. */
  get localDescription(): RTCSessionDescriptionInit | undefined {
    const { type, sdp } = (this.alive && this.#peerConnection?.localDescription) || {};
    return type && { type, sdp: sdp ?? '' };
  }

  /** The remote's last description. */
  get remoteSdp(): string {
    return (this.alive && this.#peerConnection?.remoteDescription?.sdp) || '';
  }

  /** Makes the RTCPeerConnection, and no offer yet. */
  make(): void {
    this.#construct(() => undefined);
  }

  /** Makes an offer, with the channels that the observer has opened. Later calls do nothing. */
  offer(): void {
    if (this.#offered) return;
    this.#offered = true;
    const { offerOptions } = this.#environment;
    if (this.#peerConnection) this.#run(this.#makeOffer(this.#peerConnection, offerOptions));
    else this.#construct((connection) => this.#run(this.#makeOffer(connection, offerOptions)));
  }

  /**
   * Offers to look for another path for what stands already: an ICE restart, with ICE servers that were asked for anew. An offer
   * that was not answered is forgotten.
   */
  restart(): void {
    if (this.closed || !this.#peerConnection) return;
    this.#answered = false;
    this.#run(this.#makeRestart(this.#peerConnection));
  }

  /** Takes an offer and answers it; also one that restarts. An offer of our own that was not answered is given up for it. */
  answer(offer: RTCSessionDescriptionInit): void {
    const connection = this.#peerConnection;
    if (connection) this.#run(this.#makeAnswer(connection, offer));
    else this.#construct((made) => this.#run(this.#makeAnswer(made, offer)));
  }

  /** Takes the answer to our offer. A second one, or one that comes when none is due, changes nothing. */
  accept(answer: RTCSessionDescriptionInit): void {
    const connection = this.#peerConnection;
    if (this.#answered || connection?.signalingState !== 'have-local-offer') return;
    this.#answered = true;
    this.#run(this.#setRemote(connection, answer));
  }

  /** Takes a candidate of the remote, in any order relative to its description. */
  addCandidate(candidate: RTCIceCandidateInit): void {
    const connection = this.#peerConnection;
    // One that somebody has closed beneath us wants none.
    if (this.closed || (connection && !this.alive)) return;
    const { usernameFragment } = candidate;
    // Of another session: of one that is still to be described, of an earlier one, or our own where a peer calls itself.
    const foreign = usernameFragment && !this.remoteSdp.includes(`a=ice-ufrag:${usernameFragment}`);
    if (!connection || !this.remoteSdp || foreign) {
      this.#earlyCandidates.push(candidate);
      if (this.#earlyCandidates.length > MAX_EARLY_CANDIDATES) this.#earlyCandidates.shift();
      return;
    }
    if (!this.#candidates.take()) return;
    connection.addIceCandidate(candidate).catch((cause: unknown) => {
      if (this.closed || !this.alive) return;
      this.#observer.fault(new PeerError('webrtc', `A candidate of the remote peer is unusable: ${messageOf(cause)}`, { cause }));
    });
  }

  /** Ends the RTCPeerConnection at once. Idempotent. */
  close(): void {
    if (this.closed) return;
    this.#closing.abort();
    this.#peerConnection?.close();
  }

  /**
   * Ends with the page, which goes. The browser ends the RTCPeerConnection a moment later, and until then what was said last can
   * leave: `close()` throws away what SCTP has not sent yet, and behind a file that is a goodbye, too. Where the page stays after all,
   * it ends when the remote has ended its own, or in a second. Idempotent.
   */
  leave(): void {
    const connection = this.#peerConnection;
    const { sctp } = connection ?? {};
    if (this.closed || !connection || sctp?.state !== 'connected') return this.close();
    this.#closing.abort();
    const end = (): void => {
      clearTimeout(timer);
      connection.close();
    };
    const timer = setTimeout(end, LAST_WORDS);
    sctp.onstatechange = () => {
      if (sctp.state === 'closed') end();
    };
  }

  /** Makes the RTCPeerConnection, at once where the configuration is known, and hands it to `then`. */
  #construct(then: (connection: RTCPeerConnection) => void): void {
    const build = (configuration: RTCConfiguration): void => {
      if (this.closed) return;
      let connection: RTCPeerConnection;
      try {
        connection = new this.#environment.RTCPeerConnection(configuration);
      } catch (cause) {
        this.#refused(cause, () => build(configuration));
        return;
      }
      this.#obstacle = undefined;
      this.#peerConnection = connection;
      this.#watch(connection);
      this.#observer.made(connection);
      if (!this.closed) then(connection);
    };
    try {
      const configuration = this.#environment.configuration();
      if (!(configuration instanceof Promise)) build(configuration);
      else configuration.then(build).catch((cause: unknown) => this.#misconfigured(cause));
    } catch (cause) {
      this.#misconfigured(cause);
    }
  }

  /** Chromium counts closed RTCPeerConnections until they are collected and then throws: worth another try. */
  #refused(cause: unknown, again: () => void): void {
    if (!(cause instanceof DOMException) || cause.name !== 'UnknownError') return this.#misconfigured(cause);
    this.#obstacle = new PeerError(
      'too-many-links',
      'The browser holds as many RTCPeerConnections as it can. Close connections that are no longer needed.',
      { cause },
    );
    const timer = setTimeout(again, CONSTRUCT_RETRY);
    this.#closing.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  /** In a microtask: it may happen within `connect()`, before anyone can listen. */
  #misconfigured(cause: unknown): void {
    const error = new PeerError('webrtc', `RTCPeerConnection refuses the configuration: ${messageOf(cause)}. Check config and iceServers.`, { cause });
    queueMicrotask(() => this.#fail(error));
  }

  #watch(connection: RTCPeerConnection): void {
    const { trickle } = this.#environment;
    connection.ondatachannel = ({ channel }) => {
      if (!this.closed) this.#observer.channel(channel);
    };
    connection.onicecandidate = ({ candidate }) => {
      // PeerJS sends no end-of-candidates, and its peers choke on an empty one.
      if (!this.closed && trickle && candidate?.candidate) {
        this.#observer.signal({ type: 'CANDIDATE', candidate: candidate.toJSON() });
      }
    };
    connection.oniceconnectionstatechange = () => {
      if (this.closed) return;
      const state = connection.iceConnectionState;
      this.#observer.iceState(state);
      if (state === 'failed') this.#pathFailed();
    };
    // Where the remote vanishes, iceConnectionState can stay at "disconnected" for good while connectionState tells.
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'failed') this.#pathFailed();
    };
  }

  #pathFailed(): void {
    const connection = this.#peerConnection;
    if (this.closed || !connection) return;
    this.#observer.pathFailed(
      new PeerError('negotiation-failed', `No network path to the remote peer, or it was lost. ${pathReport(connection)}`),
    );
  }

  async #makeOffer(connection: RTCPeerConnection, options: RTCOfferOptions | undefined): Promise<void> {
    const offer = await connection.createOffer(options);
    await this.#describe(connection, 'OFFER', offer);
  }

  async #makeRestart(connection: RTCPeerConnection): Promise<void> {
    try {
      const configuration = await this.#environment.configuration();
      if (!this.closed) connection.setConfiguration(configuration);
    } catch (cause) {
      // The old servers may do.
      this.#environment.logger.warn('The ICE servers could not be renewed.', cause);
    }
    if (!this.closed) await this.#makeOffer(connection, { iceRestart: true });
  }

  async #makeAnswer(connection: RTCPeerConnection, offer: RTCSessionDescriptionInit): Promise<void> {
    await this.#setRemote(connection, offer);
    if (this.closed) return;
    const answer = await connection.createAnswer();
    await this.#describe(connection, 'ANSWER', answer);
  }

  async #describe(connection: RTCPeerConnection, type: 'OFFER' | 'ANSWER', made: RTCSessionDescriptionInit): Promise<void> {
    if (this.closed) return;
    const { sdpTransform, trickle } = this.#environment;
    const sdp = sdpTransform ? sdpTransform(made.sdp ?? '') || made.sdp : made.sdp;
    await connection.setLocalDescription({ type: made.type, sdp: sdp ?? '' });
    if (!trickle) await gathered(connection, this.#closing.signal);
    if (this.closed) return;
    const local = trickle ? sdp : connection.localDescription?.sdp;
    this.#observer.signal({ type, sdp: { sdp: local ?? '', type: made.type } });
  }

  async #setRemote(connection: RTCPeerConnection, description: RTCSessionDescriptionInit): Promise<void> {
    await connection.setRemoteDescription(description);
    if (this.closed) return;
    for (const candidate of this.#earlyCandidates.splice(0)) this.addCandidate(candidate);
  }

  /** Every step of negotiation that fails ends the transport with a reason. */
  #run(step: Promise<void>): void {
    step.catch((cause: unknown) =>
      this.#fail(new PeerError('negotiation-failed', `The browser could not negotiate the connection: ${messageOf(cause)}`, { cause })),
    );
  }

  #fail(error: PeerError): void {
    if (!this.closed) this.#observer.failed(error);
  }
}

/** Resolves when all candidates are in the local description, or at the limit. */
function gathered(connection: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      connection.removeEventListener('icegatheringstatechange', check);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const check = (): void => {
      if (connection.iceGatheringState === 'complete') finish();
    };
    const timer = setTimeout(finish, GATHERING_LIMIT);
    connection.addEventListener('icegatheringstatechange', check);
    signal.addEventListener('abort', finish);
    check();
  });
}
