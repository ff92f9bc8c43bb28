import type { SerializerFactory } from '../wire/index.js';
import type { Signaling } from '../signaling/index.js';
import type { LogFunction } from './logger.js';

/** PeerJS's public signaling service. */
export const CLOUD_HOST = '0.peerjs.com';
export const CLOUD_PORT = 443;

/**
 * The default `config`: a STUN server, which tells a page its public address, and no TURN server. (PeerJS bundles
 * credentials for TURN servers that no longer answer.) Across strict NATs, give a TURN server of your own.
 */
export const DEFAULT_CONFIG: RTCConfiguration = { iceServers: [{ urls: 'stun:stun.l.google.com:19302' }] };

/** How long a connection may take to open, in ms: five more than PeerServer and a slow ICE together need. */
const CONNECT_TIMEOUT = 30_000;
/** How long a call may ring, in ms: as long as people let a telephone ring, and then some. */
const RING_TIMEOUT = 120_000;
/** How long a lost path is looked for again, in ms: as long as a train is in a tunnel, or a phone changes its network. */
const RESUME_TIMEOUT = 30_000;
/** Silence after which a remote is asked, in ms: with the ticker's two seconds, one that is lost is noticed within ten. */
const KEEPALIVE = 3_500;
/** Largest message that is taken from a remote or sent to one, in bytes. */
const MAX_MESSAGE_SIZE = 512 * 1024 * 1024;
/** Most bytes that wait to be sent on one connection. A page that awaits `send()` never comes near it. */
const SEND_LIMIT = 256 * 1024 * 1024;
/** Most connections that remotes may have opened to this peer: of one remote, and of all. */
const MAX_CONNECTIONS_PER_PEER = 64;
const MAX_CONNECTIONS = 1_024;
/** Interval of heartbeats to the signaling server, in ms. PeerJS's value; PeerServer forgets a client after 60 s. */
const PING_INTERVAL = 5_000;

/** ICE servers, or a function that gives them: asked again for every connection, so that credentials may be short-lived. */
export type IceServersOption = RTCIceServer[] | (() => RTCIceServer[] | Promise<RTCIceServer[]>);

/** What the option `serializers` takes. PeerJS's name; its values are connection classes there. */
export type SerializerMapping = Record<string, SerializerFactory>;

/** Options of `new Peer(id, options)`: PeerJS 1.5.5's and the 2012 API's, then this engine's own. */
export interface PeerOptions {
  /** API key of the signaling server. Default `peerjs`. */
  key?: string | undefined;
  /** Signaling server. Default the public PeerJS cloud; `/` is the page's own host. */
  host?: string | undefined;
  /** Default 443, for every host. */
  port?: number | undefined;
  /** Path under which the server is mounted. Default `/`. */
  path?: string | undefined;
  /** TLS. Default: true for the cloud, else as the page was loaded. */
  secure?: boolean | undefined;
  /** A secret by which the server knows this client again. Default random. */
  token?: string | undefined;
  /** Passed to RTCPeerConnection. The old spelling `url` of an ICE server's `urls` is understood. */
  config?: RTCConfiguration | undefined;
  /** 0 nothing, 1 errors, 2 warnings, 3 everything. `true` is 3, as in 2012. */
  debug?: number | boolean | undefined;
  /** Interval of heartbeats to the signaling server, in ms. Default 5000. */
  pingInterval?: number | undefined;
  /** Referrer policy of HTTP requests to the signaling server. */
  referrerPolicy?: ReferrerPolicy | undefined;
  /** Takes what would be printed. */
  logFunction?: LogFunction | undefined;
  /** Further serializations, by the name that goes over the wire. */
  serializers?: SerializerMapping | undefined;

  /** Takes the place of `config.iceServers`; may be a function. */
  iceServers?: IceServersOption | undefined;
  /** How peers find each other, instead of a PeerServer: `key`, `host`, `port`, `path` and `secure` then mean nothing. */
  signaling?: Signaling | undefined;
  /**
   * Whether to return by itself to a signaling server that was lost, or was not there at the start: with growing pauses of up to
   * 15 s, until `disconnect()` or `destroy()`. Default true. With `false` the page has to call `reconnect()`, as with PeerJS.
   */
  reconnect?: boolean | undefined;
  /** How long a connection may take to open, and an incoming one may wait for its owner, in ms. Default 30,000. */
  connectTimeout?: number | undefined;
  /** How long a call with media may wait to be answered, here or there, in ms. Default 120,000. */
  ringTimeout?: number | undefined;
  /** How long a lost path to a remote of this engine is looked for again, in ms, before its connections end. Default 30,000. */
  resumeTimeout?: number | undefined;
  /**
   * After how much silence a remote of this engine is asked for a sign of life, in ms; after twice as much its connections count as
   * interrupted. Default 3,500.
   */
  keepalive?: number | undefined;
  /** Largest message, in bytes. Default 512 MiB. */
  maxMessageSize?: number | undefined;
  /** Most bytes that wait to be sent on one connection. Default 256 MiB. */
  sendLimit?: number | undefined;
  /**
   * Most connections that remotes may have opened to this peer at a time. A further one is declined, and the page does not
   * hear of it. Those that the page opens itself are not counted. Default 1,024.
   */
  maxConnections?: number | undefined;
  /** The same, of each remote. Default 64. */
  maxConnectionsPerPeer?: number | undefined;

  /**
   * Whether to speak the native profile with remotes of this engine. Default true. With `false` every connection speaks
   * PeerJS's protocol, as it does with a PeerJS peer in any case.
   */
  native?: boolean | undefined;

  /** Stands in for the global of this name, as do the next two: for tests, other runtimes and fault injection. */
  RTCPeerConnection?: typeof RTCPeerConnection | undefined;
  WebSocket?: typeof WebSocket | undefined;
  fetch?: typeof fetch | undefined;
}

/** Options with every default filled in. */
export interface ResolvedPeerOptions extends PeerOptions {
  key: string;
  host: string;
  port: number;
  path: string;
  secure: boolean;
  token: string;
  config: RTCConfiguration;
  debug: number;
  pingInterval: number;
  referrerPolicy: ReferrerPolicy;
  serializers: SerializerMapping;
  reconnect: boolean;
  connectTimeout: number;
  ringTimeout: number;
  resumeTimeout: number;
  keepalive: number;
  maxMessageSize: number;
  sendLimit: number;
  maxConnections: number;
  maxConnectionsPerPeer: number;
  native: boolean;
}

/** Fills in the defaults. Undefined counts as absent. */
export function resolveOptions(options: PeerOptions): ResolvedPeerOptions {
  // Absent in Node and in workers of some runtimes.
  const page = globalThis.location as Location | undefined;
  const host = options.host === '/' ? (page?.hostname ?? 'localhost') : (options.host ?? CLOUD_HOST);
  return {
    ...options,
    key: options.key ?? 'peerjs',
    host,
    port: options.port ?? CLOUD_PORT,
    path: withSlashes(options.path ?? '/'),
    secure: host === CLOUD_HOST || (options.secure ?? page?.protocol === 'https:'),
    token: options.token ?? randomToken(),
    config: options.config ?? DEFAULT_CONFIG,
    debug: options.debug === true ? 3 : Number(options.debug ?? 0),
    pingInterval: options.pingInterval ?? PING_INTERVAL,
    referrerPolicy: options.referrerPolicy ?? 'strict-origin-when-cross-origin',
    serializers: options.serializers ?? {},
    reconnect: options.reconnect ?? true,
    connectTimeout: options.connectTimeout ?? CONNECT_TIMEOUT,
    ringTimeout: options.ringTimeout ?? RING_TIMEOUT,
    resumeTimeout: options.resumeTimeout ?? RESUME_TIMEOUT,
    keepalive: options.keepalive ?? KEEPALIVE,
    maxMessageSize: options.maxMessageSize ?? MAX_MESSAGE_SIZE,
    sendLimit: options.sendLimit ?? SEND_LIMIT,
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    maxConnectionsPerPeer: options.maxConnectionsPerPeer ?? MAX_CONNECTIONS_PER_PEER,
    native: options.native ?? true,
  };
}

/**
 * The configuration for the next RTCPeerConnection: a value where it is known, so that `connection.peerConnection` exists
 * as soon as `connect()` returns, and a promise where `iceServers` is an asynchronous function.
 */
export function rtcConfiguration(options: ResolvedPeerOptions): RTCConfiguration | Promise<RTCConfiguration> {
  const { config, iceServers } = options;
  const servers = typeof iceServers === 'function' ? iceServers() : (iceServers ?? config.iceServers);
  return servers instanceof Promise ? servers.then((found) => withServers(config, found)) : withServers(config, servers);
}

/** A secret or name that others cannot guess: 96 random bits. */
export function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (word) => word.toString(36).padStart(7, '0')).join('');
}

function withServers(config: RTCConfiguration, servers: RTCIceServer[] | undefined): RTCConfiguration {
  if (!Array.isArray(servers)) return config;
  return { ...config, iceServers: servers.map(withUrls) };
}

/** Since 2013 the specification says `urls`, the seed API's pages say `url`, which browsers now refuse. */
function withUrls(server: RTCIceServer & { url?: string }): RTCIceServer {
  const { url, ...rest } = server;
  return url === undefined ? server : { ...rest, urls: rest.urls ?? url };
}

function withSlashes(path: string): string {
  return `/${path}/`.replace(/\/{2,}/g, '/');
}
