/**
 * Builds `dist/` (the modules with their types, and the two bundles for a CDN) and the custom elements manifest.
 *
 *   node scripts/build.mjs              builds
 *   node scripts/build.mjs --if-stale   builds unless nothing changed since the last time
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Holds the hash of what the last successful build was made from. */
const STAMP = join(ROOT, '.cache', 'build');
const BUNDLES = ['dist/cdn/peer-elements.js', 'dist/cdn/peerjs.js'];
/** What decides the content of dist/, beside the sources. */
const SETTINGS = ['package-lock.json', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts'];

/** Whether dist/ is missing or older than its sources. */
export function isStale() {
  if (!BUNDLES.every((file) => existsSync(join(ROOT, file)))) return true;
  return !existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== hashOfSources();
}

export async function build() {
  const made = hashOfSources();
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  rmSync(STAMP, { force: true });

  const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (tsc.status !== 0) throw new Error('The sources do not compile.');

  const vite = await import('vite');
  for (const mode of ['elements', 'peerjs']) await vite.build({ configFile: join(ROOT, 'vite.config.ts'), mode });
  const { writeManifest } = await import('./manifest.mjs');
  await writeManifest();

  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, made);
  for (const file of BUNDLES) {
    const bytes = readFileSync(join(ROOT, file));
    console.log(`${file}  ${kilobytes(bytes)}, gzipped ${kilobytes(gzipSync(bytes))}`);
  }
}

function kilobytes(bytes) {
  return `${(bytes.length / 1000).toFixed(1)} kB`;
}

function hashOfSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true }).filter((file) => file.endsWith('.ts'));
  for (const file of [...SETTINGS, ...sources.sort().map((file) => join('src', file))]) {
    hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    if (process.argv.includes('--if-stale') && !isStale()) console.log('dist/ is up to date.');
    else await build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
