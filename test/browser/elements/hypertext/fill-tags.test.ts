import { expect } from '@open-wc/testing';
import { disposeFiles, file, stamp, stampFile } from '../../../support/filled.js';

afterEach(disposeFiles);

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
