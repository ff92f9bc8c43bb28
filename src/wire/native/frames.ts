/** Packets and frames of the native profile: docs/protocol.md, section 3. */

import type { Bytes } from '../bytes.js';
import { badMessage } from '../failures.js';
import { MAX_VARINT, VarintReader, writeVarint } from './varint.js';

export const FrameType = {
  At: 0x01,
  Ack: 0x02,
  Resend: 0x03,
  Probe: 0x04,
  Open: 0x05,
  Accept: 0x06,
  Refuse: 0x07,
  Close: 0x08,
  Value: 0x10,
  Bytes: 0x11,
  Text: 0x12,
  Start: 0x13,
  More: 0x14,
  Ping: 0x20,
  Pong: 0x21,
  Goodbye: 0x22,
  Farewell: 0x23,
  Hello: 0x24,
  Leave: 0x25,
  Pause: 0x26,
  Lane: 0x28,
  Transfer: 0x30,
  Abort: 0x31,
} as const;

/** What a message's bytes are: a frame type of its own where the message is whole. */
export type MessageKind = typeof FrameType.Value | typeof FrameType.Bytes | typeof FrameType.Text;

/** Most bytes of a frame that are not its body. */
export const MAX_FRAME_HEADER = 1 + MAX_VARINT;

/** What a message costs beside its bytes, so that empty ones are not free. */
export const MESSAGE_COST = 16;

/** One frame by itself. */
export function frameOf(type: number, body: Uint8Array = NOTHING): Bytes {
  const bytes = new Uint8Array(MAX_FRAME_HEADER + body.byteLength);
  bytes[0] = type;
  const at = writeVarint(bytes, 1, body.byteLength);
  bytes.set(body, at);
  return bytes.subarray(0, at + body.byteLength);
}

/** One frame of numbers, 15 at the most. */
export function numbersFrame(type: number, ...numbers: readonly number[]): Bytes {
  const bytes = new Uint8Array(2 + numbers.length * MAX_VARINT);
  return bytes.subarray(0, writeNumbersFrame(bytes, 0, type, numbers));
}

/** Writes such a frame, for which there must be room, and gives the place after it. */
export function writeNumbersFrame(bytes: Uint8Array, at: number, type: number, numbers: readonly number[]): number {
  let end = at + 2;
  for (const number of numbers) end = writeVarint(bytes, end, number);
  bytes[at] = type;
  // One byte: so few numbers take less than 128.
  bytes[at + 1] = end - at - 2;
  return end;
}

/**
 * Takes a packet apart, in order. The bodies are views of the packet.
 * @param visit gives false to stop.
 * @throws PeerError `bad-message` where the packet ends within a frame.
 */
export function eachFrame(packet: Bytes, visit: (type: number, body: Bytes) => unknown): void {
  const header = new VarintReader(packet);
  for (let at = 0; at < packet.byteLength; ) {
    header.at = at + 1;
    const length = header.next();
    const end = header.at + length;
    if (end > packet.byteLength) throw badMessage('A packet ends within a frame.');
    if (visit(packet[at] as number, packet.subarray(header.at, end)) === false) return;
    at = end;
  }
}

/**
 * The numbers of a frame's body.
 * @throws PeerError `bad-message` where there are not exactly so many.
 */
export function numbersOf(body: Bytes, count: number): number[] {
  const reader = new VarintReader(body);
  const numbers: number[] = [];
  while (numbers.length < count) numbers.push(reader.next());
  if (reader.at !== body.byteLength) throw badMessage('A frame has another length than its numbers.');
  return numbers;
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);
