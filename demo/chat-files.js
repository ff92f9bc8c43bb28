/** The chat's files, on their way in and out. What a friend sends is named and typed by the friend: trust neither. */

/** In bytes. Both pages hold a whole file in memory. `options` in chat.html lets no much larger message in. */
export const MAX_FILE_SIZE = 64_000_000;

/** What a browser shows or plays. Anything else might run as a page of this site when it is opened. */
const HARMLESS_TYPE = /^(image\/(png|jpeg|gif|webp|avif)|(audio|video)\/[\w.+-]+)$/;

/** The file in a message: `{ name, type, data }` with the bytes as an ArrayBuffer, or bytes alone. Null where there is none. */
export function fileIn(message) {
  if (message instanceof ArrayBuffer) return harmless(message, '', '');
  if (message?.data instanceof ArrayBuffer) return harmless(message.data, message.name, message.type);
  return null;
}

/** A file whose name is a name only, without a path, and whose type is one that can be opened safely. */
export function harmless(content, name, type) {
  const shown = typeof type === 'string' && HARMLESS_TYPE.test(type);
  return new File([content], baseName(name), { type: shown ? type : 'application/octet-stream' });
}

export function sizeInWords(bytes) {
  const [unit, divisor] = bytes < 1e3 ? ['byte', 1] : bytes < 1e6 ? ['kilobyte', 1e3] : ['megabyte', 1e6];
  return new Intl.NumberFormat('en', { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / divisor);
}

function baseName(name) {
  if (typeof name !== 'string') return 'unnamed file';
  // Control characters too: some turn the text around, so that "exe.gpj" reads "jpg.exe".
  const base = name.split(/[/\\]/).at(-1).replace(/\p{C}/gu, '').trim().slice(-120);
  return /^\.*$/.test(base) ? 'unnamed file' : base;
}
