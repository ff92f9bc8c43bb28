import { PeerError, messageOf } from '../errors.js';
import { closedReason, linkedController } from './abort.js';
import {
  type PeerServerAddress,
  type PeerServerRequest,
  plainURL,
  requestId,
  requestPeers,
  socketURL,
} from './peer-server-api.js';
import { readFrame } from './peer-server-frame.js';
import type { OutgoingSignal, Signaling, SignalingSession, SignalingTraits } from './signaling.js';
import { Stay } from './stay.js';

/** How to reach a PeerServer, and with what. The caller has resolved the defaults. */
export interface PeerServerOptions extends PeerServerAddress {
  /** Milliseconds between two heartbeats. PeerServer drops who is silent for its `alive_timeout` (60 or 90 s). */
  readonly pingInterval: number;
  /** For the HTTP requests. */
  readonly referrerPolicy: ReferrerPolicy;
  /** In place of the global one, which is looked up when `open()` is called. */
  readonly WebSocket?: (new (url: string) => WebSocket) | undefined;
  /** In place of the global one, which is looked up when it is needed. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Milliseconds that `open()` and `listPeers()` may take: {@link OPEN_TIMEOUT}. */
  readonly openTimeout?: number | undefined;
  /** Told what happens: 1 errors, 2 warnings, 3 everything. */
  readonly log?: ((level: 1 | 2 | 3, ...args: unknown[]) => void) | undefined;
}

/**
 * Milliseconds from `open()` to the server's OPEN. Generous, since a phone that wakes up may need seconds for DNS and TLS;
 * finite, since PeerServer sends no OPEN to who comes back (same id and token) while it still holds the old connection.
 */
export const OPEN_TIMEOUT = 20_000;

/**
 * Milliseconds that a new socket waits for the old one to be closed. Should it arrive while PeerServer still holds the old
 * one, no OPEN would come. A closing handshake takes a round trip; a server that is gone never answers it.
 */
const CLOSE_WAIT = 2_000;

/** `WebSocket.OPEN`, which is not there where the class is injected as a plain constructor. */
const SOCKET_OPEN = 1;
/** `WebSocket.CLOSED`. */
const SOCKET_CLOSED = 3;

/**
 * Signaling by way of a PeerServer, as PeerJS 1.5.5 does it: an id over HTTP where none was asked for, then one WebSocket
 * with JSON text frames and heartbeats.
 *
 * An `open()` while a session is on ends that session silently; `close()` while `open()` is pending rejects it with an
 * `AbortError`. Browsers throttle timers of hidden pages to one a minute at worst, which is within PeerServer's
 * `alive_timeout` of 90 s but not within the 60 s of its command line.
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
  #socket: WebSocket | undefined;
  /** Resolves when the last socket has closed. */
  #gone: Promise<void> = Promise.resolve();
  /** Ends the lists that are being asked for. */
  #closing = new AbortController();
  /** What `open()` is waiting for, to be named when the wait is over. */
  #awaited = '';

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
    if (this.#stay?.id !== undefined) this.#transmit({ type, payload, dst });
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
      this.#awaited = 'to the request for an id';
      try {
        id = await requestId(this.#options, this.#request(stay.signal));
      } catch (error) {
        return stay.fail(error as PeerError);
      }
    }
    await this.#lastSocketGone(stay);
    if (!stay.signal.aborted) this.#connect(stay, id);
  }

  #lastSocketGone(stay: Stay): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CLOSE_WAIT);
      stay.onEnd(() => clearTimeout(timer));
      void this.#gone.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #connect(stay: Stay, id: string): void {
    const url = socketURL(this.#options, id, stay.session.token);
    const { WebSocket = globalThis.WebSocket } = this.#options;
    let socket: WebSocket;
    try {
      // Node has one since version 22.
      if (!WebSocket) throw new TypeError('there is no WebSocket in this environment');
      socket = new WebSocket(url);
    } catch (error) {
      return stay.fail(unreachable(url, `cannot be connected to: ${messageOf(error)}`, error));
    }
    this.#socket = socket;
    this.#awaited = 'to the WebSocket';
    socket.onopen = () => {
      this.#awaited = 'with OPEN (it may still hold an earlier connection of this id)';
    };
    socket.onmessage = ({ data }) => this.#receive(stay, id, data);
    // Says nothing that `close` does not say better; but `ws` in Node throws where nobody listens.
    socket.onerror = () => {};
    socket.onclose = (event) => {
      const opened = stay.id !== undefined;
      const reason = event.reason ? `${event.code}: ${event.reason}` : event.code;
      stay.fail(unreachable(url, opened ? `was lost (${reason})` : `closed before it let us in (${reason})`, event));
    };
    stay.onEnd(() => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      this.#gone = new Promise((resolve) => {
        if (socket.readyState === SOCKET_CLOSED) resolve();
        else socket.onclose = () => resolve();
      });
      socket.close();
      if (this.#socket === socket) this.#socket = undefined;
    });
  }

  #receive(stay: Stay, id: string, data: unknown): void {
    const { log, key } = this.#options;
    const frame = readFrame(data, { key, id });
    log?.(3, 'PeerServer sent', data);
    switch (frame.kind) {
      case 'signal':
        return stay.session.message(frame.signal);
      case 'fault':
        return stay.session.fault(frame.error);
      case 'refusal':
        return stay.fail(frame.error);
      case 'unknown':
        return log?.(2, `PeerServer sent a message of an unknown type, ${frame.type}`);
      case 'open':
        // A second OPEN would start a second heartbeat.
        if (stay.id === undefined) this.#begin(stay, id);
    }
  }

  #begin(stay: Stay, id: string): void {
    const heartbeat = setInterval(() => this.#transmit({ type: 'HEARTBEAT' }), this.#options.pingInterval);
    stay.onEnd(() => clearInterval(heartbeat));
    stay.open(id);
  }

  #transmit(message: object): void {
    if (this.#socket?.readyState !== SOCKET_OPEN) return;
    try {
      this.#socket.send(JSON.stringify(message));
    } catch (error) {
      this.#options.log?.(1, 'A signaling message cannot be sent', message, error);
    }
  }

  #expire(stay: Stay): void {
    const { host, port } = this.#options;
    const problem = `The PeerServer at ${host}:${port} did not answer ${this.#awaited} within ${this.#limit} ms.`;
    stay.fail(new PeerError('network', problem));
  }
}

function unreachable(url: string, problem: string, cause: unknown): PeerError {
  const mixed = url.startsWith('ws:') && globalThis.location?.protocol === 'https:';
  const hint = mixed
    ? 'A page from https may only connect to wss: set `secure`, and give the PeerServer a certificate.'
    : 'Check the network, `host`, `port`, `path` and `secure`.';
  return new PeerError('network', `The PeerServer at ${plainURL(url)} ${problem}. ${hint}`, { cause });
}
