import { PeerInvite } from './peer-invite.js';

declare global {
  interface HTMLElementTagNameMap {
    'peer-invite': PeerInvite;
  }
}

PeerInvite.define();

export { PeerInvite };
