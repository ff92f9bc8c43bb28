import { concat, type Bytes } from '../../wire/bytes.js';

/** Pieces smaller than this, in bytes, are copied together: as views each would cost as much again. */
const SMALL = 4 * 1024;
/** How much is copied together at a time, in bytes. */
const SPILL = 64 * 1024;

/**
 * The bytes of a message that comes in pieces. It holds no more than came, whatever size the remote has announced, and joins
 * them once.
 */
export class PartialMessage {
  readonly #pieces: Bytes[] = [];
  #spill: Bytes = NOTHING;
  /** What of the spill is not among the pieces yet. */
  #from = 0;
  #to = 0;

  add(piece: Bytes): void {
    // A small view keeps its whole packet alive, and a packet may hold many.
    if (piece.byteLength >= SMALL && piece.byteLength * 2 >= piece.buffer.byteLength) {
      this.#takeSpilt();
      this.#pieces.push(piece);
      return;
    }
    for (let at = 0; at < piece.byteLength; ) {
      if (this.#to === this.#spill.byteLength) {
        this.#takeSpilt();
        this.#spill = new Uint8Array(SPILL);
        this.#from = this.#to = 0;
      }
      const run = piece.subarray(at, at + this.#spill.byteLength - this.#to);
      this.#spill.set(run, this.#to);
      this.#to += run.byteLength;
      at += run.byteLength;
    }
  }

  /** All bytes, in a buffer that is nobody else's. */
  join(): Bytes {
    this.#takeSpilt();
    // One piece comes back as it is, in its packet.
    return this.#pieces.length === 1 ? (this.#pieces[0] as Bytes).slice() : concat(this.#pieces);
  }

  #takeSpilt(): void {
    if (this.#to > this.#from) this.#pieces.push(this.#spill.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }
}

const NOTHING: Bytes = /* @__PURE__ */ new Uint8Array(0);
