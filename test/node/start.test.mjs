/** `npm start`: the demo site and a PeerServer, on one origin. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const READY = /^peer-elements: (http:\/\/localhost:\d+)\/demo\//;
/** Where this one is taken, the program takes the next one that is free. */
const PORT = 8700;

describe('npm start', { timeout: 60_000 }, () => {
  let program, origin;

  before(async () => {
    program = spawn('node', [START, '--port', `${PORT}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: program.stdout })) {
      origin = READY.exec(line)?.[1];
      if (origin) break;
    }
    assert.ok(origin, 'It ended before it was ready.');
  });

  after(() => program.kill('SIGKILL'));

  it('leads to the demos, and serves them with what they load', async () => {
    const response = await fetch(origin);
    assert.equal(response.url, `${origin}/demo/`);
    for (const path of ['/demo/chat.html', '/demo/page.css', '/dist/cdn/peer-elements.js']) {
      assert.equal((await fetch(origin + path)).status, 200, path);
    }
  });

  it('serves the sources, as scripts that a browser can run', async () => {
    const response = await fetch(`${origin}/src/index.ts`);
    assert.match(response.headers.get('content-type'), /javascript/);
    const script = await response.text();
    assert.match(script, /export \{[^}]*\bPeer\b/s);
    assert.doesNotMatch(script, /^import /m);
  });

  it('has a PeerServer', async () => {
    const response = await fetch(`${origin}/peerjs/peerjs/id`);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^[\w-]{10,}$/);
  });

  it('ends when it is told to', async () => {
    program.kill('SIGTERM');
    assert.deepEqual(await once(program, 'exit'), [0, null]);
  });
});
