import { PeerError, toPeerError } from '../errors.js';
import type { IncomingSignal, OutgoingSignal, Signaling } from '../signaling/index.js';
import { RESOLVED } from './deferred.js';
import type { Logger } from './logger.js';
import { Reconnector } from './reconnector.js';

/** What a registration needs of its peer, and what it tells it. */
export interface RegistrationHost {
  readonly signaling: Signaling;
  readonly logger: Logger;
  /** The id to ask for; undefined: the server assigns one. */
  readonly id: string | undefined;
  readonly token: string;
  /** Whether to return by itself to a server that was lost. */
  readonly reconnect: boolean;
  /** The server knows this peer: for the first time, or since the page asked for it. */
  opened(id: string): void;
  /** The server knows this peer again, and nobody had to ask. */
  returned(id: string): void;
  /** The server is lost or left. */
  disconnected(id: string | null): void;
  received(signal: IncomingSignal): void;
  error(error: PeerError): void;
  /** There is no server to which to return. Called last. */
  fatal(): void;
}

/** Most signals that wait for the signaling server; a connection makes a dozen or two. */
const MAX_OUTBOX = 4_096;

/**
 * A peer's being known at the signaling server: under an id that it keeps, and to which it returns by itself when the server
 * was lost. Its states are PeerJS's: `open`, `disconnected`, or neither while it is being reached.
 */
export class Registration {
  readonly #host: RegistrationHost;
  readonly #reconnector = new Reconnector(() => this.#attempt());
  /** What is to be said when the server is there. */
  #outbox: { readonly signal: OutgoingSignal; readonly wanted: () => boolean }[] = [];
  #id: string | null = null;
  #wantedId: string | undefined;
  #everOpen = false;
  #open = false;
  #disconnected = false;
  /** The server was lost, and is returned to until `disconnect()`. */
  #returning = false;
  /** The page is put aside. */
  #paused = false;
  /** The page waits for `open`. */
  #openDue = true;
  /** It is open again, and the page, which was told of the loss by PeerJS's events, has not heard `open`. */
  #returned = false;
  /** While the page is told of a loss: `open` is still true, as with PeerJS. */
  #losing = false;
  /** The current stay, or the attempt at one; aborted when it ends. */
  #session: AbortController | undefined;

  constructor(host: RegistrationHost) {
    this.#host = host;
    this.#wantedId = host.id;
  }

  /** The id in force; null until the server knows it, and again while it is lost. */
  get id(): string | null {
    return this.#id;
  }

  get open(): boolean {
    return this.#open;
  }

  /** True after a loss or `disconnect()`, until it is open again or `reconnect()` was called. */
  get disconnected(): boolean {
    return this.#disconnected;
  }

  /** Whether what is to be said now will be said, now or in a while. */
  get reachable(): boolean {
    return !this.#disconnected || this.#returning;
  }

  /** The first attempt. */
  start(): void {
    this.#attempt();
  }

  /** Leaves the server, and returns no more. Idempotent. */
  disconnect(): void {
    const { id } = this;
    const told = this.#disconnected;
    this.#disconnected = true;
    this.#returning = this.#openDue = false;
    this.#reconnector.stop();
    this.#leave();
    if (!told) this.#host.disconnected(id);
  }

  /**
   * Returns to the server at once; `open` is told when it is there. Nothing happens while it is being reached.
   * @throws PeerError `disconnected` while it is open, as PeerJS; but not where it was lost and has returned by itself.
   */
  reconnect(): void {
    if (this.#losing || this.#returned) {
      this.#openDue = true;
      if (this.#returned) queueMicrotask(() => this.#tellOpen());
    } else if (this.#open) {
      throw new PeerError('disconnected', `Peer ${String(this.#id)} cannot reconnect because it is not disconnected from the server!`);
    } else if (this.#disconnected) {
      this.#openDue = true;
      this.#disconnected = false;
      this.#reconnector.stop();
      this.#attempt();
    }
  }

  /** The page is put aside: leaves the server for as long as that lasts. */
  pause(): void {
    if (!this.reachable) return;
    const { id } = this;
    const told = this.#disconnected;
    this.#paused = this.#disconnected = this.#returning = true;
    this.#reconnector.stop();
    this.#leave();
    if (!told) this.#host.disconnected(id);
  }

  /** The page is back. */
  resume(): void {
    if (this.#paused && this.#returning) this.#attempt();
    this.#paused = false;
  }

  /** The network may be another one: finds out soon whether the server is still there. */
  check(): void {
    if (this.#open) this.#host.signaling.check?.();
  }

  /** Sends a signal, if it is still wanted once the server is there. */
  say(signal: OutgoingSignal, wanted: () => boolean): void {
    if (this.#open) return this.#host.signaling.send(signal);
    if (this.#outbox.length >= MAX_OUTBOX) this.#outbox = this.#outbox.filter((waiting) => waiting.wanted());
    if (this.#outbox.length < MAX_OUTBOX) this.#outbox.push({ signal, wanted });
  }

  /** The ids of all who are at the server. Rejects where it does not tell, and where it is left meanwhile. */
  async listPeers(): Promise<string[]> {
    const { signaling } = this.#host;
    if (!signaling.listPeers) throw new PeerError('server-error', 'This signaling service does not list its peers.');
    return signaling.listPeers(this.#session && { signal: this.#session.signal });
  }

  /** For good. Idempotent. */
  end(): void {
    this.disconnect();
    this.#outbox = [];
  }

  /**
   * Lost, refused, or not reached. PeerJS's rule: a lost network disconnects; anything else is fatal unless it was open once. A
   * page that was told of the loss is told once more only when there is no hope.
   */
  #fail(error: PeerError): void {
    const [session, due] = [this.#session, this.#openDue];
    const final = !this.#host.reconnect || this.#reconnector.isFinal(error);
    if (this.#returning && this.#disconnected) {
      if (final) this.#giveUp(error);
      else this.#tryLater(error);
      return;
    }
    this.#losing = this.#open && !final;
    this.#returned = false;
    try {
      this.#host.error(error);
    } finally {
      this.#losing = false;
      const asked = this.#openDue && !due;
      // A listener may have disconnected, and even reconnected.
      if (session === this.#session && !this.#disconnected) {
        if (!this.#everOpen && error.type !== 'network') this.#host.fatal();
        else this.#lose(!final, asked);
      }
    }
  }

  /** @param asked - the page has called `reconnect()` when it was told of the error. */
  #lose(returning: boolean, asked: boolean): void {
    const { id } = this;
    this.#disconnected = true;
    this.#returning = returning;
    this.#leave();
    try {
      this.#host.disconnected(id);
    } finally {
      if (this.#returning && this.#disconnected && !this.#session) {
        if (asked) this.reconnect();
        else this.#reconnector.schedule();
      }
    }
  }

  #tryLater(error: PeerError): void {
    this.#host.logger.warn('The signaling server is not there yet.', error);
    this.#leave();
    this.#reconnector.schedule();
  }

  #giveUp(error: PeerError): void {
    this.#returning = this.#openDue = false;
    this.#reconnector.stop();
    this.#leave();
    try {
      this.#host.error(error);
    } finally {
      if (!this.#everOpen && !this.#session) this.#host.fatal();
    }
  }

  /** Enters the signaling server, or comes back to it. One attempt at a time. */
  #attempt(): void {
    if (this.#session) return;
    const { signaling, token } = this.#host;
    const session = (this.#session = new AbortController());
    const { signal } = session;
    const current = <A extends unknown[]>(then: (...given: A) => void) => (...given: A): void => {
      if (!signal.aborted) then(...given);
    };
    RESOLVED.then(() =>
      signaling.open({
        id: this.#wantedId,
        token,
        signal,
        message: current((message) => this.#host.received(message)),
        fault: current((error) => this.#host.error(error)),
        lost: current((error) => this.#fail(error)),
      }),
    ).then(
      current((id: string) => this.#joined(id)),
      current((cause: unknown) => this.#fail(toPeerError(cause, 'server-error'))),
    );
  }

  #joined(id: string): void {
    this.#id = this.#wantedId = id;
    this.#open = this.#everOpen = true;
    this.#disconnected = this.#returning = false;
    this.#reconnector.succeeded();
    for (const { signal, wanted } of this.#outbox.splice(0)) if (wanted()) this.#host.signaling.send(signal);
    if (this.#openDue) return this.#tellOpen();
    this.#returned = true;
    this.#host.returned(id);
  }

  /** The page may have asked while it was open, and what it asked for is true only a microtask later. */
  #tellOpen(): void {
    if (!this.#open || !this.#openDue || this.#id === null) return;
    this.#openDue = this.#returned = false;
    this.#host.opened(this.#id);
  }

  #leave(): void {
    this.#session?.abort(new PeerError('disconnected', 'The peer has left the signaling server.'));
    this.#session = undefined;
    this.#open = this.#returned = false;
    this.#id = null;
    this.#host.signaling.close();
  }
}
