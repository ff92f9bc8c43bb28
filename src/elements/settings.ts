import type { ComplexAttributeConverter } from '@lit/reactive-element';
import { PeerError, messageOf } from '../errors.js';

/** Null, undefined and the empty string mean "absent", for every setting: frameworks write one or the other. */
export function given<T>(value: T | null | undefined | ''): T | undefined {
  return value === null || value === '' ? undefined : value;
}

/** Reads an attribute that holds JSON. What is not JSON reads as absent here; {@link settingProblem} says so. */
export const fromJson: ComplexAttributeConverter<unknown> = {
  fromAttribute(text) {
    return parse(text).value;
  },
};

/**
 * Reads a boolean attribute: there or not. Frameworks that write a value into it, where its name has a hyphen or the element
 * is not defined yet, write `false` as a text.
 */
export const fromBoolean: ComplexAttributeConverter<boolean> = {
  fromAttribute(text) {
    return text !== null && text !== 'false';
  },
};

/** Reads an attribute that holds a number. What is none reads as NaN. */
export const fromNumber: ComplexAttributeConverter<number | null> = {
  fromAttribute(text) {
    const present = given(text);
    return present === undefined ? null : Number(present);
  },
};

/**
 * Reads what a property is given that an attribute with JSON stands for. Frameworks write the property in place of the
 * attribute once the element is defined, with the text that stands in their markup. What is not JSON stays as it is.
 */
export function fromJsonText<T>(value: T): T {
  if (typeof value !== 'string') return value;
  const parsed = parse(value);
  // What it is, nobody knows yet: `settingProblem` looks at it.
  return parsed.problem === undefined ? (parsed.value as T) : value;
}

/** Whether the text of a JSON attribute is not JSON. */
export function isBadJson(text: string | null): boolean {
  return parse(text).problem !== undefined;
}

/** What a setting may be, and how to say so. */
export interface Shape {
  readonly fits: (value: unknown) => boolean;
  readonly named: string;
}

export const ANYTHING: Shape = { fits: () => true, named: 'JSON' };
export const OBJECT: Shape = { fits: (value) => typeof value === 'object' && !Array.isArray(value), named: 'an object' };
export const LIST_OR_FUNCTION: Shape = {
  fits: (value) => Array.isArray(value) || typeof value === 'function',
  named: 'a list, or as a property a function',
};

/**
 * What is wrong with a setting that has an attribute for JSON, if anything. A wrong one is not replaced by the default: a
 * `config` that was to hide addresses must not fall back to something public because of a typing error.
 */
export function settingProblem(element: HTMLElement, attribute: string, value: unknown, shape: Shape): PeerError | undefined {
  const present = given(value);
  if (present !== undefined) {
    return shape.fits(present) ? undefined : new PeerError('invalid-setting', `${attribute} has to be ${shape.named}.`);
  }
  const { problem } = parse(element.getAttribute(attribute));
  if (problem === undefined) return undefined;
  return new PeerError('invalid-setting', `The attribute ${attribute} is not JSON: ${messageOf(problem)}`, { cause: problem });
}

function parse(text: string | null): { value?: unknown; problem?: unknown } {
  try {
    return text ? { value: JSON.parse(text) as unknown } : {};
  } catch (problem) {
    return { problem };
  }
}

/** Where a signaling server is: engine options. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly secure: boolean;
  readonly key?: string;
}

/**
 * Reads `server`: an `http(s)` or `ws(s)` URL, resolved against the page, with the key as its query: `/peerjs`,
 * `https://peers.example:9000/app?key=…`.
 * @throws PeerError `invalid-setting`
 */
export function parseServer(server: string, base: string): ServerAddress {
  const url = URL.canParse(server, base) ? new URL(server, base) : undefined;
  const secure = url && /^(https|wss):$/.test(url.protocol);
  if (!url || !(secure || /^(http|ws):$/.test(url.protocol))) {
    throw new PeerError('invalid-setting', `server="${server}" is not the address of a PeerServer. Write "/peerjs" or "https://peers.example:9000/app?key=…".`);
  }
  const key = url.searchParams.get('key');
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : secure ? 443 : 80,
    path: url.pathname,
    secure: Boolean(secure),
    ...(key ? { key } : {}),
  };
}

/**
 * Whether two values of a setting mean the same. Objects are compared by what is in them, because frameworks make new ones
 * at every render; for the same reason a function is the same as any other (the latest is the one that is called).
 */
export function sameSetting(a: unknown, b: unknown): boolean {
  const left = given(a);
  const right = given(b);
  if (Object.is(left, right)) return true;
  if (typeof left === 'function') return typeof right === 'function' && !isClass(left) && !isClass(right);
  if (!isPlain(left) || !isPlain(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && sameSetting(left[key], right[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
