/**
 * The programs of the README and of docs/ that import by name, as an app has them: built by Vite from the package as it is
 * published and from npm's `peerjs`, and from an import map. Each talks to a page in the other browser.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

import { assertPrepared } from '../../scripts/frameworks.mjs';
import { startSite } from '../../scripts/static-server.mjs';
import { BROWSERS, launch, openPage } from '../support/pages.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where each is really; there are their own dependencies, too. */
const PACKAGES = {
  'peer-elements': join(ROOT, 'test/frameworks/node_modules/peer-elements'),
  vue: join(ROOT, 'test/frameworks/node_modules/vue'),
  peerjs: join(ROOT, 'node_modules/peerjs'),
};
const OTHER = { chromium: 'firefox', firefox: 'chromium' };
/** No browser asks for an icon that is named so. */
const HEAD = '<!doctype html><link rel="icon" href="data:,">';
/** Every wait ends by then: longer than a slow machine takes for the slowest of them. */
const WAIT_MS = 20_000;
/** What a server of docs/server.md may give. */
const TURN = [{ urls: ['turn:127.0.0.1:3478'], username: 'until-then:page', credential: 'of the secret' }];
/** What the documents have in the place of the server, and what this site has. */
const SERVERS = {
  "{ host: 'peers.example', port: 443, path: '/', secure: true }":
    "{ host: location.hostname, port: location.port, path: '/peerjs', config: { iceServers: [] } }",
  // Those that are asked for by default are of another machine. Firefox does not talk to a port like 9.
  'new Peer()': "new Peer({ host: location.hostname, port: location.port, path: '/peerjs', config: { iceServers: [] } })",
  'stun:stun.l.google.com:19302': 'stun:127.0.0.1:3478',
  '<peer-node id="me" manual>': `<peer-node id="me" server="/peerjs" config='{"iceServers": []}' manual>`,
};

describe('a program that imports by name', () => {
  const browsers = {};
  const pages = [];
  let folder, site;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peer-elements-embedding-'));
    assertPrepared();
    await mkdir(join(folder, 'node_modules'));
    for (const [name, path] of Object.entries(PACKAGES)) await symlink(path, join(folder, 'node_modules', name), 'junction');
    const program = await exampleOf('README.md', /```js\n(import Peer from 'peer-elements\/engine';.*?)```/s);
    const elements = await exampleOf('docs/engines.md', /```html\n(.*?)```/s);
    await app('bundled', `${HEAD}<title>Bundled</title><script type="module">${program}</script>`);
    await app('named', `${HEAD}<title>Named</title><script type="module">${program.replace('import Peer', 'import { Peer }')}</script>`);
    await app('elements', `${HEAD}<title>Elements</title>${elements}`);
    await writeFile(
      join(folder, 'mapped.html'),
      `${HEAD}<title>Mapped</title><script type="importmap">{ "imports": { "peerjs": "./peer-elements.js" } }</script>
      <script type="module">${program.replace("'peer-elements/engine'", "'peerjs'")}</script>`,
    );
    const reactive = await exampleOf('docs/frameworks.md', /```js\n(import \{ reactive.*?)```/s);
    await app('reactive', `${HEAD}<title>Reactive</title><script type="module">${reactive}\nwindow.state = state;</script>`);
    const tabs = await exampleOf('docs/server.md', /```js\n(import \{ Peer, BroadcastSignaling.*?)```/s);
    await app('tabs', `${HEAD}<title>Tabs</title><script type="module">${tabs}</script>`);
    const turn = await exampleOf('docs/server.md', /```html\n(<script type="module".*?)```/s);
    await writeFile(join(folder, 'turn.html'), `${HEAD}<title>TURN</title>${turn}`);
    await writeFile(join(folder, 'ice-servers.json'), JSON.stringify(TURN));
    await writeFile(join(folder, 'blank.html'), `${HEAD}<title>Bob</title>`);
    site = await startSite({
      root: folder,
      files: {
        '/peer-elements.js': join(PACKAGES['peer-elements'], 'dist/cdn/peer-elements.js'),
        '/ice-servers': join(folder, 'ice-servers.json'),
      },
    });
    for (const name of Object.keys(BROWSERS)) browsers[name] = await launch(name);
  });

  afterEach(async () => {
    await Promise.all(pages.splice(0).map(({ close }) => close()));
  });

  after(async () => {
    await Promise.all(Object.values(browsers).map((browser) => browser.close()));
    await site?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The first example of a document, with this site's server in it. */
  async function exampleOf(document, pattern) {
    const [, code] = pattern.exec(await readFile(join(ROOT, document), 'utf8'));
    return Object.entries(SERVERS).reduce((text, [there, here]) => text.replace(there, here), code);
  }

  /** Has Vite build a page, into a folder of that name. */
  async function app(name, html) {
    const root = join(folder, 'apps', name);
    await mkdir(root, { recursive: true });
    await writeFile(join(root, 'index.html'), html);
    const options = { outDir: join(folder, name), emptyOutDir: true, reportCompressedSize: false, chunkSizeWarningLimit: 1000 };
    await build({ root, base: './', configFile: false, envDir: false, logLevel: 'warn', build: options });
  }

  async function open(name, path) {
    const opened = await openPage(browsers[name], `${site.origin}/${path}`, { strictConsole: true });
    opened.page.setDefaultTimeout(WAIT_MS);
    pages.push(opened);
    return opened;
  }

  /** A page that is a peer, answers to nothing and keeps what it hears. */
  async function bobIn(name) {
    const { page } = await open(name, 'blank.html');
    await page.evaluate(async () => {
      const { Peer } = await import('./peer-elements.js');
      const server = { host: location.hostname, port: location.port, path: '/peerjs' };
      const bob = (window.bob = new Peer('bob', { ...server, config: { iceServers: [] } }));
      window.heard = [];
      bob.on('connection', (connection) => {
        const { peer, label, metadata } = connection;
        connection.on('data', (data) => window.heard.push({ peer, label, metadata, data }));
      });
      await new Promise((resolve) => bob.on('open', resolve));
    });
    return page;
  }

  /** What a peer answers to a message of bob's; undefined where it says nothing. */
  function answerTo(bob, id, message) {
    return bob.evaluate(
      async (remote, words) => {
        const connection = window.bob.connect(remote);
        await connection.opened;
        void connection.send(words);
        return new Promise((resolve) => connection.on('data', resolve));
      },
      id,
      message,
    );
  }

  for (const name of Object.keys(BROWSERS)) {
    for (const [path, how] of [
      ['bundled/', 'by a bundler, as the default export'],
      ['named/', 'by a bundler, as the named export'],
      ['mapped.html', 'from an import map, as peerjs'],
    ]) {
      it(`the README’s engine, ${how}: it calls and it answers, in ${name} and ${OTHER[name]}`, async () => {
        const bob = await bobIn(OTHER[name]);
        const ann = await open(name, path);
        await bob.waitForFunction(() => window.heard.length > 0);
        const hello = { hello: 'Bob', at: [1, 2, 3] };
        assert.deepEqual(await bob.evaluate(() => window.heard), [{ peer: 'ann', label: 'chat', metadata: { name: 'Ann' }, data: hello }]);
        assert.equal(await answerTo(bob, 'ann', 'Hello, Ann'), 'Hello, Ann');
        ann.assertNoErrors();
      });
    }

    it(`the elements over npm’s peerjs: they talk to this engine in ${OTHER[name]}, from ${name}`, async () => {
      const bob = await bobIn(OTHER[name]);
      const { page, assertNoErrors } = await open(name, 'elements/');
      const node = await page.waitForSelector('peer-node[state=open]');
      // Of npm's class nothing says so but what this project's does not have.
      assert.equal(await node.evaluate(({ peer, engine }) => peer instanceof engine && '_options' in peer), true);
      await node.evaluate((me) => {
        me.addEventListener('channel-data', ({ data, target }) => target.send(`${data}, ${target.profile}`));
        me.append(Object.assign(document.createElement('peer-channel'), { listen: true }));
      });
      const id = await node.evaluate(({ currentId }) => currentId);
      await page.waitForSelector('peer-channel[state=waiting]');
      assert.equal(await answerTo(bob, id, 'Hello'), 'Hello, compatible');
      assertNoErrors();
    });

    it(`a Peer in Vue’s reactive(): it takes who calls, and answers, in ${name} and ${OTHER[name]}`, async () => {
      const { page, assertNoErrors } = await open(name, 'reactive/');
      await page.waitForFunction(() => window.state?.peer.open);
      const id = await page.evaluate(() => window.state.peer.id);
      const bob = await bobIn(OTHER[name]);
      const heard = answerTo(bob, id, 'Hello');
      await page.waitForFunction(() => window.state.guests[0]?.open);
      assert.deepEqual(await page.evaluate(() => window.state.guests.map(({ peer }) => peer)), ['bob']);
      await page.evaluate(() => void window.state.guests[0].send('Hello, Bob'));
      assert.equal(await heard, 'Hello, Bob');
      assertNoErrors();
    });

    it(`two tabs without a server: the first is there, and a second one reaches it, in ${name}`, async () => {
      const { page, assertNoErrors } = await open(name, 'blank.html');
      const said = new Promise((resolve) => page.on('console', (message) => resolve(message.text())));
      await page.goto(`${site.origin}/tabs/`);
      assert.equal(await said, 'I am left');
      const connected = await page.evaluate(async () => {
        const { Peer, BroadcastSignaling } = await import('/peer-elements.js');
        const right = new Peer('right', { signaling: new BroadcastSignaling({ room: 'my-app' }), config: { iceServers: [] } });
        const connection = right.connect('left');
        await connection.opened;
        return connection.peer;
      });
      assert.equal(connected, 'left');
      assertNoErrors();
    });

    it(`TURN credentials from a server: they are asked for, and given to each connection, in ${name}`, async () => {
      const { page, assertNoErrors } = await open(name, 'blank.html');
      await page.evaluateOnNewDocument(() => {
        window.given = [];
        const Native = RTCPeerConnection;
        window.RTCPeerConnection = class extends Native {
          constructor(config) {
            window.given.push(config.iceServers);
            super(config);
          }
        };
      });
      await page.goto(`${site.origin}/turn.html`);
      await page.waitForSelector('peer-node[state=open]');
      const bob = await bobIn(OTHER[name]);
      await page.evaluate(() => {
        const channel = document.querySelector('peer-node').connect('bob');
        channel.addEventListener('channel-open', () => channel.send('Hello'));
      });
      await bob.waitForFunction(() => window.heard.length > 0);
      assert.deepEqual(await page.evaluate(() => window.given), [[{ urls: 'stun:127.0.0.1:3478' }, ...TURN]]);
      assertNoErrors();
    });
  }
});
