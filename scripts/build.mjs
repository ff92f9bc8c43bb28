/**
 * Builds `dist/` (the modules with their types, the style sheet, and the bundles for a CDN with their integrity) and the custom
 * elements manifest.
 *
 *   node scripts/build.mjs              builds
 *   node scripts/build.mjs --if-stale   builds unless nothing changed since the last time
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { writeFrameworkTypes } from './framework-types.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Holds the hash of what the last successful build was made from. */
const STAMP = join(ROOT, '.cache', 'build');
/** Holds the process id of a build that runs. */
const LOCK = join(ROOT, '.cache', 'build.lock');
/** How long a build waits for another: several times what one takes. */
const LOCK_LIMIT_MS = 120_000;
const LOCK_POLL_MS = 100;
/** Modes of vite.config.ts, and what each makes. */
const BUNDLES = {
  elements: 'peer-elements.js',
  qr: 'peer-elements-qr.js',
  classic: 'peer-elements.classic.js',
  peerjs: 'peerjs.js',
};
const STYLE_SHEET = 'peer-elements.css';
/** What pages load from a CDN. */
const CDN_FILES = [...Object.values(BUNDLES), STYLE_SHEET];
/** For the attribute `integrity`: what each of those files must hash to. */
const INTEGRITY = 'dist/cdn/integrity.json';
/** What decides the content of dist/, beside the sources. */
const SETTINGS = [
  ...['package-lock.json', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts'],
  ...['editor-data.mjs', 'framework-types.mjs', 'hypertext-attributes.mjs', 'manifest.mjs'].map((file) => join('scripts', file)),
];

/** Whether dist/ is missing or older than its sources. */
function isStale() {
  const made = ['dist/peer-elements.css', INTEGRITY, ...CDN_FILES.map((file) => `dist/cdn/${file}`)];
  if (!made.every((file) => existsSync(join(ROOT, file)))) return true;
  return !existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== hashOfSources();
}

/** Builds unless nothing changed since the last time. Two at once are one: the second waits, and finds nothing to do. */
export async function buildIfStale() {
  if (!isStale()) return false;
  const release = await lock();
  try {
    const needed = isStale();
    if (needed) await build();
    return needed;
  } finally {
    release();
  }
}

/** Holds other builds off. Whose process has gone holds nobody. */
async function lock() {
  const giveUp = Date.now() + LOCK_LIMIT_MS;
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      return () => rmSync(LOCK, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!runs(holder())) rmSync(LOCK, { force: true });
    else if (Date.now() > giveUp) throw new Error(`Another build has not ended in ${LOCK_LIMIT_MS / 1000} s. If none runs, remove ${LOCK}.`);
    else await setTimeout(LOCK_POLL_MS);
  }
}

function holder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether a process is there. One that has only just made its file has not written into it yet. */
function runs(pid) {
  if (!pid) return existsSync(LOCK);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function build() {
  const made = hashOfSources();
  console.log('Building …');
  rmSync(STAMP, { force: true });
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });

  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (tsc.status !== 0) throw new Error('The sources do not compile.');
  writeFrameworkTypes(ROOT);

  const vite = await import('vite');
  for (const mode of Object.keys(BUNDLES)) await vite.build({ configFile: join(ROOT, 'vite.config.ts'), mode });
  for (const folder of ['dist', 'dist/cdn']) copyFileSync(join(ROOT, 'src', STYLE_SHEET), join(ROOT, folder, STYLE_SHEET));
  const integrity = writeIntegrity();
  const { writeManifest } = await import('./manifest.mjs');
  await writeManifest();

  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, made);
  for (const [file, hash] of Object.entries(integrity)) {
    const bytes = readFileSync(join(ROOT, 'dist/cdn', file));
    console.log(`dist/cdn/${file}  ${kilobytes(bytes)}, gzipped ${kilobytes(gzipSync(bytes))}\n  integrity="${hash}"`);
  }
}

/** Subresource Integrity: https://www.w3.org/TR/sri-2/. One hash, because of several a browser takes the strongest only. */
function writeIntegrity() {
  const integrity = Object.fromEntries(
    CDN_FILES.map((file) => {
      const hash = createHash('sha384').update(readFileSync(join(ROOT, 'dist/cdn', file))).digest('base64');
      return [file, `sha384-${hash}`];
    }),
  );
  writeFileSync(join(ROOT, INTEGRITY), `${JSON.stringify(integrity, null, 2)}\n`);
  return integrity;
}

function kilobytes(bytes) {
  return `${(bytes.length / 1000).toFixed(1)} kB`;
}

function hashOfSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true }).filter((file) => /\.(ts|css)$/.test(file));
  for (const file of [...SETTINGS, ...sources.sort().map((file) => join('src', file))]) {
    hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    if (!process.argv.includes('--if-stale')) rmSync(STAMP, { force: true });
    if (!(await buildIfStale())) console.log('dist/ is up to date.');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
