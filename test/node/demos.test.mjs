/** The demos as files: HTML alone, each a source to be copied, and at home in any folder of any static host. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../../demo', import.meta.url));
const DEMOS = ['chat', 'hub', 'guest', 'drop', 'poll', 'vote'].map((name) => join(DEMO, `${name}.html`));

describe('the demos of HTML alone', () => {
  for (const file of DEMOS) {
    const html = readFileSync(file, 'utf8');
    const tags = [...html.replaceAll(/<!--[^]*?-->/g, '').matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag);
    const values = (name) => tags.flatMap((tag) => [...tag.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) => value));
    const page = basename(file);

    it(`${page} loads one module, and has no script, style or handler of its own`, () => {
      assert.deepEqual(html.match(/<script[^]*?<\/script>/g), ['<script type="module" src="../dist/cdn/peer-elements.js"></script>']);
      assert.doesNotMatch(html, /<style|javascript:/i);
      assert.deepEqual(tags.filter((tag) => /\s(?:on\w+|style|srcdoc)\s*=/i.test(tag)), []);
    });

    it(`${page} leads to its own source, and to the other demos`, () => {
      const source = tags.find((tag) => tag.startsWith('<a ') && tag.includes(`href="${page}"`) && tag.includes(' download='));
      assert.match(source ?? '', new RegExp(`download="${page}"`));
      assert.ok(values('href').includes('./'));
    });

    it(`${page} names its files by where they are from here, and its server alone by the host`, () => {
      const addresses = [...values('href'), ...values('src'), ...values('action')].filter((value) => !/^[#?]/.test(value));
      assert.deepEqual(addresses.filter((value) => /^\/|^[a-z]+:/i.test(value)), []);
      const missing = addresses.map((value) => value.split(/[?#]/)[0]).filter((path) => !existsSync(join(dirname(file), path)));
      assert.deepEqual(missing.filter((path) => !path.startsWith('../dist/')), []);
      assert.deepEqual(values('server'), ['/peerjs']);
    });

    it(`${page} has forms that stay on this page, or load it again with a typed id`, () => {
      for (const form of tags.filter((tag) => tag.startsWith('<form'))) {
        const isSent = form.includes(' data-peer-send');
        assert.match(form, isSent ? /method="dialog"/ : /^<form action="guest\.html"(?![^]*method)/);
      }
    });
  }
});
