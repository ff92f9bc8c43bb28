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
  /** Another one, with which it may say that its page is put aside. It is another one after that, as signaling has seen it. */
  readonly pause: string;
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
  const { farewell, pause, connections, transfers } = jsonIn(body);
  return { farewell: word(farewell), pause: word(pause), connections: ids(connections), transfers: ids(transfers) };
}

function word(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_NAME) return value;
  throw new PeerError('bad-message', 'A HELLO lacks one of its words.');
}

function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, MAX_IDS).filter((id): id is string => typeof id === 'string' && id.length <= MAX_NAME) : [];
}
