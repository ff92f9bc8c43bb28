/** Short UTF-8 texts, by loops: for these a call to the browser's encoder or decoder costs several times as much. */

import type { Bytes } from '../bytes.js';

/** The longest text that is short, in UTF-16 units where it is written and in bytes where it is read. */
const SHORT = 40;

/** UTF-16 units on their way into a string, one array for every size: then a string is made by a single call. */
const UNITS = /* @__PURE__ */ Array.from({ length: SHORT + 1 }, (_, size) => new Array<number>(size).fill(0));

/**
 * The keys that were read last, one a slot: most messages have the keys of the one before. Bounded in number and size,
 * and a key is found by its bytes, so a remote can displace keys here and do nothing else.
 */
const keys = /* @__PURE__ */ new Array<string>(256).fill('');

/**
 * Writes a short text at that place, with up to three bytes a unit, and gives the size. Undefined, for the encoder to
 * write it, where the text is long or has surrogates.
 */
export function writeShort(text: string, bytes: Bytes, start: number): number | undefined {
  const { length } = text;
  if (length > SHORT) return undefined;
  let at = start;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    if (unit < 0x800) bytes[at++] = 0xc0 | (unit >> 6);
    else {
      if (isSurrogate(unit)) return undefined;
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
    }
    bytes[at++] = 0x80 | (unit & 0x3f);
  }
  return at - start;
}

/** Reads a short text. Undefined, for the decoder to read it, where it is long, malformed or beyond U+FFFF. */
export function readShort(bytes: Bytes, start: number, end: number): string | undefined {
  const units = UNITS[end - start];
  if (units === undefined) return undefined;
  let count = 0;
  for (let at = start; at < end; ) {
    let unit = bytes[at++] as number;
    if (unit > 0x7f) {
      const three = unit >= 0xe0;
      // A byte that is no continuation, or is missing, becomes more than 0x3f.
      const second = (bytes[at++] as number) ^ 0x80;
      const third = three ? (bytes[at++] as number) ^ 0x80 : 0;
      if (unit < 0xc0 || unit >= 0xf0 || (second | third) > 0x3f) return undefined;
      unit = three ? ((unit & 0xf) << 12) | (second << 6) | third : ((unit & 0x1f) << 6) | second;
      // Longer than it needs to be, half of a pair, or cut off by the text's end.
      if (unit < (three ? 0x800 : 0x80) || isSurrogate(unit) || at > end) return undefined;
    }
    units[count++] = unit;
  }
  return String.fromCharCode(...(count === units.length ? units : units.slice(0, count)));
}

/** As {@link readShort}, for the keys of maps: a key that was read lately costs a comparison. */
export function readShortKey(bytes: Bytes, start: number, end: number): string | undefined {
  const size = end - start;
  const slot = (size + 7 * (bytes[start] as number) + 31 * (bytes[end - 1] as number)) & 0xff;
  const known = keys[slot] as string;
  if (known.length === size) {
    let i = 0;
    while (i < size && known.charCodeAt(i) === bytes[start + i]) i++;
    if (i === size) return known;
  }
  const key = readShort(bytes, start, end);
  // Only ASCII has as many units as bytes. Any other key would be found by bytes that are not its own.
  if (key?.length === size) keys[slot] = key;
  return key;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}
