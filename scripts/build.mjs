/**
 * Builds `dist/` (the modules with their types, the style sheet, and the bundles for a CDN) and the custom elements manifest.
 *
 *   node scripts/build.mjs              builds
 *   node scripts/build.mjs --if-stale   builds unless nothing changed since the last time
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Holds the hash of what the last successful build was made from. */
const STAMP = join(ROOT, '.cache', 'build');
const BUNDLES = ['dist/cdn/peer-elements.js', 'dist/cdn/peer-elements-qr.js', 'dist/cdn/peerjs.js'];
/** Beside the modules, and beside the bundles. */
const STYLE_SHEETS = ['dist/peer-elements.css', 'dist/cdn/peer-elements.css'];
/** What decides the content of dist/, beside the sources. */
const SETTINGS = ['package-lock.json', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts'];

/** Whether dist/ is missing or older than its sources. */
export function isStale() {
  if (![...BUNDLES, ...STYLE_SHEETS].every((file) => existsSync(join(ROOT, file)))) return true;
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
  for (const mode of ['elements', 'qr', 'peerjs']) await vite.build({ configFile: join(ROOT, 'vite.config.ts'), mode });
  for (const file of STYLE_SHEETS) copyFileSync(join(ROOT, 'src/peer-elements.css'), join(ROOT, file));
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
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true }).filter((file) => /\.(ts|css)$/.test(file));
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
