import { PeerError, messageOf } from '../errors.js';
import { closedReason, linkedController } from './abort.js';
import type { KnownServer } from './echo.js';
import { type PeerServerRequest, requestId, requestPeers, socketURL } from './peer-server-api.js';
import type { PeerServerOptions } from './peer-server-options.js';
import { PeerServerSocket, unreachable } from './peer-server-socket.js';
import type { OutgoingSignal, Signaling, SignalingSession, SignalingTraits } from './signaling.js';
import { Stay } from './stay.js';

export type { PeerServerOptions } from './peer-server-options.js';

/** Milliseconds from `open()` to its end. Generous, since a phone that wakes up may need seconds for DNS and TLS. */
export const OPEN_TIMEOUT = 20_000;

/**
 * Milliseconds that a new socket waits for the old one to be closed: PeerServer, if it still held that one, would send no
 * OPEN, and an echo takes a second longer. A closing handshake takes a round trip; a server that is gone never answers it.
 */
const CLOSE_WAIT = 1_000;

/**
 * Signaling by way of a PeerServer, as PeerJS 1.5.5 does it: an id over HTTP where none was asked for, then one WebSocket
 * with JSON text frames and heartbeats.
 *
 * An `open()` while a session is on ends that session silently; `close()` while `open()` is pending rejects it with an
 * `AbortError`. Who comes back under the same id and token is let in though the server still holds the old connection. A
 * server that falls silent is asked for a sign of life every 30 s, and lost with `network` where none comes within 10 s.
 * Heartbeats go on in hidden pages, where the page's policy allows a worker; else browsers slow them down to one a minute,
 * which is within PeerServer's `alive_timeout` of 90 s but not within the 60 s of its command line.
 */
export class PeerServerSignaling implements Signaling {
  readonly traits: SignalingTraits = {
    trickle: true,
    reportsAbsence: true,
    maxMessageSize: Infinity,
    verifiesSender: true,
  };

  readonly #options: PeerServerOptions;
  #stay: Stay | undefined;
  /** The last one: of the current stay, or of one before it. */
  #socket: PeerServerSocket | undefined;
  readonly #server: KnownServer = { echoes: false };
  /** Ends the lists that are being asked for. */
  #closing = new AbortController();

  constructor(options: PeerServerOptions) {
    this.#options = options;
  }

  open(session: SignalingSession): Promise<string> {
    this.#stay?.end(closedReason());
    const stay = (this.#stay = new Stay(session));
    if (!stay.signal.aborted) {
      const timer = setTimeout(() => this.#expire(stay), this.#limit);
      const answered = (): void => clearTimeout(timer);
      stay.opened.then(answered, answered);
      void this.#join(stay);
    }
    return stay.opened;
  }

  /** Dropped unless the session is open, and where the payload is not JSON data. */
  send({ type, payload, dst }: OutgoingSignal): void {
    if (this.#stay?.id !== undefined) this.#socket?.send({ type, payload, dst });
  }

  /** Has the server answer within 3.5 s, or the session is lost. Nothing, where it has never relayed a message to its sender. */
  check(): void {
    this.#socket?.check();
  }

  close(): void {
    this.#stay?.end(closedReason());
    this.#closing.abort(closedReason());
    this.#closing = new AbortController();
  }

  /** Needs no session. Rejects with `server-error`, also when the server does not answer in time. */
  async listPeers({ signal }: { signal?: AbortSignal } = {}): Promise<string[]> {
    const work = linkedController(signal, this.#closing.signal);
    const late = new PeerError('server-error', `The PeerServer did not answer within ${this.#limit} ms.`);
    const timer = setTimeout(() => work.abort(late), this.#limit);
    try {
      work.signal.throwIfAborted();
      return await requestPeers(this.#options, this.#request(work.signal));
    } catch (error) {
      throw work.signal.aborted ? work.signal.reason : error;
    } finally {
      clearTimeout(timer);
      work.abort();
    }
  }

  get #limit(): number {
    return this.#options.openTimeout ?? OPEN_TIMEOUT;
  }

  #request(signal: AbortSignal): PeerServerRequest {
    const { fetch = globalThis.fetch, referrerPolicy } = this.#options;
    return { fetch, referrerPolicy, signal };
  }

  async #join(stay: Stay): Promise<void> {
    let { id } = stay.session;
    if (!id) {
      try {
        id = await requestId(this.#options, this.#request(stay.signal));
      } catch (error) {
        return stay.fail(error as PeerError);
      }
    }
    await (this.#socket && goneOrLate(this.#socket, stay));
    if (!stay.signal.aborted) this.#connect(stay, id);
  }

  #connect(stay: Stay, id: string): void {
    const url = socketURL(this.#options, id, stay.session.token);
    const { WebSocket = globalThis.WebSocket } = this.#options;
    try {
      // Node has one since version 22.
      if (!WebSocket) throw new TypeError('there is no WebSocket in this environment');
      const socket = new WebSocket(url);
      this.#socket = new PeerServerSocket({ socket, url, stay, id, options: this.#options, server: this.#server });
    } catch (error) {
      stay.fail(unreachable(url, `cannot be connected to: ${messageOf(error)}`, error));
    }
  }

  #expire(stay: Stay): void {
    const { host, port } = this.#options;
    const awaited = this.#socket?.stay === stay ? this.#socket.awaited : 'to the request for an id';
    stay.fail(new PeerError('network', `The PeerServer at ${host}:${port} did not answer ${awaited} within ${this.#limit} ms.`));
  }
}

/** Resolves when a socket has closed, but within {@link CLOSE_WAIT}. */
function goneOrLate(socket: PeerServerSocket, stay: Stay): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_WAIT);
    stay.onEnd(() => clearTimeout(timer));
    void socket.gone.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
