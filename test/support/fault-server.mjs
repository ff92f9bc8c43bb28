/**
 * A real PeerServer behind a TCP proxy, both on ports of their own, whose faults a test commands.
 *
 * - `up`: works.
 * - `down`: killed. Nobody listens, all connections are gone, and what the PeerServer knew is lost.
 * - `stalled`: connections stay and are still accepted, and nothing is forwarded. `up` forwards what was held back.
 * - `rubbish`: connections are gone, and whoever connects gets a page in answer.
 * - `cut`: the clients' connections are gone, and the PeerServer does not notice. Then it is as it was.
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

import { mountPeerServer } from '../../scripts/peer-server.mjs';

const HOST = '127.0.0.1';
const PAGE = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 7\r\nConnection: close\r\n\r\nWelcome';

export class FaultServer {
  #options;
  #proxy;
  #http;
  #peers;
  #mode = 'down';
  #links = new Set();
  port = 0;

  /** @param {Parameters<typeof mountPeerServer>[1]} [options] of the PeerServer, which is mounted at /peerjs */
  static async start(options = {}) {
    const server = new FaultServer(options);
    await server.set('up');
    return server;
  }

  constructor(options) {
    this.#options = { allow_discovery: true, ...options };
    this.#proxy = createServer((client) => this.#accept(client));
  }

  /** @param {'up' | 'down' | 'stalled' | 'rubbish' | 'cut'} mode */
  async set(mode) {
    if (mode === 'cut') {
      for (const link of this.#links) this.#cut(link);
      return;
    }
    this.#mode = mode;
    if (mode === 'down') await this.#kill();
    else if (!this.#proxy.listening) await this.#listen();
    if (mode === 'rubbish') this.#dropLinks();
    for (const link of this.#links) this.#flow(link);
  }

  close() {
    return this.set('down');
  }

  async #listen() {
    this.#http = createHttpServer((request, response) => {
      if (!this.#peers.handle(request, response)) response.writeHead(404).end();
    });
    this.#peers = mountPeerServer(this.#http, this.#options);
    this.#http.listen(0, HOST);
    await once(this.#http, 'listening');
    this.#proxy.listen(this.port, HOST);
    await once(this.#proxy, 'listening');
    this.port = this.#proxy.address().port;
  }

  async #kill() {
    this.#dropLinks();
    if (!this.#proxy.listening) return;
    this.#peers.close();
    this.#http.closeAllConnections();
    this.#http.close();
    this.#proxy.close();
    await once(this.#proxy, 'close');
  }

  #accept(client) {
    const link = { client, server: undefined };
    this.#links.add(link);
    client.on('error', () => {});
    client.on('close', () => {
      if (!link.isCut) this.#drop(link);
    });
    this.#flow(link);
  }

  /** Has a link do what the mode says. */
  #flow(link) {
    if (link.isCut) return;
    if (this.#mode === 'rubbish') link.client.resume().end(PAGE);
    else if (this.#mode === 'stalled') this.#hold(link);
    else if (this.#mode === 'up') this.#forward(link);
  }

  #hold(link) {
    const { client, server } = link;
    if (!server) return;
    link.flows = false;
    client.unpipe(server).pause();
    server.unpipe(client).pause();
  }

  #forward(link) {
    if (link.flows) return;
    link.flows = true;
    if (!link.server) {
      link.server = connect(this.#http.address().port, HOST);
      link.server.on('error', () => {});
      link.server.on('close', () => this.#drop(link));
    }
    link.client.pipe(link.server).pipe(link.client);
  }

  #cut(link) {
    if (!link.server) return this.#drop(link);
    link.isCut = true;
    link.client.unpipe(link.server);
    link.server.unpipe(link.client).resume();
    link.client.destroy();
  }

  #drop(link) {
    this.#links.delete(link);
    link.client.destroy();
    link.server?.destroy();
  }

  #dropLinks() {
    for (const link of [...this.#links]) this.#drop(link);
  }
}

/** Where a page asks for such servers: POST /fault-servers, POST /fault-servers/<port>/<mode>, DELETE /fault-servers/<port>. */
const PATH = '/fault-servers';

/** The servers of the pages of a test run, for `mountTestServers`. */
export function faultServers() {
  const servers = new Map();

  async function answer(request, [port, mode]) {
    if (request.method === 'POST' && port === undefined) {
      const server = await FaultServer.start(await jsonOf(request));
      servers.set(String(server.port), server);
      return server.port;
    }
    const server = servers.get(port);
    if (!server) throw new Error(`There is no server at ${port}.`);
    await server.set(request.method === 'DELETE' ? 'down' : mode);
    if (request.method === 'DELETE') servers.delete(port);
    return null;
  }

  return {
    handle(request, response) {
      const [base, ...rest] = request.url.split('/').slice(1);
      if (`/${base}` !== PATH) return false;
      answer(request, rest).then(
        (value) => response.end(JSON.stringify(value)),
        (error) => response.writeHead(500).end(String(error)),
      );
      return true;
    },
    close() {
      for (const server of servers.values()) void server.close();
    },
  };
}

async function jsonOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}
