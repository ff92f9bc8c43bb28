import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const RUN = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));
const LIMIT_MS = 120_000;

it('npm run bench plays a case and prints its tables', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, '--quick', '--rounds', '1', '--case', 'ping'], { timeout: LIMIT_MS });
  for (const contender of ['ours', 'ours compatible', 'peerjs', 'bare']) assert.match(stdout, new RegExp(`\\| ping \\| ${contender} +\\| [\\d.]+ ms`));
  assert.match(stdout, /\| ping \| ours \/ bare +\|/);
});
