import { randomToken } from '../options.js';

/**
 * How two peers of this engine recognise each other: one field in the payloads of OFFER and ANSWER. docs/protocol.md, section 1.
 */

/** The field's name. */
export const NATIVE = 'native';

/** The versions of each capability that this engine has. */
const CAPABILITIES = { frames: 1, transfer: 1, lanes: 1, datagram: 1, file: 1, heal: 1 } as const;
type Capability = keyof typeof CAPABILITIES;

const MAX_NONCE = 64;
/** Least window that a remote may announce, in bytes. */
const MIN_WINDOW = 65_536;

/** What a peer takes of a remote before the two have said more. */
export interface ReceiveLimits {
  /** Bytes that may be sent on a connection before its first acknowledgement. */
  readonly window: number;
  /** Largest message, in bytes. */
  readonly maxMessageSize: number;
}

/** What a connection over an unreliable channel asks for; `RTCDataChannelInit`'s fields. */
export interface DatagramSettings {
  readonly ordered?: boolean;
  readonly maxRetransmits?: number;
  readonly maxPacketLifeTime?: number;
}

/** A remote's announcement, checked. */
export interface Announcement extends ReceiveLimits {
  /** The same for all that one page's `Peer` says. */
  readonly nonce: string;
  /** The version to use of each capability: 0 where one side lacks it. */
  readonly versions: Readonly<Record<Capability, number>>;
  /** The offered connection is to be a datagram connection. */
  readonly datagrams?: DatagramSettings | undefined;
}

/** A new instance's nonce. */
export const newNonce = randomToken;

/** The field's value. */
export function announcementOf(nonce: string, limits: ReceiveLimits, datagrams?: DatagramSettings): object {
  return { nonce, ...CAPABILITIES, ...limits, ...(datagrams && { datagrams }) };
}

/** The announcement in a payload; undefined where there is none that can be used: the remote is then PeerJS's kind. */
export function announcementIn(payload: unknown): Announcement | undefined {
  const field = (payload as Record<string, unknown> | null)?.[NATIVE];
  if (typeof field !== 'object' || field === null) return undefined;
  const { nonce, datagrams, ...rest } = field as Record<string, unknown>;
  if (typeof nonce !== 'string' || nonce === '' || nonce.length > MAX_NONCE) return undefined;
  const versions = Object.fromEntries(
    Object.entries(CAPABILITIES).map(([name, own]) => [name, Math.min(own, countIn(rest[name]))]),
  ) as Record<Capability, number>;
  if (versions.frames === 0) return undefined;
  return { nonce, versions, ...limitsIn(rest), datagrams: versions.datagram > 0 ? datagramsIn(datagrams) : undefined };
}

/** The limits among the fields of an announcement, an OPEN or an ACCEPT. What is absent or nonsense is the least. */
export function limitsIn(fields: Record<string, unknown>): ReceiveLimits {
  return {
    window: Math.max(MIN_WINDOW, countIn(fields.window)),
    maxMessageSize: countIn(fields.maxMessageSize) || MIN_WINDOW,
  };
}

/** The settings of a datagram connection, or undefined. */
export function datagramsIn(value: unknown): DatagramSettings | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { ordered, maxRetransmits, maxPacketLifeTime } = value as Record<string, unknown>;
  return {
    ordered: ordered !== false,
    // The browser takes one of the two, and 16 bits of it.
    ...(isUint16(maxRetransmits) ? { maxRetransmits } : isUint16(maxPacketLifeTime) ? { maxPacketLifeTime } : {}),
  };
}

function isUint16(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 0x10000;
}

/** A count that a remote gave; 0 for anything else. */
function countIn(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
}
