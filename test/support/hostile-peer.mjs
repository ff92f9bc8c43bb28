/** Peers that mean harm, for the end-to-end tests: they send what no honest page would. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { launch, openPage } from './pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a page gets its `Peer`: PeerJS itself, and this project's own engine for what only that can send. */
const ENGINES = {
  peerjs: async (page) => {
    await page.addScriptTag({ url: '/node_modules/peerjs/dist/peerjs.min.js' });
    // PeerJS's own cannot pack what its authors did not think of: some keys, and thousands of them.
    await page.evaluate(async () => void (window.pack = (await import('/dist/wire/binarypack/pack.js')).pack));
  },
  native: (page) => page.evaluate(async () => void (window.Peer = (await import('/dist/cdn/peer-elements.js')).Peer)),
};

let made = 0;

/** A browser of hostile pages, and a server elsewhere that counts who asks it for anything. Ended by `close()`. */
export class HostilePeers {
  #browser;
  #home;
  #pages = new Map();
  #elsewhere;
  #requests = [];

  static async start() {
    const hostile = new HostilePeers();
    hostile.#home = await startSite({ root: ROOT, peerServer: { expire_timeout: 1500, cleanup_out_msgs: 250 } });
    hostile.#elsewhere = createServer((request, response) => {
      hostile.#requests.push(request.url);
      response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'image/gif' }).end();
    });
    hostile.#elsewhere.listen(0, '127.0.0.1');
    await once(hostile.#elsewhere, 'listening');
    hostile.#browser = await launch('chromium');
    return hostile;
  }

  /** The whole project as a static site, with a PeerServer and without any policy: what the elements do by themselves shows. */
  get home() {
    return this.#home.origin;
  }

  /** The origin of a server that nobody has a reason to ask. */
  get elsewhere() {
    return `http://127.0.0.1:${this.#elsewhere.address().port}`;
  }

  /** The paths that it was asked for, once it has been asked for this one. */
  async requestsUntil(path) {
    while (!this.#requests.includes(path)) await once(this.#elsewhere, 'request');
    return this.#requests.splice(0);
  }

  /**
   * @param {keyof typeof ENGINES} engine
   * @param {string} origin of a PeerServer at /peerjs
   * @param {string} [id] PeerJS takes any here, though by itself it would not
   */
  async peer(engine, origin, id = `hostile-${process.pid}-${++made}`) {
    if (!this.#pages.has(engine)) this.#pages.set(engine, await this.#page(engine));
    const { page } = this.#pages.get(engine);
    await page.evaluate((id, port) => window.join(id, port), id, new URL(origin).port);
    return new HostilePeer(page, id);
  }

  async close() {
    await this.#browser.close();
    await this.#home.close();
    this.#elsewhere.closeAllConnections();
    this.#elsewhere.close();
  }

  async #page(engine) {
    const opened = await openPage(this.#browser, `${this.home}/test/e2e/blank.html`);
    await ENGINES[engine](opened.page);
    await opened.page.evaluate(prepare);
    return opened;
  }
}

/** One peer, with one connection at a time. */
class HostilePeer {
  #page;

  constructor(page, id) {
    this.#page = page;
    this.id = id;
  }

  /** Calls somebody; resolves when the connection is open. */
  calls(id, options = {}) {
    return this.#page.evaluate((own, id, options) => window.peers.get(own).call(id, options), this.id, id, options);
  }

  /** Calls so often at once, and waits for none. */
  callsOften(id, times, options = {}) {
    return this.#page.evaluate((own, id, times, options) => window.peers.get(own).callOften(id, times, options), this.id, id, times, options);
  }

  /** Resolves when somebody has called and the connection is open. */
  isCalled() {
    return this.#page.evaluate((own) => window.peers.get(own).called, this.id);
  }

  /** Sends messages: those of an array that a function makes in the page, with these arguments. Returns how many. */
  async says(make, ...given) {
    const messages = await this.#page.evaluateHandle(make, ...given);
    const count = await this.#page.evaluate((own, messages) => window.peers.get(own).say(messages), this.id, messages);
    await messages.dispose();
    return count;
  }

  /** Sends files beside messages, by the native engine: `{ text, name, type, options }` each. */
  transfers(files) {
    return this.#page.evaluate((own, files) => window.peers.get(own).transfer(files), this.id, files);
  }

  /** Resolves when a message has come of which the JSON holds this text. */
  async hears(text) {
    await this.#page.waitForFunction((own, text) => window.peers.get(own).heard.some((message) => message.includes(text)), {}, this.id, text);
  }

  leaves() {
    return this.#page.evaluate((own) => window.peers.get(own).peer.destroy(), this.id);
  }
}

/** Runs in a hostile page. */
function prepare() {
  /** A message that is BinaryPack already, or no longer. */
  window.Packed = class Packed extends Uint8Array {};
  const bytesOf = (message) => (message instanceof window.Packed ? Promise.resolve(message.buffer) : new Blob(window.pack(message, Infinity)).arrayBuffer());
  class Hostile {
    heard = [];
    constructor(id, port) {
      // PeerJS looks at ids itself; the server does not.
      if (window.peerjs) window.peerjs.util.validateId = () => true;
      const settings = { host: location.hostname, port: Number(port), path: '/peerjs', secure: false, config: { iceServers: [] } };
      this.peer = new window.Peer(id, settings);
      this.called = new Promise((resolve) => this.peer.on('connection', (connection) => resolve(this.hold(connection))));
    }
    async hold(connection) {
      this.connection = connection;
      connection.on('data', (data) => this.heard.push(JSON.stringify(data) ?? ''));
      connection.on('error', () => undefined);
      if (!connection.open) await new Promise((resolve) => connection.on('open', resolve));
    }
    call(id, options) {
      return this.hold(this.peer.connect(id, { reliable: true, ...options }));
    }
    callOften(id, times, options) {
      for (let time = 0; time < times; time++) this.peer.connect(id, { reliable: true, ...options })?.on('error', () => undefined);
    }
    async say(messages) {
      for (const message of messages) {
        // Only what PeerJS sends in chunks is BinaryPack.
        if (this.connection.chunker) await this.connection._send_blob(bytesOf(message));
        else await this.connection.send(message);
      }
      return messages.length;
    }
    transfer(files) {
      for (const { text, name, type, attachment } of files) {
        this.connection.transfer(new Blob([text]), { name, type, attachment }).finished?.catch(() => undefined);
      }
    }
  }
  window.peers = new Map();
  window.join = async (id, port) => {
    const hostile = new Hostile(id, port);
    window.peers.set(id, hostile);
    await new Promise((resolve, reject) => {
      hostile.peer.on('open', resolve);
      hostile.peer.on('error', reject);
    });
    hostile.peer.on('error', () => undefined);
  };
}
