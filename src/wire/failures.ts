/** The errors of the wire floor. */

import { DataConnectionErrorType, ExtendedErrorType, PeerError } from '../errors.js';

/** A frame from the remote cannot be decoded, or breaks a bound. */
export function badMessage(problem: string, cause?: unknown): PeerError {
  return new PeerError(ExtendedErrorType.BadMessage, problem, { cause });
}

/** The page's value cannot be serialized. */
export function invalidData(problem: string, cause?: unknown): PeerError {
  return new PeerError(ExtendedErrorType.InvalidData, problem, { cause });
}

/** The page's value is larger than a limit. */
export function messageTooBig(problem: string): PeerError {
  return new PeerError(DataConnectionErrorType.MessageToBig, problem);
}

/** @throws PeerError `bad-message` for a frame of more than `maxSize` bytes. A text's bytes are at least its length. */
export function refuseLarge(frame: string | ArrayBuffer, maxSize: number): void {
  const size = typeof frame === 'string' ? frame.length : frame.byteLength;
  if (size > maxSize) throw badMessage(`A message of ${size} bytes, the limit is ${maxSize}.`);
}
