import { expect } from '@open-wc/testing';
import { Fields, fieldsOf, type Reserved } from '../../../../src/elements/hypertext/fields.js';
import { FileItem } from '../../../../src/elements/hypertext/file-item.js';
import { MAX_REPEATS, fill, type Filled } from '../../../../src/elements/hypertext/fill.js';

const RESERVED = { _from: 'bob', _time: Date.UTC(2020, 1, 3, 12), _direction: 'received', _state: 'received' };

interface Stamped {
  readonly root: DocumentFragment;
  readonly filled: Filled;
  readonly reserved: Record<keyof Reserved, unknown>;
  readonly html: string;
  find<E extends HTMLElement = HTMLElement>(selector: string): E;
}

const items: FileItem[] = [];

function file(state: 'sending' | 'receiving' = 'receiving', { name = 'a.png', type = 'image/png', size = 1200 as unknown } = {}): FileItem {
  const item = new FileItem({ name, type, size }, state);
  items.push(item);
  return item;
}

function stamp(markup: string, message: unknown): Stamped {
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

/** A message whose field "file" is an item already. */
function stampFile(markup: string, item: FileItem): Stamped {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const root = document.importNode(template.content, true);
  const reserved = { ...RESERVED };
  const filled = fill(root, new Fields({ file: item, files: [item] }, () => reserved));
  return { root, filled, reserved, html: '', find: (selector) => root.querySelector(selector)! };
}

afterEach(() => items.splice(0).forEach((item) => item.dispose()));

describe('an element with itemprop', () => {
  it('shows a text', () => {
    const shown: [unknown, string][] = [['hi', 'hi'], [0, '0'], [-1.5, '-1.5'], [false, 'false'], [true, 'true'], [12n, '12'], ['  ', '  ']];
    for (const [value, text] of shown) expect(stamp('<p itemprop="a" hidden></p>', { a: value }).html).to.equal(`<p itemprop="a">${text}</p>`);
    expect(stamp('<p itemprop="a"><b>Someone</b></p>', { a: 'x' }).html).to.equal('<p itemprop="a">x</p>');
    expect(stamp('<p itemprop="data"></p>', 'bare').html).to.equal('<p itemprop="data">bare</p>');
    expect(stamp('<p itemprop="_from"></p>', { _from: 'eve' }).html).to.equal('<p itemprop="_from">bob</p>');
  });

  it('keeps its content where there is no value, and is hidden where it has none', () => {
    for (const value of [undefined, null, '', NaN, Infinity, {}, [], ['x'], new Date(NaN)]) {
      expect(stamp('<p itemprop="a">Someone</p><i itemprop="a"> <!-- --> </i>', { a: value }).html).to.equal(
        '<p itemprop="a">Someone</p><i itemprop="a" hidden=""> <!-- --> </i>',
      );
    }
    expect(stamp('<p itemprop="a" hidden>x</p>', {}).html, 'as hidden as it was').to.equal('<p itemprop="a" hidden="">x</p>');
  });

  it('fills what is in the content that it keeps', () => {
    expect(stamp('<p itemprop="a">by <b itemprop="b"></b></p>', { b: 'x' }).html).to.equal('<p itemprop="a">by <b itemprop="b">x</b></p>');
  });

  it('takes the first of several names that has a usable value', () => {
    expect(stamp('<p itemprop=" nick\nname  id "></p>', { nick: '', name: {}, id: 7 }).find('p').textContent).to.equal('7');
    expect(stamp('<a itemprop="a b">x</a>', { a: 'javascript:1', b: 'https://b.example/' }).find('a').getAttribute('href')).to.equal('https://b.example/');
  });

  it('without a name is left alone, as is microdata elsewhere', () => {
    const markup = '<p itemprop=" "></p><p></p><p itemscope="" hidden=""><b itemprop="a">x</b></p><progress value="1"></progress>';
    expect(stamp(markup, { a: 'y' }).html).to.equal(markup.replace('>x<', '>y<'));
  });

  it('keeps the author\'s attributes', () => {
    const markup = (text: string): string => `<p itemprop="a" dir="auto" class="c" id="i" title="t" lang="de" style="color: red">${text}</p>`;
    expect(stamp(markup(''), { a: 'x', dir: 'rtl', class: 'evil', id: 'evil', title: 'evil', style: 'evil' }).html).to.equal(markup('x'));
  });
});

describe('a link', () => {
  const REL = 'rel="noopener noreferrer nofollow"';

  it('takes an absolute address, and shows it where it is empty', () => {
    const addresses: [string, string][] = [
      ['https://a.example/b?c=d#e', 'https://a.example/b?c=d#e'],
      [' HTTP://A.example ', 'http://a.example/'],
      ['mailto:a@b.example', 'mailto:a@b.example'],
      ['http:a.example', 'http://a.example/'],
      ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ];
    for (const [value, href] of addresses) {
      expect(stamp('<a itemprop="a"></a>', { a: value }).html).to.equal(`<a itemprop="a" href="${href}" ${REL}>${href}</a>`);
      expect(stamp('<a itemprop="a"><b>Link</b></a>', { a: value }).html).to.equal(`<a itemprop="a" href="${href}" ${REL}><b>Link</b></a>`);
    }
  });

  it('has no href for any other, not even the author\'s', () => {
    expect(stamp('<a itemprop="a" href="/there">Link</a>', { a: '/here' }).html).to.equal('<a itemprop="a">Link</a>');
    expect(stamp('<a itemprop="a" href="/there"></a>', {}).html).to.equal('<a itemprop="a" hidden=""></a>');
  });

  it('keeps the author\'s rel and target', () => {
    expect(stamp('<a itemprop="a" rel="author opener" target="_blank">x</a>', { a: 'https://a.example/' }).html).to.equal('<a itemprop="a" rel="author opener noopener noreferrer nofollow" target="_blank" href="https://a.example/">x</a>');
  });

  it('leads to a file once it is here', () => {
    const item = file('receiving', { name: '../x.html', type: 'text/html' });
    const { find, filled } = stampFile('<p itemprop="file" itemscope><a itemprop="url"><b itemprop="name"></b></a></p><a class="direct" itemprop="file"></a>', item);
    expect(find('a').hasAttribute('href')).to.equal(false);
    expect(find('b').textContent).to.equal('x.html');
    expect(find('.direct').hidden).to.equal(true);
    item.complete(new Blob(['x']));
    filled.refresh();
    for (const selector of ['a', '.direct']) {
      const link = find<HTMLAnchorElement>(selector);
      expect([link.getAttribute('href'), link.download, link.rel, link.hidden]).to.deep.equal([item.url, 'x.html', 'noopener noreferrer nofollow', false]);
      expect(link.textContent).to.equal('x.html');
    }
    expect(find('b').isConnected || find('a').contains(find('b')), 'its content stays').to.equal(true);
    item.dispose();
    filled.refresh();
    expect(find('a').hasAttribute('href')).to.equal(false);
  });

  it('leads to a file by its URL only', () => {
    const item = file();
    item.complete(new Blob(['x']));
    const { find } = stampFile('<p itemprop="file" itemscope><a itemprop="name"></a><img itemprop="name"></p>', item);
    for (const [tag, name] of [['a', 'href'], ['img', 'src']] as const) expect([find(tag).hasAttribute(name), find(tag).hidden]).to.deep.equal([false, true]);
  });
});

describe('a picture, a sound, a film', () => {
  const TYPES = { img: 'image/png', audio: 'audio/ogg', video: 'video/webm' } as const;

  it('shows a file of its kind, once it is here', () => {
    for (const [tag, type] of Object.entries(TYPES)) {
      const item = file('receiving', { type });
      const { find, filled } = stampFile(`<p itemprop="file" itemscope><${tag} itemprop="url"></${tag}></p>`, item);
      expect([find(tag).hidden, find(tag).hasAttribute('src')]).to.deep.equal([true, false]);
      item.complete(new Blob(['x']));
      filled.refresh();
      expect([find(tag).hidden, find(tag).getAttribute('src')]).to.deep.equal([false, item.url]);
      expect(find(tag).getAttribute('alt')).to.equal(tag === 'img' ? 'a.png' : null);
    }
  });

  it('shows none of another kind', () => {
    for (const tag of Object.keys(TYPES)) {
      for (const type of [...Object.values(TYPES), 'image/svg+xml', 'text/html'].filter((type) => TYPES[tag as 'img'] !== type)) {
        const item = file('receiving', { type });
        item.complete(new Blob(['x']));
        const { find } = stampFile(`<p itemprop="file" itemscope><${tag} itemprop="url"></${tag}></p><${tag} class="direct" itemprop="file"></${tag}>`, item);
        for (const selector of [tag, '.direct']) expect([find(selector).hidden, find(selector).hasAttribute('src')]).to.deep.equal([true, false]);
      }
    }
  });

  it('shows what this page sends before it has arrived', () => {
    const item = file('sending');
    item.provide(new Blob(['x']));
    const { find } = stampFile('<img itemprop="file">', item);
    expect(find('img').getAttribute('src')).to.equal(item.url);
  });

  it('keeps the author\'s alt, and the picture in place of a missing one', () => {
    const item = file();
    const { find, filled } = stampFile('<img itemprop="file" alt="" src="#none" srcset="#none 2x">', item);
    const picture = find<HTMLImageElement>('img');
    expect([picture.hidden, picture.getAttribute('src')]).to.deep.equal([false, '#none']);
    item.complete(new Blob(['x']));
    filled.refresh();
    expect([picture.alt, picture.getAttribute('src'), picture.hasAttribute('srcset')]).to.deep.equal(['', item.url, false]);
  });
});

describe('a time', () => {
  it('takes ms, a Date or a text', () => {
    const time = Date.UTC(2020, 1, 3, 12, 30);
    for (const value of [time, new Date(time), '2020-02-03T12:30Z', '2020-02-03T12:30:00.000+00:00', '2020-02-03 13:30+01:00']) {
      const element = stamp('<time itemprop="a"></time>', { a: value }).find<HTMLTimeElement>('time');
      expect(element.dateTime).to.equal('2020-02-03T12:30:00.000Z');
      expect(element.textContent).to.contain('2020');
    }
    expect(stamp('<time itemprop="_time"></time>', {}).find<HTMLTimeElement>('time').dateTime).to.equal('2020-02-03T12:00:00.000Z');
  });

  it('takes a day, which is the same everywhere', () => {
    const element = stamp('<time itemprop="a"></time>', { a: '2020-02-03' }).find<HTMLTimeElement>('time');
    expect(element.dateTime).to.equal('2020-02-03');
    expect(element.textContent).to.contain('3').and.not.contain(':');
  });

  it('of today is the time of day only', () => {
    const noon = new Date();
    noon.setHours(12, 34);
    const element = stamp('<time itemprop="a"></time>', { a: noon }).find('time');
    expect(element.textContent).to.match(/^[^\d]*12.34[^\d]*$/);
  });

  it('speaks the language of the page, where that is one', () => {
    const { lang } = document.documentElement;
    try {
      const text = (language: string): string => {
        document.documentElement.lang = language;
        return stamp('<time itemprop="a"></time>', { a: '2020-02-03' }).find('time').textContent;
      };
      expect(text('de')).to.equal('03.02.2020');
      expect(text('en-US')).to.equal('Feb 3, 2020');
      expect(text('no language!')).to.contain('2020');
    } finally {
      document.documentElement.lang = lang;
    }
  });

  it('takes nothing that is none', () => {
    const inherited: unknown = Object.create(Date.prototype);
    for (const value of [NaN, 1e20, -1e15, '', 'now', '5', '2020-02-31', '2020-13-01', '2020-02-03T25:00Z', true, null, {}, [], new Date(NaN), 5n, inherited]) {
      const element = stamp('<time itemprop="a" hidden></time>', { a: value }).find('time');
      expect([element.hasAttribute('datetime'), element.hidden, element.textContent]).to.deep.equal([false, true, '']);
    }
    expect(stamp('<time itemprop="a">once</time>', { a: 5 }).find('time').textContent).to.equal('once');
  });
});

describe('data, meter and progress', () => {
  it('take a value', () => {
    expect(stamp('<data itemprop="a"></data><data itemprop="b">x</data>', { a: 'tea', b: 5 }).html).to.equal('<data itemprop="a" value="tea">tea</data><data itemprop="b" value="5">x</data>');
    for (const tag of ['meter', 'progress']) {
      expect(stamp(`<${tag} itemprop="a" hidden=""></${tag}>`, { a: 0.5 }).html).to.equal(`<${tag} itemprop="a" value="0.5"></${tag}>`);
      for (const value of ['0.5', NaN, Infinity, 5n, true, null, {}, [1]]) {
        expect(stamp(`<${tag} itemprop="a" value="1">x</${tag}>`, { a: value }).html).to.equal(`<${tag} itemprop="a">x</${tag}>`);
      }
    }
  });

  it('follow a file, in words with a unit', () => {
    const item = file('receiving', { size: 1_234_567 });
    document.documentElement.lang = 'en';
    const markup = '<p itemprop="file" itemscope><data itemprop="size"></data><i itemprop="size"></i><progress itemprop="progress"></progress><u itemprop="state"></u></p>';
    const { find, filled } = stampFile(markup, item);
    expect([find<HTMLDataElement>('data').value, find('data').textContent, find('i').textContent]).to.deep.equal(['1234567', '1.2 MB', '1.2 MB']);
    item.advance(0.25);
    filled.refresh();
    expect(find('progress').getAttribute('value')).to.equal('0.25');
    item.complete(new Blob(['x']));
    filled.refresh();
    expect([find('progress').getAttribute('value'), find<HTMLDataElement>('data').value, find('u').textContent]).to.deep.equal(['1', '1', 'receiving']);
    expect(stamp('<i itemprop="size"></i>', { size: 1200 }).find('i').textContent, 'no file').to.equal('1200');
  });

  it('show a size when it is known', () => {
    const item = file('receiving', { size: 'unknown' });
    const { find, filled } = stampFile('<p itemprop="file" itemscope><data itemprop="size"></data></p>', item);
    expect(find('data').hidden).to.equal(true);
    item.advance(0, 1);
    filled.refresh();
    expect([find('data').hidden, find('data').textContent]).to.deep.equal([false, '1 byte']);
  });
});

describe('an itemscope', () => {
  it('shows an object, by its own fields', () => {
    const { html } = stamp('<p itemprop="a" itemscope hidden><b itemprop="x"></b><i itemprop="y">none</i></p><u itemprop="y"></u>', { a: { x: 1 }, y: 'outer' });
    expect(html).to.equal('<p itemprop="a" itemscope=""><b itemprop="x">1</b><i itemprop="y">none</i></p><u itemprop="y">outer</u>');
  });

  it('is hidden without one', () => {
    for (const value of [undefined, null, 'x', 5, true, [], ['x', 1, null, [{}]], new Date()]) {
      const { html } = stamp('<p itemprop="a" itemscope>text <b itemprop="x"></b><a itemprop="x" href="/y">z</a></p>', { a: value, x: 'outer' });
      expect(html).to.equal('<p itemprop="a" itemscope="" hidden="">text <b itemprop="x" hidden=""></b><a itemprop="x">z</a></p>');
    }
  });

  it('is repeated for an array, in order, for the objects in it', () => {
    const { html } = stamp('<li itemprop="a" itemscope><b itemprop="x"></b></li><li>last</li>', { a: [{ x: 1 }, 'no', { x: 2 }, null, {}] });
    const item = (inner: string): string => `<li itemprop="a" itemscope="">${inner}</li>`;
    expect(html).to.equal(`${item('<b itemprop="x">1</b>')}${item('<b itemprop="x">2</b>')}${item('<b itemprop="x" hidden=""></b>')}<li>last</li>`);
  });

  it('takes the first of several names that has an object', () => {
    expect(stamp('<p itemprop="a b" itemscope><b itemprop="x"></b></p>', { a: ['x'], b: [{ x: 1 }, { x: 2 }] }).root.textContent).to.equal('12');
  });

  it('is repeated a thousand times, in all of a stamp', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ x: index }));
    expect(MAX_REPEATS).to.equal(1000);
    const flat = stamp('<p itemprop="a" itemscope><b itemprop="x"></b></p>', { a: many });
    expect(flat.root.childElementCount).to.equal(1000);
    expect(flat.root.lastElementChild!.textContent).to.equal('999');
    const twice = stamp('<p itemprop="a" itemscope></p><i itemprop="a" itemscope></i>', { a: many });
    expect(twice.root.childElementCount, 'the second element stands once').to.equal(1001);
    const nested = stamp('<p itemprop="a" itemscope><b itemprop="a" itemscope><i itemprop="x"></i></b></p>', { a: many.map(() => ({ a: many })) });
    expect(nested.root.querySelectorAll('b').length).to.be.at.most(2000);
  });

  it('has ids of its own each time', () => {
    const { root } = stamp('<p itemprop="a" itemscope><input id="x"><label for="x"></label></p>', { a: [{}, {}, {}] });
    const inputs = [...root.querySelectorAll('input')];
    expect(new Set(inputs.map(({ id }) => id)).size).to.equal(3);
    expect([...root.querySelectorAll('label')].map(({ htmlFor }) => htmlFor)).to.deep.equal(inputs.map(({ id }) => id));
  });
});

describe('data-peer-when in a stamp', () => {
  it('hides by the fields of the closest itemscope', () => {
    const markup = '<p data-peer-when="kind=x" hidden>1</p><i itemprop="a" itemscope><u data-peer-when="kind=x">2</u><u data-peer-when="_direction=received">3</u></i>';
    const { html } = stamp(markup, { kind: 'x', a: { kind: 'y' } });
    expect(html).to.equal(
      '<p data-peer-when="kind=x">1</p><i itemprop="a" itemscope=""><u data-peer-when="kind=x" hidden="">2</u><u data-peer-when="_direction=received">3</u></i>',
    );
  });

  it('on an itemscope asks what is around it, and both have to agree', () => {
    const markup = '<i itemprop="a" itemscope data-peer-when="kind=x"></i>';
    const hidden = (message: unknown): boolean => stamp(markup, message).find('i').hasAttribute('hidden');
    expect(hidden({ kind: 'x', a: { kind: 'y' } })).to.equal(false);
    expect(hidden({ kind: 'y', a: { kind: 'x' } })).to.equal(true);
    expect(hidden({ kind: 'x' })).to.equal(true);
    const text = (message: unknown): boolean => stamp('<b itemprop="t" data-peer-when="ok"></b>', message).find('b').hasAttribute('hidden');
    expect([text({ ok: 1, t: 'x' }), text({ t: 'x' }), text({ ok: 1 })]).to.deep.equal([false, true, true]);
  });

  it('follows what changes', () => {
    const item = file();
    const { find, filled, reserved } = stampFile('<p itemprop="file" itemscope><b data-peer-when="state=receiving">…</b></p><i data-peer-when="_state=failed">!</i>', item);
    expect([find('b').hidden, find('i').hidden]).to.deep.equal([false, true]);
    item.complete(new Blob(['x']));
    reserved._state = 'failed';
    filled.refresh();
    expect([find('b').hidden, find('i').hidden]).to.deep.equal([true, false]);
  });

  it('is bound, as are counts; a template is neither, nor what is in it', () => {
    const markup =
      '<p data-peer-when="a"></p><template data-peer-when="a" itemprop="a"><b itemprop="a" data-peer-when="a"></b></template><i itemprop="l" itemscope><u data-peer-count="a"></u></i>';
    const { filled, root, find } = stamp(markup, { a: 'x', l: [{}, {}] });
    const expected = [...root.querySelectorAll('p, u')];
    expect(filled.bound.length).to.equal(3);
    expect(filled.bound.every((element, index) => element === expected[index])).to.equal(true);
    const template = find<HTMLTemplateElement>('template');
    expect([template.hidden, template.innerHTML]).to.deep.equal([false, '<b itemprop="a" data-peer-when="a"></b>']);
    expect(root.querySelector('u')!.hidden).to.equal(false);
  });

  it('leaves a template\'s own children alone, as frameworks render them', () => {
    const template = document.createElement('template');
    template.append(document.createElement('b'));
    template.firstElementChild!.setAttribute('itemprop', 'a');
    const root = document.createDocumentFragment();
    root.append(template);
    expect(fill(root, new Fields({ a: 'x' })).bound.length).to.equal(0);
    expect(template.textContent).to.equal('');
  });
});

describe('a stamp that is refreshed', () => {
  it('changes no text, and writes nothing that is the same', () => {
    const item = file('sending');
    item.provide(new Blob(['x']));
    const markup = '<p itemprop="file" itemscope><a itemprop="url"></a><img itemprop="url"><progress itemprop="progress"></progress><b itemprop="state" data-peer-when="state"></b></p>';
    const { root, filled } = stampFile(markup, item);
    const seen: MutationRecord[] = [];
    const observer = new MutationObserver((records) => seen.push(...records));
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    filled.refresh();
    seen.push(...observer.takeRecords());
    expect(seen.length).to.equal(0);
    item.complete(new Blob(['x']));
    filled.refresh();
    seen.push(...observer.takeRecords());
    expect(seen.map(({ type, attributeName }) => `${type} ${attributeName}`)).to.deep.equal(['attributes value']);
    observer.disconnect();
  });

  it('stays as it is once it is disposed', () => {
    const item = file();
    const { find, filled } = stampFile('<p itemprop="file" itemscope><progress itemprop="progress"></progress></p>', item);
    filled.dispose();
    filled.dispose();
    item.advance(0.5);
    filled.refresh();
    expect(find('progress').getAttribute('value')).to.equal('0');
  });
});
