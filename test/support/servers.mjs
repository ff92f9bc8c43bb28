/**
 * Signaling servers that misbehave, each below a path of its own on the test server's origin: a peer with
 * `path: '/rubbish'` meets the first of them, and so on.
 */
import { WebSocketServer } from 'ws';

import { isBelow, mountPeerServer, pathOf } from '../../scripts/peer-server.mjs';
import { faultServers } from './fault-server.mjs';

const RUBBISH = ['not json', 'null', '{"no":"type"}', '{"type":"WAT"}'];

/** What a misbehaving server does with an accepted WebSocket. */
const SCRIPTS = {
  /** Sends what is not a message, opens the session, and sends it again. */
  '/rubbish': (socket) => {
    for (const frame of [...RUBBISH, '{"type":"OPEN"}', ...RUBBISH]) socket.send(frame);
  },
  /** Accepts, and never says anything. */
  '/silent': () => {},
  /** Refuses the key in the way of the PeerJS cloud. */
  '/invalid-key': (socket) => {
    socket.send('{"type":"INVALID-KEY","payload":{"msg":"Invalid key provided"}}');
  },
};

/** Real PeerServers with unfriendly settings. */
const PEER_SERVERS = {
  /** Knows only the key "secret". */
  '/wrong-key': { key: 'secret' },
  /** Takes no one. */
  '/full': { concurrent_limit: 0 },
  /** Does not list its peers. */
  '/peerjs-nodiscovery': { allow_discovery: false },
};

/** Fails every request, and refuses every WebSocket. */
const BROKEN = '/error500';

/** Mounts all of them; to be used as `mountPeerServer` is. */
export function mountTestServers(httpServer) {
  const peerServers = Object.entries(PEER_SERVERS).map(([path, options]) =>
    mountPeerServer(httpServer, { path, ...options }),
  );
  const sockets = new WebSocketServer({ noServer: true });
  const faults = faultServers();

  const onUpgrade = (request, socket, head) => {
    if (isBelow(BROKEN, request)) {
      socket.end('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const script = scriptFor(request);
    if (script) sockets.handleUpgrade(request, socket, head, script);
  };
  httpServer.on('upgrade', onUpgrade);

  return {
    handle(request, response) {
      if (peerServers.some((server) => server.handle(request, response)) || faults.handle(request, response)) return true;
      if (isBelow(BROKEN, request)) response.writeHead(500).end('Out of order');
      else if (scriptFor(request) && pathOf(request).endsWith('/id')) response.end(crypto.randomUUID());
      else return false;
      return true;
    },
    close() {
      httpServer.off('upgrade', onUpgrade);
      for (const socket of sockets.clients) socket.terminate();
      for (const server of peerServers) server.close();
      faults.close();
    },
  };
}

function scriptFor(request) {
  return Object.entries(SCRIPTS).find(([path]) => isBelow(path, request))?.[1];
}
