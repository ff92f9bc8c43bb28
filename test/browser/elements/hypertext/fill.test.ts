import { expect } from '@open-wc/testing';
import { Fields } from '../../../../src/elements/hypertext/fields.js';
import { MAX_REPEATS, fill } from '../../../../src/elements/hypertext/fill.js';
import { disposeFiles, file, stamp, stampFile } from '../../../support/filled.js';

afterEach(disposeFiles);

describe('an element with itemprop', () => {
  it('shows a text', () => {
    const shown: [unknown, string][] = [['hi', 'hi'], [0, '0'], [-1.5, '-1.5'], [false, 'false'], [true, 'true'], [12n, '12'], ['  ', '  ']];
    for (const [value, text] of shown) expect(stamp('<p itemprop="a" hidden></p>', { a: value }).html).to.equal(`<p itemprop="a">${text}</p>`);
    expect(stamp('<p itemprop="a"><b>Someone</b></p>', { a: 'x' }).html).to.equal('<p itemprop="a">x</p>');
    expect(stamp('<p itemprop="data"></p>', 'bare').html).to.equal('<p itemprop="data">bare</p>');
    expect(stamp('<p itemprop="_from"></p>', { _from: 'eve' }).html).to.equal('<p itemprop="_from">bob</p>');
  });

  it('keeps its content where there is no value, and is hidden where it has none', () => {
    for (const value of [undefined, null, '', NaN, Infinity, {}, [], [{}], new Date(NaN)]) {
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
