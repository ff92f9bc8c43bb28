import { PeerError, toPeerError } from '../../errors.js';
import { FrameType, eachFrame, frameOf, type Bytes } from '../../wire/index.js';
import { parseOffered, type OfferedConnection } from '../signals.js';
import { datagramsIn, limitsIn, type DatagramSettings, type ReceiveLimits } from './announcement.js';

/** How a connection is opened on a link that stands: docs/protocol.md, section 5. */

/** Protocols of the channels on a native link: what each is for. */
export const ChannelProtocol = {
  Control: 'peer-elements.control',
  Connection: 'peer-elements.connection',
  Transfer: 'peer-elements.transfer',
  Lane: 'peer-elements.lane',
  Datagram: 'peer-elements.datagram',
} as const;

/** Largest OPEN, in bytes. What a connection with more metadata says goes through signaling. */
const MAX_OPEN = 60_000;

/** What an OPEN says. */
export interface Opening extends OfferedConnection, ReceiveLimits {
  readonly datagrams?: DatagramSettings | undefined;
  /** The connection is there already, and goes on over this channel. */
  readonly resumes?: boolean | undefined;
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/** A frame whose body is JSON. */
export function jsonFrame(type: number, fields: object = {}): Bytes {
  return frameOf(type, encoder.encode(JSON.stringify(fields)));
}

/**
 * The fields of a frame whose body is JSON. They may be anything.
 * @throws PeerError `bad-message` where the body is no JSON object.
 */
export function jsonIn(body: Bytes): Record<string, unknown> {
  let fields: unknown;
  try {
    fields = JSON.parse(decoder.decode(body));
  } catch (cause) {
    throw new PeerError('bad-message', 'A frame of the remote peer is not JSON.', { cause });
  }
  if (typeof fields !== 'object' || fields === null) throw new PeerError('bad-message', 'A frame of the remote peer is not an object.');
  return fields as Record<string, unknown>;
}

/** The OPEN of a connection; undefined where it is too large to go in band. */
export function openFrame({ connectionId, label, metadata, serialization, reliable, window, maxMessageSize, datagrams, resumes }: Opening): Bytes | undefined {
  const fields = { connectionId, label, metadata, serialization, reliable, window, maxMessageSize, datagrams, resumes };
  const frame = jsonFrame(FrameType.Open, fields);
  return frame.byteLength > MAX_OPEN ? undefined : frame;
}

/**
 * The OPEN with which the first packet of a channel has to begin.
 * @throws PeerError `bad-message`
 */
export function openingIn(packet: ArrayBuffer | string): Opening {
  const fields = jsonIn(firstFrame(packet, FrameType.Open));
  try {
    return { ...parseOffered(fields), ...limitsIn(fields), datagrams: datagramsIn(fields.datagrams), resumes: fields.resumes === true };
  } catch (error) {
    throw new PeerError('bad-message', toPeerError(error, 'bad-message').message, { cause: error });
  }
}

/** @throws PeerError `bad-message` where the packet does not begin with a frame of that type. */
export function firstFrame(packet: ArrayBuffer | string, wanted: number): Bytes {
  let first: Bytes | undefined;
  if (typeof packet !== 'string') {
    eachFrame(new Uint8Array(packet), (type, body) => {
      if (type === wanted) first = body;
      return false;
    });
  }
  if (!first) throw new PeerError('bad-message', 'A channel of the remote peer begins with something else than what it is for.');
  return first;
}
