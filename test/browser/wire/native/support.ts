/** What the tests of the native profile's wire floor share. */

import { expect } from '@open-wc/testing';

import { concat } from '../../../../src/wire/bytes.js';
import {
  DEFAULT_WIRE_LIMITS,
  eachFrame,
  readBlobs,
  serializerFor,
  type Bytes,
  type NativeCodec,
  type NativeCodecContext,
  type NativeMessage,
} from '../../../../src/wire/index.js';
import { hex } from '../support.js';

/** The codec of a serialization, with files and JSON as the page's `stringify` and `parse`. */
export function codec(serialization: string, context: Partial<NativeCodecContext> = {}): NativeCodec {
  return serializerFor(serialization)!.codec!({
    limits: DEFAULT_WIRE_LIMITS,
    files: true,
    stringify: JSON.stringify,
    parse: JSON.parse,
    ...context,
  });
}

/** All bytes of a message, its Blobs read: as many as it says. */
export async function bodyOf(message: NativeMessage): Promise<Bytes> {
  const body = concat(await readBlobs(message.parts));
  expect(body.byteLength).to.equal(message.byteLength);
  return body;
}

/** What a value is when it arrives. */
export async function carried(from: NativeCodec, value: unknown, to: NativeCodec = from): Promise<unknown> {
  const message = from.encode(value);
  return to.decode(message.kind, await bodyOf(message), false);
}

/** The frames of a packet: types, and bodies in hexadecimal. */
export function framesIn(packet: Bytes): [number, string][] {
  const frames: [number, string][] = [];
  eachFrame(packet, (type, body) => frames.push([type, hex(body)]));
  return frames;
}
