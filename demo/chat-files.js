/** The chat's files, on their way in and out. What a friend sends is named and typed by the friend: trust neither. */

/** In bytes. What a friend sends is taken up to this size without asking. */
export const ASK_ABOVE = 64_000_000;

/** In bytes. To a program without transfers a file is one message, and both sides hold it in memory as a whole. */
export const MAX_MESSAGE_FILE = 64_000_000;

/** What a browser shows or plays. Anything else might run as a page of this site when it is opened. */
const HARMLESS_TYPE = /^(image\/(png|jpeg|gif|webp|avif)|(audio|video)\/[\w.+-]+)$/;

/** The file in a message: `{ name, type, data }` with the bytes as an ArrayBuffer, or bytes alone. Null where there is none. */
export function fileIn(message) {
  if (message instanceof ArrayBuffer) return harmless(message, message.name, message.type);
  if (message?.data instanceof ArrayBuffer) return harmless(message.data, message.name, message.type);
  return null;
}

/** A file whose name is a name only, without a path, and whose type is one that can be opened safely. */
export function harmless(content, name, type) {
  const shown = typeof type === 'string' && HARMLESS_TYPE.test(type);
  return new File([content], baseName(name), { type: shown ? type : 'application/octet-stream' });
}

const UNITS = [
  ['gigabyte', 1e9],
  ['megabyte', 1e6],
  ['kilobyte', 1e3],
];

export function sizeInWords(bytes) {
  const [unit, divisor] = UNITS.find(([, least]) => bytes >= least) ?? ['byte', 1];
  const unitDisplay = divisor === 1 ? 'long' : 'short';
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 }).format(bytes / divisor);
}

export function baseName(name) {
  if (typeof name !== 'string') return 'unnamed file';
  // Control characters too: some turn the text around, so that "exe.gpj" reads "jpg.exe".
  const base = name.split(/[/\\]/).at(-1).replace(/\p{C}/gu, '').trim().slice(-120);
  return /^\.*$/.test(base) ? 'unnamed file' : base;
}
