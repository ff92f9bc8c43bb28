/**
 * The site of the fault tests with a PeerServer, as a process of its own, so that it can run in a namespace and be killed:
 *
 *   node test/faults/server.mjs '{ "address": "10.9.0.1", "port": 8080, "files": { "/": "…/index.html" } }'
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

import { mountPeerServer, pathOf } from '../../scripts/peer-server.mjs';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };

const { address, port, files } = JSON.parse(process.argv[2]);

const server = createServer((request, response) => {
  if (!peers.handle(request, response)) void sendFile(request, response);
});
const peers = mountPeerServer(server);
// Whoever started it waits for this line.
server.listen(port, address, () => console.log('listening'));

async function sendFile(request, response) {
  const path = pathOf(request);
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  const body = file && (await readFile(file).catch(() => undefined));
  if (!body) return response.writeHead(404).end('Not found');
  response.writeHead(200, { 'content-type': TYPES[extname(file)], 'cache-control': 'no-store' }).end(body);
}
