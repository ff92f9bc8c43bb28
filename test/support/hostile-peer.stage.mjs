/** Demos with a hostile peer at the other end of each, and what tells whether they are still themselves. */
import assert from 'node:assert/strict';

import { watch } from './hostile-peer.watch.mjs';

/** Those that wait for a call, and those that call whom their address names. */
const DEMOS = {
  chat: { page: 'chat.html' },
  drop: { page: 'drop.html' },
  hub: { page: 'hub.html' },
  poll: { page: 'poll.html' },
  guest: { page: 'guest.html', parameter: '?peer=' },
  vote: { page: 'vote.html', parameter: '#peer=' },
};

/** How often a page is asked whether a message is shown, in ms. */
const POLL_MS = 30;
/** How long everything that was sent may take to be shown, in ms: six pages, with all that hostile peers can think of, on a busy machine. */
const SETTLE_MS = 60_000;

let marks = 0;

export class Stage {
  /** By the name of the demo, `{ visitor, hostile }` each. */
  demos = {};
  #dialogs = [];

  /**
   * Opens demos, with a hostile peer connected to each.
   *
   * @param {import('./html-site.mjs').HtmlSite} site
   * @param {import('./hostile-peer.mjs').HostilePeers} hostiles
   * @param {object} how
   * @param {string} how.browser of the demos
   * @param {'peerjs' | 'native'} [how.engine] of the hostile peers
   * @param {readonly string[]} [how.names] of the demos: without it all
   * @param {object} [how.connection] options of the calls
   */
  static async open(site, hostiles, { browser, engine = 'peerjs', names = Object.keys(DEMOS), connection = {} }) {
    const stage = new Stage();
    const open = async (name) => {
      const { page, parameter } = DEMOS[name];
      const hostile = await hostiles.peer(engine, site.origin);
      const visitor = await site.visitor(browser, parameter ? `${page}${parameter}${hostile.id}` : page);
      await stage.add(name, hostile, visitor, { isCalled: parameter === undefined, connection });
    };
    // The first launches the browser for all.
    await open(names[0]);
    await Promise.all(names.slice(1).map(open));
    return stage;
  }

  /** Adds a page of any site. */
  async add(name, hostile, visitor, { isCalled = true, connection = {} } = {}) {
    visitor.page.on('dialog', (dialog) => {
      this.#dialogs.push(`${name}: ${dialog.message()}`);
      void dialog.dismiss();
    });
    if (isCalled) {
      const { hash, search } = new URL(await visitor.invitation());
      const id = new URLSearchParams(hash.slice(1) || search).get('peer');
      await visitor.page.evaluate(watch);
      await hostile.calls(id, connection);
    } else {
      await hostile.isCalled();
      await visitor.page.evaluate(watch);
    }
    await visitor.page.waitForSelector('peer-channel[state=open]');
    this.demos[name] = { visitor, hostile };
  }

  /** Every hostile peer sends the messages that a function makes in its page, with these arguments; resolves when they are shown. */
  async hear(make, ...given) {
    for (const { hostile, visitor } of Object.values(this.demos)) {
      await visitor.page.evaluate(() => window.watched.begin());
      assert.ok((await hostile.says(make, ...given)) > 0);
    }
    await this.settle();
  }

  /** Resolves when everything that was sent before has been heard, and shown where it is shown at all. */
  async settle() {
    const mark = `mark-${++marks}`;
    const heard = async ([name, { hostile, visitor: { page } }]) => {
      await hostile.says(
        (mark) => [{ mark, name: 'Mark', text: mark, choice: 'water', files: [{ name: mark, type: '', size: 1, data: new ArrayBuffer(1) }] }],
        mark,
      );
      await page.waitForFunction(
        (mark, name) => {
          if (!window.watched.hasHeard(mark)) return false;
          if (name === 'vote' || name === 'poll') return true;
          return document.querySelector(`a[download="${mark}"]`) !== null || [...document.querySelectorAll('[itemprop=text]')].some(({ textContent }) => textContent === mark);
        },
        // A page behind others has hardly any frames.
        { polling: POLL_MS, timeout: SETTLE_MS },
        mark,
        name,
      );
    };
    await Promise.all(Object.entries(this.demos).map(heard));
  }

  /** Nothing has come to be that is not the pages' own, nothing ran, and no page complained. */
  async areThemselves() {
    assert.deepEqual(this.#dialogs, []);
    for (const [name, { visitor }] of Object.entries(this.demos)) {
      assert.deepEqual([name, ...(await visitor.page.evaluate(() => window.watched.faults()))], [name]);
      visitor.assertNoErrors();
    }
  }

  /** The text of all that a demo shows since the last {@link hear}, hidden or not. */
  shown(name) {
    return this.demos[name].visitor.page.evaluate(() => window.watched.shown());
  }

  /** The texts of all elements of a demo that match, hidden ones too. */
  texts(name, selector) {
    return this.demos[name].visitor.page.$$eval(selector, (elements) => elements.map(({ textContent }) => textContent));
  }
}
