/** A peer of this engine or of PeerJS: they are used in the same way. */
import { Line, Mailbox } from './line.js';

/**
 * Ordered with both engines: this one's channels always are, and the contenders have to promise the same. No STUN server:
 * nothing leaves the machine.
 */
const CONNECT_OPTIONS = { reliable: true };
const CONFIG = { iceServers: [] };

/** How each engine is loaded: its `Peer` and `util`. */
const ENGINES = {
  ours: () => import('/contenders/peer-elements.js'),
  peerjs: async () => {
    if (!globalThis.peerjs) await import('/contenders/peerjs.min.js');
    return globalThis.peerjs;
  },
};

/** @param {'ours' | 'peerjs'} name */
export function loadEngine(name) {
  return ENGINES[name]();
}

/**
 * Registers a peer at the PeerServer of this origin.
 *
 * @param {object} options further ones of the peer
 */
export async function openEngineSession(name, id, options) {
  const { Peer } = await loadEngine(name);
  const incoming = new Mailbox();
  const { hostname: host, port } = location;
  const peer = new Peer(id, { host, port: Number(port), path: '/peerjs', config: CONFIG, ...options });
  peer.on('connection', (connection) => opened(connection).then(incoming.put.bind(incoming), () => undefined));
  await new Promise((resolve, reject) => {
    peer.on('open', resolve);
    peer.on('error', reject);
  });
  return {
    connect: (remoteId, label) => opened(peer.connect(remoteId, { ...CONNECT_OPTIONS, label })),
    accept: () => incoming.take(),
    close: () => peer.destroy(),
  };
}

function opened(connection) {
  const line = new Line((data) => connection.send(data), { connection });
  connection.on('data', (data) => line.deliver(data));
  return new Promise((resolve, reject) => {
    connection.on('open', () => resolve(line));
    connection.on('error', reject);
  });
}
