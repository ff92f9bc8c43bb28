import { fileName } from './file-name.js';
import { kindOf, safeType, type FileKind } from './media-type.js';

/** How far a file is. `complete` and `failed` are for good. */
export type FileItemState = 'sending' | 'receiving' | 'complete' | 'failed';

/** What somebody says of a file; nothing of it need be true, or of that type. */
export interface FileDescription {
  readonly name: unknown;
  readonly type: unknown;
  readonly size: unknown;
}

/**
 * A file of a message, as a page may show it: with a name, a type and a URL that harm nobody, whatever the remote said. It is
 * also the brand: only what an instance of this class gives is ever put into a `src`.
 *
 * A URL is made when it is first asked for, and revoked by {@link dispose}.
 */
export class FileItem {
  /** The last part of the path that was given, at most 255 UTF-16 units; `file` where that is none. */
  readonly name: string;
  /** That of a raster image, of sound or of a film; `application/octet-stream` for all else. */
  readonly type: string;
  /** By {@link type}. */
  readonly kind: FileKind;
  /** Called after each change. It has one owner: the stamp that shows the file. */
  onchange: (() => void) | undefined;
  #size: number | undefined;
  #state: FileItemState;
  #progress = 0;
  #blob: Blob | undefined;
  #url: string | undefined;
  #disposed = false;

  /** Whether a value is an item. A proxy around one is none. */
  static is(value: unknown): value is FileItem {
    return typeof value === 'object' && value !== null && #state in value;
  }

  constructor(description: FileDescription, state: FileItemState) {
    this.name = fileName(description.name);
    this.type = safeType(description.type);
    this.kind = kindOf(this.type);
    this.#size = isSize(description.size) ? description.size : undefined;
    this.#state = state;
  }

  get [Symbol.toStringTag](): string {
    return 'FileItem';
  }

  /** In bytes: what was said, until the file is here; undefined where it is not known. */
  get size(): number | undefined {
    return this.#size;
  }

  get state(): FileItemState {
    return this.#state;
  }

  /** From 0 to 1. */
  get progress(): number {
    return this.#progress;
  }

  /** A `blob:` URL of the bytes, under the safe type; undefined while there are none, and after {@link dispose}. */
  get url(): string | undefined {
    if (this.#blob) this.#url ??= URL.createObjectURL(this.#blob);
    return this.#url;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /**
   * The transfer has come so far. What is no number is passed over, as is all that comes after the end.
   * @param progress from 0 to 1
   * @param size in bytes, where it is known by now
   */
  advance(progress: number, size?: number): void {
    if (this.#disposed || this.#isOver) return;
    const before = [this.#progress, this.#size];
    if (!Number.isNaN(progress)) this.#progress = Math.min(1, Math.max(0, progress));
    if (isSize(size)) this.#size = size;
    if (before[0] !== this.#progress || before[1] !== this.#size) this.onchange?.();
  }

  /** The bytes are here, while the state stays: those of a file that this page sends. The first ones stand. */
  provide(blob: Blob): void {
    if (this.#disposed || this.#blob) return;
    this.#hold(blob);
    this.onchange?.();
  }

  /** All of it has been transferred. Bytes that were provided stand. After {@link fail} it does nothing. */
  complete(blob: Blob): void {
    if (this.#disposed || this.#state === 'failed' || (this.#state === 'complete' && this.#blob)) return;
    if (!this.#blob) this.#hold(blob);
    this.#state = 'complete';
    this.#progress = 1;
    this.onchange?.();
  }

  /** It will never be complete. What this page has provided can still be shown. */
  fail(): void {
    if (this.#disposed || this.#isOver) return;
    this.#state = 'failed';
    this.onchange?.();
  }

  /** Revokes the URL and lets go of the bytes. Nothing changes any more. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.onchange = undefined;
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url);
    this.#url = undefined;
    this.#blob = undefined;
  }

  get #isOver(): boolean {
    return this.#state === 'complete' || this.#state === 'failed';
  }

  /** A slice bears the type that it is given, and not that of its source. */
  #hold(blob: Blob): void {
    this.#blob = blob.slice(0, blob.size, this.type);
    this.#size = blob.size;
  }
}

function isSize(size: unknown): size is number {
  return typeof size === 'number' && Number.isFinite(size) && size >= 0;
}
