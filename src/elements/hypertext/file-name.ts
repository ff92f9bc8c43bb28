/** The most UTF-16 units of a name: what common file systems take. */
const MAX_NAME = 255;
/** The most UTF-16 units of an extension, its dot included, that outlives the cut of a long name. */
const MAX_EXTENSION = 32;

/** What is no name, or names a folder. */
const NO_NAMES: readonly string[] = ['', '.', '..'];

/** Control characters, bidirectional and other invisible formatting, halves of pairs, and separators of lines. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A file's name from somebody whom nobody need trust, as a page may show it and give it to `download`: the last path part,
 * for either slash, without what cannot be seen, at most 255 UTF-16 units with its extension. `file` where nothing is left
 * that names one, and for what is no string.
 */
export function fileName(name: unknown): string {
  if (typeof name !== 'string') return 'file';
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  // The first cut bounds the work, the second the name; each may leave half of a pair.
  const safe = cut(cut(last, 4 * MAX_NAME).replace(UNSEEN, '').trim(), MAX_NAME).replace(UNSEEN, '').trim();
  return NO_NAMES.includes(safe) ? 'file' : safe;
}

/** Takes from the middle, before the extension. */
function cut(name: string, most: number): string {
  if (name.length <= most) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= MAX_EXTENSION ? name.slice(dot) : '';
  return name.slice(0, most - extension.length) + extension;
}
