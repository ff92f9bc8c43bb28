/** The server of docs/server.md, as a reader would start it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import WebSocket from 'ws';

import { documented, freePort, startDocumentedServer } from '../support/documented-server.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = 'a secret of both servers';

describe('the server of docs/server.md', () => {
  let server, origin;

  before(async () => {
    server = await startDocumentedServer({ secret: SECRET });
    ({ origin } = server);
  });

  after(() => server.close());

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
    assert.equal(await documented(/^npx --package peer (peerjs --port 9000)$/m), 'peerjs --port 9000');
    const free = await freePort();
    const server = spawn(process.execPath, [join(ROOT, 'node_modules/.bin/peerjs'), '--port', String(free)]);
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
