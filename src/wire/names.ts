/** Names of files, from somebody whom nobody need trust. */

/** The most UTF-16 units of a name: what common file systems take, in bytes or in units. */
const MAX_NAME = 255;

/** What is no name, or names a folder. */
const NO_NAMES: readonly string[] = ['', '.', '..'];

/**
 * A name that can be shown and given to a file: the last path part, for either slash, at most 255 UTF-16 units of it,
 * without control characters, bidirectional and other invisible formatting, and halves of surrogate pairs. `unnamed` where
 * nothing is left that names a file, and for what is no string.
 */
export function safeName(name: unknown): string {
  if (typeof name !== 'string') return 'unnamed';
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  // The cut may leave half of a pair.
  const safe = last.replace(/\p{C}/gu, '').slice(0, MAX_NAME).replace(/\p{Cs}/gu, '');
  // Some file systems drop the blanks at its end.
  return NO_NAMES.includes(safe.trim()) ? 'unnamed' : safe;
}
