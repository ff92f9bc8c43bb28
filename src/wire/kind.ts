/**
 * What kind of object a value is: `Object`, `Map`, `ArrayBuffer`… By brand and not by `instanceof`, which does not know
 * the buffers, dates and files of an iframe. A subclass of Error is `Error`, whatever it calls itself.
 */
export function kindOf(value: unknown): string {
  return value instanceof Error ? 'Error' : Object.prototype.toString.call(value).slice(8, -1);
}
