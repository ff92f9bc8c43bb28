import type { PeerChannel } from '../peer-channel.js';
import type { PeerNode } from '../peer-node.js';
import { speaksOfFiles } from './fields.js';

/**
 * Sends a message that came from one remote on to the others that are connected. One with files stays here: their bytes do not
 * pass by. A remote with two channels does not get its own words back, so that two relays do not throw a message to and fro.
 */
export function relay(node: PeerNode, from: PeerChannel, message: unknown): void {
  if (speaksOfFiles(message)) return;
  for (const channel of node.channels) {
    // What a channel does not take, it says itself.
    if (channel !== from && channel.isOpen && channel.remoteId !== from.remoteId) void channel.send(message).catch(() => undefined);
  }
}
