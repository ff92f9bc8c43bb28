/** Counts the RTCPeerConnections that a page makes. To be imported before an engine is. */

let made = 0;

globalThis.RTCPeerConnection = class extends globalThis.RTCPeerConnection {
  constructor(...args) {
    super(...args);
    made += 1;
  }
};

/** How many there have been by now. */
export function linksMade() {
  return made;
}
