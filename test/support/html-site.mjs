/** Pages without script as their visitors see them: served as a static site under a strict policy, beside a PeerServer. */
import { cp, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startSite } from '../../scripts/static-server.mjs';
import { launch, openPage } from './pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Every wait ends by then: longer than a slow machine takes for the slowest of them. */
const WAIT_MS = 20_000;
/** How often a folder is looked at, in ms: a browser tells no one that a download has ended. */
const FOLDER_POLL_MS = 50;

/** What docs/html.md promises that such a page works under. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self' ws: wss:",
  // Heartbeats of a hidden page.
  'worker-src blob:',
  "require-trusted-types-for 'script'",
  'trusted-types peer-elements',
].join('; ');

/** It says soon that nobody has an id: times in ms. */
const PEER_SERVER = { expire_timeout: 1500, cleanup_out_msgs: 250 };

/** A site, browsers and visitors, all ended by `close()`. */
export class HtmlSite {
  #browsers = new Map();
  #visitors = [];
  #folder;
  #site;
  /** The sockets of the PeerServer's clients. */
  #sockets = new Set();
  #serverIsGone = false;
  #firefoxPrefs;

  /**
   * @param {string} pages a folder of HTML pages, below the root of the project. What they ask for is put beside them, and a
   *   `<peer-node>` that names no server gets the one of this site.
   * @param {object} [options]
   * @param {Partial<import('peer').IConfig> | false} [options.peerServer] its options, or false for none
   * @param {(file: string) => string} [options.policyOf] the content security policy of a file, by its path
   * @param {Record<string, unknown>} [options.firefoxPrefs] preferences of Firefox besides the usual ones
   */
  static async start(
    pages,
    { peerServer = PEER_SERVER, policyOf = () => CONTENT_SECURITY_POLICY, firefoxPrefs } = {},
  ) {
    const site = new HtmlSite();
    site.#firefoxPrefs = firefoxPrefs;
    site.#folder = await mkdtemp(join(tmpdir(), 'peer-elements-html-'));
    const root = join(site.#folder, 'site');
    await cp(join(ROOT, pages), join(root, 'pages'), { recursive: true });
    await cp(join(ROOT, 'dist/cdn'), join(root, 'dist/cdn'), { recursive: true });
    for (const file of ['peer-elements.js', 'peer-elements-qr.js', 'peer-elements.css']) {
      await cp(join(ROOT, 'dist/cdn', file), join(root, 'pages', file));
    }
    for (const page of (await readdir(join(root, 'pages'))).filter((name) => name.endsWith('.html'))) {
      const path = join(root, 'pages', page);
      const html = await readFile(path, 'utf8');
      await writeFile(path, html.replace(/<peer-node(?![^>]*\sserver=)/g, '<peer-node server="/peerjs"'));
    }
    site.#site = await startSite({
      root,
      files: {
        // Browsers ask for it by themselves.
        '/favicon.ico': join(ROOT, 'demo/icon.svg'),
        // For the other end of a conversation.
        '/peerjs.min.js': join(ROOT, 'node_modules/peerjs/dist/peerjs.min.js'),
      },
      headers: (file) => ({ 'content-security-policy': policyOf(file) }),
      peerServer,
    });
    site.#watchServer();
    return site;
  }

  get origin() {
    return this.#site.origin;
  }

  address(page) {
    return `${this.#site.origin}/pages/${page}`;
  }

  /** The PeerServer is gone: its connections end, and it answers nobody until it returns. The pages are still served. */
  serverGoes() {
    this.#serverIsGone = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  serverReturns() {
    this.#serverIsGone = false;
  }

  /**
   * Somebody with a browser at a page of the site, or at a whole address.
   *
   * @param {object} [options]
   * @param {RegExp} [options.expected] what browsers may call an error: that of a page which asks for what is not there
   */
  async visitor(browserName, page, { expected } = {}) {
    const downloads = await mkdtemp(join(this.#folder, 'downloads-'));
    const address = page.startsWith('http') ? page : this.address(page);
    if (!this.#browsers.has(browserName)) {
      this.#browsers.set(browserName, await launch(browserName, { firefoxPrefs: this.#firefoxPrefs }));
    }
    const opened = await openPage(this.#browsers.get(browserName), address, { downloads, strictConsole: true });
    opened.page.setDefaultTimeout(WAIT_MS);
    const visitor = new Visitor(opened, downloads, expected);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** A file with that text, or these bytes. */
  async file(name, content) {
    const path = join(await mkdtemp(join(this.#folder, 'files-')), name);
    await writeFile(path, content);
    return path;
  }

  /** A file of so many bytes, which takes no room on the disk. */
  async hollowFile(name, size) {
    const path = await this.file(name, '');
    const handle = await open(path, 'r+');
    await handle.truncate(size);
    await handle.close();
    return path;
  }

  /** Everybody goes home. Throws what any page threw, or complained of in its console. */
  async everybodyLeaves() {
    const visitors = this.#visitors.splice(0);
    await Promise.all(visitors.map((visitor) => visitor.leave()));
    for (const visitor of visitors) visitor.assertNoErrors();
  }

  async close() {
    await Promise.all(this.#visitors.splice(0).map((visitor) => visitor.leave()));
    await Promise.all([...this.#browsers.values()].map((browser) => browser.close()));
    await this.#site.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Before the PeerServer's own listeners. */
  #watchServer() {
    const { server } = this.#site;
    server.prependListener('upgrade', (request, socket) => {
      if (this.#serverIsGone) return void socket.destroy();
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.prependListener('request', ({ url, socket }) => {
      if (this.#serverIsGone && url.startsWith('/peerjs/')) socket.destroy();
    });
  }
}

/** Somebody in front of a page. */
class Visitor {
  #opened;
  #expected;
  #left = false;

  constructor(opened, downloads, expected) {
    this.#opened = opened;
    this.#expected = expected;
    this.downloads = downloads;
    this.page = opened.page;
  }

  /** Throws what the page threw, or complained of in its console, unless it was expected. */
  assertNoErrors() {
    try {
      this.#opened.assertNoErrors();
    } catch (error) {
      if (!error.errors.every(({ message }) => this.#expected?.test(message))) throw error;
    }
  }

  /** Clicks on what comes to be there. A page behind others has hardly any frames in Firefox: it comes to the front first. */
  async clicks(selector) {
    await this.page.bringToFront();
    await (await this.page.waitForSelector(selector, { visible: true })).click();
  }

  /** Clicks, in the page, on a button for what the page also does by itself: it may have gone by now, or go at any time. */
  async clicksUnlessGone(selector) {
    await this.page.evaluate((wanted) => {
      const button = document.querySelector(wanted);
      if (button?.checkVisibility()) button.click();
    }, selector);
  }

  /** What is visible comes to hold these words. */
  async reads(words, selector = 'main') {
    await this.page.bringToFront();
    await this.page.waitForFunction(
      (wanted, within) => [...document.querySelectorAll(within)].some(({ innerText }) => innerText.includes(wanted)),
      {},
      words,
      selector,
    );
  }

  /** The visible texts of the elements that match, once there are as many. */
  async texts(selector, count) {
    await this.page.bringToFront();
    const visible = (within) =>
      [...document.querySelectorAll(within)].filter((element) => element.checkVisibility()).map(({ innerText }) => innerText.trim());
    await this.page.waitForFunction(
      (within, wanted) => [...document.querySelectorAll(within)].filter((element) => element.checkVisibility()).length === wanted,
      {},
      selector,
      count,
    );
    return this.page.evaluate(visible, selector);
  }

  /** The address of the invitation, once there is one. */
  async invitation() {
    await this.page.waitForSelector('peer-invite a[href*="peer="]');
    return this.page.$eval('peer-invite a', ({ href }) => href);
  }

  /** Fills the fields of a form by their names and presses Enter in the last of them. */
  async submits(fields) {
    await this.page.bringToFront();
    for (const [name, value] of Object.entries(fields)) {
      const field = await this.page.waitForSelector(`form [name="${name}"]`, { visible: true });
      await field.click({ count: 3 });
      await field.type(value);
    }
    await this.page.keyboard.press('Enter');
  }

  /** Chooses files in a form and presses its button. */
  async sends(name, ...paths) {
    await this.page.bringToFront();
    const control = await this.page.waitForSelector(`form [name="${name}"]`);
    await control.uploadFile(...paths);
    await this.page.$eval(`form [name="${name}"]`, ({ form }) => form.requestSubmit());
  }

  /** Clicks on a file once it is offered under that name, and gives the text of what is downloaded. */
  async saves(name) {
    return (await this.savesBytes(name)).toString();
  }

  /** As {@link saves}, for what is no text. */
  async savesBytes(name) {
    const link = await this.page.waitForSelector(`a[download="${name}"]`);
    const size = await link.evaluate((each) => {
      each.click();
      return Number(each.parentElement.querySelector('data').value);
    });
    const deadline = Date.now() + WAIT_MS;
    while (Date.now() < deadline) {
      const bytes = await readFile(join(this.downloads, name)).catch(() => undefined);
      if (bytes?.length === size) return bytes;
      await pause(FOLDER_POLL_MS);
    }
    throw new Error(`No download of ${name} within ${WAIT_MS} ms.`);
  }

  /** Closes the page. Idempotent. */
  async leave() {
    if (this.#left) return;
    this.#left = true;
    await this.#opened.close();
  }
}
