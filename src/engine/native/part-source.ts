import { toPeerError, type PeerError } from '../../errors.js';
import { isBytes, readBlobs, type Bytes, type Part } from '../../wire/bytes.js';
import { Fifo } from './fifo.js';

/** How much of a Blob is read at a time, in bytes: one such piece is ready while the next is being read. */
const SLICE = 1024 * 1024;

/** What a source tells of its Blobs. Nothing is called after `end()`, nor within a call of the source. */
export interface PartSourceOwner {
  /** There is more to read, or {@link PartSource.prepared} has become true. */
  filled(): void;
  /** A Blob can no longer be read: `invalid-data`. The source is of no use any more. */
  failed(error: PeerError): void;
}

/** The bytes of one large message, in order, its Blobs read piece by piece. */
export class PartSource {
  readonly #owner: PartSourceOwner;
  readonly #parts: readonly Part[];
  readonly #pieces = new Fifo<Bytes>();
  /** The next part, and how much of it has been read where it is a Blob. */
  #part = 0;
  #offset = 0;
  /** How much of the first piece was taken. */
  #taken = 0;
  #ready = 0;
  #reading = false;
  #prepared = false;
  #ended = false;

  constructor(parts: readonly Part[], owner: PartSourceOwner) {
    this.#parts = parts;
    this.#owner = owner;
    const blobs = parts.filter((part) => !isBytes(part));
    this.#prepared = blobs.length === 0;
    if (this.#prepared) this.#fill();
    else void this.#prepare(blobs);
  }

  /** Whether every Blob could be read when the message's turn came, and the first bytes are there. */
  get prepared(): boolean {
    return this.#prepared;
  }

  /** Bytes that can be read now. */
  get ready(): number {
    return this.#ready;
  }

  /** Fills the target, for which enough bytes are ready. */
  read(target: Bytes): void {
    for (let at = 0; at < target.byteLength; ) {
      const piece = this.#pieces.at(0) as Bytes;
      const run = piece.subarray(this.#taken, this.#taken + target.byteLength - at);
      target.set(run, at);
      at += run.byteLength;
      this.#taken += run.byteLength;
      if (this.#taken < piece.byteLength) continue;
      this.#pieces.shift();
      this.#taken = 0;
    }
    this.#ready -= target.byteLength;
    this.#fill();
  }

  /** Idempotent. */
  end(): void {
    this.#ended = true;
    this.#pieces.clear();
    this.#ready = 0;
  }

  /** A file that was deleted shows at its first byte, before anything has been sent. */
  async #prepare(blobs: readonly Part[]): Promise<void> {
    try {
      await readBlobs(blobs.map((blob) => (blob as Blob).slice(0, 1)));
    } catch (error) {
      return this.#fail(error);
    }
    this.#fill();
    if (!this.#reading) this.#filled();
  }

  #fill(): void {
    while (!this.#reading && !this.#ended) {
      const part = this.#parts[this.#part];
      if (part === undefined) return;
      if (isBytes(part)) {
        this.#add(part);
      } else if (this.#offset < part.size) {
        if (this.#ready < SLICE) void this.#load(part);
        return;
      }
      this.#part++;
      this.#offset = 0;
    }
  }

  async #load(blob: Blob): Promise<void> {
    this.#reading = true;
    const end = Math.min(this.#offset + SLICE, blob.size);
    try {
      for (const piece of await readBlobs([blob.slice(this.#offset, end)])) this.#add(piece);
    } catch (error) {
      return this.#fail(error);
    }
    this.#offset = end;
    this.#reading = false;
    this.#fill();
    this.#filled();
  }

  #add(piece: Bytes): void {
    if (piece.byteLength === 0) return;
    this.#pieces.push(piece);
    this.#ready += piece.byteLength;
  }

  #filled(): void {
    this.#prepared = true;
    if (!this.#ended) this.#owner.filled();
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.end();
    this.#owner.failed(toPeerError(error, 'invalid-data'));
  }
}
