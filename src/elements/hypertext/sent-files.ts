import type { OutgoingTransfer } from '../../engine/index.js';
import type { FileMaker } from './fields.js';
import { FileItem } from './file-item.js';

/** The files of a message that this page sends: what is shown of them, and how far they are on their ways. */
export class SentFiles implements FileMaker {
  readonly #items = new Map<unknown, FileItem>();
  readonly #ways = new Map<Blob, Way[]>();

  received(description: { name: string; type: string; size: number }, bytes: Blob | ArrayBuffer | ArrayBufferView): FileItem {
    const item = new FileItem(description, 'sending');
    item.provide(bytes instanceof Blob ? bytes : new Blob([bytes as BlobPart]));
    this.#items.set(bytes, item);
    if (bytes instanceof Blob) this.#show(bytes);
    return item;
  }

  /** What this page sends has its bytes here. */
  attached(description: { name: string; type: string; size: number }): FileItem {
    return new FileItem(description, 'failed');
  }

  /** A file goes to one more remote. Gives what is to be told how it fares. */
  way(file: Blob): Way {
    const way = new Way(() => this.#show(file));
    this.#ways.set(file, [...(this.#ways.get(file) ?? []), way]);
    return way;
  }

  /** A file fares as the mean of its ways; it has failed only where all have. */
  #show(file: Blob): void {
    const item = this.#items.get(file);
    const ways = this.#ways.get(file) ?? [];
    if (!item || ways.length === 0) return;
    const going = ways.filter(({ state }) => state !== 'failed');
    if (going.length === 0) return item.fail();
    item.advance(going.reduce((sum, { progress }) => sum + progress, 0) / going.length);
    if (going.every(({ state }) => state === 'complete')) item.complete(file);
  }
}

/** How a file fares on its way to one remote. */
export class Way {
  readonly #changed: () => void;
  progress = 0;
  state: 'going' | 'complete' | 'failed' = 'going';

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  follow(transfer: OutgoingTransfer): Promise<void> {
    transfer.on('progress', () => {
      this.progress = transfer.progress ?? 0;
      this.#changed();
    });
    return transfer.finished.then(
      () => this.end('complete'),
      () => this.end('failed'),
    );
  }

  end(state: 'complete' | 'failed'): void {
    if (this.state !== 'going') return;
    this.state = state;
    this.#changed();
  }
}
