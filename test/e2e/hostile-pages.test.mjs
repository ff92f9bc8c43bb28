/** The demos without script, with a hostile peer at the other end: whatever it sends, each page stays itself. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { HostilePeers } from '../support/hostile-peer.mjs';
import { Stage } from '../support/hostile-peer.stage.mjs';
import { HtmlSite } from '../support/html-site.mjs';

/** Texts that would do harm as anything else than texts. */
const MARKUP = [
  '<img src=x onerror="hacked=1;alert(1)">',
  '<script>hacked=1</script>',
  '"><svg onload="hacked=1">',
  "' onmouseover='hacked=1",
  '</p></li></ol><iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
  '<style>*{display:none}</style>',
  '<base href="//evil.example"><form action="//evil.example"><input name=q></form>',
  '<peer-channel to="evil" listen></peer-channel><template data-peer-each="message"></template>',
  '<a href="javascript:hacked=1" itemprop="url" data-peer-when="">x</a>',
  '&lt;img src=x&gt; <!-- ]]>',
];

/** Addresses that nobody may be led to. */
const ADDRESSES = [
  'javascript:hacked=1',
  'JaVaScRiPt:hacked=1',
  ' \n\t javascript:hacked=1',
  '\u0000javascript:hacked=1',
  '\u0001javascript:hacked=1',
  'java\nscript:hacked=1',
  'java\tscript:hacked=1//https://example.org',
  'data:text/html,<script>opener.hacked=1</script>',
  ' DATA:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="hacked=1"/>',
  'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
  'vbscript:hacked=1',
  'blob:null/00000000-0000-0000-0000-000000000000',
  'filesystem:https://example.org/x',
  'view-source:https://example.org/',
  'file:///etc/passwd',
  'about:blank',
  'ws://example.org/',
  '//example.org/',
  '/pages/chat.html',
  '?peer=evil',
  '#peer=evil',
];

/** Keys that lead to what all objects share. */
const PROTOTYPES = ['__proto__', 'prototype', 'toString', 'valueOf', '__defineGetter__', 'constructor', 'hasOwnProperty'];

const HOSTILE_CONNECTION = { label: MARKUP[0], metadata: { name: MARKUP[0], text: MARKUP[1], url: 'javascript:hacked=1' } };

/** More than a page has with 5,000 files in its list, the most that it shows. */
const MOST_ELEMENTS = 75_000;

describe('the demos, with hostile peers', { timeout: 360_000 }, () => {
  let site, hostiles;
  before(async () => {
    [site, hostiles] = await Promise.all([HtmlSite.start('demo'), HostilePeers.start()]);
  });
  after(async () => {
    await site.close();
    await hostiles.close();
  });

  for (const browser of (process.env.BROWSERS ?? 'chromium,firefox').split(',')) {
    describe(`in ${browser}, that speak PeerJS`, () => {
      let stage;
      before(async () => void (stage = await Stage.open(site, hostiles, { browser, connection: HOSTILE_CONNECTION })));
      after(() => site.everybodyLeaves());

      it('show markup as text, in every field', async () => {
        await stage.hear(
          (markup) =>
            markup.flatMap((text) => {
              const file = { name: text, type: text, size: 1, data: new ArrayBuffer(1) };
              const message = { name: text, text, data: text, choice: text, number: text, progress: text, file, files: [file, text], [text]: text };
              return [message, text, [text], { ...message, file: text, files: text, choice: ['tea', text] }];
            }),
          MARKUP,
        );
        await stage.areThemselves();
        for (const name of ['chat', 'hub', 'guest']) {
          for (const field of ['name', 'text']) {
            const texts = await stage.texts(name, `li [itemprop=${field}]`);
            for (const text of MARKUP) assert.ok(texts.includes(text), `${name} ${field} ${text}`);
          }
        }
        assert.ok((await stage.texts('chat', 'figure bdi')).includes(MARKUP[0]));
        assert.ok((await stage.texts('drop', 'li bdi')).includes(MARKUP[0]));
      });

      it('lead nowhere that is unsafe', async () => {
        await stage.hear(
          (addresses) =>
            addresses.flatMap((address) => {
              const item = { name: 'a.png', type: 'image/png', kind: 'image', size: 1, state: 'complete', progress: 1, url: address, href: address, src: address };
              const message = { name: address, text: address, data: address, url: address, href: address, src: address };
              return [{ ...message, file: item, files: [item] }, { ...message, file: { ...item, attachment: 'x' }, files: [{ ...item, attachment: 'y' }] }, address];
            }),
          [...ADDRESSES, `blob:${site.origin}/00000000-0000-0000-0000-000000000000`],
        );
        await stage.areThemselves();
        for (const { visitor } of Object.values(stage.demos)) {
          const leads = '[data-peer-direction] :is([href][download="a.png"], [href]:not([download]), [src], [action], [srcset], [poster])';
          assert.deepEqual(await visitor.page.$$eval(leads, (all) => all.map(({ outerHTML }) => outerHTML)), []);
        }
      });

      it('change no prototype', () => pollutesNothing(stage));

      it('let nobody else say who sent a message, when, and how it went', () => forgesNothing(stage));

      it('say nothing of what their visitor has done, where a packet cannot be read', async () => {
        await stage.hear(() => [[0xc1], [0xdb, 0xff, 0xff, 0xff, 0xff], [0x92, 0x01]].map((bytes) => window.Packed.from(bytes)));
        await stage.areThemselves();
        for (const { visitor } of Object.values(stage.demos)) {
          assert.doesNotMatch(await visitor.page.$eval('main', ({ innerText }) => innerText), /not sent|Not all|too large/);
        }
      });

      it('take values of every wrong type for every field', async () => {
        await stage.hear(() => {
          const values = [
            ...[0, -1, 1.5, NaN, Infinity, -Infinity, 1e308, 2 ** 53, true, false, null, undefined, '', ' ', '\u0000', '\uD800'],
            ...[[], [[]], [null], [[[1]]], Array(3), {}, { a: 1 }, { text: { text: 1 } }, { toString: 1, valueOf: 'x' }, new Date(0)],
            ...[new ArrayBuffer(0), new ArrayBuffer(3), new Uint8Array(3), new Float64Array(2), new Blob(['x']), new File(['x'], 'a.html', { type: 'text/html' })],
          ];
          const fields = ['name', 'text', 'data', 'file', 'files', 'choice', 'number', 'progress', 'size', 'state', 'url'];
          const parts = ['name', 'type', 'size', 'data', 'kind', 'state', 'progress', 'attachment'];
          const sound = { name: 'a.txt', type: 'text/plain', size: 1, data: new ArrayBuffer(1) };
          return values.flatMap((value) => [
            value,
            Object.fromEntries(fields.map((field) => [field, value])),
            Object.fromEntries(fields.map((field) => [field, [value, value]])),
            { text: 'x', file: value, files: value, name: 'x' },
            { text: 'x', file: parts.map((part) => ({ ...sound, [part]: value })), files: parts.map((part) => ({ ...sound, [part]: value })) },
          ]);
        });
        await stage.areThemselves();
        for (const name of Object.keys(stage.demos)) {
          assert.doesNotMatch(await stage.shown(name), /\[object|NaN|undefined|null|Infinity|Invalid/, name);
        }
      });

      it('stay usable after messages of ten thousand fields, great depth, 5 MB and 1,000 files', async () => {
        await stage.hear(() => {
          const sound = { name: 'a.txt', type: 'text/plain', size: 1, data: new ArrayBuffer(1) };
          const deep = (depth, inner, field) => (depth === 0 ? inner : deep(depth - 1, depth % 2 ? [inner] : { [field]: inner }, field));
          const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`field${at}`, `${at}`]));
          const long = 'x'.repeat(5_000_000);
          const many = Array(1_000).fill(sound);
          const empty = Array(100_000).fill({});
          return [
            { ...wide, text: 'wide', file: wide, files: [wide] },
            // Ten thousand arrays in each other.
            window.Packed.from({ length: 10_000 }, () => 0x91),
            { text: deep(240, 'x', 'text'), file: deep(240, sound, 'file'), files: deep(240, sound, 'files') },
            { text: long, choice: 'tea' },
            { text: 'many', file: many, files: many, choice: many },
            { text: 'empty', file: empty, files: empty },
          ];
        });
        await stage.areThemselves();
        await goOn(stage);
      });
    });
  }
});

/** Own keys that an assignment, or a walk along the prototypes, would take for something else. */
async function pollutesNothing(stage) {
  await stage.hear((keys) => {
    const polluted = keys.flatMap((key) => [
      `{"${key}":{"polluted":1,"text":"polluted","name":"polluted","file":{"name":"polluted"},"state":"failed"}}`,
      `{"${key}":"polluted"}`,
      `{"__proto__":{"${key}":{"polluted":1}}}`,
    ]);
    const inner = polluted.map((json) => `{"text":${json},"name":${json},"file":${json},"files":[${json}],"choice":${json},"data":[${json}]}`);
    return [...polluted, ...inner, `[${polluted}]`].map((json) => JSON.parse(json));
  }, PROTOTYPES);
  await stage.areThemselves();
  for (const [name, { visitor }] of Object.entries(stage.demos)) {
    assert.deepEqual(await visitor.page.evaluate(() => [typeof {}.polluted, typeof [].text, typeof Object.polluted]), Array(3).fill('undefined'));
    assert.doesNotMatch(await stage.shown(name), /polluted/, name);
  }
}

/** Names that the page alone sets, and names of what elements have. */
async function forgesNothing(stage) {
  await stage.hear(() => {
    const reserved = { _state: 'failed', _time: 0, _direction: 'sent', _from: 'host', _peer: 'host', _id: 'x', __proto: 'x', _: 'x' };
    const names = ['id', 'innerHTML', 'outerHTML', 'textContent', 'style', 'class', 'onclick', 'srcdoc', 'formaction', 'href', 'src', 'hidden', 'is', 'slot', 'itemprop'];
    const attributes = Object.fromEntries(names.map((name) => [name, 'hacked']));
    const message = { ...reserved, ...attributes, text: 'forged', name: 'Eve', choice: 'tea' };
    return [message, { ...message, file: { ...message, name: 'a' }, files: [{ ...message, name: 'b' }] }];
  });
  await stage.areThemselves();
  for (const [name, { hostile, visitor }] of Object.entries(stage.demos)) {
    const stamps = await visitor.page.$$eval('[data-peer-direction]', (all) =>
      all.map((stamp) => {
        const failed = stamp.querySelector('[data-peer-when="_state=failed"]:not([hidden])') !== null;
        return [stamp.getAttribute('data-peer-from'), stamp.getAttribute('data-peer-direction'), failed].join();
      }),
    );
    assert.deepEqual([name, ...new Set(stamps)], [name, ...(name === 'vote' ? [] : [[hostile.id, 'received', false].join()])]);
    const times = await visitor.page.$$eval('[data-peer-direction] time', (all) => all.map(({ dateTime }) => Date.now() - Date.parse(dateTime)));
    assert.ok(times.every((age) => age >= 0 && age < 600_000), name);
  }
}

/** Whoever sits before a page can still send with it, and the peer at the other end hears it. */
async function goOn(stage) {
  for (const [name, { visitor, hostile }] of Object.entries(stage.demos)) {
    if (['chat', 'hub', 'guest'].includes(name)) {
      await visitor.submits({ text: 'still here' });
      await hostile.hears('still here');
    } else if (name === 'vote') {
      await visitor.clicks('[value=coffee]');
      await visitor.clicks('form button');
      await hostile.hears('coffee');
    }
    const count = await visitor.page.evaluate(() => document.querySelectorAll('*').length);
    assert.ok(count < MOST_ELEMENTS, `${name} has ${count} elements`);
  }
}
