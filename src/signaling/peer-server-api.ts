import { PeerError, messageOf } from '../errors.js';

/**
 * Where a PeerServer is and what it answers over HTTP.
 *
 * Source: PeerJS 1.5.5 (client) and `peer` 1.0.2 (server), observed on the wire.
 */

/** How to reach a PeerServer. The defaults are the caller's business; only `path` is brought into shape. */
export interface PeerServerAddress {
  /** Host name or address, IPv6 in brackets. */
  readonly host: string;
  /** Port; `''` (as in `location.port`) or the scheme's own number for the scheme's default. */
  readonly port: number | string;
  /** Where the server is mounted. `'x'`, `'/x'` and `'/x/'` are the same; `''` is `'/'`. */
  readonly path: string;
  /** The server's key. Checked by the WebSocket only: `peer` 1.0.2 takes any for HTTP. */
  readonly key: string;
  /** TLS: `https` and `wss`. */
  readonly secure: boolean;
}

/** What the HTTP requests need beside the address. */
export interface PeerServerRequest {
  readonly fetch: typeof globalThis.fetch;
  readonly referrerPolicy: ReferrerPolicy;
  readonly signal: AbortSignal;
}

/** The PeerJS version whose protocol this is. Sent as PeerJS sends its own; `peer` 1.0.2 ignores it. */
const PROTOCOL_VERSION = '1.5.5';

/** UTF-16 units. PeerServer's own ids have 36; what is longer is a page of a server that is not a PeerServer. */
const MAX_ID_LENGTH = 512;

/** The URL of the WebSocket, parameters in PeerJS's order. */
export function socketURL(address: PeerServerAddress, id: string, token: string): string {
  const query = Object.entries({ key: address.key, id, token, version: PROTOCOL_VERSION })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return `${baseURL('ws', address)}peerjs?${query}`;
}

/**
 * Asks for an id that nobody has. It is not reserved: somebody else may take it before the WebSocket asks for it.
 * Rejects with `server-error`.
 */
export async function requestId(address: PeerServerAddress, request: PeerServerRequest): Promise<string> {
  const { url, response, text } = await get(address, 'id', request);
  if (response.status !== 200) throw unusable(url, `answered with status ${response.status}`);
  // Development servers answer every path with their start page, and status 200.
  const id = text.trim();
  if (id === '' || id.length > MAX_ID_LENGTH || /[<>{}\p{Cc}]/u.test(id)) throw unusable(url, 'did not answer with an id');
  return id;
}

/** Asks who is on the server. Rejects with `server-error`, also where discovery is off (the default). */
export async function requestPeers(address: PeerServerAddress, request: PeerServerRequest): Promise<string[]> {
  const { url, response, text } = await get(address, 'peers', request);
  if (response.status === 401) {
    throw new PeerError(
      'server-error',
      `The PeerServer does not list its peers: discovery must be enabled there (allow_discovery: true). Asked: ${url}`,
    );
  }
  if (response.status !== 200) throw unusable(url, `answered with status ${response.status}`);
  const peers = parse(text);
  if (!Array.isArray(peers) || !peers.every((id) => typeof id === 'string')) {
    throw unusable(url, 'did not answer with a list of ids');
  }
  return peers;
}

/** The URL without its query: what an error may show, since the query of the WebSocket holds the token. */
export function plainURL(url: string): string {
  return url.replace(/\?.*$/s, '');
}

async function get(
  address: PeerServerAddress,
  method: 'id' | 'peers',
  { fetch, referrerPolicy, signal }: PeerServerRequest,
): Promise<{ url: string; response: Response; text: string }> {
  const url = `${baseURL('http', address)}${encodeURIComponent(address.key)}/${method}`;
  try {
    // PeerJS's `ts` is the time and a random number, one after the other as text: no cache has seen it.
    const query = `ts=${Date.now()}${Math.random()}&version=${PROTOCOL_VERSION}`;
    const response = await fetch(`${url}?${query}`, { referrerPolicy, signal });
    return { url, response, text: await response.text() };
  } catch (error) {
    throw unusable(url, `could not be asked (${messageOf(error)})`, error);
  }
}

function baseURL(scheme: 'http' | 'ws', { host, port, path, secure }: PeerServerAddress): string {
  const mount = path.replace(/^\/+|\/+$/g, '');
  return `${scheme}${secure ? 's' : ''}://${host}:${port}/${mount && `${mount}/`}`;
}

function unusable(url: string, problem: string, cause?: unknown): PeerError {
  return new PeerError(
    'server-error',
    `${url} ${problem}. Check \`host\`, \`port\`, \`path\` and \`secure\`, that a PeerServer runs there, ` +
      'and that it allows this origin (CORS).',
    { cause },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
