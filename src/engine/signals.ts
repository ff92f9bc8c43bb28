import { PeerError } from '../errors.js';
import { NATIVE } from './native/announcement.js';
import type { TransportSignal } from './transport.js';

/**
 * What peers say to each other in the payloads of OFFER, ANSWER and CANDIDATE (PeerJS's, byte for byte, and the native
 * profile's announcement behind it), and the check of everything that a remote put into one before any of it is used.
 */

/** Longest id, label or name taken from a remote, in characters. */
export const MAX_NAME = 1_024;
/** Longest session description taken from a remote, in characters. A real one has a few thousand. */
const MAX_SDP = 256 * 1024;

export interface OfferPayload {
  readonly sdp: RTCSessionDescriptionInit;
  readonly type: 'data' | 'media';
  readonly connectionId: string;
  readonly metadata?: unknown;
  readonly label: string;
  readonly reliable: boolean;
  /** The serialization's name on the wire. */
  readonly serialization: string;
}

/** What an offer says of its connection. */
export type OfferedConnection = Omit<OfferPayload, 'sdp' | 'type'>;

/**
 * The payload that carries a link's signal, its fields in PeerJS's order.
 * @param native the announcement, where there is one to make.
 */
export function payloadOf(signal: TransportSignal, connection: OfferedConnection, native?: object): object {
  const { connectionId, metadata, label, reliable, serialization } = connection;
  if (signal.type === 'CANDIDATE') return { candidate: signal.candidate, type: 'data', connectionId };
  const announced = native && { [NATIVE]: native };
  if (signal.type === 'ANSWER') return { sdp: signal.sdp, type: 'data', connectionId, ...announced };
  return { sdp: signal.sdp, type: 'data', connectionId, metadata, label, reliable, serialization, ...announced };
}

/** The ANSWER by which a connection of a native caller is declined. */
export function refusalOf(connectionId: string, native: object): object {
  return { type: 'data', connectionId, refused: true, [NATIVE]: native };
}

/** The CANDIDATE by which a native link is given up before it stands. */
export function withdrawalOf(connectionId: string, native: object): object {
  return { type: 'data', connectionId, withdrawn: true, [NATIVE]: native };
}

/** The CANDIDATE by which a page says that it is put aside, and perhaps comes back to that link. */
export function pauseOf(connectionId: string, native: object): object {
  return { type: 'data', connectionId, paused: true, [NATIVE]: native };
}

/** Whether an ANSWER declines. To be believed of a native remote only. */
export function isRefusal(payload: unknown): boolean {
  return record(payload).refused === true;
}

/** Whether a CANDIDATE gives the link up. To be believed of a native remote only. */
export function isWithdrawal(payload: unknown): boolean {
  return record(payload).withdrawn === true;
}

/** Whether a CANDIDATE says that its sender's page is put aside. To be believed of a native remote only. */
export function isPause(payload: unknown): boolean {
  return record(payload).paused === true;
}

/**
 * Checks an OFFER's payload. Absent fields get PeerJS's defaults: the label is then the connection id.
 * @throws PeerError `bad-signal`
 */
export function parseOffer(payload: unknown): OfferPayload {
  const fields = record(payload);
  return {
    sdp: parseDescription(fields.sdp, 'offer'),
    type: fields.type === 'media' ? 'media' : 'data',
    ...parseOffered(fields),
  };
}

/**
 * What an OFFER's payload, or an opening in band, says of its connection.
 * @throws PeerError `bad-signal`
 */
export function parseOffered(fields: Record<string, unknown>): OfferedConnection {
  const connectionId = name(fields.connectionId, 'connectionId');
  return {
    connectionId,
    metadata: fields.metadata,
    label: fields.label == null ? connectionId : name(fields.label, 'label'),
    reliable: fields.reliable === true,
    serialization: fields.serialization == null ? 'binary' : name(fields.serialization, 'serialization'),
  };
}

/** @throws PeerError `bad-signal` */
export function parseAnswer(payload: unknown): RTCSessionDescriptionInit {
  return parseDescription(record(payload).sdp, 'answer');
}

/** @throws PeerError `bad-signal` */
export function parseCandidate(payload: unknown): RTCIceCandidateInit {
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = record(record(payload).candidate);
  if (typeof candidate !== 'string' || candidate.length > MAX_NAME) throw bad('candidate');
  return {
    candidate,
    sdpMid: shortText(sdpMid),
    sdpMLineIndex: typeof sdpMLineIndex === 'number' ? sdpMLineIndex : null,
    usernameFragment: shortText(usernameFragment),
  };
}

/** The connection a payload speaks of. @throws PeerError `bad-signal` */
export function connectionIdOf(payload: unknown): string {
  return name(record(payload).connectionId, 'connectionId');
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw bad('payload');
  return value as Record<string, unknown>;
}

function name(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_NAME) throw bad(field);
  return value;
}

/** A text of a candidate's; null for what is none, or cannot be one by its length. */
function shortText(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_NAME ? value : null;
}

/** @throws PeerError `bad-signal` */
export function parseDescription(value: unknown, type: 'offer' | 'answer'): RTCSessionDescriptionInit {
  const { sdp } = record(value);
  if (typeof sdp !== 'string' || sdp.length > MAX_SDP) throw bad('sdp');
  return { type, sdp };
}

function bad(field: string): PeerError<'bad-signal'> {
  return new PeerError('bad-signal', `A remote peer sent a signaling message whose ${field} is missing or malformed. It was ignored.`);
}
