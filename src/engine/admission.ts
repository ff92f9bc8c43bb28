import { PeerError } from '../errors.js';
import type { IncomingSignal } from '../signaling/index.js';
import { DEFAULT_WIRE_LIMITS, fitsJson } from '../wire/index.js';
import { MAX_NAME } from './signals.js';
import { TokenBucket } from './token-bucket.js';

/** Largest metadata of a call, in characters of its JSON, and how deep it nests. What is larger can be the first message. */
export const MAX_METADATA = 64 * 1024;
const MAX_METADATA_DEPTH = DEFAULT_WIRE_LIMITS.maxDepth;
/** Calls of one remote: a page that opens all its connections at once, and then some more each second. */
const CALLS_AT_ONCE = 64;
const CALLS_PER_SECOND = 16;
/** Calls of those who have no open connection, together: a crowd that reloads at once. */
const STRANGERS_AT_ONCE = 512;
const STRANGERS_PER_SECOND = 128;
/** Most incoming connections that are not open yet. Browsers hold some 500 RTCPeerConnections: this page may want to call too. */
export const MAX_UNOPENED = 256;
/** Most native links of one remote: one carries all its connections, and a page that was reloaded makes the next. */
export const MAX_NATIVE_LINKS = 16;
/** Most links beyond `maxConnections`: those on which nothing is any more linger. */
export const MAX_SPARE_LINKS = 256;
/** Errors of what remotes signal that the page is told: a flood is not to flood the page. */
const FAULTS = { burst: 16, perSecond: 1 };
const EXCESSES = { burst: 1, perSecond: 1 };

/** Bounds that a page may set: `PeerOptions`. */
export interface AdmissionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerPeer: number;
}

/** What admission looks at of a connection. */
export interface AdmittedConnection {
  readonly peer: string;
  readonly incoming: boolean;
  readonly open: boolean;
}

/** What it looks at of a link. */
export interface AdmittedLink {
  readonly remoteId: string;
  readonly incoming: boolean;
  /** Undefined where the remote is PeerJS's kind. */
  readonly remoteNonce: string | undefined;
}

export interface AdmissionHost {
  readonly limits: AdmissionLimits;
  /** All connections that have not ended. */
  connections(): readonly AdmittedConnection[];
  /** All links, the one that a call has just made included. */
  links(): readonly AdmittedLink[];
  /** Tells the page what a remote did that was over a bound. */
  report(error: PeerError<'bad-signal'>): void;
}

/** Bounds what remotes may do to a peer by calling it: docs/security.md. What the page does itself is not its business. */
export class Admission {
  readonly #host: AdmissionHost;
  readonly #now: () => number;
  /** How often each remote may still call, the one that called last at the end. Bounded by the strangers' rate. */
  readonly #calls = new Map<string, TokenBucket>();
  readonly #strangers: TokenBucket;
  readonly #faults: TokenBucket;
  readonly #excesses: TokenBucket;

  /** @param now a clock, in ms. */
  constructor(host: AdmissionHost, now: () => number = () => performance.now()) {
    const burst = Math.max(STRANGERS_AT_ONCE, host.limits.maxConnections);
    this.#host = host;
    this.#now = now;
    this.#strangers = new TokenBucket({ burst, perSecond: STRANGERS_PER_SECOND }, now);
    this.#faults = new TokenBucket(FAULTS, now);
    this.#excesses = new TokenBucket(EXCESSES, now);
  }

  /** Whether a signal is to be looked at at all. */
  hears({ type, src }: IncomingSignal): boolean {
    if (src.length > MAX_NAME) {
      const { length } = src;
      return this.#exceeds(`${src.slice(0, 64)}…`, `A remote peer has an id of ${length} characters: its signals are ignored.`);
    }
    return type !== 'OFFER' || this.#mayCall(src);
  }

  /** Whether a remote may open a connection, by an OFFER or in band. Where not, it is to be declined. */
  admits(src: string, { metadata }: { readonly metadata?: unknown }): boolean {
    const { maxConnections, maxConnectionsPerPeer } = this.#host.limits;
    const connections = this.#host.connections().filter(({ incoming }) => incoming);
    const links = this.#host.links().filter(({ incoming }) => incoming);
    const native = links.filter(({ remoteId, remoteNonce }) => remoteId === src && remoteNonce !== undefined);
    if (connections.filter(({ peer }) => peer === src).length >= maxConnectionsPerPeer || native.length > MAX_NATIVE_LINKS) {
      return this.#declines(src, 'it has as many connections to this peer as it may. Raise maxConnectionsPerPeer for more.');
    }
    if (connections.length >= maxConnections || links.length > maxConnections + MAX_SPARE_LINKS) {
      return this.#declines(src, `this peer has ${connections.length} already. Close some, or raise maxConnections.`);
    }
    if (connections.filter(({ open }) => !open).length >= MAX_UNOPENED) {
      return this.#declines(src, `${MAX_UNOPENED} incoming connections are not open yet. Answer or close those that wait.`);
    }
    if (metadata !== undefined && !fitsJson(metadata, MAX_METADATA, MAX_METADATA_DEPTH)) {
      return this.#declines(src, `its metadata has more than ${MAX_METADATA} characters, or nests too deep: send it as data.`);
    }
    return true;
  }

  /** Whether the page is told of a fault of a remote's. */
  tells(): boolean {
    return this.#faults.take();
  }

  #mayCall(src: string): boolean {
    const calls = this.#calls.get(src) ?? this.#newcomer();
    if (!calls.take()) return this.#exceeds(src, `${src} calls too often: some of its calls were dropped. It may call again.`);
    const known = this.#host.connections().some(({ peer, open }) => open && peer === src);
    if (!known && !this.#strangers.take()) {
      return this.#exceeds(src, `Too many remote peers call at once: some calls were dropped. They may call again in a while.`);
    }
    this.#calls.delete(src);
    this.#calls.set(src, calls);
    for (const [id, oldest] of this.#calls) {
      if (!oldest.full) break;
      this.#calls.delete(id);
    }
    return true;
  }

  #newcomer(): TokenBucket {
    const burst = Math.max(CALLS_AT_ONCE, this.#host.limits.maxConnectionsPerPeer);
    return new TokenBucket({ burst, perSecond: CALLS_PER_SECOND }, this.#now);
  }

  #declines(src: string, reason: string): false {
    return this.#exceeds(src, `${src} called and was declined: ${reason}`);
  }

  #exceeds(peer: string, problem: string): false {
    if (this.#excesses.take()) this.#host.report(new PeerError('bad-signal', problem, { peer }));
    return false;
  }
}
