/**
 * Where both pages' time goes in a case of the benchmark: a sampling profile, of the bundle with its names.
 *
 *   node bench/profile.mjs ping               this engine
 *   node bench/profile.mjs ping peerjs 20     another contender, and how many functions are listed
 *
 * What the profiler itself takes is in it: compare shares, and measure with `npm run bench`. `(program)` is the browser's code
 * outside of JavaScript, `(idle)` waiting; a browser's own function counts where it was called, but for what has no file.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { setup } from '../scripts/setup.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = '.cache/bench-profile';
const LISTED = 25;

setup({ browsers: true });
const { buildIfStale } = await import('../scripts/build.mjs');
await buildIfStale();
const { build } = await import('vite');
await build({
  configFile: join(ROOT, 'vite.config.ts'),
  mode: 'elements',
  build: { outDir: FOLDER, minify: false, sourcemap: false },
});

const [name = 'ping', contender = 'ours', listed = LISTED] = process.argv.slice(2);
const { default: test } = await import(`./cases/${name}.mjs`);
const { Arena } = await import('./arena.mjs');
const arena = await Arena.open({ bundle: `${FOLDER}/peer-elements.js` });
try {
  const { metrics, profiles } = await arena.measure(test, contender, test.sizes.full, 0, { profile: true });
  console.log(metrics);
  for (const [index, { total, functions }] of profiles.entries()) {
    console.log(`\n${index === 0 ? 'Caller' : 'Callee'}: ${total.toFixed(0)} ms`);
    for (const { name: called, place, time } of functions.slice(0, Number(listed))) {
      console.log(`${time.toFixed(1).padStart(9)} ms ${((100 * time) / total).toFixed(1).padStart(5)} %  ${called} ${place}`);
    }
  }
} finally {
  await arena.close();
}
