import { parseAnswer, parseCandidate, parseDescription } from '../signals.js';
import type { TransportSignal } from '../transport.js';
import { NATIVE } from './announcement.js';

/** What two native peers say by way of signaling to get a link back that they have lost: docs/protocol.md, section 10. */

/** Which attempt a signal belongs to. */
export interface HealingStep {
  /** Each attempt has a number higher than any before. */
  readonly generation: number;
  /** `restart`: another path for the RTCPeerConnection that stands. `resume`: a new RTCPeerConnection. */
  readonly step: 'restart' | 'resume';
  /** Who says it: the side that made the link's first OFFER, or the other one. */
  readonly side: 'caller' | 'callee';
}

/** A signal of an attempt, checked. */
export interface HealingSignal {
  readonly healing: HealingStep;
  readonly content:
    | { readonly type: 'OFFER' | 'ANSWER'; readonly sdp: RTCSessionDescriptionInit }
    | { readonly type: 'CANDIDATE'; readonly candidate: RTCIceCandidateInit }
    /** The remote knows nothing of the link any more. */
    | { readonly type: 'REFUSAL' };
}

/** The payload of a signal. `announcement` is this side's, in which the step goes along. */
export function healingPayload(connectionId: string, content: TransportSignal | { readonly type: 'REFUSAL' }, announcement: object, healing: HealingStep): object {
  const native = { ...announcement, healing };
  const described =
    content.type === 'REFUSAL' ? { refused: true } : content.type === 'CANDIDATE' ? { candidate: content.candidate } : { sdp: content.sdp };
  return { ...described, type: 'data', connectionId, [NATIVE]: native };
}

/** The step that a payload speaks of; undefined where it is about a first negotiation. */
export function healingIn(payload: unknown): HealingStep | undefined {
  const field = (payload as { [NATIVE]?: { healing?: unknown } | null } | null)?.[NATIVE]?.healing;
  if (typeof field !== 'object' || field === null) return undefined;
  const { generation, step, side } = field as Record<string, unknown>;
  if (!Number.isSafeInteger(generation) || (generation as number) < 1) return undefined;
  if ((step !== 'restart' && step !== 'resume') || (side !== 'caller' && side !== 'callee')) return undefined;
  return { generation: generation as number, step, side };
}

/** @throws PeerError `bad-signal` */
export function healingSignal(type: 'OFFER' | 'ANSWER' | 'CANDIDATE', payload: unknown, healing: HealingStep): HealingSignal {
  if (type === 'CANDIDATE') return { healing, content: { type, candidate: parseCandidate(payload) } };
  const { sdp, refused } = payload as Record<string, unknown>;
  if (type === 'OFFER') return { healing, content: { type, sdp: parseDescription(sdp, 'offer') } };
  if (refused === true) return { healing, content: { type: 'REFUSAL' } };
  return { healing, content: { type, sdp: parseAnswer(payload) } };
}

/**
 * The fingerprint of the certificate that a description demands of its sender (RFC 8122, section 5). Undefined where it has none,
 * or several: one of them could be somebody else's.
 */
export function fingerprintOf(sdp: string): string | undefined {
  const all = new Set(Array.from(sdp.matchAll(/^a=fingerprint:(\S+) +(\S+)/gim), ([, hash = '', value = '']) => `${hash.toLowerCase()} ${value.toUpperCase()}`));
  const [fingerprint] = all;
  return all.size === 1 ? fingerprint : undefined;
}
