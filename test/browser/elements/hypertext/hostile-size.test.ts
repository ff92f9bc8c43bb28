import { expect } from '@open-wc/testing';

import { FileItem } from '../../../../src/elements/hypertext/file-item.js';
import { Message } from '../../../../src/elements/hypertext/message.js';
import { MessageList } from '../../../../src/elements/hypertext/message-list.js';
import { cleanPage, markup } from '../../../support/elements.js';

/** What is shown of a text, in UTF-16 units. */
const MAX_TEXT = 100_000;
/** Elements that arrays make in all stamps of a template. */
const MAX_REPEATS = 5_000;

/** Shows messages by a template with this content. */
function show(content: string, messages: readonly object[]): { list: MessageList; holder: HTMLElement } {
  const holder = markup(`<ol><template data-peer-each="message" data-peer-max="200">${content}</template></ol>`);
  const list = new MessageList(holder.querySelector('template') as HTMLTemplateElement);
  const noFile = (): FileItem => new FileItem({ name: '', type: '', size: 0 }, 'failed');
  for (const fields of messages) {
    list.add(new Message(fields, { from: 'somebody', direction: 'received', files: { received: noFile, attached: noFile } }));
    list.step();
  }
  return { list, holder };
}

describe('what is too large to be shown', () => {
  cleanPage();

  it('is a text of millions, of which the beginning is: it held a page up for seconds', () => {
    const fits = 'x'.repeat(MAX_TEXT);
    const { list, holder } = show('<li><b itemprop="text"></b><data itemprop="text"></data></li>', [
      { text: fits },
      { text: 'x'.repeat(5_000_000) },
      // No half of a pair is left.
      { text: `${'x'.repeat(MAX_TEXT - 1)}😀` },
    ]);
    expect([...holder.querySelectorAll('b')].map(({ textContent }) => textContent === fits)).to.deep.equal([true, false, false]);
    const shown = [fits, `${fits}…`, `${fits.slice(1)}…`];
    expect([...holder.querySelectorAll('b')].every(({ textContent }, index) => textContent === shown[index])).to.equal(true);
    expect([...holder.querySelectorAll('data')].every(({ value }, index) => value === shown[index])).to.equal(true);
    list.dispose();
  });

  it('is a list whose messages make a thousand elements each: two hundred of them made millions', () => {
    const messages = Array.from({ length: 12 }, (_, at) => ({ text: String(at), items: Array<object>(2_000).fill({ name: 'x' }) }));
    const { list, holder } = show('<li><b itemprop="text"></b><i itemprop="items" itemscope><u itemprop="name"></u></i></li>', messages);
    expect(holder.querySelectorAll('i').length).to.equal(MAX_REPEATS);
    // The newest ones.
    expect([...holder.querySelectorAll('b')].map(({ textContent }) => textContent)).to.deep.equal(['7', '8', '9', '10', '11']);
    list.dispose();
  });

  it('is no list of messages with a few elements each', () => {
    const messages = Array.from({ length: 200 }, () => ({ items: Array<object>(20).fill({ name: 'x' }) }));
    const { list, holder } = show('<li><i itemprop="items" itemscope><u itemprop="name"></u></i></li>', messages);
    expect(holder.querySelectorAll('li').length).to.equal(200);
    list.dispose();
  });
});
