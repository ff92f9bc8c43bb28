import { PeerCloseEvent, PeerDisconnectedEvent, PeerOpenEvent, PeerStateEvent, type PeerNodeState } from './events.js';
import type { PeerNode } from './peer-node.js';

/** Tells the page that a node has another state. False where a listener has brought it on to yet another one, which was told. */
export function tellNodeState(node: PeerNode, state: PeerNodeState, oldState: PeerNodeState): boolean {
  node.dispatchEvent(new PeerStateEvent('peer-state', state, oldState));
  if (node.state !== state) return false;
  if (state === 'open') node.dispatchEvent(new PeerOpenEvent('peer-open', node.currentId ?? ''));
  else if (state === 'disconnected') node.dispatchEvent(new PeerDisconnectedEvent('peer-disconnected'));
  else if (state === 'closed') node.dispatchEvent(new PeerCloseEvent('peer-close'));
  return true;
}
