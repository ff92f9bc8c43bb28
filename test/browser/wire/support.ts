/** What the tests of the wire floor share: bytes as text, the errors expected, serializers without a connection. */

import { expect } from '@open-wc/testing';

import { PeerError } from '../../../src/errors.js';
import { pack } from '../../../src/wire/binarypack/pack.js';
import { concat, type Bytes } from '../../../src/wire/bytes.js';
import {
  DEFAULT_WIRE_LIMITS,
  type Frame,
  type IncomingMessage,
  type OutgoingMessage,
  type Serializer,
  type SerializerContext,
  type SerializerFactory,
  type WireLimits,
} from '../../../src/wire/index.js';

/** Bytes in hexadecimal, without spaces. */
export function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of a hexadecimal text; spaces are for the reader. */
export function unhex(text: string): Bytes {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (byte) => parseInt(byte, 16));
}

/** A value's BinaryPack bytes, of a value without Blobs. */
export function packed(value: unknown): Bytes {
  return concat(pack(value) as Bytes[]);
}

/** The PeerError of that type that the action throws. */
export function refused(type: string, action: () => unknown): PeerError {
  let result: unknown;
  try {
    result = action();
  } catch (error) {
    expect(error, String((error as Error).stack)).to.be.instanceOf(PeerError);
    expect((error as PeerError).type).to.equal(type);
    return error as PeerError;
  }
  throw new Error(`expected ${type}, but it gave ${String(result)}`);
}

/** The PeerError of that type with which the promise rejects. */
export async function rejected(type: string, promise: Promise<unknown>): Promise<PeerError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return refused(type, () => {
    throw error;
  });
}

/** A serializer with these limits and JSON as the page's `stringify` and `parse`. */
export function serializer(
  create: SerializerFactory,
  limits: Partial<WireLimits> = {},
  context: Partial<SerializerContext> = {},
): Serializer {
  return create({ limits: { ...DEFAULT_WIRE_LIMITS, ...limits }, stringify: JSON.stringify, parse: JSON.parse, ...context });
}

/** A message's frames, its Blobs read. */
export async function framesOf(message: OutgoingMessage): Promise<Frame[]> {
  await message.load?.();
  return [...message.frames()];
}

/** A frame as it arrives. */
export function arrived(frame: Frame): string | ArrayBuffer {
  return typeof frame === 'string' ? frame : frame.slice().buffer;
}

/** What the frames bring, in order. */
export function receive(receiver: Serializer, frames: Iterable<Frame>): IncomingMessage[] {
  return [...frames].flatMap((frame) => receiver.decode(arrived(frame)));
}

/** The one value that the frames bring. */
export function received(receiver: Serializer, frames: Iterable<Frame>): unknown {
  const messages = receive(receiver, frames);
  expect(messages).to.have.length(1);
  const [message] = messages as [IncomingMessage];
  if (message.type !== 'data') throw new Error('expected data, but the remote wants to close');
  return message.data;
}

/** Bytes that look like nothing in particular; the same for the same seed. */
export function noise(length: number, seed = 1): Bytes {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** Fails where two long byte arrays differ, without printing them. */
export function expectSameBytes(actual: unknown, expected: ArrayBuffer | Uint8Array): void {
  const left = new Uint8Array(actual as ArrayBuffer);
  const right = new Uint8Array(expected);
  expect(left.byteLength).to.equal(right.byteLength);
  expect(left.findIndex((byte, at) => byte !== right[at]), 'first difference').to.equal(-1);
}

/** `depth` arrays, one in the other. */
export function nested(depth: number): unknown[] {
  let value: unknown[] = [];
  for (let i = 1; i < depth; i++) value = [value];
  return value;
}
