/**
 * The markup of a room is edited while it runs under Vite's dev server, twice. Where the framework patches the running
 * component, the conversation stays; where it makes a new one, or loads the page anew, it ends and is called again.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { launch } from '../support/pages.mjs';
import { serveApp } from './apps.mjs';
import { Rooms } from './rooms.mjs';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const APPS = {
  vue: { file: 'Room.vue', stays: true },
  svelte: { file: 'Room.svelte', stays: false },
  angular: { file: 'room.ts', stays: false },
  react: { file: 'Room.jsx', stays: true },
  solid: { file: 'Room.jsx', stays: false },
  preact: { file: 'Room.jsx', stays: true },
};

describe('a component that is replaced while it runs', () => {
  let browser, rooms, folder, dev;
  before(async () => {
    rooms = await Rooms.start();
    browser = await launch('chromium');
    folder = await mkdtemp(join(tmpdir(), 'peer-elements-hot-'));
    await symlink(join(FOLDER, 'node_modules'), join(folder, 'node_modules'), 'junction');
  });
  afterEach(async () => {
    try {
      await rooms.everybodyLeaves();
    } finally {
      await dev?.close();
      dev = undefined;
    }
  });
  after(async () => {
    await browser.close();
    await rooms.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [framework, { file, stays }] of Object.entries(APPS)) {
    it(`${framework}: the conversation ${stays ? 'stays' : 'is closed and called again'}`, async () => {
      const root = join(folder, framework);
      await cp(join(FOLDER, framework), root, { recursive: true });
      dev = await serveApp(framework, { root, cacheDir: join(folder, `${framework}-cache`) });
      const hub = await rooms.open(browser, `/production/${framework}/index.html`);
      const id = await hub.id();
      const query = new URLSearchParams({ to: id, name: 'Ann', server: `${rooms.origin}/peerjs` });
      const ann = await rooms.open(browser, `${dev.origin}/?${query}`);
      const source = await readFile(join(root, file), 'utf8');
      const events = [];
      const heard = [];

      for (const title of ['Room', 'Room, edited', 'Room, edited again']) {
        if (title !== 'Room') await writeFile(join(root, file), source.replace('<h1>Room</h1>', `<h1>${title}</h1>`));
        await ann.until((title) => document.querySelector('h1')?.textContent === title, title);
        if (title === 'Room' || !stays) events.push('open');
        const told = await hub.lines('events', events.length);
        assert.deepEqual(told.map((line) => line.split(' ')[0]), events);
        await ann.reads('call-state', 'open');
        const me = await ann.id();
        await rooms.hasPeers(id, me);
        heard.push(`${me}: ${title}`);
        await ann.says(title);
        assert.deepEqual(await hub.lines('log', heard.length), heard);
        await hub.says(`${title}?`);
        assert.equal((await ann.lines('log', stays ? heard.length : 1)).at(-1), `${id}: ${title}?`);
        assert.equal((await hub.lines('guests', 1)).length, 1);
        assert.equal(await ann.liveConnections(), 1);
        if (!stays) events.push('close');
      }
    });
  }
});
