/** Pages without script as their visitors see them: served as a static site under a strict policy, beside a PeerServer. */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
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
].join('; ');

/** A site, browsers and visitors, all ended by `close()`. */
export class HtmlSite {
  #browsers = new Map();
  #visitors = [];
  #folder;
  #site;

  /**
   * @param {string} pages a folder of HTML pages, below the root of the project. What they ask for is put beside them, and a
   *   `<peer-node>` that names no server gets the one of this site.
   */
  static async start(pages) {
    const site = new HtmlSite();
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
      // Browsers ask for it by themselves.
      files: { '/favicon.ico': join(ROOT, 'demo/icon.svg') },
      headers: { 'content-security-policy': CONTENT_SECURITY_POLICY },
      peerServer: { expire_timeout: 1500, cleanup_out_msgs: 250 },
    });
    return site;
  }

  address(page) {
    return `${this.#site.origin}/pages/${page}`;
  }

  /** Somebody with a browser at a page of the site, or at a whole address. */
  async visitor(browserName, page) {
    const downloads = await mkdtemp(join(this.#folder, 'downloads-'));
    const address = page.startsWith('http') ? page : this.address(page);
    if (!this.#browsers.has(browserName)) this.#browsers.set(browserName, await launch(browserName));
    const opened = await openPage(this.#browsers.get(browserName), address, { downloads, strictConsole: true });
    opened.page.setDefaultTimeout(WAIT_MS);
    const visitor = new Visitor(opened, downloads);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** A file with that text. */
  async file(name, text) {
    const path = join(await mkdtemp(join(this.#folder, 'files-')), name);
    await writeFile(path, text);
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
}

/** Somebody in front of a page. */
class Visitor {
  #opened;
  #left = false;

  constructor(opened, downloads) {
    this.#opened = opened;
    this.downloads = downloads;
    this.page = opened.page;
    this.assertNoErrors = opened.assertNoErrors;
  }

  /** Clicks on what comes to be there. A page behind others has hardly any frames in Firefox: it comes to the front first. */
  async clicks(selector) {
    await this.page.bringToFront();
    await (await this.page.waitForSelector(selector, { visible: true })).click();
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

  /** Clicks on a file that is offered under that name, and gives the text of what is downloaded. */
  async saves(name) {
    const size = await this.page.$$eval(
      'a[download]',
      (links, wanted) => {
        const link = links.find(({ download }) => download === wanted);
        link.click();
        return Number(link.parentElement.querySelector('data').value);
      },
      name,
    );
    const deadline = Date.now() + WAIT_MS;
    while (Date.now() < deadline) {
      const text = await readFile(join(this.downloads, name), 'utf8').catch(() => '');
      if (text.length === size) return text;
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
