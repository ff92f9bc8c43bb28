/** What a page loads, compressed as a server does it. docs/performance.md states the figures and why they are what they are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

/** In bytes: what is reached, and a little. Whoever goes beyond has to say in docs/performance.md what for. */
const LIMITS = {
  'peer-elements.js': 77_500,
  'peerjs.js': 45_500,
};

describe('the bundles for a CDN, gzipped', () => {
  for (const [name, limit] of Object.entries(LIMITS)) {
    it(`${name} has at most ${limit} bytes`, () => {
      const size = gzipSync(readFileSync(new URL(`../../dist/cdn/${name}`, import.meta.url)), { level: 9 }).length;
      assert.ok(size <= limit, `${size} bytes`);
      // And a limit far above what is reached guards nothing.
      assert.ok(size > 0.9 * limit, `${size} bytes: lower the limit`);
    });
  }
});
