import type { IncomingTransfer } from '../engine/index.js';
import { PeerError } from '../errors.js';
import { given } from './settings.js';

/**
 * Holds a transfer that is offered to a channel's `max-bytes`: the sender may not know the size, or not say the truth, so one
 * that turns out larger is given up, and no byte beyond the limit reaches the page.
 *
 * @returns what speaks against it at once. A limit that is no number refuses every transfer: it must not be gone because of a
 * typing error.
 */
export function holdToLimit(transfer: IncomingTransfer, maxBytes: unknown): PeerError | undefined {
  if (given(maxBytes) === undefined) return undefined;
  const limit = Number(maxBytes);
  const { name, size = 0 } = transfer;
  if (!(limit >= 0)) return new PeerError('invalid-setting', `max-bytes has to be a number of bytes: "${name}" was declined.`);
  if (size > limit) {
    return new PeerError('message-too-big', `max-bytes lets in ${limit} bytes, and "${name}" has ${size}: raise it, or have less sent.`);
  }
  transfer.maxBytes = limit;
  return undefined;
}
