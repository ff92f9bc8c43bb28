/**
 * PeerJS's in-band control: a top-level object with a truthy `__peerData`. A number there marks a chunk, `{type:'close'}`
 * asks to close, and a PeerJS peer swallows every other one.
 */

import { invalidData } from './failures.js';

/** Asks the remote to close once it has everything. As PeerJS since 1.5 sends it. */
export const CLOSE = { __peerData: { type: 'close' } };

/** The value's `__peerData`; undefined for anything that has none, null included (on which PeerJS throws). */
export function peerDataOf(value: unknown): unknown {
  return (value as { __peerData?: unknown } | null | undefined)?.__peerData;
}

/** Whether a value's `__peerData` asks to close. */
export function isClose(peerData: unknown): boolean {
  return (peerData as { type?: unknown } | null | undefined)?.type === 'close';
}

/** @throws PeerError `invalid-data` for a page's value that the remote would take for a control. */
export function refuseControl(value: unknown): void {
  if (peerDataOf(value)) {
    throw invalidData('An object with "__peerData" cannot be sent, the protocol uses that name: wrap it in another object.');
  }
}
