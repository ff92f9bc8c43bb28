/** Frames on a bare channel, as fast as it takes them. */

const KIB = 1024;

/**
 * How many bytes wait in the browser's buffer at most, and at how few it calls for more. Wide ones were the faster on a quiet
 * machine, narrow ones at times on a busy one.
 */
export const WIDE_MARKS = { high: 1024 * KIB, low: 256 * KIB };
export const NARROW_MARKS = { high: 256 * KIB, low: 64 * KIB };

/** Sends them all; resolves when the browser has taken the last. */
export async function sendFrames(channel, frames, { high, low }) {
  channel.bufferedAmountLowThreshold = low;
  for (const frame of frames) {
    if (channel.bufferedAmount > high) {
      await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }));
    }
    channel.send(frame);
  }
}

/** The bytes in frames of a size; the last may be shorter. */
export function* framesOf(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A Blob of so many bytes, made of a small one over and over: only the small one takes memory. */
export function largeBlob(size) {
  const part = new Blob([crypto.getRandomValues(new Uint8Array(64 * KIB))]);
  return new Blob(Array.from({ length: Math.ceil(size / part.size) }, () => part)).slice(0, size);
}
