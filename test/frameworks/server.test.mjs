/**
 * Rooms that a server has rendered: what it writes, what the page is before its script comes, and what becomes of it when the
 * framework takes over. These are development builds, in which frameworks complain of what does not fit.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { APPS } from '../../scripts/frameworks.mjs';
import { BROWSERS, launch } from '../support/pages.mjs';
import { RENDERED } from './apps.mjs';
import { Rooms } from './rooms.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
const PAGES = join(APPS, 'rendered/pages');
/** No server takes as long for anything. */
const WAIT_MS = 20_000;
/** What docs/server-rendering.md tells a page to have, with a layout in which an element with a box would show. */
const STYLE = `
  peer-node, peer-channel { display: contents }
  app-root, app-room { display: contents }
  main { display: grid; grid: auto-flow 2rem / 20rem; }
`;

/** What the settings of a node and a channel are in the markup, besides those that are the same everywhere. */
const WRITTEN = {
  vue: { node: { 'keep-id': 'false' }, channel: { retry: 'false' } },
  svelte: { node: { 'keep-id': 'false' }, channel: { retry: 'false' } },
  angular: { node: {}, channel: {} },
  react: { node: { 'defer-hydration': '' }, channel: { 'defer-hydration': '' } },
  solid: { node: { 'keep-id': 'false' }, channel: {} },
  preact: { node: { 'keep-id': 'false', 'defer-hydration': '' }, channel: { 'defer-hydration': '' } },
  lit: { node: {}, channel: { 'defer-hydration': '' } },
};

/** A server in bare Node, or in one with Lit's DOM for Node. */
class Server {
  #child;
  #ready;

  constructor({ shim = false } = {}) {
    const env = { ...process.env, NODE_ENV: 'development' };
    // Angular tells its standard output in which mode it is.
    this.#child = fork(SERVER, shim ? ['shim'] : [], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#ready = this.#next();
  }

  async render(framework, search = '') {
    await this.#ready;
    this.#child.send({ framework, search });
    const answer = await this.#next();
    if (answer.error) throw new Error(answer.error);
    assert.deepEqual(answer.complaints, []);
    return answer;
  }

  async #next() {
    const [message] = await once(this.#child, 'message', { signal: AbortSignal.timeout(WAIT_MS) });
    return message;
  }

  close() {
    this.#child.kill();
  }
}

for (const browserName of Object.keys(BROWSERS)) {
  describe(`rooms that a server has rendered, in ${browserName}`, () => {
    let browser, rooms, server;
    before(async () => {
      await mkdir(PAGES, { recursive: true });
      rooms = await Rooms.start();
      browser = await launch(browserName);
    });
    // A server has one framework.
    beforeEach(() => (server = new Server()));
    afterEach(() => server.close());
    afterEach(() => rooms.everybodyLeaves());
    after(async () => {
      await browser.close();
      await rooms.close();
    });

    /** A page as the server sends it, without its script. */
    async function arrive(framework, name, search = '') {
      const { body, head } = await server.render(framework, search);
      await writeFile(join(PAGES, `${framework}-${name}.html`), page(body, head));
      const room = await rooms.open(browser, `/rendered/pages/${framework}-${name}.html${search}`);
      await room.evaluate(watchSockets);
      return room;
    }

    for (const framework of Object.keys(RENDERED)) {
      it(`${framework}: is whole before the script comes, the same nodes after it, and talks`, async () => {
        const hub = await arrive(framework, 'hub');
        assert.deepEqual(await hub.evaluate(attributesOf, 'peer-node'), { server: '/peerjs', ...WRITTEN[framework].node });
        assert.equal(await hub.evaluate(() => document.querySelector('h1').innerText), 'Room');
        await takeOver(hub, framework);
        const id = await hub.id();
        assert.deepEqual(await hub.evaluate(changesOf), []);
        const config = await hub.evaluate(() => document.querySelector('peer-node').config);
        assert.deepEqual(config, { iceServers: [] });

        const ann = await arrive(framework, 'guest', `?${new URLSearchParams({ to: id, name: 'Ann' })}`);
        const written = { id: 'outgoing', to: id, 'data-count': '0', ...WRITTEN[framework].channel };
        assert.deepEqual(await ann.evaluate(attributesOf, 'peer-channel'), written);
        await takeOver(ann, framework);
        await ann.reads('call-state', 'open');
        assert.deepEqual(await ann.evaluate(changesOf), []);
        assert.deepEqual(await hub.lines('guests', 1), ['Ann 0']);
        const annId = await ann.id();
        await rooms.hasPeers(id, annId);

        await Promise.all([hub, ann].map((room) => room.press('count')));
        await Promise.all([hub, ann].map((room) => room.reads('count', '1')));
        await hub.says('one');
        assert.deepEqual(await ann.lines('log', 1), [`${id}: one`]);
        await ann.says('two');
        assert.deepEqual(await hub.lines('log', 1), [`${annId}: two`]);
        // With all of its settings from the first: a node that had started without one of them would have started again.
        assert.deepEqual(await Promise.all([hub, ann].map((room) => room.evaluate(() => window.madeSockets))), [1, 1]);
      });
    }

    it('react: the lines of docs/server-rendering.md listen', async () => {
      const room = await arrive('react', 'listening', '?listening');
      assert.deepEqual(await room.evaluate(attributesOf, 'peer-channel'), { listen: '', 'defer-hydration': '' });
      await takeOver(room, 'react');
      const id = await room.until(() => document.querySelector('peer-node').getAttribute('current-id'));
      assert.deepEqual(await room.evaluate(changesOf), []);
      const ann = await arrive('react', 'guest', `?${new URLSearchParams({ to: id, name: 'Ann' })}`);
      await takeOver(ann, 'react');
      await ann.reads('call-state', 'open');
      await ann.says('hello');
      await room.until(() => document.querySelector('p').textContent === 'hello');
      assert.equal(await room.evaluate(() => window.madeSockets), 1);
    });

    it('lit: a node inside an element waits for what that binds', async () => {
      const room = await arrive('lit', 'inner', '?inner');
      await room.evaluate(markInner);
      await room.load('/rendered/lit/hydrate.js');
      const states = await room.until(() => {
        const states = document.querySelector('inner-room').getAttribute('states');
        return states?.includes(' open') && states;
      });
      // The element was there to hear the first of it.
      assert.equal(states, 'idle connecting connecting open ');
      assert.deepEqual(await room.evaluate(lookAtInner), { same: [true], waiting: 0, channels: ['waiting'], sockets: 1 });
    });
  });
}

describe('elements in Lit’s DOM for Node', () => {
  const servers = [new Server(), new Server({ shim: true })];
  after(() => servers.forEach((server) => server.close()));

  for (const search of ['', '?to=somebody&name=Ann', '?inner']) {
    it(`are rendered there as in bare Node: ${search || 'a node'}`, async () => {
      const [bare, shimmed] = await Promise.all(servers.map((server) => server.render('lit', search)));
      assert.equal(shimmed.body, bare.body);
      assert.match(bare.body, /<peer-node\s+server="\/peerjs"/);
      assert.doesNotMatch(bare.body, /\[object|undefined|state="/);
    });
  }
});

function page(body, head) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A room</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
${head}
<body>${body}</body>
</html>
`;
}

/** The script comes. */
async function takeOver(room, framework) {
  assert.ok(await room.evaluate(() => !document.querySelector('peer-node').matches(':defined')));
  await room.evaluate(markNodes);
  await room.load(`/rendered/${framework}/hydrate.js`);
}

/** In a page: counts the sockets it opens. */
function watchSockets() {
  window.madeSockets = 0;
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      window.madeSockets += 1;
    }
  };
}

/** In a page: the attributes of an element, but for a framework's own marks. */
function attributesOf(selector) {
  const attributes = [...document.querySelector(selector).attributes].filter(({ name }) => name !== 'data-hk');
  return Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
}

/** In a page: remembers the node that is in the shadow root which the server has rendered. */
function markInner() {
  window.marked = document.querySelector('inner-room').shadowRoot.querySelector('peer-node');
}

/** In a page: what has become of it. */
function lookAtInner() {
  const root = document.querySelector('inner-room').shadowRoot;
  return {
    same: [...root.querySelectorAll('peer-node')].map((node) => node === window.marked),
    waiting: root.querySelectorAll('[defer-hydration]').length,
    channels: [...root.querySelectorAll('peer-channel')].map(({ state }) => state),
    sockets: window.madeSockets,
  };
}

/** In a page: remembers every element, and where it is. */
function markNodes() {
  const rect = (element) => JSON.stringify(element.getBoundingClientRect());
  window.marked = [...document.querySelectorAll('main *')].map((element) => ({ element, place: rect(element) }));
}

/** In a page: the elements that were not there, are not there any more, or are elsewhere. */
function changesOf() {
  const named = (element) => element.cloneNode().outerHTML;
  const now = [...document.querySelectorAll('main *')];
  const gone = window.marked.filter(({ element }) => !now.includes(element)).map(({ element }) => `gone: ${named(element)}`);
  const moved = window.marked
    .filter(({ element, place }) => JSON.stringify(element.getBoundingClientRect()) !== place)
    .map(({ element, place }) => `moved: ${named(element)}, from ${place}`);
  // What happens is written into lists, once there is a conversation.
  const added = now
    .filter((element) => !element.matches('li, li *') && !window.marked.some((marked) => marked.element === element))
    .map((element) => `new: ${named(element)}`);
  return [...gone, ...moved, ...added];
}
