/**
 * Makes the apps of test/frameworks ready to be driven: packs this package as it would be published, installs the
 * frameworks, puts the package among them, and builds every app with Vite. Does nothing, quickly, when nothing has changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FRAMEWORKS = join(ROOT, 'test/frameworks');
const MODULES = join(FRAMEWORKS, 'node_modules');
/** The built apps, as `<mode>/<framework>/index.html`; those for a server and its browsers are in `rendered/<framework>/`. */
export const APPS = join(ROOT, '.cache/frameworks');
/** Each holds the hash of what that step was made from. */
const STAMPS = {
  install: join(MODULES, '.peer-elements-install'),
  unpack: join(MODULES, '.peer-elements-unpack'),
  build: join(APPS, 'built'),
};

/** Throws an Error that says what failed. */
export async function prepareFrameworks() {
  run(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--if-stale']);
  once(STAMPS.install, hashOf([join(FRAMEWORKS, 'package-lock.json')]), install);
  const tarball = pack();
  const packed = hashOf([tarball, join(ROOT, 'package-lock.json')]);
  once(STAMPS.unpack, packed, () => unpack(tarball));
  const made = createHash('sha256').update(packed).update(hashOf(sources())).digest('hex');
  await once(STAMPS.build, made, buildApps);
}

/** Throws where the apps have not been built: their pages would be waited for in vain. */
export function assertPrepared() {
  if (!existsSync(STAMPS.build)) throw new Error('The apps are not built. Run: node scripts/frameworks.mjs');
}

/** Does what has not been done for that hash. What fails is done again next time. */
function once(stamp, hash, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return undefined;
  rmSync(stamp, { force: true });
  const done = () => {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, hash);
  };
  const result = work();
  return result instanceof Promise ? result.then(done) : done();
}

function install() {
  console.log('Installing the frameworks …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const succeeds = () => npm(args, { cwd: FRAMEWORKS, stdio: 'inherit' }).status === 0;
  // A dropped connection is the common failure, and a second try the common cure.
  if (!succeeds() && !succeeds()) throw new Error('The frameworks could not be installed: `npm ci` failed twice.');
}

/** The path of the tarball that would be published. The same content makes the same bytes. */
function pack() {
  mkdirSync(APPS, { recursive: true });
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', APPS];
  const { status, stdout, stderr } = npm(args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  const told = JSON.parse(stdout);
  const [{ filename }] = Array.isArray(told) ? told : Object.values(told);
  return join(APPS, filename);
}

/** Puts the package where an installation would, with what it depends on as the lock file of the project says. */
function unpack(tarball) {
  const folder = mkdtempSync(join(MODULES, '.peer-elements-'));
  run('tar', ['-xzf', tarball, '-C', folder]);
  const target = join(MODULES, 'peer-elements');
  rmSync(target, { recursive: true, force: true });
  renameSync(join(folder, 'package'), target);
  rmSync(folder, { recursive: true });
  copyDependencies(target);
}

function copyDependencies(folder) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const source = join(ROOT, 'node_modules', name);
    const target = join(MODULES, 'peer-elements/node_modules', name);
    // One that is among the frameworks already is shared, as it would be: two of Lit are one too many.
    if (existsSync(target) || versionOf(join(MODULES, name)) === versionOf(source)) continue;
    cpSync(source, target, { recursive: true });
    copyDependencies(target);
  }
}

function versionOf(folder) {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}

async function buildApps() {
  console.log('Building the frameworks’ apps …');
  const { FRAMEWORKS: names, RENDERED, buildApp, buildRendered } = await import(pathToFileURL(join(FRAMEWORKS, 'apps.mjs')).href);
  for (const mode of ['development', 'production']) {
    for (const name of names) await buildApp(name, { root: join(FRAMEWORKS, name), outDir: join(APPS, mode, name), mode });
  }
  for (const name of Object.keys(RENDERED)) {
    await buildRendered(name, { root: join(FRAMEWORKS, name), outDir: join(APPS, 'rendered', name) });
  }
  // What is built for a server imports its packages, as servers do: in a project of its own, else the name of the package would mean the project around it.
  writeFileSync(join(APPS, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const modules = join(APPS, 'node_modules');
  if (!existsSync(modules)) symlinkSync(MODULES, modules, 'junction');
}

/** What decides what the apps are made of, beside the packages. */
function sources() {
  return readdirSync(FRAMEWORKS, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'types')
    .flatMap((entry) => {
      const path = join(FRAMEWORKS, entry.name);
      if (!entry.isDirectory()) return entry.name.endsWith('.test.mjs') ? [] : [path];
      return readdirSync(path, { recursive: true }).map((file) => join(path, file));
    })
    .filter((path) => statSync(path).isFile())
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function npm(args, options) {
  // npm is a .cmd file on Windows, which only a shell starts.
  return spawnSync('npm', args, { shell: process.platform === 'win32', ...options });
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error(`Failed: ${command} ${args.join(' ')}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await prepareFrameworks();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
