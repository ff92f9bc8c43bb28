/**
 * A serializer turns the values of one connection into frames and frames into values. It is pure: no I/O, no timers, no
 * transport. Each connection has one of its own, because chunk counters and half-received messages belong to a connection.
 */

/** What one `RTCDataChannel.send()` takes: a text frame or a binary frame. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** One message on its way out. It no longer depends on the value it was made from, its Blobs excepted. */
export interface OutgoingMessage {
  /** Bytes of all its frames together, or a close estimate: what counts against the send queue. */
  readonly byteLength: number;
  /**
   * Present only where the message holds Blobs: reads them. To be called once, when the message's turn has come, and
   * awaited before {@link frames}. Rejects with `invalid-data` where a Blob can no longer be read.
   */
  load?(): Promise<void>;
  /** The frames in order. Lazy: a frame is made when it is asked for. To be iterated once. */
  frames(): Iterable<Frame>;
}

/** What a frame brought: a whole message, or the remote's wish to close. */
export type IncomingMessage = { readonly type: 'data'; readonly data: unknown } | { readonly type: 'close' };

/** The bounds within which a remote's frames are decoded. */
export interface WireLimits {
  /** Largest message, in bytes; also the most that all half-received messages of a connection may hold together. */
  readonly maxMessageSize: number;
  /** Deepest nesting of arrays and maps. */
  readonly maxDepth: number;
  /** Most messages that may be half received at a time. */
  readonly maxPartialMessages: number;
}

export const DEFAULT_WIRE_LIMITS: WireLimits = {
  maxMessageSize: 512 * 1024 * 1024,
  maxDepth: 256,
  maxPartialMessages: 256,
};

/** What a serializer may ask of its connection. */
export interface SerializerContext {
  readonly limits: WireLimits;
  /** Used by `json`: a page may replace `connection.stringify`, as with PeerJS. */
  stringify(value: unknown): string;
  /** Used by `json`: a page may replace `connection.parse`, as with PeerJS. */
  parse(text: string): unknown;
}

export interface Serializer {
  /**
   * Snapshots a value: the caller may change or transfer its bytes afterwards. Blobs and Files are kept by reference.
   * @throws PeerError `invalid-data` for a value that cannot be serialized, `message-too-big` for one over a limit.
   */
  encode(value: unknown): OutgoingMessage;
  /**
   * Takes the next frame, in order of arrival, and gives what it completes: nothing, one message, or (stream formats)
   * several.
   * @throws PeerError `bad-message` for a frame that cannot be decoded or breaks a bound. The serializer stays usable:
   * the next frame is decoded as if the bad one had never come.
   */
  decode(frame: string | ArrayBuffer): readonly IncomingMessage[];
  /** The frame that asks the remote to close once it has everything, or undefined where the format has none (`raw`). */
  encodeClose(): Frame | undefined;
}

/** Makes the serializer of one connection. */
export type SerializerFactory = (context: SerializerContext) => Serializer;
