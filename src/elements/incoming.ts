import { PeerError, messageOf } from '../errors.js';
import { labelOf, type EngineConnection } from './engine-port.js';
import { PeerConnectionEvent } from './events.js';
import { holdBack, refuse } from './foreign-engine.js';
import { hypertext } from './hypertext-port.js';
import type { PeerChannel } from './peer-channel.js';
import type { PeerNode } from './peer-node.js';

/** What the admission of a connection needs of its node. */
export interface Admission {
  /** Whether the node still has the engine that the connection came from. */
  wanted(): boolean;
  failed(error: PeerError): void;
  /** Does with a connection what is to be done where no channel takes it. */
  unmatched(connection: EngineConnection): void;
}

/** Asks the page about an incoming connection, then gives it to its channel. */
export function admit(node: PeerNode, connection: EngineConnection, admission: Admission): void {
  holdBack(connection);
  const event = new PeerConnectionEvent('peer-connection', connection, labelOf(connection));
  node.dispatchEvent(event);
  if (event.taken) return;
  if (event.defaultPrevented) return refuse(connection);
  const route = (): void => {
    const channel = findChannel(node, connection);
    if (channel) channel.receive(connection);
    else admission.unmatched(connection);
  };
  if (!event.response) return route();
  event.response.then(
    (response) => {
      if (response === false || !admission.wanted()) refuse(connection);
      else if (isChannel(response)) response.receive(connection);
      else route();
    },
    (cause: unknown) => {
      refuse(connection);
      admission.failed(new PeerError('refused', `The promise given to respondWith() was rejected: ${messageOf(cause)}`, { cause, peer: connection.peer }));
    },
  );
}

/** Known by what it does: with its class, whoever wants a node alone would have the channel's code as well. */
function isChannel(response: unknown): response is PeerChannel {
  return response instanceof Element && 'receive' in response && typeof response.receive === 'function';
}

/**
 * Finds who takes an incoming connection, by the rules of the documentation: (1) the channel that already talks, or wants
 * to talk, to this remote under this label; (2) a waiting channel with that label; (3) a waiting channel without one;
 * (4) the node's template for connections. Undefined: nobody.
 */
function findChannel(node: PeerNode, connection: EngineConnection): PeerChannel | undefined {
  const label = labelOf(connection);
  const { channels } = node;
  return (
    channels.find((channel) => channel.concerns(connection.peer, label)) ??
    channels.find((channel) => label !== '' && channel.waitsFor(label)) ??
    channels.find((channel) => channel.waitsFor('')) ??
    hypertext()?.channelFor(node, connection)
  );
}
