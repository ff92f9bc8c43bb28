import { randomToken } from '../../engine/options.js';
import { PeerError } from '../../errors.js';
import type { PeerChannel } from '../peer-channel.js';
import type { SentFiles, Way } from './sent-files.js';

/** How many files of a message go at once on a channel: more would each be slower, and all be late. */
const FILES_AT_ONCE = 3;

/** A file of a message, and the name by which the message speaks of it. */
interface Attached {
  readonly file: File;
  readonly attachment: string;
  readonly way: Way;
}

/**
 * Sends a message with files over an open channel: to a peer of this engine they go beside it, as transfers that the message
 * names, so that they have progress and hold up nothing; to a PeerJS peer within it, as `{ name, type, size, data }`.
 *
 * @returns once the remote has the message, without the files. Rejects where it has not.
 */
export async function sendMessage(channel: PeerChannel, message: unknown, files: SentFiles): Promise<void> {
  if (channel.profile !== 'native') return sendWhole(channel, message, files);
  const attached: Attached[] = [];
  const described = mapFiles(message, (file) => {
    const attachment = randomToken();
    attached.push({ file, attachment, way: files.way(file) });
    return { name: file.name, type: file.type, size: file.size, attachment };
  });
  try {
    // The message goes first: what it speaks of is expected then.
    await Promise.all([channel.send(described), channel.flush()]);
  } catch (error) {
    for (const { way } of attached) way.end('failed');
    throw error;
  }
  void sendFiles(channel, attached);
}

async function sendFiles(channel: PeerChannel, attached: Attached[]): Promise<void> {
  const connection = channel.connection;
  const next = async (): Promise<void> => {
    for (let one = attached.shift(); one; one = attached.shift()) {
      // To another remote these mean nothing.
      if (!channel.isOpen || channel.connection !== connection) one.way.end('failed');
      else await one.way.follow(channel.transfer(one.file, { attachment: one.attachment }));
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, next));
}

async function sendWhole(channel: PeerChannel, message: unknown, files: SentFiles): Promise<void> {
  const ways = new Map<File, Way>();
  mapFiles(message, (file) => ways.set(file, files.way(file)));
  try {
    if (ways.size > 0) refuseJson(channel);
    const bytes = await readAhead(channel, [...ways.keys()]);
    const whole = mapFiles(message, (file) => ({ name: file.name, type: file.type, size: file.size, data: bytes.get(file) ?? file }));
    await Promise.all([channel.send(whole), channel.flush()]);
    for (const way of ways.values()) way.end('complete');
  } catch (error) {
    for (const way of ways.values()) way.end('failed');
    throw error;
  }
}

/** JSON makes an empty object of a file: the remote would have nothing, and this page would call it complete. */
function refuseJson(channel: PeerChannel): void {
  if (channel.connection?.serialization !== 'json') return;
  const error = new PeerError('invalid-data', 'A connection in "json" takes no files. Connect with the serialization "binary".');
  channel.fail(error);
  throw error;
}

/** The bytes of files for an engine that cannot be given files within a message, and be waited for. */
async function readAhead({ connection }: PeerChannel, files: readonly File[]): Promise<Map<File, ArrayBuffer>> {
  const read = new Map<File, ArrayBuffer>();
  if (connection && !connection.transfer) for (const file of files) read.set(file, await file.arrayBuffer());
  return read;
}

/** A form's message with each of its files replaced: they are its fields, or in lists that are. */
function mapFiles(message: unknown, replace: (file: File) => unknown): unknown {
  if (message instanceof File) return replace(message);
  if (Array.isArray(message)) return message.map((member) => mapFiles(member, replace));
  if (typeof message !== 'object' || message === null) return message;
  return Object.fromEntries(Object.entries(message).map(([name, value]) => [name, mapFiles(value, replace)]));
}
