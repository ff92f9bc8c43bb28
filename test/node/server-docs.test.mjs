/** The server of docs/server.md, as a reader would start it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import WebSocket from 'ws';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = 'a secret of both servers';

describe('the server of docs/server.md', () => {
  let folder, server, origin;

  before(async () => {
    const [, program] = /```js\n(import \{ createHmac.*?)```/s.exec(await readFile(join(ROOT, 'docs/server.md'), 'utf8'));
    folder = await mkdtemp(join(tmpdir(), 'peer-elements-server-'));
    await writeFile(join(folder, 'server.mjs'), program);
    await mkdir(join(folder, 'public'));
    await writeFile(join(folder, 'public/index.html'), '<!doctype html><title>Mine</title>');
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    server = spawn(process.execPath, ['server.mjs'], { cwd: folder, env: { ...process.env, PORT: '0', TURN_SECRET: SECRET } });
    const [line] = await once(server.stdout, 'data');
    origin = String(line).trim().replace(/\/$/, '').replace('localhost', '127.0.0.1');
  });

  after(async () => {
    server.kill();
    await rm(folder, { recursive: true });
  });

  it('serves the pages', async () => {
    assert.match(await (await fetch(`${origin}/`)).text(), /Mine/);
  });

  it('gives TURN credentials that coturn accepts with the same secret, for twelve hours', async () => {
    const [{ urls, username, credential }] = await (await fetch(`${origin}/ice-servers`)).json();
    assert.deepEqual(urls, ['turn:turn.example:3478']);
    assert.equal(credential, createHmac('sha1', SECRET).update(username).digest('base64'));
    const hours = (Number.parseInt(username, 10) - Date.now() / 1000) / 3600;
    assert.ok(hours > 11.9 && hours <= 12, username);
  });

  it('is a PeerServer at /peerjs', async () => {
    const id = await (await fetch(`${origin}/peerjs/peerjs/id`)).text();
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/peerjs/peerjs?key=peerjs&id=${id}&token=t&version=1.5.5`);
    const [message] = await once(socket, 'message');
    assert.deepEqual(JSON.parse(String(message)), { type: 'OPEN' });
    socket.close();
  });
});

describe('the PeerServer of docs/server.md that is started by a command', () => {
  it('gives out ids, and says OPEN', async () => {
    const [, program, port] = /^npx --package peer (peerjs) --port (\d+)$/m.exec(await readFile(join(ROOT, 'docs/server.md'), 'utf8'));
    assert.equal(port, '9000');
    const free = await freePort();
    const server = spawn(process.execPath, [join(ROOT, 'node_modules/.bin', program), '--port', String(free)]);
    try {
      await once(server.stdout, 'data');
      const origin = `http://127.0.0.1:${free}`;
      const id = await (await fetch(`${origin}/peerjs/id`)).text();
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/peerjs?key=peerjs&id=${id}&token=t&version=1.5.5`);
      const [message] = await once(socket, 'message');
      assert.deepEqual(JSON.parse(String(message)), { type: 'OPEN' });
      socket.close();
    } finally {
      server.kill();
    }
  });
});

/** One that nobody listens at. */
async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
