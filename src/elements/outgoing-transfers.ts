import { OutgoingTransfer, type TransferOptions } from '../engine/index.js';
import { PeerError, messageOf, type EngineErrorType } from '../errors.js';
import { Subscription, type EngineConnection } from './engine-port.js';
import { flush, send } from './foreign-engine.js';

/** What `transfer()` takes. */
export type TransferSource = Blob | ReadableStream<Uint8Array>;

/** Serializations of PeerJS in which bytes survive within an object. */
const TAKES_BYTES: readonly string[] = ['binary', 'binary-utf8'];

/** Sends a file over a connection of whichever engine. Never throws: the transfer tells what cannot be, in a microtask. */
export function startTransfer(connection: EngineConnection, source: TransferSource, options: TransferOptions): OutgoingTransfer {
  const { signal } = options;
  if (signal && typeof (signal as Partial<AbortSignal>).addEventListener !== 'function') {
    const unusable = new PeerError('invalid-data', 'The signal of a transfer has to be an AbortSignal.');
    return refusedTransfer(source, unusable, options);
  }
  try {
    return connection.transfer?.(source, options) ?? transferAsMessage(connection, source, options);
  } catch (cause) {
    return refusedTransfer(source, new PeerError('invalid-data', `The engine cannot transfer this: ${messageOf(cause)}`, { cause }));
  }
}

/** A transfer that cannot be: it is aborted with that error in a microtask. */
export function refusedTransfer(source: TransferSource, error: PeerError, options: TransferOptions = {}): OutgoingTransfer {
  const transfer = new OutgoingTransfer(source, { ...options, signal: undefined });
  transfer.refuse(error);
  return transfer;
}

/** Sends what this engine sends to a PeerJS peer: a message `{ name, type, size, data }`. */
function transferAsMessage(connection: EngineConnection, source: TransferSource, options: TransferOptions): OutgoingTransfer {
  const problem = whyNoMessage(connection, source);
  if (problem) return refusedTransfer(source, problem, options);
  const blob = source as Blob;
  const { signal } = options;
  const transfer = new OutgoingTransfer(blob, options);
  const aborted = (): void =>
    transfer.fail(new PeerError('transfer-aborted', `The transfer of "${transfer.name}" was aborted by its signal.`, { cause: signal?.reason }));
  const lost = (): void => transfer.fail(new PeerError('transfer-aborted', `The connection of the transfer of "${transfer.name}" has ended.`));
  const ending = new Subscription(connection, { close: lost });
  const messages = {
    // PeerJS reads a Blob when it has returned from send(): until then nothing would be there to wait for, or to give up.
    send: async (message: unknown): Promise<void> => {
      const data = await blob.arrayBuffer();
      if (transfer.state === 'active') await send(connection, { ...(message as object), data });
    },
    flushed: () => flush(connection),
  };
  signal?.addEventListener('abort', aborted, { once: true });
  transfer.sendAsMessage(blob, messages, () => {
    ending.end();
    signal?.removeEventListener('abort', aborted);
  });
  if (signal?.aborted) queueMicrotask(aborted);
  return transfer;
}

function whyNoMessage(connection: EngineConnection, source: unknown): PeerError<EngineErrorType> | undefined {
  const { peer, serialization } = connection;
  if (!(source instanceof Blob)) {
    return new PeerError('unsupported', 'The engine of this node knows no transfers, and sends a Blob or a File as a message: collect a stream first.', { peer });
  }
  if (TAKES_BYTES.includes(serialization)) return undefined;
  return new PeerError('unsupported', `The serialization "${serialization}" has no form for a file: use "binary".`, { peer });
}
