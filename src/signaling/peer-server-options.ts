import type { PeerServerAddress } from './peer-server-api.js';

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
  /** Milliseconds that `open()` and `listPeers()` may take: `OPEN_TIMEOUT`. */
  readonly openTimeout?: number | undefined;
  /** Milliseconds of silence after which the server is asked for an echo: `QUIET_LIMIT`. */
  readonly quietLimit?: number | undefined;
  /** Milliseconds that an echo may take: `ECHO_LIMIT`. */
  readonly echoLimit?: number | undefined;
  /** Told what happens: 1 errors, 2 warnings, 3 everything. */
  readonly log?: ((level: 1 | 2 | 3, ...args: unknown[]) => void) | undefined;
}
