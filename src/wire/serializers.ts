/** The serializations that a connection can have, by name. */

import { binary } from './binary.js';
import { json } from './json.js';
import { binaryCodec, jsonCodec, rawCodec } from './native/codecs.js';
import type { NativeCodecFactory } from './native/message.js';
import { raw } from './raw.js';
import type { SerializerFactory } from './serializer.js';

/** A serialization as it is named to the other side, and what makes its serializers. */
export interface Serialization {
  /** What goes into an offer's `payload.serialization`. */
  readonly name: string;
  readonly create: SerializerFactory;
  /** What makes its codecs in the native profile; absent where the frames are the page's own. */
  readonly codec?: NativeCodecFactory;
}

/** Every name that PeerJS had since 2012. `binary-utf8` has long been the same bytes; `none` became `raw` in 1.5. */
const BUILT_IN: Readonly<Record<string, Serialization>> = {
  default: { name: 'binary', create: binary, codec: binaryCodec },
  binary: { name: 'binary', create: binary, codec: binaryCodec },
  'binary-utf8': { name: 'binary', create: binary, codec: binaryCodec },
  json: { name: 'json', create: json, codec: jsonCodec },
  raw: { name: 'raw', create: raw, codec: rawCodec },
  none: { name: 'raw', create: raw, codec: rawCodec },
};

/**
 * The serialization of that name, the page's own before the built-in ones; undefined where nobody knows the name, or where the
 * page has given a class. The name may come from a remote: `constructor` or `__proto__` is no serialization.
 */
export function serializerFor(
  name: string,
  custom: Readonly<Record<string, SerializerFactory>> = {},
): Serialization | undefined {
  const create = Object.hasOwn(custom, name) ? custom[name] : undefined;
  if (create) return isClass(create) ? undefined : { name, create };
  return Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
}

/** PeerJS's option of that name takes classes of connections, which make no serializer. */
function isClass(value: SerializerFactory): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
