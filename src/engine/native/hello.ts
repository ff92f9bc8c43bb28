import { PeerError } from '../../errors.js';
import { FrameType, type Bytes } from '../../wire/index.js';
import { jsonFrame, jsonIn } from './in-band.js';

/** Longest word or id in a HELLO, in characters, and most ids. */
const MAX_NAME = 1_024;
const MAX_IDS = 8_192;

/** What a side says first on a control channel: docs/protocol.md, section 10. */
export interface Hello {
  /** A random word, known to the two sides alone: with it this side may say goodbye by way of signaling. */
  readonly farewell: string;
  /** The connections that this side has opened and that go on: all others of its are over. */
  readonly connections: readonly string[];
  /** The same of the transfers that it sends. */
  readonly transfers: readonly string[];
}

export function helloFrame(hello: Hello): Bytes {
  return jsonFrame(FrameType.Hello, hello);
}

/** @throws PeerError `bad-message` */
export function helloIn(body: Bytes): Hello {
  const { farewell, connections, transfers } = jsonIn(body);
  if (typeof farewell !== 'string' || farewell === '' || farewell.length > MAX_NAME) throw new PeerError('bad-message', 'A HELLO has no word of farewell.');
  return { farewell, connections: ids(connections), transfers: ids(transfers) };
}

function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, MAX_IDS).filter((id): id is string => typeof id === 'string' && id.length <= MAX_NAME) : [];
}
