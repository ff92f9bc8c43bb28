/** Bounds on JSON, of which a few bytes can nest deeper than any page's recursion goes. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether a JSON text nests deeper than so many arrays and objects. It is not looked at whether it is JSON: of another text the
 * brackets outside quotation marks count.
 */
export function nestsDeeper(text: string, most: number): boolean {
  if (text.length <= most) return false; // Each level takes a character.
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > most) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
  }
  return false;
}

/**
 * Whether a value that was JSON has at most so many characters as JSON again, escapes counted as the characters they stand for,
 * and nests no deeper than so many arrays and objects. Looks at no more of it than that.
 */
export function fitsJson(value: unknown, mostCharacters: number, mostDepth: number): boolean {
  let left = mostCharacters;
  const fits = (part: unknown, depth: number): boolean => {
    if (typeof part === 'string') left -= part.length + 2;
    else if (typeof part !== 'object' || part === null) left -= String(part).length;
    else if (depth === 0) return false;
    else {
      left -= 2;
      for (const key in part) {
        left -= Array.isArray(part) ? 1 : key.length + 4;
        if (left < 0 || !fits((part as Record<string, unknown>)[key], depth - 1)) return false;
      }
    }
    return left >= 0;
  };
  return fits(value, mostDepth);
}

/** The place of the quotation mark that ends the string which begins there. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}
