import { util } from '../../engine/index.js';
import { messageOf } from '../../errors.js';

/**
 * What a node with `keep-id` leaves for the next page of its tab, in `sessionStorage`. Every script of the origin can write
 * there, so what is read is checked like what comes from a stranger.
 */
export interface KeptEntry {
  readonly id: string;
  /** Absent where the page gives a token of its own: its secret is its own to keep. */
  readonly token?: string | undefined;
  /** The server chose the id; else the page asked for it. */
  readonly assigned: boolean;
}

/** UTF-16 units of an id or a token. PeerServer's ids have 36. */
const MAX_LENGTH = 512;
/** UTF-16 units of an entry: what is longer is not worth parsing. */
const MAX_TEXT_LENGTH = 4 * MAX_LENGTH;
/** Visible ASCII: PeerJS writes the token into a URL as it is. */
const TOKEN = /^[\x21-\x7e]+$/;

let warned = false;

/** The entry under a key; undefined where there is none, or rubbish. Never throws. */
export function readEntry(key: string): KeptEntry | undefined {
  const text = withStorage((storage) => storage.getItem(key));
  if (!text || text.length > MAX_TEXT_LENGTH) return undefined;
  try {
    return checked(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Writes an entry, unless it could not be read again: the id may be one that no peer can ask for. Never throws. */
export function writeEntry(key: string, entry: KeptEntry): void {
  if (checked(entry)) withStorage((storage) => storage.setItem(key, JSON.stringify(entry)));
}

/** Never throws. */
export function removeEntry(key: string): void {
  withStorage((storage) => storage.removeItem(key));
}

function checked(value: unknown): KeptEntry | undefined {
  const { id, token, assigned } = Object(value) as Record<keyof KeptEntry, unknown>;
  if (typeof id !== 'string' || id === '' || id.length > MAX_LENGTH || !util.validateId(id)) return undefined;
  if (token !== undefined && !(typeof token === 'string' && token.length <= MAX_LENGTH && TOKEN.test(token))) return undefined;
  return typeof assigned === 'boolean' ? { id, token, assigned } : undefined;
}

/** Sandboxed frames and some policies deny even a look at `sessionStorage`, and a full one takes nothing more. */
function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch (cause) {
    if (!warned) console.warn('<peer-node>', `keep-id does nothing in this page, which may not use sessionStorage: ${messageOf(cause)}`);
    warned = true;
    return undefined;
  }
}
