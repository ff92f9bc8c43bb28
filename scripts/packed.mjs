/** The package as `npm pack` makes it, installed in a folder of its own: what others will get. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Packs this package into a folder. `dist/` has to be built.
 *
 * @param {string} folder where the tarball goes
 * @returns {{ tarball: string, files: string[] }} its path, and what is in it by paths within the package
 */
export function pack(folder) {
  const [packed] = packAll(folder, [ROOT]);
  return packed;
}

/** Packs packages at once: npm takes longer to start than to pack one. */
function packAll(folder, packageFolders) {
  const printed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...packageFolders], ROOT);
  return JSON.parse(printed).map(({ filename, files }) => ({
    tarball: join(folder, filename),
    files: files.map(({ path }) => path).sort(),
  }));
}

/**
 * Makes an empty project in a folder and installs the package there, by npm. Its dependencies are packed from `node_modules/`,
 * so that nothing is asked of the registry.
 *
 * @param {string} folder is made; the tarballs go into it, too
 * @returns {string} where the package is
 */
export function installPacked(folder) {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const packed = packAll(tarballs, [ROOT, ...dependencies(ROOT)]).map(({ tarball }) => tarball);
  npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', ...packed], folder);
  return join(folder, 'node_modules', manifestOf(ROOT).name);
}

/** The folders of all that a package needs to run, its dependencies' dependencies too. */
function dependencies(packageFolder, found = new Set()) {
  for (const name of Object.keys(manifestOf(packageFolder).dependencies ?? {})) {
    const folder = join(ROOT, 'node_modules', name);
    if (found.has(folder)) continue;
    found.add(folder);
    dependencies(folder, found);
  }
  return [...found];
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Runs npm to its end, and returns what it printed. */
function npm(args, cwd) {
  // npm tells a script that it runs about itself by these, and would take them for settings of its own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const { status, stdout, stderr, error } = spawnSync('npm', args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args[0]} failed:\n${error ?? ''}${stdout}${stderr}`);
  return stdout;
}
