/* global crypto, location, URLSearchParams, window */
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
