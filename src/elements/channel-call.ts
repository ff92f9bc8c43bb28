import { PeerError, messageOf } from '../errors.js';
import type { EngineConnection } from './engine-port.js';
import type { PeerChannel } from './peer-channel.js';
import type { PeerNode } from './peer-node.js';
import { given } from './settings.js';

/** What makes a call another call when it changes. Metadata does not: frameworks give a new object at each render. */
export function callKey(channel: PeerChannel, remoteId: string | undefined): string | undefined {
  if (remoteId === undefined) return undefined;
  return JSON.stringify([remoteId, given(channel.label), given(channel.serialization), channel.reliable]);
}

/**
 * Has the node's engine call a remote peer with a channel's settings.
 * @throws PeerError
 */
export function placeCall(channel: PeerChannel, node: PeerNode, remoteId: string): EngineConnection {
  let connection: EngineConnection | undefined;
  try {
    connection = node.peer?.connect(remoteId, connectOptions(channel));
  } catch (cause) {
    const type = cause instanceof TypeError ? 'unknown-serialization' : 'invalid-data';
    throw new PeerError(type, `The engine cannot connect with these settings: ${messageOf(cause)}`, { cause, peer: remoteId });
  }
  if (connection) return connection;
  throw new PeerError('disconnected', 'The engine made no connection: its peer is disconnected. Reconnect the node.', { peer: remoteId });
}

/** PeerJS takes an option that is present and undefined for one that was given. */
function connectOptions({ label, metadata, serialization, reliable }: PeerChannel): object {
  return {
    reliable,
    ...(given(label) === undefined ? {} : { label }),
    // The old name of `raw`, which PeerJS 1.5 does not know any more.
    ...(given(serialization) === undefined ? {} : { serialization: serialization === 'none' ? 'raw' : serialization }),
    ...(given(metadata) === undefined ? {} : { metadata }),
  };
}
