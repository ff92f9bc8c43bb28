/** `node bench/tables.mjs`: what bench/results.json says, as docs/performance.md has it. */
import { readFileSync } from 'node:fs';

import { tables } from './report.mjs';

const { machine, cases } = JSON.parse(readFileSync(new URL('results.json', import.meta.url), 'utf8'));
const { browser, node, system, processor, cores, memoryGiB } = machine;
console.log(`${browser}, Node ${node}, ${system}, ${processor}, ${cores} cores, ${memoryGiB} GiB.\n`);
console.log(cases.map(({ name, rounds, measured }) => `${name}: ${rounds} rounds, ${measured.commit}, load ${measured.loadBefore} before`).join('; '));
console.log(`\n${tables(cases)}`);
