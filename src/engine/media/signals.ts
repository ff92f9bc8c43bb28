import { NATIVE } from '../native/announcement.js';
import type { TransportSignal } from '../transport.js';

/**
 * What the two sides of a call say to each other in the payloads of OFFER, ANSWER and CANDIDATE: PeerJS's fields, in its order,
 * and behind them the announcement by which peers of this engine know each other.
 */

/** The payload that carries a transport's signal. */
export function mediaPayload(signal: TransportSignal, connectionId: string, metadata: unknown, native?: object): object {
  if (signal.type === 'CANDIDATE') return { candidate: signal.candidate, type: 'media', connectionId };
  const announced = native && { [NATIVE]: native };
  if (signal.type === 'ANSWER') return { sdp: signal.sdp, type: 'media', connectionId, ...announced };
  return { sdp: signal.sdp, type: 'media', connectionId, metadata, ...announced };
}

/** The ANSWER by which a call of a native caller is declined. */
export function mediaRefusal(connectionId: string, native: object): object {
  return { type: 'media', connectionId, refused: true, [NATIVE]: native };
}

/** The CANDIDATE by which a call is given up before it stands. To PeerJS it says that there are no more candidates. */
export function mediaWithdrawal(connectionId: string, native: object): object {
  return { type: 'media', connectionId, withdrawn: true, [NATIVE]: native };
}

/** Whether a payload speaks of a call. */
export function isMedia(payload: unknown): boolean {
  return (payload as { type?: unknown } | null)?.type === 'media';
}
