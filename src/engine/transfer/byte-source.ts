import { PeerError, messageOf } from '../../errors.js';
import type { Bytes } from '../../wire/index.js';

/** Where a transfer's bytes come from, piece by piece: never all of them in memory. */
export interface ByteSource {
  /** In bytes; undefined where it is not known. */
  readonly size: number | undefined;
  /**
   * The next piece, of at most `most` bytes; undefined at the end. Its bytes are nobody else's.
   * @throws PeerError `invalid-data` where the source can't be read any more
   */
  read(most: number): Promise<Bytes | undefined>;
  /** Nothing more is wanted. Idempotent. */
  cancel(reason: unknown): void;
}

/** How much of a Blob is read at a time, in bytes: one look at the disk for a dozen pieces. */
const SLICE = 1024 * 1024;

/** A source of what a page gives to `transfer()`. @throws PeerError `invalid-data` for anything else. */
export function byteSource(source: unknown): ByteSource {
  if (source instanceof Blob) return new BlobSource(source);
  if (source instanceof ReadableStream) return new StreamSource(source as ReadableStream<unknown>);
  throw new PeerError('invalid-data', 'transfer() takes a Blob, a File or a ReadableStream of Uint8Arrays.');
}

/** Reads slices, one ahead. */
class BlobSource implements ByteSource {
  readonly #blob: Blob;
  #at = 0;
  #slice: Bytes = new Uint8Array(0);
  #ahead: Promise<Bytes> | undefined;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get size(): number {
    return this.#blob.size;
  }

  async read(most: number): Promise<Bytes | undefined> {
    if (this.#slice.byteLength === 0) {
      if (this.#at >= this.#blob.size && !this.#ahead) return undefined;
      try {
        this.#slice = await (this.#ahead ?? this.#load());
      } catch (cause) {
        throw new PeerError('invalid-data', `The file can no longer be read (${messageOf(cause)}): choose it again.`, { cause });
      }
      this.#ahead = this.#at < this.#blob.size ? this.#load() : undefined;
      this.#ahead?.catch(() => undefined); // Told when its turn comes.
    }
    const piece = this.#slice.subarray(0, most);
    this.#slice = this.#slice.subarray(piece.byteLength);
    return piece;
  }

  cancel(): void {
    this.#at = this.#blob.size;
    this.#slice = new Uint8Array(0);
    this.#ahead = undefined;
  }

  async #load(): Promise<Bytes> {
    const end = Math.min(this.#at + SLICE, this.#blob.size);
    const slice = this.#blob.slice(this.#at, end);
    this.#at = end;
    const bytes = new Uint8Array(await slice.arrayBuffer());
    if (bytes.byteLength !== slice.size) throw new Error('its size has changed');
    return bytes;
  }
}

/** Reads as much as is wanted: the stream's own backpressure does the rest. */
class StreamSource implements ByteSource {
  readonly size = undefined;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  #rest: Bytes = new Uint8Array(0);

  constructor(stream: ReadableStream<unknown>) {
    try {
      this.#reader = stream.getReader();
    } catch (cause) {
      throw new PeerError('invalid-data', 'The stream has a reader already.', { cause });
    }
  }

  async read(most: number): Promise<Bytes | undefined> {
    while (this.#rest.byteLength === 0) {
      let step: ReadableStreamReadResult<unknown>;
      try {
        step = await this.#reader.read();
      } catch (cause) {
        throw new PeerError('invalid-data', `The stream has failed: ${messageOf(cause)}`, { cause });
      }
      if (step.done) return undefined;
      this.#rest = ownBytes(step.value);
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.byteLength);
    return piece;
  }

  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => undefined);
  }
}

/** A copy: the stream's producer may use its buffer again. */
function ownBytes(chunk: unknown): Bytes {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice();
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk.slice(0));
  throw new PeerError('invalid-data', 'A transferred stream has to give Uint8Arrays.');
}
