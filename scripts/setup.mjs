/**
 * Makes a fresh clone ready to work in: installs the packages by the lock file and, with `--browsers`, the browsers that
 * the tests drive. Does nothing, quickly, when all is there.
 *
 * Plain Node, because it runs before any package is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { findChromium, findFirefox } from './browsers.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Holds the hash of the lock file that node_modules was installed from. */
const STAMP = join(ROOT, 'node_modules', '.peer-elements-setup');

/** Throws an Error that says what to do when something is missing and cannot be installed from here. */
export function setup({ browsers = false } = {}) {
  installPackages();
  if (browsers) installBrowsers();
}

function installPackages() {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  console.log('Installing packages …');
  const install = () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      // npm is a .cmd file on Windows, which only a shell starts.
      shell: process.platform === 'win32',
      // Should a dependency bring Puppeteer's installer: the tests use the system's browsers.
      env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: 'true' },
    });
  // A dropped connection is the common failure, and a second try the common cure.
  if (!install() && !install()) throw new Error('The packages could not be installed: `npm ci` failed twice.');
  writeFileSync(STAMP, hash);
}

/** How each package manager installs both browsers without asking. The first one found on the machine is used. */
const PACKAGE_MANAGERS = [
  {
    command: 'apt-get',
    steps: [['update'], ['install', '-y', '--no-install-recommends']],
    packages: { chromium: 'chromium', firefox: 'firefox-esr' },
  },
  {
    command: 'dnf',
    steps: [['install', '-y', '--setopt=install_weak_deps=False']],
    packages: { chromium: 'chromium', firefox: 'firefox' },
  },
  {
    command: 'pacman',
    steps: [['-Sy', '--noconfirm', '--needed']],
    packages: { chromium: 'chromium', firefox: 'firefox' },
  },
];

function missingBrowsers() {
  return [!findChromium() && 'chromium', !findFirefox() && 'firefox'].filter(Boolean);
}

function installBrowsers() {
  const missing = missingBrowsers();
  if (missing.length === 0) return;
  const manager = PACKAGE_MANAGERS.find(({ command }) => succeeds(command, ['--version']));
  const isRoot = process.getuid?.() === 0;
  if (manager && (isRoot || succeeds('sudo', ['-n', 'true']))) {
    const packages = missing.map((browser) => manager.packages[browser]);
    console.log(`Installing ${packages.join(' and ')} …`);
    manager.steps.forEach((step, index) => {
      const isLast = index === manager.steps.length - 1;
      const command = [manager.command, ...step, ...(isLast ? packages : [])];
      const [program, ...args] = isRoot ? command : ['sudo', '-n', ...command];
      run(program, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'] });
    });
  }
  const stillMissing = missingBrowsers();
  if (stillMissing.length > 0) throw new Error(adviceFor(stillMissing));
}

function adviceFor(missing) {
  const names = { chromium: 'Chromium (or Chrome)', firefox: 'Firefox' };
  const hints = {
    linux: 'On Debian, for one: apt-get install chromium firefox-esr',
    darwin: 'With Homebrew: brew install --cask chromium firefox',
  };
  return [
    `The tests need ${missing.map((browser) => names[browser]).join(' and ')}.`,
    hints[process.platform] ?? 'Install it as usual on this system.',
    'A browser in an unusual place is named by the environment variable CHROMIUM or FIREFOX (the path of its program).',
  ].join('\n');
}

function run(command, args, options) {
  return spawnSync(command, args, { stdio: 'inherit', ...options }).status === 0;
}

function succeeds(command, args) {
  return run(command, args, { stdio: 'ignore' });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    setup({ browsers: process.argv.includes('--browsers') });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
