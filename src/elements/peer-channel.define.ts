import { PeerChannel } from './peer-channel.js';

declare global {
  interface HTMLElementTagNameMap {
    'peer-channel': PeerChannel;
  }
}

PeerChannel.define();

export { PeerChannel };
