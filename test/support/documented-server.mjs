/** What docs/server.md has its readers type and save, and the server that comes of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The first group of a pattern in the page.
 * @param {RegExp} pattern
 */
export async function documented(pattern) {
  const found = pattern.exec(await readFile(join(ROOT, 'docs/server.md'), 'utf8'));
  if (!found) throw new Error(`docs/server.md has nothing like ${pattern}.`);
  return found[1];
}

/** An empty folder, and its end. */
export async function scratchFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'peer-elements-server-'));
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/**
 * Starts `server.mjs` of the page, with one page of its own.
 * @param {{ secret: string }} options that of the TURN server
 */
export async function startDocumentedServer({ secret }) {
  const { folder, remove } = await scratchFolder();
  await writeFile(join(folder, 'server.mjs'), await documented(/```js\n(import \{ createHmac.*?)```/s));
  await mkdir(join(folder, 'public'));
  await writeFile(join(folder, 'public/index.html'), '<!doctype html><title>Mine</title>');
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const server = spawn(process.execPath, ['server.mjs'], { cwd: folder, env: { ...process.env, PORT: '0', TURN_SECRET: secret } });
  const [line] = await once(server.stdout, 'data');
  const origin = String(line).trim().replace(/\/$/, '').replace('localhost', '127.0.0.1');
  return {
    origin,
    port: Number(new URL(origin).port),
    async close() {
      server.kill();
      await remove();
    },
  };
}

/** A port that nobody listens at. */
export async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
