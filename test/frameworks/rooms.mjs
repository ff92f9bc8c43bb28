/** The apps of this folder as their visitors see them. All of them have the same fields, buttons and lists. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { APPS, assertPrepared } from '../../scripts/frameworks.mjs';
import { startSite } from '../../scripts/static-server.mjs';

/** Every wait ends by then: longer than a slow machine takes for the slowest of them. */
const WAIT_MS = 20_000;
/** How often the server's list is asked for, in ms: it tells no one that it has changed. */
const LIST_POLL_MS = 40;

/** What Lit says in every development build. */
const EXPECTED = /^Lit is in dev mode\./;

/** The built apps beside a PeerServer that tells who is there; rooms are opened in one browser after the other. */
export class Rooms {
  #site;
  #opened = [];

  static async start() {
    assertPrepared();
    const rooms = new Rooms();
    rooms.#site = await startSite({
      root: APPS,
      peerServer: { allow_discovery: true, expire_timeout: 1500, cleanup_out_msgs: 250 },
    });
    return rooms;
  }

  get origin() {
    return this.#site.origin;
  }

  /**
   * A page of its own, which shares no storage with others.
   *
   * @param {import('puppeteer-core').Browser} browser
   * @param {string} address a path of the site, or a whole URL
   */
  async open(browser, address) {
    const room = await Room.open(browser, new URL(address, this.origin).href);
    this.#opened.push(room);
    return room;
  }

  /** The server comes to know just these peers. */
  async hasPeers(...ids) {
    const wanted = ids.sort().join();
    let listed;
    for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await pause(LIST_POLL_MS)) {
      listed = (await (await fetch(`${this.origin}/peerjs/peerjs/peers`)).json()).sort().join();
      if (listed === wanted) return;
    }
    throw new Error(`The server has the peers ${listed}, not ${wanted}.`);
  }

  /** Everybody goes home. Throws what any page threw, or complained of in its console. */
  async everybodyLeaves() {
    const opened = this.#opened.splice(0);
    await Promise.all(opened.map((room) => room.leave()));
    const complaints = opened.flatMap(({ complaints }) => complaints);
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  }

  async close() {
    await Promise.all(this.#opened.splice(0).map((room) => room.leave()));
    await this.#site.close();
  }
}

/** One page. What is waited for is in its document, so that each wait ends with the change it waits for. */
class Room {
  complaints = [];
  #context;
  #page;

  static async open(browser, url) {
    const room = new Room();
    room.#context = await browser.createBrowserContext();
    const page = (room.#page = await room.#context.newPage());
    page.on('pageerror', (error) => room.complaints.push(`${url} threw ${error.stack ?? error}`));
    page.on('console', (message) => {
      // A framework warns of what it takes for a mistake.
      const matters = /^(error|warn)/.test(message.type()) && !EXPECTED.test(message.text());
      if (matters) room.complaints.push(`${url} complained: ${message.text()}`);
    });
    await page.evaluateOnNewDocument(countConnections);
    await page.goto(url);
    return room;
  }

  evaluate(...args) {
    return this.#page.evaluate(...args);
  }

  /** Adds a module to the page, and waits until it has run. */
  async load(path) {
    await this.#page.addScriptTag({ type: 'module', url: path });
  }

  /** Waits until a function of the document gives something, and gives that. The page may load anew meanwhile. */
  async until(wanted, ...args) {
    for (;;) {
      try {
        return await this.#page.evaluate(watchDocument, String(wanted), args, WAIT_MS);
      } catch (error) {
        if (/context was destroyed|navigat/i.test(error.message)) continue;
        throw new Error(`${error.message}: ${wanted} ${JSON.stringify(args)}`, { cause: error });
      }
    }
  }

  /** The text of an element, once it is this one. */
  reads(id, text) {
    return this.until((id, text) => document.getElementById(id)?.textContent === text, id, text);
  }

  /** The lines of a list, once there are as many. */
  async lines(id, count) {
    const lines = await this.until(
      (id, count) => {
        const lines = [...document.querySelectorAll(`#${id} > li`)].map((line) => line.textContent.replace(/\s+/g, ' ').trim());
        return lines.length === count && lines;
      },
      id,
      count,
    );
    return lines;
  }

  /** The id of its node, or of its engine's peer, once it has one. */
  id(id = 'me') {
    return this.until((id) => document.getElementById(id)?.textContent, id);
  }

  /** Presses a button, or a box that can be checked. Not by the mouse: pages behind others have no frames. */
  async press(id) {
    await this.until((id) => document.getElementById(id), id);
    await this.#page.$eval(`#${id}`, (element) => element.click());
  }

  /** Types into a field. */
  async types(id, value) {
    await this.until((id) => document.getElementById(id), id);
    await this.#page.$eval(
      `#${id}`,
      (field, value) => {
        // React keeps book of what is written into the property of the element itself.
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, value);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      },
      value,
    );
  }

  /** Says words to everybody: by the node's channels, or by the engine's connections. */
  async says(words, engine = '') {
    await this.types(`${engine}words`, words);
    await this.press(`${engine}send`);
  }

  /** A property of the channel that calls. */
  outgoing(property) {
    return this.#page.$eval('#outgoing', (channel, property) => channel[property], property);
  }

  /** How many of the RTCPeerConnections that this page has made are not closed. */
  liveConnections() {
    return this.#page.evaluate(() => window.madeConnections.filter(({ signalingState }) => signalingState !== 'closed').length);
  }

  /** The next line that the page writes into its console. */
  async logs() {
    const [message] = await once(this.#page, 'console', { signal: AbortSignal.timeout(WAIT_MS) });
    return message.text();
  }

  /** Closes the page. Idempotent. */
  async leave() {
    const context = this.#context;
    this.#context = undefined;
    await context?.close();
  }
}

/** In a page, before anything of it: the RTCPeerConnections that it makes. */
function countConnections() {
  window.madeConnections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      window.madeConnections.push(this);
    }
  };
}

/** In a page: gives what the function gives, once that is something. */
function watchDocument(source, args, limit) {
  const wanted = new Function(`return ${source}`)();
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = wanted(...args);
      if (!found) return;
      observer.disconnect();
      clearTimeout(timer);
      resolve(found);
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => {
      observer.disconnect();
      reject(new Error(`Not so within ${limit} ms, in ${document.body.innerHTML}`));
    }, limit);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
}
