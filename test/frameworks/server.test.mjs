/**
 * Rooms that a server has rendered: what it writes, what the page is before its script comes, and what becomes of it when the
 * framework takes over. These are development builds, in which frameworks complain of what does not fit.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { APPS } from '../../scripts/frameworks.mjs';
import { BROWSERS, launch } from '../support/pages.mjs';
import { RENDERED } from './apps.mjs';
import { Rooms } from './rooms.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
const PAGES = join(APPS, 'rendered/pages');
/** What docs/server-rendering.md tells a page to have, with a layout in which an element with a box would show. */
const STYLE = `
  peer-node, peer-channel { display: contents }
  main { display: grid; grid: auto-flow 2rem / 20rem; }
`;

/** What the settings of a node and a channel are in the markup, besides those that are the same everywhere. */
const WRITTEN = {
  vue: { node: { 'keep-id': 'false' }, channel: { retry: 'false' } },
  svelte: { node: { 'keep-id': 'false' }, channel: { retry: 'false' } },
  react: { node: { manual: '' }, channel: {} },
  solid: { node: { 'keep-id': 'false' }, channel: {} },
  preact: { node: { 'keep-id': 'false', manual: '' }, channel: {} },
  lit: { node: {}, channel: { 'defer-hydration': '' } },
};

/** A server in bare Node. */
class Server {
  #child = fork(SERVER, { env: { ...process.env, NODE_ENV: 'development' } });

  async render(framework, search = '') {
    this.#child.send({ framework, search });
    const [answer] = await once(this.#child, 'message');
    if (answer.error) throw new Error(answer.error);
    assert.deepEqual(answer.touched, []);
    return answer;
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
      server = new Server();
      rooms = await Rooms.start();
      browser = await launch(browserName);
    });
    afterEach(() => rooms.everybodyLeaves());
    after(async () => {
      server.close();
      await browser.close();
      await rooms.close();
    });

    /** A page as the server sends it, without its script. */
    async function arrive(framework, name, search = '') {
      const { html, head } = await server.render(framework, search);
      await writeFile(join(PAGES, `${framework}-${name}.html`), page(html, head));
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
  });
}

function page(html, head) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A room</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
${head}
<main>${html}</main>
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

/** In a page: remembers every element, and where it is. */
function markNodes() {
  const rect = (element) => JSON.stringify(element.getBoundingClientRect());
  window.marked = [...document.querySelectorAll('main *')].map((element) => ({ element, place: rect(element) }));
}

/** In a page: the elements that were not there, are not there any more, or are elsewhere. */
function changesOf() {
  const now = [...document.querySelectorAll('main *')];
  const gone = window.marked.filter(({ element }) => !now.includes(element)).map(({ element }) => `gone: ${element.outerHTML}`);
  const moved = window.marked
    .filter(({ element, place }) => JSON.stringify(element.getBoundingClientRect()) !== place)
    .map(({ element, place }) => `moved: ${element.outerHTML}, from ${place}`);
  // What happens is written into lists, once there is a conversation.
  const added = now
    .filter((element) => !element.matches('li, li *') && !window.marked.some((marked) => marked.element === element))
    .map((element) => `new: ${element.outerHTML}`);
  return [...gone, ...moved, ...added];
}
