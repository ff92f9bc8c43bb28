/**
 * nginx, Caddy and coturn with what docs/server.md says about them: other ports and a certificate of the test's own, else as it stands there.
 * Each where it is installed; on Debian: `apt-get install nginx caddy coturn`.
 */
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import WebSocket from 'ws';

import { documented, freePort, scratchFolder, startDocumentedServer } from '../support/documented-server.mjs';

const SECRET = 'a-secret-of-both-servers';
/** How long a program may take to start, and how often it is looked for, in ms. */
const START_LIMIT = 20_000;
const START_POLL = 50;
/** The certificate is the test's own. */
const TLS = { servername: 'peers.example', rejectUnauthorized: false };

describe('a proxy of docs/server.md', () => {
  let server, scratch, running;

  before(async () => {
    server = await startDocumentedServer({ secret: SECRET });
    scratch = await scratchFolder();
  });

  after(async () => {
    await running?.stop();
    await server.close();
    await scratch.remove();
  });

  it('is nginx: pages, ids and WebSockets pass by TLS', { skip: missing('nginx') }, async () => {
    const port = await freePort();
    const { cert, key } = await certificate(scratch.folder, 'peers.example');
    const block = (await documented(/```nginx\n(.*?)```/s))
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace('/etc/letsencrypt/live/peers.example/fullchain.pem', cert)
      .replace('/etc/letsencrypt/live/peers.example/privkey.pem', key)
      .replace('127.0.0.1:8080', `127.0.0.1:${server.port}`);
    const file = join(scratch.folder, 'nginx.conf');
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(scratch.folder, name)};`);
    await writeFile(file, `daemon off; pid ${join(scratch.folder, 'nginx.pid')}; error_log stderr;\nevents {}\nhttp { access_log off; ${places.join(' ')}\n${block}}\n`);
    running = await start('nginx', ['-e', 'stderr', '-c', file], () => answersByTls(port));
    await passes(port);
  });

  it('is Caddy: pages, ids and WebSockets pass by TLS', { skip: missing('caddy') }, async () => {
    await running?.stop();
    const [port, http] = [await freePort(), await freePort()];
    const block = (await documented(/```\n(peers\.example \{.*?)```/s)).replace('localhost:8080', `localhost:${server.port}`);
    const file = join(scratch.folder, 'Caddyfile');
    // Nothing is asked of a certificate authority.
    await writeFile(file, `{\n admin off\n local_certs\n skip_install_trust\n http_port ${http}\n https_port ${port}\n}\n${block}`);
    const env = { ...process.env, HOME: scratch.folder, XDG_DATA_HOME: scratch.folder, XDG_CONFIG_HOME: scratch.folder };
    running = await start('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], () => answersByTls(port), env);
    await passes(port);
  });
});

describe('the coturn of docs/server.md', { skip: missing('turnserver') }, () => {
  let scratch, running, port;

  after(() => scratch.remove());

  async function serve(further) {
    scratch ??= await scratchFolder();
    port = await freePort();
    const { cert, key } = await certificate(scratch.folder, 'turn.example');
    const conf = (await documented(/`\/etc\/turnserver\.conf`:\n\n```\n(.*?)```/s))
      .replace('listening-port=3478', `listening-port=${port}`)
      .replace('tls-listening-port=5349', `tls-listening-port=${await freePort()}`)
      .replace('/etc/letsencrypt/live/turn.example/fullchain.pem', cert)
      .replace('/etc/letsencrypt/live/turn.example/privkey.pem', key)
      .replace('THE-SECRET', SECRET);
    const file = join(scratch.folder, 'turnserver.conf');
    const places = `listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\npidfile=${join(scratch.folder, 'turn.pid')}\nuserdb=${join(scratch.folder, 'turndb')}\nlog-file=stdout\n`;
    await writeFile(file, conf + places + further);
    running = await start('turnserver', ['-c', file], () => listens(port));
  }

  /** As the page says, at this port. */
  async function relays() {
    const command = (await documented(/`(turnutils_uclient [^`]*)`/)).replace('THE-SECRET', SECRET).replace('turn.example', '127.0.0.1');
    const [program, ...args] = command.split(' ');
    const { stdout } = await promisify(execFile)(program, ['-p', String(port), ...args], { timeout: START_LIMIT }).catch((error) => error);
    return stdout;
  }

  it('relays for who has the secret', async () => {
    await serve('allowed-peer-ip=127.0.0.1\nallow-loopback-peers\n');
    try {
      assert.match(await relays(), /Total lost packets 0 \(0\.0+%\)/);
    } finally {
      await running.stop();
    }
  });

  it('relays to nobody on its own machine', async () => {
    await serve('');
    try {
      assert.match(await relays(), /error 403 \(Forbidden IP\)/);
    } finally {
      await running.stop();
    }
  });
});

function missing(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 ? false : `${program} is not installed`;
}

async function certificate(folder, name) {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const wanted = ['-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', ['req', '-x509', ...wanted]);
  return { cert, key };
}

/** Starts a program, and waits until it answers. */
async function start(program, args, answers, env = process.env) {
  const started = spawn(program, args, { env });
  let output = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (data) => (output += data));
  const stop = async () => {
    if (started.exitCode !== null || started.signalCode !== null) return;
    started.kill();
    await once(started, 'exit');
  };
  for (const until = Date.now() + START_LIMIT; !(await answers()); await pause(START_POLL)) {
    if (started.exitCode === null && Date.now() < until) continue;
    await stop();
    throw new Error(`${program} does not answer.\n${output}`);
  }
  return { stop };
}

async function listens(port) {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Caddy listens before it has made its certificate. */
async function answersByTls(port) {
  try {
    await text(port, '/');
    return true;
  } catch {
    return false;
  }
}

/** A page, an id, and the word of the PeerServer behind it. */
async function passes(port) {
  assert.match(await text(port, '/'), /Mine/);
  const id = await text(port, '/peerjs/peerjs/id');
  const socket = new WebSocket(`wss://127.0.0.1:${port}/peerjs/peerjs?key=peerjs&id=${id}&token=t&version=1.5.5`, {
    ...TLS,
    headers: { host: 'peers.example' },
  });
  const [message] = await once(socket, 'message');
  assert.deepEqual(JSON.parse(String(message)), { type: 'OPEN' });
  socket.close();
}

async function text(port, path) {
  const request = get({ host: '127.0.0.1', port, path, headers: { host: 'peers.example' }, ...TLS });
  const [response] = await once(request, 'response');
  return (await response.toArray()).join('');
}
