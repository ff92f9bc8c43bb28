/** What the fault tests need of the system. Plain Node. */
import { spawnSync } from 'node:child_process';

import { canMakeNamespaces } from './network.mjs';

/** The programs beside Chromium, and Debian's package of each. */
const PACKAGES = { ip: 'iproute2', tc: 'iproute2', iptables: 'iptables', turnserver: 'coturn' };

/** Installs what is missing, where it can be. Returns why the tests cannot run here, or undefined where they can. */
export function findObstacle() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return 'they need root on Linux';
  install(missingPackages());
  const missing = missingPackages();
  if (missing.length > 0) return `they need ${missing.join(', ')}, which could not be installed`;
  return canMakeNamespaces() ? undefined : 'this system does not let them make network namespaces';
}

function install(packages) {
  if (packages.length === 0 || !isThere('apt-get')) return;
  console.log(`Installing ${packages.join(' and ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

function missingPackages() {
  const missing = Object.keys(PACKAGES).filter((tool) => !isThere(tool));
  return [...new Set(missing.map((tool) => PACKAGES[tool]))];
}

function isThere(tool) {
  return spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0;
}
