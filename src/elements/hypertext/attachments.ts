import type { IncomingTransfer } from '../../engine/index.js';
import { FileItem } from './file-item.js';
import type { FileMaker } from './fields.js';

/**
 * Most bytes of a file that a page takes where its channel has no `max-bytes`: as large as a message may be by default. Nobody
 * is asked before a file comes, so there has to be a limit.
 */
const MAX_FILE = 512 * 1024 * 1024;
/** Most transfers, and files that messages speak of, that wait for each other. The engine holds as many transfers. */
const MAX_WAITING = 64;

/** The files of one channel's messages, as they come: by transfers beside the messages, or within them. */
export class Attachments implements FileMaker {
  /** What messages speak of, and what has not been offered yet. */
  readonly #expected = new Map<string, FileItem>();
  /** What was offered, and no message has spoken of yet. */
  readonly #offered = new Map<string, IncomingTransfer>();
  readonly #limit: () => number | null | undefined;

  /** @param limit the most bytes of a file; absent means a default. */
  constructor(limit: () => number | null | undefined) {
    this.#limit = limit;
  }

  received(description: { name: string; type: string; size: number }, bytes: Blob | ArrayBuffer | ArrayBufferView): FileItem {
    const item = new FileItem(description, 'receiving');
    const blob = new Blob([bytes as BlobPart]);
    if (blob.size > this.#maxBytes) item.fail();
    else item.complete(blob);
    return item;
  }

  attached(description: { name: string; type: string; size: number; attachment: string }): FileItem {
    const { attachment } = description;
    const item = new FileItem(description, 'receiving');
    const transfer = this.#offered.get(attachment);
    this.#offered.delete(attachment);
    if (transfer) this.#take(transfer, item);
    // A second one of that name, or one too many, never comes.
    else if (this.#expected.has(attachment) || this.#expected.size >= MAX_WAITING) item.fail();
    else this.#expected.set(attachment, item);
    return item;
  }

  /** A transfer has been offered of which a message speaks, or will: by its attachment, else by its id. */
  offered(transfer: IncomingTransfer): void {
    const attachment = transfer.attachment ?? transfer.id;
    const item = this.#expected.get(attachment);
    this.#expected.delete(attachment);
    if (item) this.#take(transfer, item);
    else if (this.#offered.size >= MAX_WAITING || this.#offered.has(attachment)) transfer.abort('No message speaks of it.');
    else this.#offered.set(attachment, transfer);
  }

  /** The connection has ended: what has not come does not come. */
  end(): void {
    for (const item of this.#expected.values()) item.fail();
    this.#expected.clear();
    this.#offered.clear();
  }

  /** Takes a transfer for what is shown of it. */
  #take(transfer: IncomingTransfer, item: FileItem): void {
    if (transfer.state !== 'pending' || item.disposed) return item.fail();
    const limit = this.#maxBytes;
    if ((transfer.size ?? 0) > limit) {
      transfer.abort(`The page takes files of at most ${limit} bytes.`);
      return item.fail();
    }
    transfer.maxBytes = Math.min(transfer.maxBytes, limit);
    transfer.on('progress', () => {
      if (item.disposed) transfer.abort('The page shows it no longer.');
      else if (transfer.state === 'active') item.advance(transfer.progress ?? 0, transfer.size);
    });
    transfer.blob().then(
      (blob) => item.complete(blob),
      () => item.fail(),
    );
  }

  get #maxBytes(): number {
    return this.#limit() ?? MAX_FILE;
  }
}
