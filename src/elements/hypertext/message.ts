import { Fields, fieldsOf, type FileMaker } from './fields.js';
import type { FileItem } from './file-item.js';

export type MessageDirection = 'sent' | 'received';
/** `sending`: on its way, or to go when there is one. `failed`: it never left, or the remote may not have had it. */
export type MessageState = 'sending' | 'sent' | 'received' | 'failed';

/** A message as a page shows it: what was sent, and what is known of it. */
export class Message {
  /** What templates read of it. */
  readonly fields: Fields;
  readonly from: string;
  readonly direction: MessageDirection;
  /** When this page sent or heard it, in ms since 1970. */
  readonly time = Date.now();
  readonly #files = new Set<FileItem>();
  readonly #watchers = new Set<() => void>();
  #holders = 0;
  #state: MessageState;

  /** @param files makes the files that it speaks of. */
  constructor(message: unknown, { from, direction, files }: { from: string; direction: MessageDirection; files: FileMaker }) {
    this.from = from;
    this.direction = direction;
    this.#state = direction === 'sent' ? 'sending' : 'received';
    const own = fieldsOf(message, {
      received: (description, bytes) => this.#keep(files.received(description, bytes)),
      attached: (description) => this.#keep(files.attached(description)),
    });
    this.fields = new Fields(own, () => ({ _from: from, _time: this.time, _direction: direction, _state: this.#state }));
  }

  get state(): MessageState {
    return this.#state;
  }

  set state(state: MessageState) {
    this.#state = state;
    this.#changed();
  }

  /** Somebody shows it, or will: its files live until everybody has let go. */
  hold(): void {
    this.#holders += 1;
  }

  /** To be called once for each {@link hold}. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    for (const file of this.#files) file.dispose();
    this.#files.clear();
  }

  /** Calls `changed` when its state, or one of its files, has changed. Returns the way to stop. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #keep(file: FileItem): FileItem {
    file.onchange = () => this.#changed();
    this.#files.add(file);
    return file;
  }

  #changed(): void {
    for (const changed of [...this.#watchers]) changed();
  }
}
