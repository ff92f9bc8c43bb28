import { type Bytes, type Part } from '../../wire/bytes.js';
import { FrameType, numbersFrame } from '../../wire/native/frames.js';
import { varintSize, writeVarint } from '../../wire/native/varint.js';

/** Largest packet that a stream makes, in bytes: docs/protocol.md, section 3. */
export const MAX_PACKET = 65_536;
/** Room in front, for an ACK that is put in at the end: a header and three numbers. */
const LEAD = 2 + 3 * 8;

/**
 * Where packets are built. One for the page: a packet is begun and taken within one call, and one for each stream would
 * cost a page with a thousand of them 64 MB.
 */
let scratch: Bytes | undefined;

/**
 * Buffers of packets that have arrived, for the next ones: a large file would else leave behind as much garbage as it has bytes,
 * and the page's memory would grow until the next collection.
 */
const spare: ArrayBuffer[] = [];
const MOST_SPARE = 32;
/** Packets from this size on have such a buffer, in bytes. */
const LARGE_PACKET = 16 * 1024;

/** The packet has arrived, and nobody will look at its bytes again. */
export function recycle({ buffer }: Bytes): void {
  if (buffer.byteLength === MAX_PACKET && spare.length < MOST_SPARE) spare.push(buffer);
}

/** A copy of its own. */
function copyOf(bytes: Bytes): Bytes {
  if (bytes.byteLength < LARGE_PACKET) return bytes.slice();
  const copy = new Uint8Array(spare.pop() ?? new ArrayBuffer(MAX_PACKET), 0, bytes.byteLength);
  copy.set(bytes);
  return copy;
}

/** Builds one packet of a stream: `AT`, and stream frames after it. */
export class PacketBuilder {
  #bytes: Bytes = NOTHING;
  #start = 0;
  #at = 0;
  #end = 0;
  #first = 0;

  /** A new packet, whose stream frames begin at this position. */
  begin(position: number, size: number): void {
    this.#bytes = scratch ??= new Uint8Array(MAX_PACKET);
    this.#end = Math.min(size, MAX_PACKET);
    this.#start = this.#at = LEAD;
    this.header(FrameType.At, varintSize(position));
    this.varint(position);
    this.#first = this.#at;
  }

  /** Whether it has no stream frame yet. */
  get empty(): boolean {
    return this.#at === this.#first;
  }

  /** Bytes of stream frames so far. */
  get used(): number {
    return this.#at - this.#first;
  }

  /** Bytes that still fit. */
  get room(): number {
    return this.#end - this.#at;
  }

  header(type: number, length: number): void {
    this.#bytes[this.#at++] = type;
    this.varint(length);
  }

  byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  varint(value: number): void {
    this.#at = writeVarint(this.#bytes, this.#at, value);
  }

  /** Parts of which each is bytes. */
  parts(parts: readonly Part[]): void {
    for (const part of parts as readonly Bytes[]) {
      this.#bytes.set(part, this.#at);
      this.#at += part.byteLength;
    }
  }

  /** Room for so many bytes, to be filled at once. */
  reserve(length: number): Bytes {
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  /** The packet, and the part of it that is to be sent again if it is lost: without the `ACK`, which grows old. */
  take(ack: readonly number[] | undefined): { packet: Bytes; kept: Bytes } {
    if (!ack) {
      const packet = copyOf(this.#bytes.subarray(this.#start, this.#at));
      return { packet, kept: packet };
    }
    const frame = numbersFrame(FrameType.Ack, ...ack);
    this.#start -= frame.byteLength;
    this.#bytes.set(frame, this.#start);
    const packet = copyOf(this.#bytes.subarray(this.#start, this.#at));
    return { packet, kept: packet.subarray(frame.byteLength) };
  }
}

const NOTHING: Bytes = /* @__PURE__ */ new Uint8Array(0);
