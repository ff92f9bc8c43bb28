import { PeerError, type EngineErrorType } from '../../errors.js';
import type { CloseReason, HealedBy } from '../connection-types.js';
import type { Transport, TransportObserver, TransportSignal } from '../transport.js';
import { fingerprintOf, type HealingSignal, type HealingStep } from './healing-signals.js';
import type { Interruption } from './interruption.js';
import { Pulse } from './pulse.js';

/** How long ICE may find back by itself before this side offers anything, in ms: the preferred side, and the other one. */
const FIRST_START = 1_000;
const SECOND_START = 3_000;
/** How often an offer that is not answered is sent again, in ms. Signaling may have lost it. */
const SEND_AGAIN = 2_000;
/** How long an offer is sent again before another one takes its place, in ms: its candidates are of another network by then. */
const OFFER_AGE = 8_000;
/** How long an attempt may take once it is answered, in ms. */
const RESTART_LIMIT = 5_000;
const RESUME_LIMIT = 10_000;
/** From so much silence on, in ms, SCTP's own pauses between two tries are longer than a new link takes. */
const RESTART_WINDOW = 12_000;
/** How long a remote that can do nothing else leaves ICE to find back by itself, in ms. */
const ICE_LIMIT = 10_000;
/** How long a remote that is connected and says nothing is waited for, in ms: its page may be in `alert()` or a debugger. */
const SILENT_LIMIT = 60_000;
/** How far apart two reports that nobody has the remote's id must be to count as proof, in ms. */
const ABSENCES_APART = 5_000;
/** How long a remote may take to give a sign of life when it is doubted, in ms. */
const DOUBT_LIMIT = 1_000;
const CHALLENGE_LIMIT = 3_000;
/** Candidates kept for an offer that has not come. */
const MAX_EARLY = 64;

/** What healing needs of its link. */
export interface HealingHost {
  readonly remoteId: string;
  /** That of the remote's first description. */
  readonly fingerprint: string | undefined;
  /** How long a lost path may stay lost, in ms. */
  readonly resumeTimeout: number;
  /** Whether the remote can do it, too. */
  readonly capable: boolean;
  /** Of two offers that cross, whether this side's stands. */
  readonly preferred: boolean;
  readonly side: HealingStep['side'];
  /** What the link runs on. */
  transport(): Transport;
  /** Whether channels on it are there: false once SCTP has ended. */
  associated(): boolean;
  /** Asks the remote for a sign of life, over the channel. */
  ping(): void;
  /** Sends a signal, if it is still wanted once it can be. */
  say(content: TransportSignal | { readonly type: 'REFUSAL' }, healing: HealingStep, wanted: () => boolean): void;
  /** An RTCPeerConnection that may take the link's place. It has its control channel, which tells {@link Healing.stands}. */
  prepare(observer: Pick<TransportObserver, 'signal' | 'failed'>): Transport;
  /** It does not take the link's place, and ends. */
  discard(transport: Transport): void;
  /** It takes the link's place. */
  adopt(transport: Transport): void;
  interrupted(): void;
  resumed(by: HealedBy): void;
  /** The link has ended. */
  over(reason: CloseReason, error?: PeerError): void;
}

/** One try to get the link back: ours or the remote's. */
interface Attempt {
  readonly healing: HealingStep;
  readonly own: boolean;
  readonly transport: Transport;
  readonly begunAt: number;
  sentAt: number;
  /** When the answer was there, on either side. */
  answeredAt: number | undefined;
}

/**
 * Notices that a native link is interrupted, and gets it back: by waiting for ICE, by an ICE restart, by a new
 * RTCPeerConnection on which the same connections go on. Driven by the peer's ticker. docs/protocol.md, section 10.
 */
export class Healing {
  readonly #host: HealingHost;
  readonly #pulse: Pulse;
  /** The highest one that either side has used. */
  #generation = 0;
  #attempt: Attempt | undefined;
  #interruption: Interruption | undefined;
  /** An offer that came while nothing seemed wrong here. */
  #doubt: { readonly since: number; readonly signal: HealingSignal } | undefined;
  #challengedAt: number | undefined;
  /** The remote's page is put aside: it comes back, or it does not. */
  #paused = false;
  /** This page is. */
  #asleep = false;
  #early: HealingSignal[] = [];
  #ended = false;

  constructor(host: HealingHost, keepalive: number) {
    this.#host = host;
    this.#pulse = new Pulse(keepalive, performance.now());
  }

  get interrupted(): boolean {
    return this.#interruption !== undefined;
  }

  /** To be called every other second, and each second while {@link interrupted}. */
  tick(now: number): void {
    if (this.#ended) return;
    this.#pulse.tick(now);
    if (!this.#host.transport().alive && !this.#interruption?.lostAt) this.lost();
    const { quiet, silent } = this.#pulse.look(now);
    if (!this.#interruption && silent) this.#interrupt(undefined);
    if (quiet || this.#interruption || this.#doubt || this.#challengedAt !== undefined) this.#host.ping();
    if (this.#challengedAt !== undefined && now - this.#challengedAt >= CHALLENGE_LIMIT) return this.#host.over('replaced');
    if (this.#doubt && now - this.#doubt.since >= DOUBT_LIMIT) this.#believe(this.#doubt.signal);
    if (this.#interruption) this.#heal(this.#interruption, now);
    else if (this.#attempt && now - this.#attempt.begunAt >= OFFER_AGE + RESUME_LIMIT) this.#drop();
  }

  /**
   * A sign of life has come over the channel.
   * @param answered the remote has answered us: packets pass both ways.
   */
  heard(answered: boolean): void {
    this.#pulse.heard(performance.now());
    if (!answered) return;
    this.#challengedAt = this.#doubt = undefined;
    this.#paused = false;
    if (!this.#interruption) return;
    const { restarted } = this.#interruption;
    this.#interruption = undefined;
    this.#host.resumed(restarted ? 'restart' : 'ice');
  }

  /** The state of the path on which the link runs. */
  iceState(state: RTCIceConnectionState): void {
    if (state === 'disconnected' || state === 'failed') this.lost();
    else if (this.#interruption && (state === 'connected' || state === 'completed')) this.#host.ping();
  }

  /** The path is lost, or the channels on it. */
  lost(): void {
    if (this.#ended) return;
    const now = performance.now();
    const { capable } = this.#host;
    const associated = this.#host.associated();
    if (!capable && !associated) return this.#giveUp();
    if (this.#interruption) this.#interruption.lostAt ??= now;
    else this.#interrupt(now);
    // What has ended does not come back by itself.
    if (!associated && this.#host.preferred && !this.#attempt && !this.#idle) this.#begin('resume', now);
  }

  /** This page is put aside: the link is lost, and nothing can be done before {@link wake}. */
  sleep(): void {
    this.#asleep = true;
    this.lost();
  }

  /** The network may be another one, or this page is back: worth another try at once. */
  wake(): void {
    const now = performance.now();
    this.#asleep = false;
    if (this.#interruption?.lostAt !== undefined && !this.#paused) this.#begin(this.#step(now), now);
  }

  /** The remote's page is put aside, and comes back or not: no offer reaches it. */
  pause(): void {
    this.#paused = true;
    if (this.#attempt?.own) this.#drop();
    this.lost();
  }

  /** Somebody calls under the remote's id from another page: ends the link, unless the remote is heard of. */
  challenge(): void {
    if (this.#interruption) return this.#host.over('replaced');
    this.#challengedAt ??= performance.now();
    this.#host.ping();
  }

  /** The server says that nobody has the remote's id. */
  absent(): void {
    const now = performance.now();
    if (!this.#interruption || this.#interruption.lostAt === undefined || this.#paused) return;
    this.#interruption.absentAt ??= now;
    if (now - this.#interruption.absentAt < ABSENCES_APART) return;
    const { remoteId } = this.#host;
    this.#host.over(
      'unavailable',
      new PeerError<EngineErrorType>('peer-unavailable', `${remoteId} has left: the path to it is lost, and nobody has that id any more.`, { peer: remoteId }),
    );
  }

  /** Takes a signal of an attempt. @throws PeerError `bad-signal` */
  receive(signal: HealingSignal): void {
    const { healing, content } = signal;
    if (this.#ended) return;
    if (content.type === 'OFFER') return this.#offered(signal, content.sdp);
    const attempt = this.#attempt;
    const current = attempt?.healing.generation === healing.generation ? attempt : undefined;
    if (content.type === 'CANDIDATE') {
      if (current) current.transport.addCandidate(content.candidate);
      else if (healing.generation > this.#generation && this.#early.length < MAX_EARLY) this.#early.push(signal);
    } else if (current?.own && current.answeredAt === undefined) {
      if (content.type === 'REFUSAL') return this.#host.over('remote');
      this.#verify(content.sdp.sdp);
      this.#answered(current);
      current.transport.accept(content.sdp);
    }
  }

  /** The control channel of that transport is open: it takes the link's place. */
  stands(transport: Transport): void {
    const attempt = this.#attempt;
    if (this.#ended || attempt?.transport !== transport || attempt.healing.step !== 'resume') return;
    this.#attempt = undefined;
    const old = this.#host.transport();
    this.#host.adopt(transport);
    old.close();
    this.#pulse.heard(performance.now());
    this.#doubt = this.#challengedAt = undefined;
    this.#paused = false;
    // It may have found back by itself meanwhile.
    const interrupted = this.#interruption !== undefined;
    this.#interruption = undefined;
    if (interrupted) this.#host.resumed('resume');
  }

  /** A signal of the transport that the link runs on. True where it belongs to an attempt. */
  signalled(signal: TransportSignal): boolean {
    const attempt = this.#attempt;
    if (attempt?.transport !== this.#host.transport()) return false;
    this.#say(attempt, signal);
    return true;
  }

  /** The transport that the link runs on could not be negotiated anew. The attempt may have been given up meanwhile. */
  failed(): void {
    if (this.#attempt?.transport !== this.#host.transport()) return;
    this.#attempt = undefined;
    if (this.#interruption) this.#begin('resume', performance.now());
  }

  /** Idempotent. */
  end(): void {
    this.#ended = true;
    this.#drop();
    this.#early = [];
  }

  #interrupt(lostAt: number | undefined): void {
    this.#interruption = { since: performance.now(), lostAt, absentAt: undefined, restarted: false };
    this.#host.interrupted();
  }

  #heal({ since, lostAt }: Interruption, now: number): void {
    if (lostAt === undefined) {
      if (this.#pulse.silence(now) >= SILENT_LIMIT) this.#giveUp();
      return;
    }
    const { capable, resumeTimeout } = this.#host;
    if (now - lostAt >= (capable ? resumeTimeout : Math.min(resumeTimeout, ICE_LIMIT))) return this.#giveUp();
    if (this.#idle || !capable) return;
    const attempt = this.#attempt;
    if (!attempt) {
      if (now - since >= (this.#host.preferred ? FIRST_START : SECOND_START)) this.#begin(this.#step(now), now);
      return;
    }
    const { own, healing, answeredAt } = attempt;
    if (answeredAt !== undefined) {
      if (now - answeredAt >= (healing.step === 'restart' ? RESTART_LIMIT : RESUME_LIMIT)) this.#begin('resume', now);
    } else if (own && (now - attempt.begunAt >= OFFER_AGE || (healing.step === 'restart' && this.#step(now) === 'resume'))) {
      this.#begin(this.#step(now), now);
    } else if (own && now - attempt.sentAt >= SEND_AGAIN) {
      const sdp = attempt.transport.localDescription;
      if (sdp?.type === 'offer') this.#say(attempt, { type: 'OFFER', sdp });
    }
  }

  /** Whether an offer would be of no use. */
  get #idle(): boolean {
    return this.#paused || this.#asleep;
  }

  /** Whether there is anything left that could be restarted. */
  get #restartable(): boolean {
    return this.#host.associated() && this.#host.transport().alive;
  }

  #step(now: number): HealingStep['step'] {
    return this.#restartable && this.#pulse.silence(now) < RESTART_WINDOW ? 'restart' : 'resume';
  }

  #begin(step: HealingStep['step'], now: number): void {
    this.#drop();
    const { side } = this.#host;
    this.#open({ generation: ++this.#generation, step, side }, true, now);
    const { transport } = this.#attempt as Attempt;
    if (step === 'restart') transport.restart();
    else transport.offer();
  }

  #open(healing: HealingStep, own: boolean, now: number): Attempt {
    const transport = healing.step === 'restart' ? this.#host.transport() : this.#prepared();
    return (this.#attempt = { healing, own, transport, begunAt: now, sentAt: now, answeredAt: undefined });
  }

  #prepared(): Transport {
    const transport: Transport = this.#host.prepare({
      signal: (signal) => {
        if (this.#attempt?.transport === transport) this.#say(this.#attempt, signal);
      },
      // The next tick finds that there is no attempt.
      failed: () => {
        if (this.#attempt?.transport === transport) this.#drop();
      },
    });
    return transport;
  }

  #offered(signal: HealingSignal, sdp: RTCSessionDescriptionInit): void {
    const { generation } = signal.healing;
    this.#verify(sdp.sdp);
    const attempt = this.#attempt;
    if (generation < this.#generation) return;
    if (attempt?.healing.generation === generation) {
      if (!attempt.own) return this.#answerAgain(attempt);
      if (this.#host.preferred) return;
    } else if (generation === this.#generation) return; // It is over.
    this.#paused = false;
    // Believed at once where the path is lost here, too.
    if (this.#interruption || !this.#host.associated()) return this.#believe(signal);
    this.#doubt ??= { since: performance.now(), signal };
    this.#host.ping();
  }

  #believe(signal: HealingSignal): void {
    this.#doubt = undefined;
    const { healing, content } = signal;
    if (content.type !== 'OFFER') return;
    const now = performance.now();
    this.#generation = healing.generation;
    if (!this.#interruption) this.#interrupt(now);
    else this.#interruption.lostAt ??= now;
    this.#drop();
    const { side } = this.#host;
    if (healing.step === 'restart' && !this.#restartable) return this.#begin('resume', now);
    const attempt = this.#open({ ...healing, side }, false, now);
    attempt.transport.answer(content.sdp);
    const early = this.#early;
    this.#early = [];
    for (const each of early) this.receive(each);
  }

  #answerAgain(attempt: Attempt): void {
    const sdp = attempt.transport.localDescription;
    if (sdp?.type === 'answer' && attempt.answeredAt !== undefined) this.#say(attempt, { type: 'ANSWER', sdp });
  }

  #say(attempt: Attempt, signal: TransportSignal): void {
    const now = performance.now();
    if (signal.type === 'OFFER') attempt.sentAt = now;
    else if (signal.type === 'ANSWER') this.#answered(attempt);
    const { sentAt } = attempt;
    // Of the offers that wait for the server only the last one is of use.
    this.#host.say(signal, attempt.healing, () => this.#attempt === attempt && (signal.type !== 'OFFER' || attempt.sentAt === sentAt));
  }

  #answered(attempt: Attempt): void {
    attempt.answeredAt ??= performance.now();
    if (this.#interruption) this.#interruption.restarted ||= attempt.healing.step === 'restart';
  }

  /** @throws PeerError `bad-signal` where it does not come from who was there first. */
  #verify(sdp = ''): void {
    const { fingerprint } = this.#host;
    if (fingerprint !== undefined && fingerprintOf(sdp) === fingerprint) return;
    throw new PeerError('bad-signal', `Somebody else calls under the id ${this.#host.remoteId}, and tried to take a link over. It was ignored.`);
  }

  /** Gives the attempt up. Where the link stands, or may find back by itself, it is left as it is. */
  #drop(): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    if (attempt?.healing.step === 'resume') this.#host.discard(attempt.transport);
  }

  #giveUp(): void {
    const { remoteId, resumeTimeout } = this.#host;
    const silent = this.#interruption && this.#interruption.lostAt === undefined;
    const problem = silent
      ? `${remoteId} is connected and has not answered for ${SILENT_LIMIT / 1_000} s.`
      : `The network path to ${remoteId} was lost, and not found again within ${resumeTimeout / 1_000} s.`;
    this.#host.over('failed', new PeerError<EngineErrorType>('negotiation-failed', problem, { peer: remoteId }));
  }
}
