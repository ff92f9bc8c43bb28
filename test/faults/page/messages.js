/** The numbered messages of the fault tests: small ones, and at times one that no engine sends in one packet. */

/** Of the large ones, in bytes. */
const LARGE_SIZE = 40_000;
const LARGE_EVERY = 100;
/** A prime, so that no two large messages near each other hold the same byte. */
const FILLS = 251;

/** The message of a number: the same at both ends. */
export function messageOf(number) {
  if (number % LARGE_EVERY !== LARGE_EVERY - 1) return { number, text: `message ${number}` };
  return { number, bytes: new Uint8Array(LARGE_SIZE).fill(number % FILLS).buffer };
}

/** Whether what has come is what was sent under its number. */
export function isSound(message) {
  const { number, text, bytes } = message ?? {};
  if (!Number.isInteger(number)) return false;
  if (bytes === undefined) return text === `message ${number}`;
  // PeerJS gives bytes as one or the other, by their size.
  const view = ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
  return view.byteLength === LARGE_SIZE && view.every((byte) => byte === number % FILLS);
}
