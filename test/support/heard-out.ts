import { announcementOf, newNonce } from '../../src/engine/native/announcement.js';
import type { MutePeer } from './mute-peer.js';
import { uniqueId } from './peers.js';

/**
 * Resolves when a peer of this engine has taken everything that was said to it so far. PeerServer keeps the order of what one
 * socket says to another, and a native ANSWER to a call that was given up is answered.
 */
export async function heardOut(mute: MutePeer, dst: string): Promise<void> {
  const connectionId = uniqueId('marker');
  const native = announcementOf(newNonce(), { window: 65_536, maxMessageSize: 65_536 });
  mute.say({ type: 'ANSWER', dst, payload: { type: 'data', connectionId, native } });
  for (;;) {
    const { payload } = await mute.next('CANDIDATE');
    if (payload.connectionId === connectionId) return;
  }
}
