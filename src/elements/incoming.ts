import { labelOf, type EngineConnection } from './engine-port.js';
import { stampChannel } from './hypertext/connection-template.js';
import type { PeerChannel } from './peer-channel.js';
import type { PeerNode } from './peer-node.js';

/**
 * Finds who takes an incoming connection, by the rules of the documentation: (1) the channel that already talks, or wants
 * to talk, to this remote under this label; (2) a waiting channel with that label; (3) a waiting channel without one;
 * (4) the node's template for connections. Undefined: nobody.
 */
export function findChannel(node: PeerNode, connection: EngineConnection): PeerChannel | undefined {
  const label = labelOf(connection);
  const { channels } = node;
  return (
    channels.find((channel) => channel.concerns(connection.peer, label)) ??
    channels.find((channel) => label !== '' && channel.waitsFor(label)) ??
    channels.find((channel) => channel.waitsFor('')) ??
    stampChannel(node)
  );
}
