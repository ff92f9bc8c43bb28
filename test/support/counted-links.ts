/** Peers whose every resource is counted: the real classes, with a note of what is still open. */
import type { PeerOptions } from '../../src/engine/index.js';
import { countedFetch, countedSockets } from '../browser/signaling/counted.js';

export interface CountedResources {
  /** To be given to a peer. */
  readonly options: Pick<PeerOptions, 'WebSocket' | 'fetch' | 'RTCPeerConnection'>;
  /** All that were made, closed or not. */
  readonly links: RTCPeerConnection[];
  readonly sockets: WebSocket[];
  /** What is open or under way now. */
  open(): { sockets: number; requests: number; links: number };
}

export const NOTHING_OPEN = { sockets: 0, requests: 0, links: 0 };

export function countedResources(): CountedResources {
  const sockets = countedSockets();
  const requests = countedFetch();
  const links: RTCPeerConnection[] = [];
  class CountedPeerConnection extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      links.push(this);
    }
  }
  return {
    options: { WebSocket: sockets.WebSocket, fetch: requests.fetch, RTCPeerConnection: CountedPeerConnection },
    links,
    sockets: sockets.all,
    open: () => ({
      sockets: sockets.open(),
      requests: requests.pending(),
      links: links.filter(({ signalingState }) => signalingState !== 'closed').length,
    }),
  };
}
