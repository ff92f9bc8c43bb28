/**
 * What a page loads, compressed as a server does it: the files for a CDN, and what a bundler keeps of the package that `npm pack`
 * makes. docs/performance.md says why it is what it is.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { installPacked } from '../../scripts/packed.mjs';
import { PROGRAMS, bundled, measure, stated } from '../../scripts/sizes.mjs';

/** In bytes: what is reached, and a little. Whoever goes beyond has to say in docs/performance.md what for. */
const LIMITS = {
  'dist/cdn/peer-elements.js': 77_600,
  'dist/cdn/peer-elements-qr.js': 3_800,
  'dist/cdn/peer-elements.classic.js': 80_900,
  'dist/cdn/peerjs.js': 47_300,
  'peer-elements/define': 75_500,
  'peer-elements/engine': 47_300,
  'peer-elements/peer-node/define': 56_000,
  'peer-elements/peer-channel/define': 15_500,
  'peer-elements/peer-invite/define': 7_500,
};
/** By how much the README may be wrong: 1 %, and what rounding to 0.1 kB takes. */
const tolerance = (size) => 0.01 * size + 50;

/** Texts that only the code of each part has, whatever a minifier makes of it. */
const TRACES = {
  node: 'keep-id does nothing',
  channel: 'max-bytes',
  invite: '--copy',
  'QR codes': 'is too long for one',
  hypertext: 'data-peer-each',
  engine: 'RTCPeerConnection',
  'a base class of elements': 'adoptedStyleSheets',
};

/** The table of code words in lean-qr, which encodes QR codes. */
const LEAN_QR = '*-04-39?2$%%$%%';

let folder;
let sizes;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peer-elements-sizes-'));
  installPacked(folder);
  sizes = await measure(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('what a page loads, gzipped', () => {
  for (const [what, limit] of Object.entries(LIMITS)) {
    it(`${what} has at most ${limit} bytes`, () => {
      const { size } = sizes.find((each) => each.what === what);
      assert.ok(size <= limit, `${size} bytes`);
      // And a limit far above what is reached guards nothing.
      assert.ok(size > 0.9 * limit, `${size} bytes: lower the limit`);
    });
  }

  it('is what the README says, within 1 %', () => {
    assert.deepEqual(stated().map(({ what }) => what), sizes.map(({ what }) => what));
    for (const [i, { what, size }] of stated().entries()) {
      const measured = sizes[i].size;
      assert.ok(Math.abs(size - measured) <= tolerance(measured), `${what} has ${measured} bytes: npm run sizes -- --write`);
    }
  });

  it('has a limit for everything', () => {
    assert.deepEqual(sizes.map(({ what }) => what), Object.keys(LIMITS));
  });
});

describe('a bundler keeps of the package', () => {
  /** What a program is made of, by the names of TRACES. */
  async function parts(code) {
    const bundle = await bundled(code, folder);
    return Object.keys(TRACES).filter((part) => bundle.includes(TRACES[part]));
  }

  const everything = Object.keys(TRACES);
  const expected = {
    define: everything,
    engine: ['engine'],
    'peer-node/define': ['node', 'engine', 'a base class of elements'],
    'peer-channel/define': ['channel', 'a base class of elements'],
    'peer-invite/define': ['invite', 'QR codes', 'a base class of elements'],
  };
  for (const [entry, has] of Object.entries(expected)) {
    it(`${has.join(', ')} for peer-elements/${entry}`, async () => {
      assert.deepEqual(await parts(PROGRAMS[entry].code), has);
    });
  }

  it('neither what is on demand, nor what it does not use of the engine and the elements', async () => {
    assert.ok(!(await bundled(PROGRAMS['peer-invite/define'].code, folder)).includes(LEAN_QR), 'lean-qr');
    assert.equal((await bundled("import { PeerNode } from 'peer-elements';", folder)).trim(), '');
    assert.deepEqual(await parts("import { PeerChannel } from 'peer-elements'; window.Channel = PeerChannel;"), expected['peer-channel/define']);
  });

  for (const framework of ['react', 'preact', 'solid', 'svelte', 'vue']) {
    it(`nothing for peer-elements/${framework}, which is types only`, async () => {
      assert.equal((await bundled(`import 'peer-elements/${framework}';`, folder)).trim(), '');
    });
  }
});
