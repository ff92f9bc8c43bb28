import type { FileItem } from './file-item.js';
import { ownValue } from './own-value.js';

/** Makes the items of a message's files, and owns them. */
export interface FileMaker {
  /** For bytes that came within the message. */
  received(description: DescribedFile, bytes: Blob | ArrayBuffer | ArrayBufferView): FileItem;
  /** For a file that comes beside it. */
  attached(description: DescribedAttachment): FileItem;
}

/** What a message says of a file: of these types, and otherwise as the remote likes. */
export interface DescribedFile {
  readonly name: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** A file that comes in a transfer of its own. */
export interface DescribedAttachment extends DescribedFile {
  /** Names the transfer: 1 to 64 characters. */
  readonly attachment: string;
}

type FileBytes = Blob | ArrayBuffer | ArrayBufferView;

/** UTF-16 units. */
const MAX_ATTACHMENT = 64;

/** Whether a value is a whole file by itself, or by `{ name, type, size?, data }`: what `transfer()` sends to a PeerJS peer. */
export function isWholeFile(value: unknown): boolean {
  return isBytes(value) || wholeFile(value) !== undefined;
}

/** Whether a value is a whole file, or speaks of one that comes beside the message. */
export function standsForFile(value: unknown): boolean {
  return isWholeFile(value) || attachedFile(value) !== undefined;
}

/** The item for a value that stands for a file; undefined for every other value. */
export function fileFor(value: unknown, makeFile: FileMaker): FileItem | undefined {
  if (isBytes(value)) return makeFile.received(describeBytes(value), value);
  const whole = wholeFile(value);
  if (whole) return makeFile.received(whole.description, whole.bytes);
  const attached = attachedFile(value);
  return attached && makeFile.attached(attached);
}

function isBytes(value: unknown): value is FileBytes {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function describeBytes(bytes: FileBytes): DescribedFile {
  const name = bytes instanceof File ? bytes.name : '';
  return { name, type: bytes instanceof Blob ? bytes.type : '', size: sizeOf(bytes) };
}

/** PeerJS programs mostly leave the size out: it is that of the bytes. One that is there and wrong makes it no file. */
function wholeFile(value: unknown): { description: DescribedFile; bytes: FileBytes } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const bytes = ownValue(value, 'data');
  if (!isBytes(bytes)) return undefined;
  const description = describedFile(value, sizeOf(bytes));
  return description?.size === sizeOf(bytes) ? { description, bytes } : undefined;
}

function attachedFile(value: unknown): DescribedAttachment | undefined {
  const description = describedFile(value);
  const attachment = description && ownValue(value as object, 'attachment');
  if (typeof attachment !== 'string' || attachment === '' || attachment.length > MAX_ATTACHMENT) return undefined;
  return { ...(description as DescribedFile), attachment };
}

function describedFile(value: unknown, knownSize?: number): DescribedFile | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [name, type, size = knownSize] = ['name', 'type', 'size'].map((field) => ownValue(value, field));
  if (typeof name !== 'string' || typeof type !== 'string' || typeof size !== 'number') return undefined;
  return Number.isFinite(size) && size >= 0 ? { name, type, size } : undefined;
}

function sizeOf(bytes: FileBytes): number {
  return bytes instanceof Blob ? bytes.size : bytes.byteLength;
}
