/** By which path a connection was healed, as the browser shows it: whatever the engine says of it. */

/** From the least that has to be done to the most. */
const PATHS = ['ice', 'restart', 'resume'];

/** Watches one connection, from the moment on that it is made. */
export class PathWatch {
  #connection;
  #peerConnection;
  #ufrag;
  /** As it was when the connection was healed. */
  #healedBy;

  constructor(connection) {
    this.#connection = connection;
    this.#peerConnection = connection.peerConnection;
    this.#ufrag = ufragOf(this.#peerConnection);
  }

  /**
   * `resume`: it is on another RTCPeerConnection. `restart`: on the same, with other ICE credentials. `ice`: nothing has
   * changed, so that ICE alone did it where anything had to be done. Undefined where there is no RTCPeerConnection any more.
   */
  get path() {
    return this.#healedBy ?? this.#current;
  }

  /** It is healed. An ICE restart that is on its way may still be answered, and has not done it. */
  healed() {
    this.#healedBy = PATHS[Math.max(PATHS.indexOf(this.#healedBy), PATHS.indexOf(this.#current))];
  }

  get #current() {
    const now = this.#connection.peerConnection;
    if (!now) return undefined;
    if (now !== this.#peerConnection) return 'resume';
    return ufragOf(now) === this.#ufrag ? 'ice' : 'restart';
  }
}

/** The types of the candidates of the pair in use, as `local/remote`: `host`, `srflx`, `prflx` or `relay`. */
export async function selectedPair(peerConnection) {
  const stats = await peerConnection.getStats();
  const transport = [...stats.values()].find(({ type }) => type === 'transport');
  const pair = stats.get(transport?.selectedCandidatePairId);
  if (!pair) return undefined;
  return [pair.localCandidateId, pair.remoteCandidateId].map((id) => stats.get(id)?.candidateType).join('/');
}

function ufragOf(peerConnection) {
  const description = peerConnection?.currentLocalDescription ?? peerConnection?.localDescription;
  return /a=ice-ufrag:(\S+)/.exec(description?.sdp ?? '')?.[1];
}
