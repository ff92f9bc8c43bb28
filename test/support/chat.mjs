/** The chat demo as its visitors see it: served as a static site, and driven by what is on the page. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A narrow phone. */
export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1200, height: 800 };
/** What demo/chat-files.js says, in bytes: the friend is asked about what is larger. */
export const MAX_MESSAGE_FILE = 64_000_000;

/** What the pages must do with: nothing inline, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self' ws: wss:",
  // Heartbeats of a hidden page.
  'worker-src blob:',
  "object-src 'none'",
  "base-uri 'none'",
].join('; ');

/** What the site consists of, beside a PeerServer at /peerjs. */
const FILES = [
  'demo/index.html',
  'demo/demo.css',
  'demo/icon.svg',
  'demo/chat.html',
  'demo/chat.js',
  'demo/chat-files.js',
  'demo/chat-list.js',
  'demo/chat-transfers.js',
  'demo/chat-words.js',
  'dist/cdn/peer-elements.js',
];

/** A site, browsers and people, all ended by `close()`. */
export class ChatSite {
  #browsers = new Map();
  #people = [];
  #folder;
  #site;

  /** @param {Partial<import('peer').IConfig> | false} peerServer its options, or false for none */
  static async start(peerServer = { expire_timeout: 1500, cleanup_out_msgs: 250 }) {
    const chat = new ChatSite();
    chat.#folder = await mkdtemp(join(tmpdir(), 'peer-elements-chat-'));
    const files = Object.fromEntries(FILES.map((file) => [`/${file}`, join(ROOT, file)]));
    files['/peerjs.min.js'] = join(ROOT, 'node_modules/peerjs/dist/peerjs.min.js');
    chat.#site = await startSite({
      root: await mkdtemp(join(chat.#folder, 'root-')),
      files,
      headers: { 'content-security-policy': CONTENT_SECURITY_POLICY },
      peerServer,
    });
    return chat;
  }

  get origin() {
    return this.#site.origin;
  }

  get address() {
    return `${this.origin}/demo/chat.html`;
  }

  /** A folder of this site's own. */
  folder() {
    return mkdtemp(join(this.#folder, 'folder-'));
  }

  /** A file of random bytes. */
  async file(name, size) {
    const path = join(await this.folder(), name);
    const bytes = randomBytes(size);
    await writeFile(path, bytes);
    return { path, bytes };
  }

  /** A file of which the friend is asked. It takes no room on the disk. */
  async largeFile(name) {
    const path = join(await this.folder(), name);
    const handle = await open(path, 'w');
    await handle.truncate(MAX_MESSAGE_FILE + 1);
    await handle.close();
    return path;
  }

  /** Somebody with a browser, at an address. */
  async person(browserName, address = this.address) {
    const downloads = await this.folder();
    const opened = await openPage(await this.#browser(browserName), address, { downloads, strictConsole: true });
    opened.page.setDefaultTimeout(WAIT_MS);
    const person = new Person(opened, downloads, browserName);
    this.#people.push(person);
    return person;
  }

  /** Two people who are connected: the guest has opened the host's link. */
  async conversation(hostBrowser, guestBrowser) {
    const host = await this.person(hostBrowser);
    const guest = await this.person(guestBrowser, await host.link());
    await Promise.all([host.becomes('open'), guest.becomes('open')]);
    return { host, guest };
  }

  /** Everybody goes home. Throws what any page threw, or complained of in its console. */
  async everybodyLeaves() {
    const people = this.#people.splice(0);
    await Promise.all(people.map((person) => person.leave()));
    for (const person of people) person.assertNoErrors();
  }

  async close() {
    await Promise.all(this.#people.splice(0).map((person) => person.leave()));
    await Promise.all([...this.#browsers.values()].map((browser) => browser.close()));
    await this.#site.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #browser(name) {
    if (!this.#browsers.has(name)) this.#browsers.set(name, await launch(name));
    return this.#browsers.get(name);
  }
}

/** Somebody in front of the chat page. */
class Person {
  #opened;
  #downloads;
  #left = false;

  constructor(opened, downloads, browserName) {
    this.#opened = opened;
    this.#downloads = downloads;
    this.browserName = browserName;
    this.page = opened.page;
    this.assertNoErrors = opened.assertNoErrors;
  }

  /** The page's channel comes to be in that state. */
  async becomes(state) {
    await this.page.waitForSelector(`peer-channel[state="${state}"]`);
  }

  /** The status line comes to say something like this. */
  async isTold(words) {
    await this.page.waitForFunction(
      (source) => new RegExp(source).test(document.querySelector('[role=status]').textContent),
      {},
      words.source,
    );
  }

  /** The link to share, once there is one. */
  async link() {
    await this.page.waitForFunction(() => document.querySelector('#link').value.includes('#peer='));
    return this.page.$eval('#link', ({ value }) => value);
  }

  /** Types a message and presses Enter. */
  async says(words) {
    await this.page.type('#text', words);
    await this.page.keyboard.press('Enter');
  }

  async sends(...files) {
    const input = await this.page.$('#files');
    await input.uploadFile(...files);
  }

  /** Waits for as many messages of "you" or "friend", or as many notes, and gives their texts. */
  async reads(who, count) {
    await this.page.waitForFunction(
      (kind, wanted) => document.querySelectorAll(`#messages > .${kind}`).length >= wanted,
      {},
      who,
      count,
    );
    return this.page.$$eval(`#messages > .${who}`, (items) =>
      items.map((item) => item.querySelector('.text, .name').textContent),
    );
  }

  /** Waits until a file of "you" or "friend" is in a state: pending, active, complete or aborted. Gives what is said of it. */
  async sees(who, name, state) {
    const item = await this.#file(who, name, state);
    return item.$eval('.size', ({ textContent }) => textContent);
  }

  /** Presses a button of a file that is in a state: "stop", "accept" or "decline". */
  async presses(button, who, name, state) {
    const item = await this.#file(who, name, state);
    await item.$eval(`.${button}`, (element) => element.scrollIntoView({ block: 'nearest' }));
    await (await item.$(`.${button}`)).click();
  }

  async #file(who, name, state) {
    const found = await this.page.waitForFunction(
      (...wanted) =>
        [...document.querySelectorAll(`#messages > .${wanted[0]}[data-state="${wanted[2]}"]`)].find(
          (item) => item.querySelector('.name')?.textContent === wanted[1],
        ),
      {},
      who,
      name,
      state,
    );
    return found.asElement();
  }

  /** Clicks on a file that is offered under that name, and gives the bytes of what is downloaded under that name. */
  async downloads(name) {
    const size = await this.page.$$eval(
      '#messages a[download]',
      (links, wanted) => {
        const link = links.find(({ download }) => download === wanted);
        link.click();
        return Number(link.parentElement.querySelector('.size').value);
      },
      name,
    );
    const deadline = Date.now() + WAIT_MS;
    while (Date.now() < deadline) {
      const bytes = await readFile(join(this.#downloads, name)).catch(() => undefined);
      if (bytes?.length === size) return bytes;
      await pause(FOLDER_POLL_MS);
    }
    throw new Error(`No download within ${WAIT_MS} ms; there is "${await readdir(this.#downloads)}".`);
  }

  /** Closes the page. Idempotent. */
  async leave() {
    if (this.#left) return;
    this.#left = true;
    await this.#opened.close();
  }
}

/** What has to be scrolled sideways. */
export function tooWide(page) {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('#stage')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map(({ localName, scrollWidth, clientWidth }) => `${localName}: ${scrollWidth} in ${clientWidth}`),
  );
}

/** What axe finds, in few words. */
export async function axe(page, scheme) {
  await page.evaluate(AXE);
  return page.evaluate(async (colorScheme) => {
    // As prefers-color-scheme does it: all colours are light-dark().
    document.documentElement.style.colorScheme = colorScheme;
    await Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished),
    );
    const { violations } = await window.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
  }, scheme);
}
