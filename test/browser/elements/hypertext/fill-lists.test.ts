import { expect } from '@open-wc/testing';
import { disposeFiles, file, stamp, stampFile } from '../../../support/filled.js';

const fail = (): never => {
  throw new Error('run');
};
const text = (value: unknown): string => stamp('<p itemprop="a">none</p>', { a: value }).find('p').textContent;

describe('a field that is an array of plain values', () => {
  let lang: string;
  beforeEach(() => {
    ({ lang } = document.documentElement);
    document.documentElement.lang = 'en-US';
  });
  afterEach(() => {
    document.documentElement.lang = lang;
    disposeFiles();
  });

  it('is shown as a list, in the language of the page', () => {
    expect(text(['soup'])).to.equal('soup');
    expect(text(['soup', 'salad'])).to.equal('soup and salad');
    expect(text(['soup', 2, true, 12n])).to.equal('soup, 2, true, and 12');
    document.documentElement.lang = 'de';
    expect(text(['soup', 'salad', 'rice'])).to.equal('soup, salad und rice');
    document.documentElement.lang = 'no language!';
    expect(text(['soup', 'salad'])).to.contain('soup').and.contain('salad');
  });

  it('is shown where the message is that array, and in an element with data-peer-when', () => {
    expect(stamp('<p itemprop="data"></p>', ['a', 'b']).html).to.equal('<p itemprop="data">a and b</p>');
    const markup = (inside: string): string => `<em itemprop="extras" data-peer-when="extras=soup">${inside}</em>`;
    expect(stamp(markup(''), { extras: ['salad', 'soup'] }).html).to.equal(markup('salad and soup'));
  });

  it('leaves out what has no text: objects, files, nested arrays, what is missing', () => {
    const item = file();
    item.complete(new Blob(['x']));
    const others = [null, undefined, '', NaN, Infinity, {}, { toString: () => 'object' }, ['nested'], [['deep']], new Date(NaN), () => 'run', Symbol('x')];
    expect(text([...others, 'a', ...others, 'b', ...others])).to.equal('a and b');
    for (const value of [others, [], [[]], [['x']]]) expect(text(value)).to.equal('none');
    expect(stamp('<p itemprop="a"></p>', { a: [{}, ['x']] }).html).to.equal('<p itemprop="a" hidden=""></p>');
    expect(stampFile('<p itemprop="files">none</p>', item).find('p').textContent).to.equal('none');
  });

  it('runs nothing, and shows nothing of a prototype', () => {
    const holes = Object.defineProperty(['a', 'b', 'c'], 1, { get: fail, enumerable: true });
    expect(text(holes)).to.equal('a and c');
    const sparse: unknown[] = [];
    sparse[5] = 'x';
    expect(text(sparse)).to.equal('x');
    const proxy = new Proxy(['x'], { getOwnPropertyDescriptor: fail });
    expect(text(proxy)).to.equal('none');
    expect(text(Object.assign(['a', 'b'], { toString: fail, map: fail, flatMap: fail, [Symbol.iterator]: fail, toJSON: fail }))).to.equal('a and b');
  });

  it('stays a text, whatever is in it', () => {
    const { html, find } = stamp('<p itemprop="a"></p>', { a: ['<img src=x onerror=alert(1)>', '</p><script>alert(1)</script>', '{0}', '{1}'] });
    expect(find('p').childElementCount).to.equal(0);
    expect(html).to.contain('&lt;img').and.contain('{0}, and {1}');
  });

  it('is no address, picture, time, value or item', () => {
    const addresses = ['https://a.example/', 'https://b.example/'];
    for (const tag of ['a', 'img', 'time', 'data', 'meter', 'progress']) {
      const element = stamp(`<${tag} itemprop="a"></${tag}>`, { a: tag === 'meter' || tag === 'progress' ? [0.5] : addresses }).find(tag);
      expect([element.attributes.length, element.hidden, element.textContent], tag).to.deep.equal([2, true, '']);
    }
    expect(stamp('<p itemprop="a" itemscope><b itemprop="data"></b></p>', { a: addresses }).html).to.equal('<p itemprop="a" itemscope="" hidden=""><b itemprop="data" hidden=""></b></p>');
  });

  it('is bounded: a thousand members, and a hundred thousand characters', () => {
    const many = text(Array.from({ length: 5_000_000 }, (_, index) => index));
    expect(many).to.match(/^0, 1, 2, .*, and 999$/);
    const long = 'x'.repeat(60_000);
    expect(text([long, 'y', long, 'z']), 'what goes beyond, and all after it').to.equal(`${long} and y`);
    expect(text([long + long, 'y']) === text(long + long), 'the first is as long as it would be alone').to.equal(true);
    const empty: unknown[] = Array.from({ length: 5_000 }, () => ({}));
    expect(text([...empty, 'x']), 'beyond what is looked at').to.equal('none');
  });
});
