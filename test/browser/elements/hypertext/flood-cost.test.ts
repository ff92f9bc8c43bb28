import { expect } from '@open-wc/testing';

import { MessageList } from '../../../../src/elements/hypertext/message-list.js';
import type { PeerChannel } from '../../../../src/index.js';
import { cleanPage, task } from '../../../support/elements.js';
import { shown, texts, twoPages } from '../../../support/html-pages.js';

const MAX = 20;
const LIST = `<ol><template data-peer-each="message" data-peer-max="${MAX}"><li><b itemprop="text"></b> <time itemprop="_time"></time></li>
  </template></ol>`;

async function flood(from: PeerChannel, to: PeerChannel, first: number, count: number): Promise<void> {
  for (let n = first; n < first + count; n++) void from.send({ text: String(n) });
  await shown(to, () => texts(to, 'li b').at(-1) === String(first + count - 1));
}

/** Counts the calls of a method until it is put back. */
function countCalls<T extends object>(owner: T, name: keyof T): { count: number; restore: () => void } {
  const original = owner[name];
  const calls = { count: 0, restore: () => void (owner[name] = original) };
  owner[name] = new Proxy(original as () => unknown, {
    apply: (target, self, args) => {
      calls.count += 1;
      return Reflect.apply(target, self, args) as unknown;
    },
    construct: (target, args) => {
      calls.count += 1;
      return Reflect.construct(target, args) as object;
    },
  }) as T[keyof T];
  return calls;
}

describe('what a flood of messages costs', () => {
  cleanPage();

  // First: the formatters stay for the page's life.
  it('is not the formatter of times, which is there when the channel opens', async () => {
    const formatters = countCalls(Intl, 'DateTimeFormat');
    try {
      const { hostChannel, guestChannel } = await twoPages(LIST, '');
      expect(formatters.count).to.equal(1);
      await flood(guestChannel, hostChannel, 0, 3);
      expect(texts(hostChannel, 'time').every((text) => /\d/.test(text))).to.equal(true);
      expect(formatters.count).to.equal(1);
    } finally {
      formatters.restore();
    }
  });

  it('is no look through the list for each stamp that it trims', async () => {
    const { hostChannel, guestChannel } = await twoPages(LIST, '');
    const sweeps = countCalls(MessageList.prototype, 'sweep');
    try {
      // Each fills the list; what is more than that in one frame is not stamped at all.
      for (let round = 0; round < 3; round++) await flood(guestChannel, hostChannel, round * MAX, MAX);
      await task();
      expect(texts(hostChannel, 'li').length).to.equal(MAX);
      expect(sweeps.count).to.equal(0);
    } finally {
      sweeps.restore();
    }
  });
});
