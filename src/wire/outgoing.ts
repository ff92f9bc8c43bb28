/** The message that every serializer makes of its encoded parts. */

import { concat, isBytes, readBlobs, sizeOf, type Bytes, type Part } from './bytes.js';
import { messageTooBig } from './failures.js';
import type { Frame, OutgoingMessage } from './serializer.js';

/**
 * A message of these parts. Its `byteLength` is that of the parts, framing not counted.
 * @param toFrames makes the frames once all Blobs are read. Without it the parts are one frame.
 * @throws PeerError `message-too-big` for more than `maxSize` bytes.
 */
export function outgoing(
  parts: readonly Part[],
  maxSize: number,
  toFrames: (parts: readonly Bytes[]) => Iterable<Frame> = (parts) => [concat(parts)],
): OutgoingMessage {
  const byteLength = sizeOf(parts);
  if (byteLength > maxSize) {
    throw messageTooBig(
      `The message has ${byteLength} bytes, the limit is ${maxSize}: split it, or raise the limit on both sides.`,
    );
  }
  if (parts.every(isBytes)) return { byteLength, frames: () => toFrames(parts) };

  let loaded: readonly Bytes[] = [];
  return {
    byteLength,
    async load() {
      loaded = await readBlobs(parts);
    },
    frames: () => toFrames(loaded),
  };
}
