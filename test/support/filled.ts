import { expect } from '@open-wc/testing';
import { Fields, fieldsOf, type Reserved } from '../../src/elements/hypertext/fields.js';
import { FileItem } from '../../src/elements/hypertext/file-item.js';
import { fill, type Filled } from '../../src/elements/hypertext/fill.js';

const RESERVED = { _from: 'bob', _time: Date.UTC(2020, 1, 3, 12), _direction: 'received', _state: 'received' };

/** A copy of a template that has been filled, and what it was filled from. */
export interface Stamped {
  readonly root: DocumentFragment;
  readonly filled: Filled;
  readonly reserved: Record<keyof Reserved, unknown>;
  readonly html: string;
  find<E extends HTMLElement = HTMLElement>(selector: string): E;
}

const items: FileItem[] = [];

/** A file of a message. */
export function file(state: 'sending' | 'receiving' = 'receiving', { name = 'a.png', type = 'image/png', size = 1200 as unknown } = {}): FileItem {
  const item = new FileItem({ name, type, size }, state);
  items.push(item);
  return item;
}

/** Fills a template's content with a message without files. */
export function stamp(markup: string, message: unknown): Stamped {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const root = document.importNode(template.content, true);
  const reserved = { ...RESERVED };
  const none = (): never => expect.fail('no files here');
  const filled = fill(root, new Fields(fieldsOf(message, { received: none, attached: none }), () => reserved));
  const holder = document.createElement('div');
  const find = <E extends HTMLElement>(selector: string): E => root.querySelector<E>(selector)!;
  return {
    root,
    filled,
    reserved,
    find,
    get html() {
      holder.replaceChildren(root.cloneNode(true));
      return holder.innerHTML;
    },
  };
}

/** The same with a message whose field "file" is an item already. */
export function stampFile(markup: string, item: FileItem): Stamped {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const root = document.importNode(template.content, true);
  const reserved = { ...RESERVED };
  const filled = fill(root, new Fields({ file: item, files: [item] }, () => reserved));
  return { root, filled, reserved, html: '', find: (selector) => root.querySelector(selector)! };
}

/** For `afterEach`. */
export function disposeFiles(): void {
  for (const item of items.splice(0)) item.dispose();
}
