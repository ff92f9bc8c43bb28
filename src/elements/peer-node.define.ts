import { PeerNode } from './peer-node.js';

declare global {
  interface HTMLElementTagNameMap {
    'peer-node': PeerNode;
  }
}

PeerNode.define();

export { PeerNode };
