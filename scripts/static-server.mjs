/**
 * A small site for the end-to-end tests: static files and a PeerServer on one origin of the loopback interface.
 */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';

import { mountPeerServer, pathOf } from './peer-server.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};

/**
 * @param {object} site
 * @param {string} site.root the folder that is served
 * @param {Record<string, string>} [site.files] URL paths that are answered by a file from elsewhere
 * @param {Record<string, string> | ((file: string) => Record<string, string>)} [site.headers] further headers of every file
 * @param {Parameters<typeof mountPeerServer>[1] | false} [site.peerServer] its options, or false for none
 * @param {number} [site.port] 0 takes any that is free
 * @returns {Promise<{ origin: string, port: number, server: import('node:http').Server, close(): Promise<void> }>}
 */
export async function startSite({ root, files = {}, headers = {}, peerServer = {}, port = 0 }) {
  const server = createServer((request, response) => {
    if (peers && peers.handle(request, response)) return;
    void sendFile(request, response, { root: resolve(root), files, headers });
  });
  const peers = peerServer && mountPeerServer(server, peerServer);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actualPort } = server.address();
  return {
    origin: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
    server,
    async close() {
      if (peers) peers.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function sendFile(request, response, site) {
  const file = await findFile(request, site);
  if (!file) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    // A test that changed a file must see it changed.
    'cache-control': 'no-store',
    ...(typeof site.headers === 'function' ? site.headers(file) : site.headers),
  });
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

async function findFile(request, { root, files }) {
  let path;
  try {
    path = decodeURIComponent(pathOf(request));
  } catch {
    return undefined;
  }
  if (Object.hasOwn(files, path)) return isFile(files[path]);
  const wanted = normalize(join(root, path.endsWith('/') ? `${path}index.html` : path));
  // A path that climbs out of the root is nobody's business.
  if (!wanted.startsWith(root + sep)) return undefined;
  return isFile(wanted);
}

async function isFile(path) {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? path : undefined;
}
