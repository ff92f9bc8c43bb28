import { randomId } from './random-id.js';
import type { IncomingSignal, OutgoingSignal } from './signaling.js';

/**
 * Messages to oneself. PeerServer relays them like any other, and so tells what it never says of itself: that this socket is
 * the one it delivers to, and that it is still there.
 *
 * An echo is a CANDIDATE for no connection. Only a peer of the same id and token could get to see another's; PeerJS then
 * prints a warning, and goes on.
 */

/** Milliseconds of silence after which the server is asked for an echo. */
export const QUIET_LIMIT = 30_000;
/** Milliseconds that an echo may take. */
export const ECHO_LIMIT = 10_000;
/** Beats that have to pass as well: a page that slept, or was held up, has yet to read what came meanwhile. */
const ECHO_BEATS = 2;

/** What is known of a server, from one socket to the next. */
export interface KnownServer {
  /** It has relayed a message to its own sender. Until then the lack of an echo says nothing. */
  echoes: boolean;
}

/** The limits, for tests. */
export interface EchoLimits {
  readonly quiet: number;
  readonly echo: number;
}

/** One socket's echoes: what it says to itself, and whether the server is dead. */
export class EchoWatch {
  readonly #server: KnownServer;
  readonly #limits: EchoLimits;
  readonly #nonce = randomId();
  #lastHeard = Date.now();
  /** When an echo was asked for that decides, and how many beats ago. */
  #asked: { readonly at: number; beats: number } | undefined;

  constructor(server: KnownServer, limits: EchoLimits) {
    this.#server = server;
    this.#limits = limits;
  }

  /** What to send, for an echo. */
  message(id: string): OutgoingSignal {
    return { type: 'CANDIDATE', dst: id, payload: { echo: this.#nonce } };
  }

  /** Anything came from the server. */
  heard(): void {
    this.#lastHeard = Date.now();
    this.#asked = undefined;
  }

  /** Whether what came is this socket's own echo. */
  isMine(signal: IncomingSignal): boolean {
    return (signal.payload as { echo: unknown }).echo === this.#nonce;
  }

  /** To be called now and then: `ask` where it is time for an echo, `dead` where none has come. */
  beat(): 'fine' | 'ask' | 'dead' {
    const now = Date.now();
    if (this.#asked) {
      this.#asked.beats++;
      const overdue = now - this.#asked.at >= this.#limits.echo && this.#asked.beats >= ECHO_BEATS;
      return overdue ? 'dead' : 'fine';
    }
    if (!this.#server.echoes || now - this.#lastHeard < this.#limits.quiet) return 'fine';
    this.#asked = { at: now, beats: 0 };
    return 'ask';
  }
}

/** Whether a signal is somebody's echo, and so nothing for the page: that of another socket under this id may come too. */
export function isEcho({ type, src, payload }: IncomingSignal, id: string): boolean {
  return type === 'CANDIDATE' && src === id && typeof payload === 'object' && payload !== null && 'echo' in payload;
}
