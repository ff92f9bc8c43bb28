/** This engine's transfers. */

/** Sends a Blob beside a connection; gives the Transfer. */
export function transfer(line, blob, options) {
  if (!line.connection.transfer) throw new Error('Connections of this build have no transfer().');
  return line.connection.transfer(blob, options);
}

/**
 * Takes each transfer that comes beside a connection, and throws its bytes away as they come.
 *
 * @param {(bytes: number) => void} took hears of each piece
 * @param {(transfer: object) => void} [ended] hears of each that has come whole
 */
export function discardTransfers(line, took, ended = () => {}) {
  line.connection.on('transfer', (incoming) => {
    const sink = new WritableStream({ write: (piece) => took(piece.byteLength) });
    // One that is given up has not come whole.
    incoming.readable.pipeTo(sink).then(() => ended(incoming), () => {});
  });
}
