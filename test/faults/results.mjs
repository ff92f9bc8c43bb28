/** The results of the fault tests: the last one of each case and engine. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CASES } from './cases.mjs';

export const ENGINES = ['ours', 'peerjs'];
export const RESULTS = fileURLToPath(new URL('../../.cache/fault-results.json', import.meta.url));

/** @returns {object[]} in the order of the cases */
export function storedResults() {
  return existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : [];
}

/** Puts a result in the place of the older one. */
export function keepResult(result) {
  const others = storedResults().filter(({ name, engine }) => name !== result.name || engine !== result.engine);
  mkdirSync(dirname(RESULTS), { recursive: true });
  writeFileSync(RESULTS, JSON.stringify([...others, result].sort((a, b) => placeOf(a) - placeOf(b)), undefined, 2));
}

function placeOf({ name, engine }) {
  return CASES.findIndex((test) => test.name === name) * ENGINES.length + ENGINES.indexOf(engine);
}
