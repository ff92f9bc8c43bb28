import type { Bytes, Part } from '../bytes.js';
import type { SerializerContext } from '../serializer.js';
import type { MessageKind } from './frames.js';

/** One message of the native profile on its way out: a snapshot, Blobs excepted, which are read when its turn comes. */
export interface NativeMessage {
  readonly kind: MessageKind;
  /** Bytes of all parts together: exact. */
  readonly byteLength: number;
  readonly parts: readonly Part[];
}

/**
 * Turns the values of one connection into messages and messages into values. Pure and without memory: cutting, order and
 * flow are the stream's.
 */
export interface NativeCodec {
  /**
   * Snapshots a value: the caller may change or transfer its bytes afterwards.
   * @throws PeerError `invalid-data` for a value that cannot be serialized.
   */
  encode(value: unknown): NativeMessage;
  /**
   * The value of a message. What it gives is its own: nothing in it shares memory with the body, unless `owned` says that
   * the body's whole buffer is this message's and nobody else's.
   * @throws PeerError `bad-message`
   */
  decode(kind: MessageKind, body: Bytes, owned: boolean): unknown;
}

/** What both sides of a connection can do, beyond the base of the profile. */
export interface NativeCodecContext extends SerializerContext {
  /** Whether Files and Blobs may travel with their name and type. */
  readonly files: boolean;
}

/** Makes the codec of one connection. */
export type NativeCodecFactory = (context: NativeCodecContext) => NativeCodec;
