/** What the benchmark reads in a browser's profile. */
import assert from 'node:assert/strict';
import { it } from 'node:test';

import { selfTimes } from '../../bench/profiler.mjs';

const node = (id, functionName, url = '', lineNumber = -1) => ({ id, callFrame: { functionName, url, lineNumber } });

it('a profile tells how long each function ran itself, wherever it was called from', () => {
  const nodes = [node(1, '(idle)'), node(2, 'send', 'http://127.0.0.1/a/b.js', 41), node(3, 'send', 'http://127.0.0.1/a/b.js', 41), node(4, '', 'http://127.0.0.1/c.js', 0)];
  assert.deepEqual(selfTimes({ nodes, samples: [1, 2, 3, 4, 2], timeDeltas: [5_000, 1_000, 500, 1_250, 2_000] }), {
    total: 9.75,
    functions: [
      { name: '(idle)', place: '', time: 5 },
      { name: 'send', place: 'b.js:42', time: 3.5 },
      { name: '(anonymous)', place: 'c.js:1', time: 1.25 },
    ],
  });
});
