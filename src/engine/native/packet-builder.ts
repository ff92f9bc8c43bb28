import { type Bytes, type Part } from '../../wire/bytes.js';
import { FrameType, writeNumbersFrame } from '../../wire/native/frames.js';
import { MAX_VARINT, varintSize, writeVarint } from '../../wire/native/varint.js';

/** Largest packet that a stream makes, in bytes: docs/protocol.md, section 3. */
export const MAX_PACKET = 65_536;
/** Room in front, for an ACK that is put in at the end: a header and three numbers. */
const LEAD = 2 + 3 * MAX_VARINT;
/** Room behind, for a PROBE. */
const TAIL = 2 + MAX_VARINT;

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

/** Builds one packet of a stream: `AT`, and stream frames after it; around them what only this sending of it says. */
export class PacketBuilder {
  #bytes: Bytes = NOTHING;
  #start = 0;
  #at = 0;
  #end = 0;
  #first = 0;

  /** A new packet, whose stream frames begin at this position. */
  begin(position: number, size: number): void {
    this.#bytes = scratch ??= new Uint8Array(MAX_PACKET);
    this.#end = Math.min(size, MAX_PACKET) - TAIL;
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

  /**
   * The packet, and the part of it that is to be sent again if it is lost: without the `ACK`, which grows old, and the
   * `PROBE`, which tells when it was sent.
   * @param probe position after the packet, where it is to ask for an answer.
   */
  take(ack: readonly number[] | undefined, probe: number | undefined): { packet: Bytes; kept: Bytes } {
    const bytes = this.#bytes;
    let from = this.#start;
    if (ack) {
      for (const number of ack) from -= varintSize(number);
      from -= 2;
      writeNumbersFrame(bytes, from, FrameType.Ack, ack);
    }
    const to = probe === undefined ? this.#at : writeNumbersFrame(bytes, this.#at, FrameType.Probe, [probe]);
    const packet = copyOf(bytes.subarray(from, to));
    if (!ack && probe === undefined) return { packet, kept: packet };
    return { packet, kept: packet.subarray(this.#start - from, this.#at - from) };
  }
}

const NOTHING: Bytes = /* @__PURE__ */ new Uint8Array(0);
