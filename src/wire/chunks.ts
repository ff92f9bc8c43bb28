/**
 * PeerJS's chunks: a packed message of more than 16300 bytes travels as maps `{__peerData, n, data, total}`, each packed
 * and sent as a frame of its own, in any order.
 */

import { pack } from './binarypack/pack.js';
import { concat, sizeOf, type Bytes } from './bytes.js';
import { badMessage } from './failures.js';
import type { WireLimits } from './serializer.js';

/** Bytes of a message in one chunk: PeerJS's `chunkedMTU`. Larger messages do not pass between older browsers. */
export const CHUNK_SIZE = 16_300;

/**
 * What a kept chunk counts at least, in bytes: about what its objects cost. Without it a remote could fill the memory
 * with millions of one-byte chunks.
 */
const MIN_CHARGE = 256;

/** One chunk as it is decoded. Nothing in it can be trusted. */
export interface Chunk {
  /** The message's number, counted from 1 by the sender. */
  readonly __peerData: number;
  /** The chunk's place in the message, from 0. */
  readonly n?: unknown;
  /** The chunk's bytes: a Uint8Array or an ArrayBuffer. */
  readonly data?: unknown;
  /** How many chunks the message has. */
  readonly total?: unknown;
}

/**
 * The frames of a message in chunks. Each is made when it is asked for.
 * @param id the message's number: from 1, another for every message of the connection.
 */
export function* chunkFrames(parts: readonly Bytes[], id: number): Generator<Bytes, void, undefined> {
  const total = Math.ceil(sizeOf(parts) / CHUNK_SIZE);
  let n = 0;
  for (const data of runs(parts)) {
    const [frame] = pack({ __peerData: id, n: n++, data, total }) as [Bytes];
    yield frame;
  }
}

/** The parts' bytes in runs of {@link CHUNK_SIZE}. A run is valid until the next is asked for. */
function* runs(parts: readonly Bytes[]): Generator<Bytes, void, undefined> {
  const seam = new Uint8Array(CHUNK_SIZE);
  let filled = 0;
  for (const part of parts) {
    for (let at = 0; at < part.byteLength; ) {
      const run = part.subarray(at, at + CHUNK_SIZE - filled);
      at += run.byteLength;
      if (run.byteLength === CHUNK_SIZE) {
        yield run;
        continue;
      }
      seam.set(run, filled);
      filled += run.byteLength;
      if (filled < CHUNK_SIZE) continue;
      filled = 0;
      yield seam;
    }
  }
  if (filled > 0) yield seam.subarray(0, filled);
}

/** One message on its way in. */
interface Group {
  readonly total: number;
  /** The chunks so far, by place. Absent once the group was dropped: it stays to swallow the rest of its chunks. */
  chunks?: Map<number, Bytes> | undefined;
  /** Bytes of the chunks. */
  size: number;
  /** What the chunks count against the bound; 0 once dropped. */
  charge: number;
  /** How many chunks came: after a drop, duplicates cannot be told and count too. */
  seen: number;
}

/** Puts the chunks of one connection together again, within bounds. */
export class Reassembly {
  readonly #limits: WireLimits;
  /** In order of their first chunk, the oldest first. */
  readonly #groups = new Map<number, Group>();
  #charge = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
  }

  /** Messages of which some chunks are there, dropped ones included whose rest is still to come. */
  get partialMessages(): number {
    return this.#groups.size;
  }

  /** What the kept chunks count against `maxMessageSize`. */
  get charge(): number {
    return this.#charge;
  }

  /**
   * Takes a chunk, and gives the message that it completes. A chunk that is there already is ignored.
   *
   * Memory stays bounded: a message larger than `maxMessageSize` is dropped. Where all partial messages together are
   * larger, or are more than `maxPartialMessages`, the oldest are dropped: on a lossy channel those will never be
   * complete. The other messages go on, the chunk's own included.
   *
   * @throws PeerError `bad-message` for a malformed chunk, which changes nothing, and where a message was dropped.
   */
  add(chunk: Chunk): Bytes | undefined {
    const { __peerData: id, n, total } = chunk;
    const data = chunk.data instanceof ArrayBuffer ? new Uint8Array(chunk.data) : chunk.data;
    const known = this.#groups.get(id);
    if (
      !(isCount(n) && isCount(total) && n < total && data instanceof Uint8Array) ||
      (known !== undefined && known.total !== total)
    ) {
      throw badMessage('A chunk is malformed.');
    }
    const group = known ?? { total, chunks: new Map<number, Bytes>(), size: 0, charge: 0, seen: 0 };
    const { chunks } = group;
    if (chunks?.has(n)) return undefined;
    if (++group.seen === total) this.#groups.delete(id);
    else this.#groups.set(id, group);
    if (chunks === undefined) return undefined;

    // A view keeps its whole frame alive, of which it may be a small part.
    const bytes = (data.byteLength * 2 < data.buffer.byteLength ? data.slice() : data) as Bytes;
    const charge = Math.max(bytes.byteLength, MIN_CHARGE);
    chunks.set(n, bytes);
    group.size += bytes.byteLength;
    group.charge += charge;
    this.#charge += charge;
    if (group.size > this.#limits.maxMessageSize) {
      this.#drop(group);
      throw badMessage(`A message in chunks is larger than ${this.#limits.maxMessageSize} bytes.`);
    }
    if (group.seen === total) {
      this.#drop(group);
      return concat(Array.from({ length: total }, (_, place) => chunks.get(place) as Bytes));
    }
    this.#bound(group);
    return undefined;
  }

  /** Drops the oldest groups until the bounds hold again, the newest last. */
  #bound(newest: Group): void {
    const { maxMessageSize, maxPartialMessages } = this.#limits;
    let lost = false;
    const drop = (group: Group): void => {
      lost ||= group.chunks !== undefined;
      this.#drop(group);
    };
    for (const [id, group] of this.#groups) {
      if (this.#groups.size <= maxPartialMessages) break;
      drop(group);
      this.#groups.delete(id);
    }
    for (const group of this.#groups.values()) {
      if (this.#charge <= maxMessageSize) break;
      if (group !== newest) drop(group);
    }
    if (this.#charge > maxMessageSize) drop(newest);
    if (lost) throw badMessage('Too many or too large half-received messages: the oldest was dropped.');
  }

  /** Releases a group's bytes. */
  #drop(group: Group): void {
    this.#charge -= group.charge;
    group.charge = 0;
    group.chunks = undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
