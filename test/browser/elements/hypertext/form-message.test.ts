import { expect } from '@open-wc/testing';
import { formMessage } from '../../../../src/elements/hypertext/form-message.js';
import { cleanPage, markup } from '../../../support/elements.js';

/** A form-associated custom element that enters what it is told to. */
class TestEntry extends HTMLElement {
  static readonly formAssociated = true;
  readonly #internals = this.attachInternals();

  enter(value: File | string | FormData | null): void {
    this.#internals.setFormValue(value);
  }
}
customElements.define('test-entry', TestEntry);

describe('the message of a form', () => {
  cleanPage();

  function form(html: string): HTMLFormElement {
    return markup(`<form>${html}</form>`).querySelector('form') as HTMLFormElement;
  }

  function message(html: string, submitter = ''): unknown {
    const made = form(html);
    return formMessage(made, submitter ? made.querySelector(submitter) : null)?.message;
  }

  /** Beside a field that makes it worth sending. */
  function field(html: string): unknown {
    return (message(`<input name="text" value="x">${html}`) as Record<string, unknown>).f;
  }

  function choose(control: Element | undefined, ...files: File[]): void {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    (control as HTMLInputElement).files = transfer.files;
  }

  const VALUES: Record<string, [string, unknown]> = {
    'a text': ['<input name="f" value="a  b">', 'a  b'],
    'an empty text': ['<input name="f">', ''],
    'a textarea': ['<textarea name="f">one\ntwo</textarea>', 'one\ntwo'],
    'a number': ['<input type="number" name="f" step="any" value="-1.5">', -1.5],
    'a number not given': ['<input type="number" name="f">', null],
    'a range': ['<input type="range" name="f" value="7">', 7],
    'a date': ['<input type="date" name="f" value="2026-11-24">', '2026-11-24'],
    'a time': ['<input type="time" name="f" value="12:30">', '12:30'],
    'a color': ['<input type="color" name="f" value="#ff0000">', '#ff0000'],
    'a hidden field': ['<input type="hidden" name="f" value="h">', 'h'],
    'an e-mail address': ['<input type="email" name="f" value="a@b.example">', 'a@b.example'],
    'several addresses': ['<input type="email" name="f" multiple value="a@b.example, c@d.example">', ['a@b.example', 'c@d.example']],
    'no address of several': ['<input type="email" name="f" multiple>', []],
    'a text that says multiple': ['<input name="f" multiple value="a,b">', 'a,b'],
    'a checkbox': ['<input type="checkbox" name="f">', false],
    'a checked checkbox': ['<input type="checkbox" name="f" value="v" checked>', true],
    'several checkboxes': [
      '<input type="checkbox" name="f" value="1" checked><input type="checkbox" name="f" value="2"><input type="checkbox" name="f" value="3" checked>',
      ['1', '3'],
    ],
    'several checkboxes, none checked': ['<input type="checkbox" name="f" value="1"><input type="checkbox" name="f" value="2">', []],
    'one of two checkboxes disabled': ['<input type="checkbox" name="f" value="1" checked><input type="checkbox" name="f" disabled>', ['1']],
    radios: ['<input type="radio" name="f" value="tea"><input type="radio" name="f" value="coffee" checked>', 'coffee'],
    'radios without choice': ['<input type="radio" name="f" value="tea"><input type="radio" name="f" value="coffee">', undefined],
    'a select': ['<select name="f"><option>a<option selected value="b">B</select>', 'b'],
    'a select whose choice is disabled': ['<select name="f"><option disabled selected value="">Choose<option>a</select>', undefined],
    'a select whose group is disabled': ['<select name="f"><optgroup disabled><option selected>a</optgroup></select>', undefined],
    'a select of several': ['<select name="f" multiple><option selected>a<option>b<option selected>c</select>', ['a', 'c']],
    'a select of several, none chosen': ['<select name="f" multiple><option>a</select>', []],
    'one name on several': ['<input name="f" value="1"><input type="number" name="f"><textarea name="f">3</textarea>', ['1', null, '3']],
    'one name on a hidden field and a checkbox': ['<input type="hidden" name="f" value="0"><input type="checkbox" name="f" value="1">', ['0']],
    'a file not chosen': ['<input type="file" name="f">', undefined],
    'files not chosen': ['<input type="file" name="f" multiple>', undefined],
    'a disabled control': ['<input name="f" value="1" disabled>', undefined],
    'one in a disabled fieldset': ['<fieldset disabled><input name="f" value="1"></fieldset>', undefined],
    'one in the legend of a disabled fieldset': ['<fieldset disabled><legend><input name="f" value="1"></legend></fieldset>', '1'],
    'one in a datalist': ['<datalist><input name="f" value="1"></datalist>', undefined],
    'a button that did not submit': ['<button name="f" value="1">', undefined],
    'an output': ['<output name="f">1</output>', undefined],
  };
  for (const [kind, [html, value]] of Object.entries(VALUES)) {
    it(`has of ${kind} ${JSON.stringify(value)}`, () => expect(field(html)).to.deep.equal(value));
  }

  it('does not name what is absent', () => {
    const { length } = Object.keys(message('<input name="a" value="1"><input type="file" name="b"><input name="_c" value="1"><input value="1"><input type="radio" name="d">') as object);
    expect(length).to.equal(1);
  });

  it('has no names with a leading underscore, of custom elements neither', () => {
    const made = form('<input name="a" value="1"><input name="_from" value="x"><input name="__proto" value="x"><test-entry name="_state"></test-entry>');
    (made.querySelector('test-entry') as TestEntry).enter('failed');
    expect(formMessage(made, null)?.message).to.deep.equal({ a: '1' });
  });

  it('has a field named __proto__ for what it is: not sent, for its underscore; and no other name makes a prototype', () => {
    const record = message('<input name="constructor" value="1"><input name="__proto__" value="2"><input name="toString" value="3">') as object;
    expect(Object.getPrototypeOf(record) === Object.prototype).to.equal(true);
    expect(Object.entries(record)).to.deep.equal([['constructor', '1'], ['toString', '3']]);
  });

  it('has the controls outside of the form that name it', () => {
    const holder = markup('<form id="form-message-owner"></form><input form="form-message-owner" name="a" value="1">');
    expect(formMessage(holder.querySelector('form') as HTMLFormElement, null)?.message).to.deep.equal({ a: '1' });
  });

  it('has nothing of dirname', () => {
    expect(message('<input name="a" value="1" dirname="direction">')).to.deep.equal({ a: '1' });
  });

  it('has the submitter, a named button or image, with its value', () => {
    const buttons = '<button name="choice" value="tea">Tea</button><button name="choice" value="coffee" id="second">Coffee</button>';
    expect(message(buttons, '#second')).to.deep.equal({ choice: 'coffee' });
    expect(message('<input type="submit" name="a" value="1">', 'input')).to.deep.equal({ a: '1' });
    expect(message('<input type="image" name="a" value="1">', 'input')).to.deep.equal({ a: '1' });
    expect(message('<input name="a" value="1"><button name="a" value="2">', 'button')).to.deep.equal({ a: ['1', '2'] });
    expect(message('<input name="a" value="1"><button>', 'button')).to.deep.equal({ a: '1' });
  });

  it('is the bare value where `data` is the only field', () => {
    expect(message('<input name="data" value="hello"><input value="unnamed"><input name="_own" value="x">')).to.equal('hello');
    expect(message('<input type="number" name="data" value="5">')).to.equal(5);
    expect(message('<input name="data" value="1"><input name="data" value="2">')).to.deep.equal(['1', '2']);
  });

  it('is a record where there is another field, though that is absent', () => {
    expect(message('<input name="data" value="1"><input type="file" name="file">')).to.deep.equal({ data: '1' });
  });

  it('has Files, and says so', () => {
    const made = form('<input type="file" name="one"><input type="file" name="many" multiple><input type="file" name="both"><input type="file" name="both">');
    const files = [new File(['a'], 'a.txt'), new File(['b'], 'b.txt')] as const;
    const [one, many, both] = made.querySelectorAll('input');
    expect(formMessage(made, null)).to.equal(undefined);
    choose(one, files[0]);
    choose(many, files[1]);
    choose(both, files[1]);
    const sent = formMessage(made, null);
    const { one: single, many: list, both: pair } = sent?.message as { one: File; many: File[]; both: File[] };
    expect(sent?.files).to.equal(true);
    expect([single.name, list.map(({ name }) => name), pair.map(({ name }) => name)]).to.deep.equal(['a.txt', ['b.txt'], ['b.txt']]);
  });

  it('says that there are no files where there are none', () => {
    expect(formMessage(form('<input name="a" value="1"><input type="file" name="b">'), null)?.files).to.equal(false);
  });

  it('has what custom elements enter: text, a File, several entries, other names', () => {
    const made = form('<test-entry name="a"></test-entry><test-entry name="b"></test-entry><test-entry name="c"></test-entry><test-entry name="c"></test-entry>');
    const [a, b, c] = made.querySelectorAll<TestEntry>('test-entry');
    a?.enter('text');
    b?.enter(new File(['x'], 'x.bin'));
    const several = new FormData();
    several.append('d', '1');
    several.append('d', '2');
    c?.enter(several);
    const sent = formMessage(made, null);
    const { a: text, b: file, d, ...rest } = sent?.message as Record<string, unknown>;
    expect([text, (file as File).name, d, rest, sent?.files]).to.deep.equal(['text', 'x.bin', ['1', '2'], {}, true]);
  });

  it('has a list where a custom element shares its name', () => {
    const made = form('<input name="a" value="1"><test-entry name="a"></test-entry>');
    (made.querySelector('test-entry') as TestEntry).enter('2');
    expect(formMessage(made, null)?.message).to.deep.equal({ a: ['1', '2'] });
  });

  it('is there while controls hide the properties of the form', () => {
    expect(message('<input name="elements" value="1"><input name="closest" value="2">')).to.deep.equal({ elements: '1', closest: '2' });
  });

  it('is there when a listener of formdata asks for it', () => {
    const made = form('<input name="a" value="1">');
    let inner: unknown;
    made.addEventListener('formdata', () => (inner = formMessage(made, null)?.message), { once: true });
    expect(formMessage(made, null)?.message).to.deep.equal({ a: '1' });
    expect(inner).to.deep.equal({ a: '1' });
  });

  const NOTHING: Record<string, string> = {
    'no field': '<button>Send</button>',
    'an empty line': '<input name="text"><button>Send</button>',
    'an empty line beside a name that stays': '<input name="name" value="Ann" data-peer-keep><input name="text"><input type="file" name="file">',
    'an empty line beside a group that stays': '<div data-peer-keep><input name="name" value="Ann"></div><input name="text">',
    'an empty line beside a hidden field': '<input type="hidden" name="kind" value="chat"><input name="text">',
    'no number, date, choice or file': '<input type="number" name="a"><input type="date" name="b"><input type="radio" name="c"><select name="d"><option value="">–</select><select multiple name="e"><option>x</select>',
    'empty fields that stay': '<input name="a" data-peer-keep><input type="hidden" name="b">',
    'only fields of the page': '<input name="_a" value="1">',
    'an unnamed text': '<input value="1">',
  };
  for (const [kind, html] of Object.entries(NOTHING)) {
    it(`is not there for ${kind}`, () => expect(formMessage(form(html), null)).to.equal(undefined));
  }

  const SOMETHING: Record<string, string> = {
    'a text': '<input name="text" value=" ">',
    'a number': '<input type="number" name="a" value="0"><input name="text">',
    'a choice': '<select name="a"><option>x</select><input name="text">',
    'a radio': '<input type="radio" name="a" value="x" checked><input name="text">',
    'a checkbox that is not checked': '<input type="checkbox" name="a"><input name="text">',
    'hidden fields alone': '<input type="hidden" name="kind" value="ping"><button>Ping</button>',
    'only fields that stay': '<input name="status" value="away" data-peer-keep>',
    'a named submitter': '<input name="comment"><button name="choice" value="tea" id="submitter">Tea</button>',
  };
  for (const [kind, html] of Object.entries(SOMETHING)) {
    it(`is there for ${kind}`, () => {
      const made = form(html);
      expect(formMessage(made, made.querySelector('#submitter'))).not.to.equal(undefined);
    });
  }

  it('is not there for a custom element that has entered nothing, and is for one that has', () => {
    const made = form('<input type="hidden" name="kind" value="x"><test-entry name="a"></test-entry>');
    expect(formMessage(made, null)).to.equal(undefined);
    (made.querySelector('test-entry') as TestEntry).enter('1');
    expect(formMessage(made, null)?.message).to.deep.equal({ kind: 'x', a: '1' });
    made.querySelector('test-entry')?.toggleAttribute('data-peer-keep', true);
    made.insertAdjacentHTML('beforeend', '<input name="text">');
    expect(formMessage(made, null)).to.equal(undefined);
  });
});
