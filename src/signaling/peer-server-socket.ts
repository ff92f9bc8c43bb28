import { PeerError } from '../errors.js';
import { ECHO_LIMIT, EchoWatch, QUIET_LIMIT, isEcho, type KnownServer } from './echo.js';
import { Heartbeat } from './heartbeat.js';
import { plainURL } from './peer-server-api.js';
import { readFrame } from './peer-server-frame.js';
import type { PeerServerOptions } from './peer-server-options.js';
import type { Stay } from './stay.js';

/** Milliseconds that a connected socket waits for OPEN before it asks for an echo. PeerServer sends OPEN at once, or never. */
const OPEN_GRACE = 1_000;
/** Milliseconds from one echo that is asked for to the next, until one comes or `open()` has reached its limit. */
const ECHO_INTERVAL = 2_000;

/** Milliseconds that an echo may take where there is reason to doubt the network: a little more than a bad one takes. */
const CHECK_LIMIT = 3_000;
/** Milliseconds after that in which a page that was held up reads what came meanwhile. */
const CHECK_GRACE = 500;

/** `WebSocket.OPEN`, which is not there where the class is injected as a plain constructor. */
const SOCKET_OPEN = 1;
/** `WebSocket.CLOSED`. */
const SOCKET_CLOSED = 3;

export interface PeerServerSocketInit {
  /** Connecting. */
  readonly socket: WebSocket;
  /** Where to. */
  readonly url: string;
  readonly stay: Stay;
  /** The id that the URL asks for. */
  readonly id: string;
  readonly options: PeerServerOptions;
  readonly server: KnownServer;
}

/**
 * The WebSocket of one stay at a PeerServer, which ends with the stay.
 *
 * Who returns under the same id and token while the server still holds the old socket gets no OPEN. So where none comes, it
 * sends itself a message: its return proves that the server delivers to this socket, which is what OPEN says. And since
 * PeerServer counts the time of the old socket on, a HEARTBEAT goes first.
 */
export class PeerServerSocket {
  readonly stay: Stay;
  /** Resolves when the socket has closed. */
  readonly gone: Promise<void>;

  readonly #socket: WebSocket;
  readonly #url: string;
  readonly #id: string;
  readonly #options: PeerServerOptions;
  readonly #server: KnownServer;
  readonly #echo: EchoWatch;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  #connected = false;

  constructor({ socket, url, stay, id, options, server }: PeerServerSocketInit) {
    this.#socket = socket;
    this.#url = url;
    this.stay = stay;
    this.#id = id;
    this.#options = options;
    this.#server = server;
    this.#echo = new EchoWatch(server, { quiet: options.quietLimit ?? QUIET_LIMIT, echo: options.echoLimit ?? ECHO_LIMIT });
    socket.onopen = () => this.#isConnected();
    socket.onmessage = ({ data }) => this.#receive(data);
    // Says nothing that `close` does not say better; but `ws` in Node throws where nobody listens.
    socket.onerror = () => {};
    socket.onclose = (event) => this.#closed(event);
    this.gone = new Promise((resolve) => stay.onEnd(() => this.#end(resolve)));
  }

  /** What `open()` is waiting for. */
  get awaited(): string {
    return this.#connected ? 'with OPEN (it may still hold an earlier connection of this id)' : 'to the WebSocket';
  }

  /** Drops what cannot go. */
  send(message: object): void {
    if (this.#socket.readyState !== SOCKET_OPEN) return;
    try {
      this.#socket.send(JSON.stringify(message));
    } catch (error) {
      this.#options.log?.(1, 'A signaling message cannot be sent', message, error);
    }
  }

  /** Has the server prove at once that it is there; the stay is lost where it does not. Nothing, where it is not known to echo. */
  check(): void {
    if (this.stay.id === undefined || !this.#server.echoes || this.#checkTimer !== undefined) return;
    this.#ask();
    this.#checkTimer = setTimeout(() => {
      this.#checkTimer = setTimeout(() => this.stay.fail(unreachable(this.#url, 'no longer answers', undefined)), CHECK_GRACE);
    }, CHECK_LIMIT);
  }

  #isConnected(): void {
    this.#connected = true;
    // Nobody can still hold an id that was assigned just now.
    if (this.stay.session.id) this.send({ type: 'HEARTBEAT' });
    this.#askWithoutOpen(OPEN_GRACE);
  }

  #askWithoutOpen(delay: number): void {
    this.#graceTimer = setTimeout(() => {
      this.#ask();
      this.#askWithoutOpen(ECHO_INTERVAL);
    }, delay);
  }

  #ask(): void {
    const { type, payload, dst } = this.#echo.message(this.#id);
    this.send({ type, payload, dst });
  }

  #receive(data: unknown): void {
    const { log, key } = this.#options;
    const { session } = this.stay;
    const frame = readFrame(data, { key, id: this.#id });
    log?.(3, 'PeerServer sent', data);
    this.#echo.heard();
    clearTimeout(this.#checkTimer);
    this.#checkTimer = undefined;
    switch (frame.kind) {
      case 'signal':
        if (!isEcho(frame.signal, this.#id)) return session.message(frame.signal);
        if (this.#echo.isMine(frame.signal)) this.#echoed();
        return;
      case 'fault':
        return session.fault(frame.error);
      case 'refusal':
        return this.stay.fail(frame.error);
      case 'unknown':
        return log?.(2, `PeerServer sent a message of an unknown type, ${frame.type}`);
      case 'open':
        if (this.stay.id !== undefined) return; // A second OPEN is nothing new.
        this.#begin();
        // Whether this server relays to the sender has to be known before silence can mean anything.
        if (!this.#server.echoes) this.#ask();
    }
  }

  #echoed(): void {
    this.#server.echoes = true;
    if (this.stay.id === undefined) this.#begin();
  }

  /** The server delivers to this socket. */
  #begin(): void {
    clearTimeout(this.#graceTimer);
    const heartbeat = new Heartbeat(this.#options.pingInterval, () => this.#beat());
    this.stay.onEnd(() => heartbeat.stop());
    this.stay.open(this.#id);
  }

  #beat(): void {
    this.send({ type: 'HEARTBEAT' });
    const state = this.#echo.beat();
    if (state === 'ask') this.#ask();
    else if (state === 'dead') this.stay.fail(unreachable(this.#url, 'no longer answers', undefined));
  }

  #closed(event: CloseEvent): void {
    const reason = event.reason ? `${event.code}: ${event.reason}` : event.code;
    const problem = this.stay.id !== undefined ? `was lost (${reason})` : `closed before it let us in (${reason})`;
    this.stay.fail(unreachable(this.#url, problem, event));
  }

  #end(gone: () => void): void {
    const socket = this.#socket;
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#checkTimer);
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState === SOCKET_CLOSED) gone();
    else socket.onclose = () => gone();
    socket.close();
  }
}

/** `network`, with what to check. `url` may hold the token, which is not shown. */
export function unreachable(url: string, problem: string, cause: unknown): PeerError {
  const mixed = url.startsWith('ws:') && globalThis.location?.protocol === 'https:';
  const hint = mixed
    ? 'A page from https may only connect to wss: set `secure`, and give the PeerServer a certificate.'
    : 'Check the network, `host`, `port`, `path` and `secure`.';
  return new PeerError('network', `The PeerServer at ${plainURL(url)} ${problem}. ${hint}`, { cause });
}
