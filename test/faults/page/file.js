/* global Blob */
/** The file of the fault tests: pseudo-random bytes, known by their hash. */
import { now } from './clock.js';

/** Made in pieces of this size, in bytes: none is held twice. */
const PIECE = 1024 * 1024;
/** Any seed but 0. */
const SEED = 0x9e3779b9;

/** FNV-1a over bytes as they come. Written out here, because `crypto.subtle` is not there in an insecure context. */
export class Hash {
  value = 0x811c9dc5;

  update(bytes) {
    let { value } = this;
    for (let at = 0; at < bytes.length; at += 1) value = Math.imul(value ^ bytes[at], 0x01000193);
    this.value = value >>> 0;
  }
}

/** @returns {{ blob: Blob, hash: number }} */
export function pseudoRandomFile(size) {
  const hash = new Hash();
  const pieces = [];
  let state = SEED;
  for (let at = 0; at < size; at += PIECE) {
    const words = new Uint32Array(PIECE / 4);
    for (let index = 0; index < words.length; index += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[index] = state;
    }
    const bytes = new Uint8Array(words.buffer, 0, Math.min(PIECE, size - at));
    hash.update(bytes);
    pieces.push(bytes);
  }
  return { blob: new Blob(pieces), hash: hash.value };
}

/** What has come of a file. */
export class FileTally {
  bytes = 0;
  lastAt = undefined;
  #hash = new Hash();

  get hash() {
    return this.#hash.value;
  }

  take(bytes) {
    this.bytes += bytes.byteLength;
    this.lastAt = now();
    this.#hash.update(bytes);
  }
}
