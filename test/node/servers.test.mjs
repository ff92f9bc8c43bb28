/** The servers that the demo and the tests rely on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { WebSocket, WebSocketServer } from 'ws';

import { startSite } from '../../scripts/static-server.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the test site', () => {
  let site;

  before(async () => {
    site = await startSite({
      root: `${ROOT}test`,
      files: { '/license.txt': `${ROOT}LICENSE` },
      peerServer: { allow_discovery: true },
    });
  });

  after(() => site.close());

  it('serves a file with its type', async () => {
    const response = await fetch(`${site.origin}/support/servers.mjs`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/javascript/);
  });

  it('serves a file from elsewhere under a name of its own', async () => {
    const response = await fetch(`${site.origin}/license.txt`);
    assert.match(await response.text(), /MIT License/);
  });

  it('does not leave its root', async () => {
    // `fetch` would tidy these paths before it sends them.
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/%']) {
      const [response] = await once(request(site.origin, { path }).end(), 'response');
      response.resume();
      assert.equal(response.statusCode, 404, path);
    }
  });

  it('gives out ids, and lists the peers', async () => {
    const id = await (await fetch(`${site.origin}/peerjs/peerjs/id`)).text();
    const socket = await openSocket(id);
    assert.deepEqual(await (await fetch(`${site.origin}/peerjs/peerjs/peers`)).json(), [id]);
    socket.close();
    await once(socket, 'close');
  });

  it('carries a message from one peer to another', async () => {
    const [alice, bob] = [await openSocket('alice'), await openSocket('bob')];
    alice.send(JSON.stringify({ type: 'OFFER', dst: 'bob', payload: { any: 'thing' } }));
    const [data] = await once(bob, 'message');
    assert.deepEqual(JSON.parse(data), { type: 'OFFER', src: 'alice', dst: 'bob', payload: { any: 'thing' } });
    alice.terminate();
    bob.terminate();
  });

  it('survives a frame that is no message', async () => {
    const socket = await openSocket('rude');
    for (const frame of ['not json', 'null', '{"no":"type"}']) socket.send(frame);
    socket.send(JSON.stringify({ type: 'OFFER', dst: 'rude', payload: 1 }));
    const [data] = await once(socket, 'message');
    assert.equal(JSON.parse(data).payload, 1);
    socket.terminate();
  });

  it('leaves other upgrades on the same server alone', async () => {
    const others = new WebSocketServer({ noServer: true });
    site.server.on('upgrade', (incoming, socket, head) => {
      if (incoming.url === '/other') others.handleUpgrade(incoming, socket, head, (accepted) => accepted.send('hello'));
    });
    const socket = new WebSocket(`${site.origin.replace('http', 'ws')}/other`);
    const [data] = await once(socket, 'message');
    assert.equal(String(data), 'hello');
    socket.terminate();
  });

  async function openSocket(id) {
    const url = `${site.origin.replace('http', 'ws')}/peerjs/peerjs?key=peerjs&id=${id}&token=t`;
    const socket = new WebSocket(url);
    const [data] = await once(socket, 'message');
    assert.deepEqual(JSON.parse(data), { type: 'OPEN' });
    return socket;
  }
});
