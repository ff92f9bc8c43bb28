/** What a run leaves nothing of: its namespaces with the processes in them, and its folder. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isAlive, removeLeftovers, removeNamespacesOf } from './network.mjs';

/** Folders of runs: this, and the id of their process. */
const PREFIX = 'pe-faults-';

/**
 * Makes the run's folder. From here on all goes when this process ends, however it ends. Only where it is killed the next run
 * has to do it, and does so here.
 */
export function openScratch() {
  removeLeftovers();
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    if (!isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  process.on('exit', () => {
    removeNamespacesOf(process.pid);
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  return folder;
}
