import { ownValue } from './own-value.js';
import { standsForFile } from './received-file.js';

/** How many values of a message are looked at, however they nest: what a form sends has a handful. */
const MAX_VALUES = 10_000;

/** Whether a message is a file or has one in it, at any depth. One that is very large is searched in part. Never throws. */
export function speaksOfFiles(message: unknown): boolean {
  const waiting: unknown[] = [message];
  for (let looked = 0; waiting.length > 0 && looked < MAX_VALUES; looked++) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (standsForFile(value)) return true;
    for (const name of namesIn(value)) {
      if (waiting.length >= MAX_VALUES) break;
      waiting.push(ownValue(value, name));
    }
  }
  return false;
}

function namesIn(value: object): Iterable<PropertyKey> {
  // The keys of a long array would be as many texts.
  if (Array.isArray(value)) return Array(Math.min(value.length, MAX_VALUES)).keys();
  try {
    return Object.keys(value);
  } catch {
    return []; // A page's own proxy.
  }
}
