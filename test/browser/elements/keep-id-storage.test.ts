import { expect } from '@open-wc/testing';
import { readEntry, writeEntry } from '../../../src/elements/keep-id/kept-entry.js';
import { ENGINES, cleanPage, counted, opened, reached, task } from '../../support/elements.js';
import { entries, forgetAll, kept, mountKeeping, pageEnds, tokenOf } from '../../support/kept.js';
import { uniqueId } from '../../support/peers.js';

const GOOD = { id: 'some-id', token: 'secret', assigned: true };
const RUBBISH: Record<string, string> = {
  'no JSON': '{"id":',
  null: 'null',
  'a number': '17',
  'an array': '[]',
  'no id': JSON.stringify({ ...GOOD, id: undefined }),
  'an empty id': JSON.stringify({ ...GOOD, id: '' }),
  'an id that is no text': JSON.stringify({ ...GOOD, id: { toString: 1 } }),
  'an id that nobody can have': JSON.stringify({ ...GOOD, id: '../<b>&token=' }),
  'a long id': JSON.stringify({ ...GOOD, id: 'x'.repeat(513) }),
  'a token that is no text': JSON.stringify({ ...GOOD, token: 1 }),
  'an empty token': JSON.stringify({ ...GOOD, token: '' }),
  'a token with a space': JSON.stringify({ ...GOOD, token: 'a b' }),
  'a lone surrogate': '{"id":"some-id","token":"\\ud800","assigned":true}',
  'a long token': JSON.stringify({ ...GOOD, token: 'x'.repeat(513) }),
  'no word of where it is from': JSON.stringify({ ...GOOD, assigned: undefined }),
  'a megabyte': JSON.stringify({ ...GOOD, more: 'x'.repeat(1_000_000) }),
};

describe('what a node keeps', () => {
  cleanPage();
  afterEach(forgetAll);

  it('is read as it was written', () => {
    const key = uniqueId();
    for (const entry of [GOOD, { id: 'some-id', token: undefined, assigned: false }]) {
      writeEntry(key, entry);
      expect(readEntry(key)).to.deep.equal(entry);
    }
    sessionStorage.removeItem(key);
    expect(readEntry(key)).to.equal(undefined);
  });

  it('is not written where it could not be read', () => {
    const key = uniqueId();
    writeEntry(key, { ...GOOD, id: 'a.b' });
    expect(sessionStorage.getItem(key)).to.equal(null);
  });

  for (const [what, text] of Object.entries(RUBBISH)) {
    it(`is not read from rubbish: ${what}`, () => {
      const key = uniqueId();
      sessionStorage.setItem(key, text);
      expect(readEntry(key)).to.equal(undefined);
      sessionStorage.removeItem(key);
    });
  }

  for (const { name, Engine } of ENGINES) {
    it(`is replaced where it is rubbish, over ${name}`, async () => {
      const { key } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
      sessionStorage.setItem(key, '{"id":"../","token":{}}');
      const node = await opened(mountKeeping({ engine: Engine }));
      for (;;) {
        if (readEntry(key)?.id === node.currentId) break;
        await task();
      }
      expect((await kept(node)).key).to.equal(key);
    });

    it(`is used for the same server only, over ${name}`, async () => {
      const { id } = await pageEnds(await opened(mountKeeping({ engine: Engine })));
      const node = await opened(mountKeeping({ engine: Engine, server: '/peerjs-nodiscovery' }));
      expect(node.currentId).not.to.equal(id);
      const others = (await kept(node), entries());
      expect(others.map((entry) => entry.id).sort()).to.deep.equal([id, node.currentId].sort());
    });
  }
});

describe('where sessionStorage is denied', () => {
  cleanPage();

  it('keep-id does nothing but warn once', async () => {
    const owner = 'sessionStorage' in window && Object.hasOwn(window, 'sessionStorage') ? window : Window.prototype;
    const original = Object.getOwnPropertyDescriptor(owner, 'sessionStorage') as PropertyDescriptor;
    const { warn } = console;
    const warnings: unknown[][] = [];
    try {
      console.warn = (...given: unknown[]) => warnings.push(given);
      Object.defineProperty(owner, 'sessionStorage', {
        configurable: true,
        get: () => {
          throw new DOMException('Not for you.', 'SecurityError');
        },
      });
      const ids: (string | null)[] = [];
      for (const { Engine } of ENGINES) {
        const { Engine: Counted, made } = counted(Engine);
        const node = await opened(mountKeeping({ engine: Counted }));
        expect([made.length, node.error, typeof tokenOf(node)]).to.deep.equal([1, null, 'string']);
        ids.push(node.currentId);
        node.remove();
        await reached(node, 'closed');
      }
      expect(ids[0]).not.to.equal(ids[1]);
    } finally {
      Object.defineProperty(owner, 'sessionStorage', original);
      console.warn = warn;
    }
    expect(warnings.length).to.equal(1);
    expect(warnings[0]?.join(' ')).to.match(/^<peer-node> keep-id does nothing in this page.*Not for you/);
  });
});
