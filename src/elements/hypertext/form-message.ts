import { controlsOf, isKept } from './form-reset.js';

/** What a form sends. */
export interface FormMessage {
  /** A record of its fields, or the value of its only field `data`. Files are File objects. */
  readonly message: unknown;
  /** There is a file in it. */
  readonly files: boolean;
}

type Value = string | number | boolean | File | null;
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement;

/** What a form has under one name. */
interface Field {
  readonly controls: Control[];
  /** What a submit would send: for the fields of custom elements, and of a listener of `formdata`. */
  readonly entries: Value[];
  /** The form-associated custom elements of that name. */
  readonly custom: Element[];
}

/** The value of a field that is not sent. */
const ABSENT = Symbol('absent');

/**
 * What a form is to send, or undefined where there is nothing to send.
 *
 * A name on several controls is an array, and so is a `multiple` one; radios of one name are one control, and so are buttons.
 * Number and range give a number or null, a lone checkbox a boolean, several the values of those that are checked, a file
 * control its File. Other controls give their text: dates too. Of the buttons the submitter counts, an image with its value.
 * Absent are: a file that was not chosen, radios without choice, what is disabled, unnamed or in a `<datalist>`, the texts of
 * `dirname`, and names with a leading underscore, which are the page's own. A form whose only field is `data` gives the
 * bare value. What custom elements enter is taken as it is.
 *
 * There is something to send if the user has filled in something that is not to stay (`data-peer-keep`): any text, number,
 * date, file or choice; a checkbox is an answer either way, and so is a named submitter. A form without such fields sends
 * what it has, kept or hidden, unless all of that is empty. So Enter in an empty line of a chat sends nothing, whatever
 * name or room the form has beside the line.
 *
 * Fires `formdata`, as a submit does. Never throws.
 */
export function formMessage(form: HTMLFormElement, submitter: HTMLElement | null): FormMessage | undefined {
  const fields = fieldsOf(form, submitter);
  const values = new Map<string, unknown>();
  for (const [name, field] of fields) {
    const value = valueOf(field, submitter);
    if (value !== ABSENT) values.set(name, value);
  }
  if (!isWorthSending([...fields.values()], [...values.values()], submitter)) return undefined;
  const files = [...values.values()].flat().some((value) => value instanceof File);
  const bare = fields.size === 1 && fields.has('data');
  // Entries are defined, not assigned: no name makes a prototype.
  return { message: bare ? values.get('data') : Object.fromEntries(values), files };
}

function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null): Map<string, Field> {
  const fields = new Map<string, Field>();
  const fieldOf = (name: string): Field => {
    const field = fields.get(name) ?? { controls: [], entries: [], custom: [] };
    fields.set(name, field);
    return field;
  };
  const ignored = new Set<string>();
  // An image button is none of a form's `elements`.
  for (const control of new Set([...controlsOf(form), ...(submitter ? [submitter] : [])])) {
    const name = control.getAttribute('name') ?? '';
    ignored.add(control.getAttribute('dirname') ?? '');
    if (!isSent(name)) continue;
    if (control.closest('datalist')) ignored.add(name);
    else if (isNative(control)) fieldOf(name).controls.push(control);
    else if (control.localName.includes('-') && !control.matches(':disabled')) fieldOf(name).custom.push(control);
  }
  for (const [name, value] of entriesOf(form)) {
    if (!isSent(name) || ignored.has(name) || isNoFile(value)) continue;
    const field = fieldOf(name);
    if (isForeign(field)) field.entries.push(value);
  }
  return fields;
}

function entriesOf(form: HTMLFormElement): [string, File | string][] {
  try {
    return [...new FormData(form)];
  } catch {
    // A listener of `formdata` asks.
    return [];
  }
}

/** Whether its entries are taken as they are: what a custom element means by them nobody else knows. */
function isForeign({ controls, custom }: Field): boolean {
  return controls.length === 0 || custom.length > 0;
}

/** What a file control without file enters. */
function isNoFile(value: Value): boolean {
  return value instanceof File && value.name === '' && value.size === 0;
}

function isSent(name: string): boolean {
  return name !== '' && !name.startsWith('_');
}

function isNative(control: Element): control is Control {
  return ['input', 'select', 'textarea', 'button'].includes(control.localName);
}

function isButton({ type }: Control): boolean {
  return ['submit', 'image', 'button', 'reset'].includes(type);
}

function valueOf(field: Field, submitter: HTMLElement | null): unknown {
  const { controls, entries, custom } = field;
  if (isForeign(field)) {
    if (entries.length === 0) return ABSENT;
    return entries.length + controls.length > 1 || custom.length > 1 ? entries : entries[0];
  }
  const enabled = controls.filter((control) => !control.matches(':disabled'));
  const isAlternative = (control: Control): boolean => control.type === 'radio' || isButton(control);
  // What is disabled counts too: whether it is an array does not change from message to message.
  const single = controls.filter((control) => !isAlternative(control)).length + Number(controls.some(isAlternative)) === 1;
  const [control] = enabled;
  if (single && control instanceof HTMLInputElement && control.type === 'checkbox') return control.checked;
  const values = enabled.flatMap((each) => valuesOf(each, submitter));
  const isChoice = enabled.every((each) => each.type === 'file' || isAlternative(each));
  // Chosen nothing, be it one or several; and a select with nothing selected.
  if (values.length === 0 && (isChoice || (single && !isMultiple(control)))) return ABSENT;
  return single && !isMultiple(control) ? values[0] : values;
}

function isMultiple(control: Control | undefined): boolean {
  if (control instanceof HTMLSelectElement) return control.multiple;
  return control instanceof HTMLInputElement && control.multiple && (control.type === 'file' || control.type === 'email');
}

/** What one enabled control contributes. */
function valuesOf(control: Control, submitter: HTMLElement | null): Value[] {
  if (isButton(control)) return control === submitter ? [control.value] : [];
  if (control instanceof HTMLSelectElement) {
    // One in a disabled group is disabled as well.
    return [...control.selectedOptions].filter((option) => !option.matches(':disabled')).map(({ value }) => value);
  }
  if (!(control instanceof HTMLInputElement)) return [control.value];
  switch (control.type) {
    case 'checkbox':
    case 'radio':
      return control.checked ? [control.value] : [];
    case 'file':
      return [...(control.files ?? [])];
    case 'number':
    case 'range':
      return [Number.isNaN(control.valueAsNumber) ? null : control.valueAsNumber];
    case 'email':
      return control.multiple ? control.value.split(',').filter((address) => address !== '') : [control.value];
    default:
      return [control.value];
  }
}

function isWorthSending(fields: readonly Field[], values: readonly unknown[], submitter: HTMLElement | null): boolean {
  let toFillIn = false;
  for (const { controls, entries, custom } of fields) {
    const open = controls.filter((control) => isToFillIn(control, submitter));
    if (open.some((control) => control.type === 'checkbox' || control === submitter)) return true;
    if (open.some((control) => valuesOf(control, submitter).some(isSomething))) return true;
    const foreign = custom.length > 0 ? !custom.every(isKept) : controls.length === 0;
    if (foreign && entries.some(isSomething)) return true;
    toFillIn ||= open.length > 0 || foreign;
  }
  return !toFillIn && values.flat().some(isSomething);
}

/** Whether the user answers by it, and anew for each message. */
function isToFillIn(control: Control, submitter: HTMLElement | null): boolean {
  if (isKept(control) || control.type === 'hidden' || control.matches(':disabled')) return false;
  return control === submitter || !isButton(control);
}

function isSomething(value: unknown): boolean {
  return value !== '' && value !== null;
}
