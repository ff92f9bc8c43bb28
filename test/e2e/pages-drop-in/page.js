/* global crypto, location, peer, URLSearchParams, window */
/** What the three pages share. Which `Peer` it is, is the business of the script before this one. */
const query = new URLSearchParams(location.search);
/** What has happened, in order: what a run with another engine has to repeat. */
window.transcript = [];
window.log = (...said) => window.transcript.push(said.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(' '));
/** The server's place, as programs of PeerJS give it. */
window.server = { host: location.hostname, port: Number(location.port), path: '/peerjs', config: { iceServers: [] } };
window.me = query.get('me');
window.remote = query.get('remote');

/** The SHA-256 of a Blob, shortened. */
window.digest = async (blob) => {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  return Array.from(bytes.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** Whether Chromium has missed that the channel of a caller is open: docs/decisions/0020. With peerjs both wait for ever then. */
window.missesAnOpening = async () => {
  for (const { dataChannel, peerConnection } of Object.values(peer.connections).flat()) {
    if (dataChannel?.readyState !== 'connecting') continue;
    for (const { type, state } of (await peerConnection.getStats()).values()) if (type === 'data-channel' && state === 'open') return true;
  }
  return false;
};
