import { expect } from '@open-wc/testing';
import { Fields, fieldsOf, type FileMaker } from '../../../../src/elements/hypertext/fields.js';
import { FileItem } from '../../../../src/elements/hypertext/file-item.js';
import { fill } from '../../../../src/elements/hypertext/fill.js';

const fail = (): never => {
  throw new Error('run');
};

const items: FileItem[] = [];
const MAKER: FileMaker = {
  received(description, bytes) {
    const item = new FileItem(description, 'receiving');
    item.complete(new Blob([bytes as BlobPart]));
    items.push(item);
    return item;
  },
  attached: (description) => new FileItem(description, 'receiving'),
};

function stamp(markup: string, message: unknown): Element {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const root = document.importNode(template.content, true);
  fill(root, new Fields(fieldsOf(message, MAKER), () => ({ _from: 'bob', _time: 0, _direction: 'received', _state: 'received' }))).refresh();
  const holder = document.createElement('div');
  holder.append(root);
  return holder;
}

/** Texts that would do harm as something else than a text. */
const TEXTS: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '</p></li><iframe srcdoc="x">',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '&lt;b&gt;',
  '<!--',
  ']]>',
  '__proto__',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' java\nscript:alert(1)',
  '\u0000javascript:alert(1)',
  '\u0001javascript:alert(1)',
  'java\tscript:alert(1)',
  'javascript\u003aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:image/png;base64,AAAA',
  'vbscript:msgbox(1)',
  'blob:https://evil.example/00000000-0000-0000-0000-000000000000',
  `blob:${location.origin}/00000000-0000-0000-0000-000000000000`,
  'filesystem:https://evil.example/x',
  'file:///etc/passwd',
  'about:blank',
  'view-source:https://a.example/',
  'ftp://evil.example/',
  'ws://evil.example/',
  'tel:1',
  '//evil.example',
  '/\\evil.example',
  '/path',
  '../../x.html',
  '?a=b',
  '#hash',
  'https://',
  'http://[::1',
  'evil.example',
  `https://evil.example/${'x'.repeat(10_000)}`,
  '\u202Egpj.exe',
  '😀 é 日本 \uD800',
];

/** The one value below that has a text: a list of one. */
const LIST: readonly string[] = ['https://evil.example/'];

/** Values that are no text. */
const OTHERS: readonly unknown[] = [
  undefined,
  null,
  '',
  {},
  [],
  LIST,
  [['x']],
  { toString: () => 'https://evil.example/', valueOf: () => 5 },
  { toString: fail, valueOf: fail, toJSON: fail, [Symbol.toPrimitive]: fail },
  { get name() { return fail(); }, get url() { return fail(); } },
  { href: 'https://evil.example/', url: 'https://evil.example/', kind: 'image', state: 'complete', name: 'a', type: 'image/png' },
  JSON.parse('{"__proto__":{"url":"https://evil.example/"}}'),
  Symbol('x'),
  () => 'x',
  NaN,
  Infinity,
  new Map([['url', 'x']]),
  new Error('x'),
  new URL('https://evil.example/'),
  Object.create(FileItem.prototype),
  Object.create(null),
  new Proxy({}, { get: fail, getOwnPropertyDescriptor: fail, ownKeys: fail, has: fail }),
  Array(10_000_000),
];

/** Those that take text; each empty. */
const TEXT_TAGS = ['p', 'span', 'b', 'li', 'output', 'td', 'h2', 'code', 'pre', 'button', 'option', 'summary', 'title', 'x-unknown', 'slot', 'canvas'];
const SOURCES = ['img', 'audio', 'video'];
/** As they are, whatever comes. */
const UNTOUCHED = [
  '<script itemprop="a" type="text/plain">x</script>',
  '<style itemprop="a"></style>',
  '<iframe itemprop="a"></iframe>',
  '<object itemprop="a"></object>',
  '<embed itemprop="a">',
  '<link itemprop="a">',
  '<meta itemprop="a">',
  '<base itemprop="a">',
  '<template itemprop="a"><p itemprop="a"></p></template>',
  '<noscript itemprop="a"></noscript>',
  '<noembed itemprop="a"></noembed>',
  '<noframes itemprop="a"></noframes>',
  '<xmp itemprop="a"></xmp>',
  '<input itemprop="a" value="mine">',
  '<textarea itemprop="a">mine</textarea>',
  '<select itemprop="a"><option>mine</option></select>',
  '<svg><a itemprop="a"><text itemprop="a">mine</text></a><script itemprop="a"></script><use itemprop="a"></use><image itemprop="a"></image></svg>',
  '<math><mi itemprop="a">mine</mi></math>',
];

/** What a table's row is parsed in. */
const around = (tag: string, inner: string): string => (tag === 'td' ? `<table><tbody><tr>${inner}</tr></tbody></table>` : inner);

const attributesOf = (element: Element): string[] => element.getAttributeNames().sort();

describe('what a stranger sends', () => {
  afterEach(() => items.splice(0).forEach((item) => item.dispose()));

  it('is text where it is shown as text, and nothing else', () => {
    for (const text of TEXTS) {
      for (const tag of TEXT_TAGS) {
        const element = stamp(around(tag, `<${tag} itemprop="a"></${tag}>`), { a: text }).querySelector(tag)!;
        expect(element.textContent, `${tag} ${text}`).to.equal(text);
        expect([element.childElementCount, ...attributesOf(element)]).to.deep.equal([0, 'itemprop']);
      }
    }
  });

  it('is no text where it has none of its own', () => {
    for (const [index, value] of OTHERS.filter((other) => other !== LIST).entries()) {
      for (const tag of TEXT_TAGS) {
        const element = stamp(around(tag, `<${tag} itemprop="a"></${tag}>`), { a: value }).querySelector(tag)!;
        expect([element.childNodes.length, ...attributesOf(element)], `${tag} ${index}`).to.deep.equal([0, 'hidden', 'itemprop']);
      }
    }
  });

  it('is no address of a link', () => {
    for (const [index, value] of [...TEXTS, ...OTHERS].entries()) {
      for (const content of ['', 'Link']) {
        const element = stamp(`<a itemprop="a" href="/mine">${content}</a>`, { a: value }).firstElementChild!;
        expect(attributesOf(element), `${index}`).to.deep.equal(content ? ['itemprop'] : ['hidden', 'itemprop']);
        expect(element.textContent).to.equal(content);
      }
    }
  });

  it('is no address of a picture, a sound or a film, were it as safe as can be', () => {
    for (const value of [...TEXTS, ...OTHERS, 'https://evil.example/a.png', 'mailto:a@b.example', 5, true]) {
      for (const tag of SOURCES) {
        const element = stamp(`<${tag} itemprop="a"></${tag}>`, { a: value }).firstElementChild!;
        expect(attributesOf(element)).to.deep.equal(['hidden', 'itemprop']);
        const named = stamp(`<p itemprop="a" itemscope><${tag} itemprop="url"></${tag}></p>`, { a: { url: value, kind: 'image', state: 'complete' } }).querySelector(tag)!;
        expect(attributesOf(named)).to.deep.equal(['hidden', 'itemprop']);
      }
    }
  });

  it('is the value of data, and neither time nor number', () => {
    for (const text of TEXTS) {
      const data = stamp('<data itemprop="a"></data>', { a: text }).firstElementChild!;
      expect([data.getAttribute('value'), data.textContent, ...attributesOf(data)]).to.deep.equal([text, text, 'itemprop', 'value']);
    }
    for (const [index, value] of [...TEXTS, ...OTHERS].entries()) {
      for (const tag of ['time', 'meter', 'progress']) {
        const element = stamp(`<${tag} itemprop="a"></${tag}>`, { a: value }).firstElementChild!;
        expect([...attributesOf(element), element.textContent], `${tag} ${index}`).to.deep.equal(['hidden', 'itemprop', '']);
      }
    }
    for (const value of OTHERS) expect(attributesOf(stamp('<data itemprop="a"></data>', { a: value }).firstElementChild!)).to.deep.equal(['hidden', 'itemprop']);
  });

  it('never reaches what runs, loads or is the reader\'s own', () => {
    const item = { name: 'a.png', type: 'image/png', size: 1, data: new Uint8Array(1) };
    for (const markup of UNTOUCHED) {
      const before = document.createElement('div');
      before.innerHTML = markup;
      for (const value of [...TEXTS, ...OTHERS, item, 'https://evil.example/', 5, [{ a: 'x' }]]) {
        expect(stamp(markup, { a: value }).innerHTML).to.equal(before.innerHTML);
      }
      const scoped = markup.replace('itemprop="a"', 'itemprop="a" itemscope=""');
      before.innerHTML = scoped;
      expect(stamp(scoped, { a: [{ a: {} }, { a: {} }] }).innerHTML).to.equal(before.innerHTML);
    }
  });

  it('sets no attribute by its name', () => {
    const names = ['href', 'src', 'style', 'class', 'id', 'onclick', 'hidden', 'dir', 'lang', 'itemprop', 'innerHTML', 'outerHTML', 'textContent', 'srcdoc', 'is', 'slot', 'tabindex'];
    const message = Object.fromEntries(names.map((name) => [name, 'https://evil.example/']));
    for (const name of names) {
      const element = stamp(`<p itemprop="${name}"></p>`, message).firstElementChild!;
      expect(element.outerHTML).to.equal(`<p itemprop="${name}">https://evil.example/</p>`);
    }
  });

  it('changes no prototype, whatever it is called', () => {
    const message: unknown = JSON.parse('{"__proto__":{"polluted":1,"a":"x"},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}');
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'a', 'polluted'];
    const holder = stamp(names.map((name) => `<p itemprop="${name}"></p><i itemprop="${name}" itemscope><b itemprop="polluted __proto__ prototype"></b></i>`).join(''), message);
    expect([...holder.querySelectorAll('p')].map((element) => element.textContent)).to.deep.equal(names.map(() => ''));
    expect(({} as any).polluted).to.equal(undefined);
    expect((Object as any).polluted).to.equal(undefined);
  });

  it('may have ten thousand fields, or be deep, and shows what is asked for', () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, `${index}`]));
    expect(stamp('<p itemprop="f9999"></p>', wide).innerHTML).to.equal('<p itemprop="f9999">9999</p>');
    let deep: unknown = 'end';
    for (let depth = 0; depth < 50_000; depth++) deep = depth % 2 ? [deep] : { a: deep };
    expect(stamp('<p itemprop="a"></p><i itemprop="a" itemscope><b itemprop="a"></b></i>', deep).childElementCount).to.equal(2);
    const round: Record<string, unknown> = {};
    round.a = [round, round];
    const holder = stamp('<p itemprop="a" itemscope><b itemprop="a" itemscope><i itemprop="a" itemscope></i></b></p>', round);
    expect([...'pbi'].map((tag) => holder.querySelectorAll(tag).length)).to.deep.equal([2, 4, 8]);
  });

  it('is no message at all, and nothing happens', () => {
    for (const message of [...OTHERS, ...TEXTS]) {
      const holder = stamp('<p itemprop="text"></p><a itemprop="url" href="/x">y</a><i itemprop="file" itemscope></i>', message);
      expect(holder.querySelectorAll('[hidden]').length).to.equal(2);
    }
  });

  it('is a page in a file, which is saved and never opened', async () => {
    const files = [
      { name: '../../x.html', type: 'text/html' },
      { name: 'x.svg', type: 'image/svg+xml' },
      { name: 'x.xhtml', type: 'video/x+xml' },
      { name: 'x', type: 'image/png, text/html' },
    ];
    for (const { name, type } of files) {
      const data = new TextEncoder().encode('<script>parent.hacked = 1</script>');
      const holder = stamp('<p itemprop="file" itemscope><a itemprop="url"></a><img itemprop="url"></p>', { file: { name, type, size: data.length, data } });
      const link = holder.querySelector('a')!;
      expect(link.download).to.equal(name.replace('../../', ''));
      expect(new URL(link.href).protocol).to.equal('blob:');
      expect((await fetch(link.href)).headers.get('content-type')).to.equal('application/octet-stream');
      expect(holder.querySelector('img')!.hasAttribute('src')).to.equal(false);
    }
  });
});
