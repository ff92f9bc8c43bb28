import { expect } from '@open-wc/testing';
import { makeIdsUnique } from '../../../../src/elements/hypertext/unique-ids.js';
import { uniqueId } from '../../../support/peers.js';

function fragment(markup: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return document.importNode(template.content, true);
}

describe('ids in a stamp', () => {
  it('are unique, and references to them follow', () => {
    const single = ['for', 'commandfor', 'popovertarget', 'list', 'form', 'data-peer-send', 'node'];
    const aria = ['labelledby', 'describedby', 'controls', 'owns', 'details', 'errormessage', 'activedescendant', 'flowto'].map((name) => `aria-${name}`);
    const root = fragment('<b id="x"></b><p></p><i id="y"></i>');
    const referrer = root.querySelector('p')!;
    for (const name of [...single, ...aria, 'headers']) referrer.setAttribute(name, 'x');
    referrer.setAttribute('href', '#x');
    makeIdsUnique(root);
    const { id } = root.querySelector('b')!;
    expect(id).to.match(/^x.+/);
    expect(root.querySelector('i')!.id).to.match(/^y.+/);
    for (const name of [...single, ...aria, 'headers']) expect(referrer.getAttribute(name), name).to.equal(id);
    expect(referrer.getAttribute('href')).to.equal(`#${id}`);
  });

  it('follow in lists, and leave what names others', () => {
    const root = fragment('<b id="x"></b><p aria-labelledby="outer  x xx" for="other" href="page#x" title="x" class="x"></p><a href="#other"></a>');
    makeIdsUnique(root);
    const { id } = root.querySelector('b')!;
    const referrer = root.querySelector('p')!;
    expect(referrer.getAttribute('aria-labelledby')).to.equal(`outer  ${id} xx`);
    for (const [name, value] of [['for', 'other'], ['href', 'page#x'], ['title', 'x'], ['class', 'x']]) expect(referrer.getAttribute(name!)).to.equal(value);
    expect(root.querySelector('a')!.getAttribute('href')).to.equal('#other');
  });

  it('reach into nested templates, and out of them', () => {
    const root = fragment('<b id="x"></b><template><i id="y" for="x"></i><template><u for="y"></u></template></template><p for="y"></p>');
    makeIdsUnique(root);
    const { content } = root.querySelector('template')!;
    const inner = content.querySelector('i')!;
    expect(inner.getAttribute('for')).to.equal(root.querySelector('b')!.id);
    expect(inner.id).to.match(/^y.+/);
    expect(content.querySelector('template')!.content.querySelector('u')!.getAttribute('for')).to.equal(inner.id);
    expect(root.querySelector('p')!.getAttribute('for')).to.equal(inner.id);
  });

  it('are another each time, also of an element itself', () => {
    const ids = Array.from({ length: 5 }, () => {
      const element = fragment('<b id="x"></b>').querySelector('b')!;
      makeIdsUnique(element);
      return element.id;
    });
    expect(new Set(ids).size).to.equal(5);
  });

  it('are not those that the page has already', () => {
    const id = uniqueId('stamp');
    const first = fragment(`<b id="${id}"></b>`);
    makeIdsUnique(first);
    const last = Number(/\d+$/.exec(first.querySelector('b')!.id)![0]);
    const taken = document.createElement('i');
    taken.id = first.querySelector('b')!.id.replace(/\d+$/, String(last + 1));
    document.body.append(taken);
    const second = fragment(`<b id="${id}"></b>`);
    makeIdsUnique(second);
    expect(second.querySelector('b')!.id).to.not.equal(taken.id);
    taken.remove();
  });

  it('that come twice become two, and the first is meant', () => {
    const root = fragment('<b id="x"></b><i id="x"></i><p for="x"></p>');
    makeIdsUnique(root);
    expect(root.querySelector('b')!.id).to.not.equal(root.querySelector('i')!.id);
    expect(root.querySelector('p')!.getAttribute('for')).to.equal(root.querySelector('b')!.id);
  });

  it('may be any text', () => {
    const root = fragment('<b id="__proto__"></b><i id="a b"></i><u id="$&"></u><p for="__proto__" list="constructor" form="$&"></p>');
    makeIdsUnique(root);
    const referrer = root.querySelector('p')!;
    expect(referrer.getAttribute('for')).to.equal(root.querySelector('b')!.id);
    expect(referrer.getAttribute('list')).to.equal('constructor');
    expect(referrer.getAttribute('form')).to.equal(root.querySelector('u')!.id);
  });
});
