/**
 * What a page loads, gzipped: the files for a CDN, and what a bundler keeps of each entry of the package.
 *
 *   node scripts/sizes.mjs            measures, and prints the table of the README
 *   node scripts/sizes.mjs --write    and writes it there
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'vite';

import { installPacked } from './packed.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const README = join(ROOT, 'README.md');
const TABLE = /(<!-- sizes -->\n)(.*?)(<!-- \/sizes -->)/s;

/** The files for a CDN that programs are in, and what a page has in each. */
const FILES = {
  'peer-elements.js': 'everything',
  'peer-elements-qr.js': 'once a page shows a QR code',
  'peer-elements.classic.js': 'both',
  'peerjs.js': 'the engine',
};

/** Programs that use one entry each, and what they get. */
export const PROGRAMS = {
  define: { has: 'everything', code: "import 'peer-elements/define';" },
  engine: { has: 'the engine', code: "import Peer from 'peer-elements/engine'; window.peer = new Peer();" },
  'peer-node/define': { has: 'one element, and the engine', code: "import 'peer-elements/peer-node/define';" },
  'peer-channel/define': { has: 'one element', code: "import 'peer-elements/peer-channel/define';" },
  'peer-invite/define': { has: 'one element', code: "import 'peer-elements/peer-invite/define';" },
};

/** In bytes, as a server sends it that compresses once and for all. */
export function gzippedSize(code) {
  return gzipSync(code, { level: 9 }).length;
}

/**
 * What a bundler makes of a program: all that runs before anything is loaded on demand.
 *
 * @param {string} code
 * @param {string} folder where the package is installed
 */
export async function bundled(code, folder) {
  const entry = join(folder, 'program.js');
  writeFileSync(entry, code);
  const { output } = await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: { write: false, target: 'es2022', modulePreload: false, rolldownOptions: { input: entry } },
  });
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set([...chunks.values()].filter(({ isEntry }) => isEntry));
  for (const chunk of needed) for (const file of chunk.imports) needed.add(chunks.get(file));
  return [...needed].map((chunk) => chunk.code).join('\n');
}

/**
 * Measures everything.
 *
 * @param {string} folder where the package is installed
 * @returns {Promise<{ what: string, has: string, size: number }[]>} sizes in bytes
 */
export async function measure(folder) {
  const sizes = Object.entries(FILES).map(([file, has]) => {
    const path = `dist/cdn/${file}`;
    return { what: path, has, size: gzippedSize(readFileSync(join(folder, 'node_modules/peer-elements', path))) };
  });
  for (const [entry, { has, code }] of Object.entries(PROGRAMS)) {
    sizes.push({ what: `peer-elements/${entry}`, has, size: gzippedSize(await bundled(code, folder)) });
  }
  return sizes;
}

/** What the README states: rows of the file or entry, and its size in bytes. */
export function stated() {
  const [, , table] = TABLE.exec(readFileSync(README, 'utf8')) ?? ['', '', ''];
  return [...table.matchAll(/^\| `([^`]+)` \|.*\| ([\d.]+) kB \|$/gm)].map(([, what, size]) => ({ what, size: Number(size) * 1000 }));
}

function tableOf(sizes) {
  const rows = sizes.map(({ what, has, size }) => `| \`${what}\` | ${has} | ${(size / 1000).toFixed(1)} kB |`);
  return ['| you load | you have | gzipped |', '|---|---|---|', ...rows, ''].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = mkdtempSync(join(tmpdir(), 'peer-elements-sizes-'));
  try {
    installPacked(folder);
    const table = tableOf(await measure(folder));
    console.log(table);
    const readme = readFileSync(README, 'utf8');
    if (process.argv.includes('--write')) writeFileSync(README, readme.replace(TABLE, (_, before, __, after) => before + table + after));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
