/* global setTimeout */
/** What differs between this engine and PeerJS: how each is loaded, and how a file goes beside the messages. */

/** Label of the connection on which a file goes, where it has one of its own. */
export const FILE_LABEL = 'file';
/** One message of a file that goes as messages, in bytes. */
const PIECE = 1024 * 1024;
/** So many bytes in the browser's buffer, and the next piece has to wait. */
const HIGH_WATER = 1024 * 1024;
/** How often the buffer is looked at, in ms: PeerJS says nothing when it drains. */
const DRAIN_POLL_MS = 20;

/**
 * `fileConnection`: whether a file needs a connection of its own. `sendFile` resolves when all has been sent, as far as the
 * engine can tell; `receiveFile` gives the bytes as they come.
 */
export const ENGINES = {
  ours: {
    load: async () => (await import('/engine/peer-elements.js')).Peer,
    fileConnection: false,
    sendFile: (connection, blob, { lanes }) => connection.transfer(blob, { name: 'file.bin', lanes }).finished,
    receiveFile(connection, take, failed) {
      connection.on('transfer', (transfer) => void read(transfer.readable, take).catch(failed));
    },
  },
  peerjs: {
    async load() {
      await import('/engine/peerjs.min.js');
      return globalThis.peerjs.Peer;
    },
    // A large message would hold up all those behind it.
    fileConnection: true,
    sendFile: sendPieces,
    receiveFile(connection, take) {
      connection.on('data', (data) => take(ArrayBuffer.isView(data) ? data : new Uint8Array(data)));
    },
  },
};

async function read(readable, take) {
  const reader = readable.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
}

async function sendPieces(connection, blob) {
  for (let at = 0; at < blob.size; at += PIECE) {
    while (connection.open && (connection.bufferSize > 0 || connection.dataChannel.bufferedAmount > HIGH_WATER)) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    if (!connection.open) throw new Error('The connection has ended.');
    connection.send(await blob.slice(at, at + PIECE).arrayBuffer());
  }
}
