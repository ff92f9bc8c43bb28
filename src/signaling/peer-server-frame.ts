import { PeerError, messageOf } from '../errors.js';
import type { IncomingSignal, SignalType } from './signaling.js';

/** What a frame from a PeerServer says. */
export type ServerFrame =
  /** From another peer, or about one. */
  | { readonly kind: 'signal'; readonly signal: IncomingSignal }
  /** The server has registered us. */
  | { readonly kind: 'open' }
  /** The server will not have us. `error` says why. */
  | { readonly kind: 'refusal'; readonly error: PeerError }
  /** A message of a type that this client does not know. */
  | { readonly kind: 'unknown'; readonly type: string }
  /** Not a message. */
  | { readonly kind: 'fault'; readonly error: PeerError };

/**
 * UTF-16 units: 4 Mi. A description has a few kilobytes, with hundreds of candidates some tens; what is larger is not
 * signaling, and would hold up the page while it is parsed.
 */
export const MAX_FRAME_LENGTH = 4 * 1024 * 1024;

/** What `peer` says when the key is wrong. It has no type of its own for that, as its predecessors had. */
const WRONG_KEY = 'Invalid key provided';

const SIGNAL_TYPES: ReadonlySet<string> = new Set<SignalType>(['OFFER', 'ANSWER', 'CANDIDATE', 'LEAVE', 'EXPIRE']);

/** Reads a frame. Never throws. `key` and `id` are what we asked for, to be named in a refusal. */
export function readFrame(data: unknown, { key, id }: { key: string; id: string }): ServerFrame {
  if (typeof data !== 'string') return fault('a binary message');
  if (data.length > MAX_FRAME_LENGTH) return fault(`a message of ${data.length} characters`);
  let message: unknown;
  try {
    message = JSON.parse(data);
  } catch (error) {
    return fault(`a message that is not JSON (${messageOf(error)})`, error);
  }
  if (!isRecord(message) || typeof message['type'] !== 'string') return fault('a message without a type');

  const { type, src, payload } = message;
  if (isSignalType(type)) {
    if (typeof src !== 'string' || src === '') return fault(`${type} without a sender`);
    return { kind: 'signal', signal: { type, src, payload } };
  }
  switch (type) {
    case 'OPEN':
      return { kind: 'open' };
    case 'ID-TAKEN':
      return refusal('unavailable-id', `ID "${id}" is taken`);
    case 'INVALID-KEY':
      return refusal('invalid-key', `API KEY "${key}" is invalid`);
    case 'ERROR':
      return refusal('server-error', reason(payload, key));
    default:
      return { kind: 'unknown', type };
  }
}

function reason(payload: unknown, key: string): string {
  const msg = isRecord(payload) ? payload['msg'] : undefined;
  if (typeof msg !== 'string' || msg === '') return 'The PeerServer refused, and gave no reason';
  return msg === WRONG_KEY ? `${msg}: "${key}". Set \`key\` to the key of the PeerServer` : msg;
}

function refusal(type: 'unavailable-id' | 'invalid-key' | 'server-error', message: string): ServerFrame {
  return { kind: 'refusal', error: new PeerError(type, message) };
}

function fault(problem: string, cause?: unknown): ServerFrame {
  return { kind: 'fault', error: new PeerError('socket-error', `The PeerServer sent ${problem}.`, { cause }) };
}

function isSignalType(type: unknown): type is SignalType {
  return typeof type === 'string' && SIGNAL_TYPES.has(type);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
