/**
 * `npm start`: the demo site and a PeerServer on one origin, from a fresh clone too.
 *
 *   npm start -- --port 9000       another port than 8000 (as does the environment variable PORT)
 *   npm start -- --host 0.0.0.0    for other machines too (as does HOST); without it, for this one only
 *
 * Plain Node until `setup()` has run, because the packages may not be installed yet.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';

import { setup } from './setup.mjs';

/** How many ports are tried before giving up. */
const PORTS_TRIED = 20;

const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } });
const host = values.host ?? process.env.HOST;
const firstPort = Number(values.port ?? process.env.PORT ?? 8000);

try {
  setup();
  const { buildIfStale } = await import('./build.mjs');
  await buildIfStale();
  await serve();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function serve() {
  const { startDevServer } = await import('@web/dev-server');
  const { default: config } = await import('../web-dev-server.config.mjs');
  const { mountPeerServer } = await import('./peer-server.mjs');

  // A server of our own, because the dev server's listens to the whole network when it is told "localhost".
  const server = createServer();
  const peers = mountPeerServer(server, { allow_discovery: true });
  const site = await startDevServer({
    config: { ...config, middlewareMode: { server } },
    readCliArgs: false,
    readFileConfig: false,
    autoExitProcess: false,
    logStartMessage: false,
  });
  const answer = site.koaApp.callback();
  server.on('request', (request, response) => {
    if (!peers.handle(request, response)) void answer(request, response);
  });
  const port = await listen(server);

  console.log(`\npeer-elements: http://localhost:${port}/demo/  (PeerServer at /peerjs; Ctrl-C ends it)`);
  if (host) for (const address of addressesFor(host)) console.log(`On the network: http://${address}:${port}/demo/`);

  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      peers.close();
      server.closeAllConnections();
      server.close();
      void site.stop().finally(() => process.exit(0));
    });
  }
}

/** Listens on the first free port, and says which. */
async function listen(server) {
  for (let port = firstPort; port < firstPort + PORTS_TRIED; port += 1) {
    server.listen(port, host ?? 'localhost');
    try {
      await once(server, 'listening');
      return port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`The ports from ${firstPort} on are all taken: name another with --port.`);
}

/** The addresses at which others find a server that listens to `host`. */
function addressesFor(host) {
  if (!['0.0.0.0', '::'].includes(host)) return [host];
  return Object.values(networkInterfaces())
    .flat()
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
