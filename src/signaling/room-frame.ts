import type { OutgoingSignal } from './signaling.js';

/**
 * What the members of a `BroadcastSignaling` room say to each other. Everybody in the room hears everything.
 *
 * On the channel each is JSON text, not a structured clone: payloads then come out exactly as PeerServer would deliver
 * them (no `undefined`, descriptions and candidates as plain objects), and are plain data whoever sent them.
 */
export type RoomFrame =
  /** Who has this id? I want it. `nonce` decides between two who ask at the same time: the smaller one wins. */
  | { readonly kind: 'claim'; readonly id: string; readonly nonce: string }
  /** The answer to that claim: the id is mine. */
  | { readonly kind: 'held'; readonly id: string; readonly nonce: string }
  /** Who is here? */
  | { readonly kind: 'who' }
  /** I am: said on arrival, and in answer to `who`. */
  | { readonly kind: 'here'; readonly id: string }
  /** A message from `src` to `dst`. `n` is the same when it is repeated, and no other message's. */
  | ({ readonly kind: 'signal'; readonly n: string; readonly src: string } & OutgoingSignal)
  /** `src` has received a message from `dst`. */
  | { readonly kind: 'ack'; readonly src: string; readonly dst: string };

/** The text fields that each kind must have, beside `kind`. */
const TEXT_FIELDS: { readonly [Kind in RoomFrame['kind']]: readonly string[] } = {
  claim: ['id', 'nonce'],
  held: ['id', 'nonce'],
  who: [],
  here: ['id'],
  signal: ['n', 'type', 'src', 'dst'],
  ack: ['src', 'dst'],
};

const SENT_TYPES: ReadonlySet<unknown> = new Set<OutgoingSignal['type']>(['OFFER', 'ANSWER', 'CANDIDATE', 'LEAVE']);

/** Reads what came from the channel: undefined where it is not a frame. Never throws. */
export function readRoomFrame(data: unknown): RoomFrame | undefined {
  if (typeof data !== 'string') return undefined;
  let frame: Record<string, unknown> | null;
  try {
    frame = JSON.parse(data) as typeof frame;
  } catch {
    return undefined;
  }
  const kind = frame?.['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(TEXT_FIELDS, kind)) return undefined;
  if (!TEXT_FIELDS[kind as RoomFrame['kind']].every((field) => typeof frame?.[field] === 'string')) return undefined;
  if (kind === 'signal' && !SENT_TYPES.has(frame?.['type'])) return undefined;
  return frame as unknown as RoomFrame;
}
