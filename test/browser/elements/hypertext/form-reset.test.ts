import { expect } from '@open-wc/testing';
import { resetForm } from '../../../../src/elements/hypertext/form-reset.js';
import { cleanPage, markup } from '../../../support/elements.js';

/** A form-associated custom element that empties itself when its form is reset. */
class TestField extends HTMLElement {
  static readonly formAssociated = true;
  readonly internals = this.attachInternals();
  value: unknown = '';

  formResetCallback(): void {
    this.value = '';
  }
}
customElements.define('test-field', TestField);

describe('the reset of a form that has sent', () => {
  cleanPage();

  function form(html: string, parent = markup('')): HTMLFormElement {
    parent.innerHTML = `<form>${html}</form>`;
    return parent.querySelector('form') as HTMLFormElement;
  }

  function control<E extends Element = HTMLInputElement>(made: HTMLFormElement, name: string): E {
    return made.querySelector(`[name="${name}"]`) as E;
  }

  it('empties what is not kept, and keeps the value of what is', () => {
    const made = form('<input name="name" data-peer-keep><div data-peer-keep><textarea name="note"></textarea></div><input name="text" value="default">');
    for (const name of ['name', 'note', 'text']) control(made, name).value = `my ${name}`;
    resetForm(made);
    expect(['name', 'note', 'text'].map((name) => control(made, name).value)).to.deep.equal(['my name', 'my note', 'default']);
  });

  it('keeps numbers, dates and colors', () => {
    const made = form('<div data-peer-keep><input name="a" type="number"><input name="b" type="date"><input name="c" type="color"><input name="d" type="range"></div>');
    const values = { a: '4.5', b: '2026-11-24', c: '#00ff00', d: '7' };
    for (const [name, value] of Object.entries(values)) control(made, name).value = value;
    resetForm(made);
    for (const [name, value] of Object.entries(values)) expect(control(made, name).value).to.equal(value);
  });

  it('keeps what is checked and what is not', () => {
    const made = form(`<div data-peer-keep><input type="checkbox" name="on"><input type="checkbox" name="off" checked>
      <input type="radio" name="r" value="1" checked><input type="radio" name="r" value="2"></div><input type="checkbox" name="other">`);
    control(made, 'on').checked = control(made, 'other').checked = true;
    control(made, 'off').checked = false;
    made.querySelectorAll<HTMLInputElement>('[name="r"]')[1]!.checked = true;
    resetForm(made);
    expect(['on', 'off', 'other'].map((name) => control(made, name).checked)).to.deep.equal([true, false, false]);
    expect(new FormData(made).get('r')).to.equal('2');
  });

  it('keeps the choice of selects: of one, of none, of several', () => {
    const options = '<option>a<option>b<option>c';
    const made = form(`<div data-peer-keep><select name="one">${options}</select><select name="none">${options}</select>
      <select name="many" multiple>${options}</select></div><select name="reset">${options}</select>`);
    const [one, none, many, reset] = ['one', 'none', 'many', 'reset'].map((name) => control<HTMLSelectElement>(made, name)) as [HTMLSelectElement, HTMLSelectElement, HTMLSelectElement, HTMLSelectElement];
    one.selectedIndex = reset.selectedIndex = 2;
    none.selectedIndex = -1;
    for (const option of many.options) option.selected = option.value !== 'b';
    resetForm(made);
    expect([one.value, none.selectedIndex, [...many.selectedOptions].map(({ value }) => value), reset.value]).to.deep.equal(['c', -1, ['a', 'c'], 'a']);
  });

  it('keeps files', () => {
    const made = form('<input type="file" multiple name="kept" data-peer-keep><input type="file" name="other">');
    const transfer = new DataTransfer();
    transfer.items.add(new File(['a'], 'a.txt'));
    control(made, 'kept').files = control(made, 'other').files = transfer.files;
    resetForm(made);
    expect([control(made, 'kept').files?.[0]?.name, control(made, 'other').files?.length]).to.deep.equal(['a.txt', 0]);
  });

  it('leaves focus and the caret where they are', () => {
    const made = form('<input name="text" data-peer-keep><input name="other">');
    const text = control(made, 'text');
    text.value = 'a long text';
    text.focus();
    text.setSelectionRange(2, 6, 'backward');
    resetForm(made);
    expect([text.selectionStart, text.selectionEnd, text.selectionDirection]).to.deep.equal([2, 6, 'backward']);
    control(made, 'other').focus();
    resetForm(made);
    expect(document.activeElement === control(made, 'other'), 'focus').to.equal(true);
  });

  it('keeps the value of a custom element', () => {
    const made = form('<test-field name="a" data-peer-keep></test-field><test-field name="b"></test-field>');
    const [kept, other] = ['a', 'b'].map((name) => control<TestField>(made, name)) as [TestField, TestField];
    kept.value = other.value = 'x';
    resetForm(made);
    expect([kept.value, other.value]).to.deep.equal(['x', '']);
  });

  it('keeps controls outside of the form that name it', () => {
    const holder = markup('<form id="form-reset-owner"></form><div data-peer-keep><input form="form-reset-owner"></div>');
    const input = holder.querySelector('input') as HTMLInputElement;
    input.value = 'x';
    resetForm(holder.querySelector('form') as HTMLFormElement);
    expect(input.value).to.equal('x');
  });

  it('fires one reset, and neither input nor change', () => {
    const made = form('<input name="a" data-peer-keep><select data-peer-keep><option>x</select>');
    const types: string[] = [];
    for (const type of ['reset', 'input', 'change']) made.addEventListener(type, () => types.push(type));
    control(made, 'a').value = 'x';
    resetForm(made);
    expect(types).to.deep.equal(['reset']);
  });

  for (const [place, parent] of [
    ['the page', () => markup('')],
    ['a shadow root', () => markup('<div></div>').firstElementChild!.attachShadow({ mode: 'closed' }) as unknown as HTMLElement],
  ] as const) {
    it(`is prevented by a listener that prevents it, in ${place}`, () => {
      const made = form('<input name="a" data-peer-keep><input name="b">', parent());
      control(made, 'a').value = control(made, 'b').value = 'x';
      made.addEventListener('reset', (event) => {
        control(made, 'a').value = 'by the listener';
        event.preventDefault();
        event.stopImmediatePropagation();
      });
      resetForm(made);
      expect([control(made, 'a').value, control(made, 'b').value]).to.deep.equal(['by the listener', 'x']);
    });
  }

  it('is made while controls hide the properties of the form', () => {
    const made = form('<input name="elements"><button name="reset"></button><input name="addEventListener"><input name="getRootNode">');
    control(made, 'elements').value = 'x';
    resetForm(made);
    expect(control(made, 'elements').value).to.equal('');
  });
});
