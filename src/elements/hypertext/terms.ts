import { ownMembers } from './own-value.js';

/** One term: what it asks for, and of which field. */
interface Term {
  readonly name: string;
  /** Any of these; without them, anything truthy. */
  readonly alternatives: readonly string[] | undefined;
  readonly negated: boolean;
}

/** How many members of an array are looked at. */
const MAX_MEMBERS = 1000;

/**
 * A condition of a page: `kind=vote !late state=open|interrupted`. All terms must hold; the empty text holds.
 *
 * `name` holds where the value is truthy and no empty array; `name=a|b` where the text of a string, number, boolean or bigint
 * is one of these (`name=` is the empty text), or that of any member of an array. `!` before a term turns it round. An object
 * equals nothing. Never throws, whatever was written.
 */
export class Terms {
  readonly #terms: readonly Term[];

  constructor(text: string) {
    this.#terms = text.split(/\s+/).filter(Boolean).map(parse);
  }

  /** @param valueOf gives the value of a field; undefined where there is none */
  holds(valueOf: (name: string) => unknown): boolean {
    return this.#terms.every(({ name, alternatives, negated }) => {
      const value = valueOf(name);
      return negated !== (alternatives ? equals(value, alternatives) : isPresent(value));
    });
  }
}

function parse(term: string): Term {
  const negated = term.startsWith('!');
  const positive = negated ? term.slice(1) : term;
  const at = positive.indexOf('=');
  if (at < 0) return { name: positive, alternatives: undefined, negated };
  return { name: positive.slice(0, at), alternatives: positive.slice(at + 1).split('|'), negated };
}

function isPresent(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function equals(value: unknown, alternatives: readonly string[]): boolean {
  if (Array.isArray(value)) return ownMembers(value, MAX_MEMBERS).some((member) => isOneOf(member, alternatives));
  return isOneOf(value, alternatives);
}

function isOneOf(value: unknown, alternatives: readonly string[]): boolean {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return alternatives.includes(String(value));
    default:
      return false; // The text of an object is its own to choose.
  }
}
