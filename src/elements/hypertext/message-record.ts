import { ownValue } from './own-value.js';
import { fileFor, isWholeFile, type FileMaker } from './received-file.js';

/** How many members are looked at in all the arrays of one field. */
const MAX_MEMBERS = 1000;

/**
 * The fields of an object that came from the wire. Each is looked at when it is first asked for, and stands from then on; what
 * nobody asks for costs nothing.
 */
export class MessageRecord {
  readonly #source: object;
  readonly #makeFile: FileMaker;
  readonly #converted = new Map<string, unknown>();

  constructor(source: object, makeFile: FileMaker) {
    this.#source = source;
    this.#makeFile = makeFile;
  }

  /** An item for a file, a record for an object, an array of these; anything else as it is. */
  get(name: string): unknown {
    if (!this.#converted.has(name)) this.#converted.set(name, this.#convert(ownValue(this.#source, name)));
    return this.#converted.get(name);
  }

  #convert(value: unknown): unknown {
    if (!Array.isArray(value)) return this.#convertOne(value);
    let left = MAX_MEMBERS;
    const members = (array: readonly unknown[], convert: (member: unknown) => unknown): unknown[] => {
      const converted: unknown[] = [];
      for (let index = 0; index < array.length && left > 0; index++, left--) converted.push(convert(ownValue(array, index)));
      return converted;
    };
    return members(value, (member) =>
      Array.isArray(member) ? members(member, (inner) => this.#convertOne(inner)) : this.#convertOne(member),
    );
  }

  #convertOne(value: unknown): unknown {
    return fileFor(value, this.#makeFile) ?? (isPlain(value) ? new MessageRecord(value, this.#makeFile) : value);
  }
}

/** A record for a whole message. */
export function recordOf(message: unknown, makeFile: FileMaker): MessageRecord {
  if (isWholeFile(message)) return new MessageRecord({ file: message }, makeFile);
  return new MessageRecord(isPlain(message) ? message : { data: message }, makeFile);
}

/** Whether a value has fields that a page can show. */
function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
