/**
 * A real PeerServer (the npm package `peer`) below a path of an existing http.Server, so that pages and signaling share
 * an origin.
 *
 * Mounted as its own documentation says, `peer` answers HTTP 400 to every WebSocket upgrade on the server that is not its
 * own, a dev server's for one. So it gets a WebSocketServer without a server here, and only the upgrades below its path.
 */
import express from 'express';
import { ExpressPeerServer } from 'peer';
import { WebSocketServer } from 'ws';

/**
 * @param {import('node:http').Server} httpServer
 * @param {{ path?: string } & Partial<import('peer').IConfig>} options `allow_discovery`, `key`, `concurrent_limit`, …
 * @returns {{ handle(request, response): boolean, close(): void, events: import('node:events').EventEmitter }}
 *   `handle` answers a request below the path, and returns false for any other. `events` are PeerServer's `connection`,
 *   `disconnect` and `message`.
 */
export function mountPeerServer(httpServer, { path = '/peerjs', ...options } = {}) {
  const sockets = new WebSocketServer({ noServer: true });
  const timers = stoppableTimers();
  const peerServer = ExpressPeerServer(httpServer, { ...options, path: '/', createWebSocketServer: () => sockets });
  // A frame that is not JSON is an `error` event, which without a listener would end the process.
  peerServer.on('error', () => {});
  const app = express();
  timers.run(() => app.use(path, peerServer));

  const onUpgrade = (request, socket, head) => {
    if (pathOf(request) !== `${path}/peerjs`) return;
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  };
  httpServer.on('upgrade', onUpgrade);

  return {
    events: peerServer,
    handle(request, response) {
      if (!isBelow(path, request)) return false;
      app(request, response);
      return true;
    },
    close() {
      timers.stop();
      httpServer.off('upgrade', onUpgrade);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** Whether a request asks for a path or something below it. */
export function isBelow(path, request) {
  return pathOf(request) === path || pathOf(request).startsWith(`${path}/`);
}

/** A request's path without its query. */
export function pathOf(request) {
  return request.url.split('?', 1)[0];
}

/**
 * `peer` re-arms its two clean-up timers for ever and offers no way to end them, which would keep a test's process alive.
 * What runs in here sees a `setTimeout` whose timers do not hold the process and can be stopped together; their
 * callbacks run in here again. The swap lasts for a synchronous call only, so nobody else sees it.
 */
function stoppableTimers() {
  let stopped = false;
  const original = globalThis.setTimeout;
  const replacement = (callback, delay) => original(() => stopped || run(callback), delay).unref();
  function run(callback) {
    globalThis.setTimeout = replacement;
    try {
      callback();
    } finally {
      globalThis.setTimeout = original;
    }
  }
  return { run, stop: () => (stopped = true) };
}
