/**
 * What the browser itself can do: an RTCPeerConnection with ordered channels, negotiated over the same PeerServer as the
 * engines use, trickling candidates as they do.
 */
import { Line, Mailbox } from './line.js';

const CONFIG = { iceServers: [] };

/** Registers at the PeerServer of this origin. */
export async function openBareSession(id) {
  const incoming = new Mailbox();
  const calls = new Map();
  const socket = new WebSocket(`ws://${location.host}/peerjs/peerjs?key=peerjs&id=${id}&token=${crypto.randomUUID()}`);
  const signal = (type, dst, payload) => socket.send(JSON.stringify({ type, dst, payload }));

  function call(remoteId) {
    const connection = new RTCPeerConnection(CONFIG);
    connection.onicecandidate = ({ candidate }) => candidate && signal('CANDIDATE', remoteId, candidate);
    calls.set(remoteId, connection);
    return connection;
  }

  async function answer(remoteId, offer) {
    const connection = call(remoteId);
    connection.ondatachannel = ({ channel }) => void opened(channel).then((line) => incoming.put(line));
    await connection.setRemoteDescription(offer);
    await connection.setLocalDescription();
    signal('ANSWER', remoteId, connection.localDescription);
  }

  await new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('The PeerServer cannot be reached.'));
    socket.onmessage = ({ data }) => {
      const { type, src, payload } = JSON.parse(data);
      if (type === 'OPEN') resolve();
      else if (type === 'OFFER') void answer(src, payload);
      else if (type === 'ANSWER') void calls.get(src)?.setRemoteDescription(payload);
      // The caller's candidates follow its offer, and are queued by the browser behind its description.
      else if (type === 'CANDIDATE') void calls.get(src)?.addIceCandidate(payload);
    };
  });

  return {
    /** A second channel to the same remote opens on the connection that is there. */
    async connect(remoteId, label = 'bare') {
      const known = calls.get(remoteId);
      if (known) return opened(known.createDataChannel(label));
      const connection = call(remoteId);
      const line = opened(connection.createDataChannel(label));
      await connection.setLocalDescription();
      signal('OFFER', remoteId, connection.localDescription);
      return line;
    },
    accept: () => incoming.take(),
    close() {
      for (const connection of calls.values()) connection.close();
      socket.close();
    },
  };
}

/** The line of a channel, once the channel is open. */
function opened(channel) {
  channel.binaryType = 'arraybuffer';
  const line = new Line((data) => channel.send(data), { channel });
  channel.onmessage = ({ data }) => line.deliver(data);
  return new Promise((resolve, reject) => {
    channel.onopen = () => resolve(line);
    channel.onerror = ({ error }) => reject(error);
    if (channel.readyState === 'open') resolve(line);
  });
}
