/** Kinds of candidates (RFC 8445, section 4.1.1), by the names that people know. */
const KINDS = { host: 'host', srflx: 'server-reflexive', prflx: 'peer-reflexive', relay: 'relay' } as const;
type Kind = keyof typeof KINDS;

/** What was tried to find a path, and what to do about it, in words for an error. */
export function pathReport(connection: RTCPeerConnection): string {
  // Of one that somebody has closed beneath us Firefox tells nothing, and throws.
  const closed = connection.signalingState === 'closed';
  const here = kindsIn(closed ? '' : connection.localDescription?.sdp);
  const there = kindsIn(closed ? '' : connection.remoteDescription?.sdp);
  return `Tried: here ${listed(here)}, there ${listed(there)}. ${advice(connection, here, there)}`;
}

function advice(connection: RTCPeerConnection, here: ReadonlySet<Kind>, there: ReadonlySet<Kind>): string {
  const given = connection.getConfiguration().iceServers ?? [];
  const has = (scheme: RegExp): boolean => given.some(({ urls }) => [urls].flat().some((url) => scheme.test(url)));
  if (there.size === 0) return 'No candidate of the remote came: was signaling lost, or its page closed?';
  if (here.size === 0) return 'This device has no network, or its browser forbids WebRTC to use it.';
  if (here.has('relay') && there.has('relay')) return 'Both sides have a relay: does a firewall keep them apart, or has the remote gone?';
  if (here.has('relay') || there.has('relay')) return 'One side has a relay: give the other one a TURN server in config.iceServers, too.';
  if (has(/^turns?:/i)) return 'No relay candidate, though a TURN server is given: check its address, its credentials, and that it is running.';
  if (!here.has('srflx') && has(/^stuns?:/i)) return 'No relay candidate, and the STUN server did not answer: give a TURN server in config.iceServers.';
  return 'No relay candidate: give a TURN server in config.iceServers.';
}

function kindsIn(sdp = ''): ReadonlySet<Kind> {
  return new Set(Array.from(sdp.matchAll(/^a=candidate:.* typ (host|srflx|prflx|relay)\b/gm), ([, kind]) => kind as Kind));
}

function listed(kinds: ReadonlySet<Kind>): string {
  return [...kinds].map((kind) => KINDS[kind]).join(' and ') || 'nothing';
}
