import type { Fields } from './fields.js';
import { FileItem } from './file-item.js';
import { momentOf } from './moment.js';
import { ownMembers } from './own-value.js';
import { listText, sizeText } from './words.js';

/** UTF-16 units of an address that is worth a link. */
const MAX_ADDRESS = 8192;

/** Members of an array that are looked at for a text. */
const MAX_MEMBERS = 1_000;
/** UTF-16 units of the texts that are made into a list: more would hold the page up. What goes beyond is left out. */
const MAX_LIST = 100_000;

/** UTF-16 units of a text that are shown: browsers take seconds to lay out millions of them. */
const MAX_TEXT = 100_000;

/** A link to somebody else's page does not speak for this one, and does not hand it over. */
const RELATIONS = ['noopener', 'noreferrer', 'nofollow'];

/** What an `a` may lead to besides a file that is here. */
const SAFE_PROTOCOLS: readonly string[] = ['http:', 'https:', 'mailto:'];

const HTML = 'http://www.w3.org/1999/xhtml';

/**
 * What runs, loads, belongs to the author's script, or is parsed again as markup by whoever reads `innerHTML` back; and the
 * controls, whose values are the reader's own.
 */
const NEVER_FILLED: ReadonlySet<string> = new Set([
  ...['script', 'style', 'iframe', 'object', 'embed', 'link', 'meta', 'base', 'template'],
  ...['noscript', 'noembed', 'noframes', 'xmp', 'plaintext'],
  ...['input', 'select', 'textarea'],
]);

/** What an element takes of one value. */
interface Filling {
  /** Attributes that are kept in line, and no other ones. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** For where there is nothing inside; written once. */
  readonly text?: string | undefined;
}

/** A value, and what it is of. */
interface Source {
  readonly value: unknown;
  /** The file that it is, or is the URL of. */
  readonly file: FileItem | undefined;
  /** It is the size of a file, in bytes. */
  readonly isSize: boolean;
}

/** Whether an element may be given anything of a message: HTML only, and not what is never filled. */
export function isFillable(element: Element): element is HTMLElement {
  return element.namespaceURI === HTML && !NEVER_FILLED.has(element.localName);
}

/**
 * Shows in an element the first of some fields that it can take. By its tag: `a` href, of absolute `http:`, `https:` and
 * `mailto:` addresses, or a file's; `img audio video` src, of a file of that kind; `time` datetime; `data meter progress` value;
 * all others text, of an array the list of its texts, and at most 100,000 UTF-16 units of each. What it can't take counts as
 * missing, as does an empty text. Nothing else of a message becomes an attribute, but a file's name, as `download` and `alt`.
 */
export class ShownValue {
  /** Whether the author has put nothing inside that could stay in place of a missing value. */
  readonly isEmpty: boolean;
  readonly #element: HTMLElement;
  readonly #fields: Fields;
  readonly #names: readonly string[];
  #texted = false;

  constructor(element: HTMLElement, fields: Fields, names: readonly string[]) {
    this.#element = element;
    this.#fields = fields;
    this.#names = names;
    this.isEmpty = !hasContent(element);
  }

  /** Whether there is a text of the message's inside, in place of all else. */
  get isTexted(): boolean {
    return this.#texted;
  }

  /** Brings the element into line with the fields. A text is not written over. @returns whether there is a value */
  refresh(): boolean {
    for (const name of this.#names) {
      const filling = fillingFor(this.#element.localName, this.#source(name));
      if (!filling) continue;
      this.#show(filling);
      return true;
    }
    this.#clear();
    return false;
  }

  #source(name: string): Source {
    const value = this.#fields.get(name);
    const { file } = this.#fields;
    if (FileItem.is(value)) return { value, file: value, isSize: false };
    return { value, file: name === 'url' ? file : undefined, isSize: name === 'size' && file !== undefined };
  }

  #show({ attributes, text }: Filling): void {
    const element = this.#element;
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (name === 'alt' && element.hasAttribute(name)) continue;
      if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
    if (element instanceof HTMLAnchorElement) addRelations(element.relList);
    // The author's candidates would win over the source.
    if (element instanceof HTMLImageElement) element.removeAttribute('srcset');
    if (text === undefined || this.#texted || (attributes && !this.isEmpty)) return;
    element.textContent = text;
    this.#texted = true;
  }

  /** What would say something of a message that has said nothing goes; the rest stays, as in a slot. */
  #clear(): void {
    const { localName } = this.#element;
    if (localName === 'a') this.#element.removeAttribute('href');
    if (localName === 'meter' || localName === 'progress') this.#element.removeAttribute('value');
  }
}

function addRelations(list: DOMTokenList): void {
  // Adding writes the attribute in any case.
  if (!RELATIONS.every((relation) => list.contains(relation))) list.add(...RELATIONS);
}

function fillingFor(tag: string, source: Source): Filling | undefined {
  switch (tag) {
    case 'a':
      return link(source);
    case 'img':
    case 'audio':
    case 'video':
      return media(tag, source.file);
    case 'time': {
      const moment = momentOf(source.value);
      return moment && { attributes: { datetime: moment.datetime }, text: moment.text };
    }
    case 'meter':
    case 'progress':
      return Number.isFinite(source.value) ? { attributes: { value: String(source.value) } } : undefined;
    case 'data': {
      const value = plainText(source.value);
      return value === undefined ? undefined : { attributes: { value }, text: textOf(source) };
    }
    default: {
      const text = textOf(source);
      return text === undefined ? undefined : { text };
    }
  }
}

function link({ value, file }: Source): Filling | undefined {
  if (file) return file.url === undefined ? undefined : { attributes: { href: file.url, download: file.name }, text: file.name };
  if (typeof value !== 'string' || value.length > MAX_ADDRESS || !URL.canParse(value)) return undefined;
  const { protocol, href } = new URL(value);
  // As it was parsed without a base: "http:page" would be resolved against this page.
  return SAFE_PROTOCOLS.includes(protocol) ? { attributes: { href }, text: href } : undefined;
}

function media(tag: 'img' | 'audio' | 'video', file: FileItem | undefined): Filling | undefined {
  if (file?.kind !== (tag === 'img' ? 'image' : tag) || file.url === undefined) return undefined;
  return { attributes: { src: file.url, ...(tag === 'img' && { alt: file.name }) } };
}

function textOf({ value, isSize }: Source): string | undefined {
  if (isSize && typeof value === 'number') return sizeText(value);
  return Array.isArray(value) ? textOfMembers(value) : textOfOne(value);
}

/** The list of what has a text; arrays within are none. */
function textOfMembers(array: readonly unknown[]): string | undefined {
  const texts = ownMembers(array, MAX_MEMBERS).flatMap((member) => textOfOne(member) ?? []);
  let length = 0;
  // The first is as long as it would be alone.
  const listed = texts.filter((text, index) => (length += text.length) <= MAX_LIST || index === 0);
  return listed.length === 0 ? undefined : listText(listed);
}

function textOfOne(value: unknown): string | undefined {
  return value instanceof Date ? momentOf(value)?.text : plainText(value);
}

function plainText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : shortened(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : undefined;
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return undefined; // The text of an object is its own to choose.
  }
}

/** What is too long to be shown ends in an ellipsis, and not in half of a pair. */
function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function hasContent(element: HTMLElement): boolean {
  if (element.childElementCount > 0 || element.textContent.trim() !== '') return true;
  // What a page shows of a missing picture.
  return ['img', 'audio', 'video'].includes(element.localName) && (element.hasAttribute('src') || element.hasAttribute('srcset'));
}
