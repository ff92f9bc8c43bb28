/**
 * Puts the driver's relay between this page and the other: of each of the other page's addresses an RTCPeerConnection gets
 * to know the relay's port that stands for it, whichever engine made it and however the address came. Candidates other than
 * IPv4 and UDP are left out.
 */

/** RFC 8839, section 5.1: foundation, component, transport, priority, address, port, "typ" and the type. */
const CANDIDATE = /^(candidate:\S+ \d+) udp (\d+) (\d+(?:\.\d+){3}) (\d+) typ host\b/i;
/** A candidate's line within a description. */
const LINE = /^a=(candidate:.*)$/;

/** To be called before an engine is loaded: it takes the global class as it finds it. */
export function throughRelay() {
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    #last = Promise.resolve();

    setRemoteDescription(description) {
      return this.#inOrder(async () => super.setRemoteDescription(await descriptionThroughRelay(description)));
    }

    addIceCandidate(candidate) {
      return this.#inOrder(async () => {
        // The end of candidates has none.
        if (!candidate?.candidate) return super.addIceCandidate(candidate);
        const replaced = await candidateThroughRelay(candidate.candidate);
        const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
        if (replaced) await super.addIceCandidate({ candidate: replaced, sdpMid, sdpMLineIndex, usernameFragment });
      });
    }

    /** The browser queues these calls, and now they take longer before they reach it. */
    #inOrder(work) {
      const result = this.#last.then(work);
      this.#last = result.catch(() => undefined);
      return result;
    }
  };
}

async function descriptionThroughRelay({ type, sdp }) {
  const lines = await Promise.all(
    sdp.split('\r\n').map(async (line) => {
      const [, candidate] = LINE.exec(line) ?? [];
      if (!candidate) return line;
      const replaced = await candidateThroughRelay(candidate);
      return replaced && `a=${replaced}`;
    }),
  );
  return { type, sdp: lines.filter((line) => line !== undefined).join('\r\n') };
}

async function candidateThroughRelay(candidate) {
  const found = CANDIDATE.exec(candidate);
  if (!found) return undefined;
  const [whole, start, priority, address, port] = found;
  const relayPort = await globalThis.relayPort(address, Number(port));
  return `${start} udp ${priority} ${address} ${relayPort} typ host${candidate.slice(whole.length)}`;
}
