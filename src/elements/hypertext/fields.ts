import { FileItem } from './file-item.js';
import { MessageRecord, recordOf } from './message-record.js';
import { ownValue } from './own-value.js';
import type { FileMaker } from './received-file.js';

export type { FileMaker } from './received-file.js';
export { speaksOfFiles } from './speaks-of-files.js';

/** What a page tells of a message; nothing of it comes from the wire. */
export type Reserved = Readonly<Record<'_from' | '_time' | '_direction' | '_state', unknown>>;

/** The fields of a file. */
const FILE_FIELDS = ['name', 'type', 'kind', 'size', 'url', 'state', 'progress'] as const;

/**
 * What conditions and templates read: a message, or an item in it. A name with a leading underscore is asked of the reserved
 * fields of the message, also from within an item; every other one only of what is read, never of what is around it.
 */
export class Fields {
  /** The file that is read, if it is one. */
  readonly file: FileItem | undefined;
  readonly #own: object;
  readonly #reserved: (() => Reserved) | undefined;
  readonly #outer: Fields | undefined;

  /**
   * @param own what is read: own, enumerable data properties only
   * @param reserved asked each time, for what changes
   * @param outer of the message, where this is an item in it
   */
  constructor(own: object, reserved?: () => Reserved, outer?: Fields) {
    this.file = FileItem.is(own) ? own : undefined;
    this.#own = own;
    this.#reserved = reserved;
    this.#outer = outer;
  }

  /** The value of a field; undefined where there is none. Never throws. */
  get(name: string): unknown {
    if (name.startsWith('_')) return this.#reserved ? ownValue(this.#reserved(), name) : this.#outer?.get(name);
    if (this.file) return isFileField(name) ? this.file[name] : undefined;
    return this.#own instanceof MessageRecord ? this.#own.get(name) : ownValue(this.#own, name);
  }

  /** The fields of an item in this one; undefined where the value is no object, or one without fields. */
  inner(value: unknown): Fields | undefined {
    const hasFields = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
    return hasFields ? new Fields(value, undefined, this) : undefined;
  }
}

/**
 * A message as it came from the wire, to be read by {@link Fields}. What is no object is `{ data: message }`; a file is
 * `{ file: item }`; an object has its own fields, and files within are items. A field is looked at when it is asked for, and of
 * its arrays a thousand members.
 */
export function fieldsOf(message: unknown, makeFile: FileMaker): object {
  return recordOf(message, makeFile);
}

function isFileField(name: string): name is (typeof FILE_FIELDS)[number] {
  return (FILE_FIELDS as readonly string[]).includes(name);
}
