import { FrameType, safeName, safeType } from '../../wire/index.js';
import { PeerError } from '../../errors.js';
import { limitsIn } from '../native/announcement.js';
import { jsonFrame } from '../native/in-band.js';
import type { OfferedTransfer } from './incoming-transfer.js';

const MAX_ID = 64;

/** Whether something can be the name by which a message speaks of a transfer. */
export function isAttachment(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= MAX_ID;
}

/** Declines a transfer that was offered on that channel. */
export function refuseTransfer(channel: RTCDataChannel): void {
  if (channel.readyState === 'open') channel.send(jsonFrame(FrameType.Refuse));
  channel.close();
}

/**
 * What a TRANSFER frame says, and the id of the connection that it belongs to. The name is one without a path, or empty.
 * @throws PeerError `bad-message`
 */
export function parseTransfer(fields: Record<string, unknown>): OfferedTransfer & { readonly connectionId: unknown } {
  const { connectionId, id, name, type, size, lastModified, attachment } = fields;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID) throw new PeerError('bad-message', 'A transfer of the remote peer has no id.');
  return {
    connectionId,
    id,
    name: typeof name === 'string' && name !== '' ? safeName(name) : '',
    type: safeType(type),
    size: Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : undefined,
    lastModified: Number.isSafeInteger(lastModified) ? (lastModified as number) : undefined,
    attachment: isAttachment(attachment) ? attachment : undefined,
    ...limitsIn(fields),
  };
}
