import { util, type PeerOptions } from '../../engine/index.js';
import type { PeerError } from '../../errors.js';
import type { PeerNode } from '../peer-node.js';
import { given } from '../settings.js';
import { claimId, type ClaimHooks } from './id-claim.js';
import { readEntry, removeEntry, writeEntry, type KeptEntry } from './kept-entry.js';
import { KeptStart, type KeptStartHooks } from './kept-start.js';

/** As whom a node starts. */
export interface Identity {
  /** The id to ask for; undefined: the server assigns one. */
  readonly id: string | undefined;
  /** Undefined where it is the engine's business. */
  readonly token: string | undefined;
}

/** What the keeping of an identity asks of its node. `lost`: it has to start anew, as somebody else. */
export interface KeptIdentityHooks extends ClaimHooks, KeptStartHooks {
  /** The page is put aside into the back/forward cache, and the claim with it: until `resumed` the id is not to be used. */
  paused(): void;
}

/** Names our entries among those of other scripts, and our claims. */
const PREFIX = 'peer-elements:keep-id:';

/** Which node of this page has which entry. */
const slots = new Map<string, KeptIdentity>();

/**
 * The `keep-id` of a node: keeps id and token in the tab's `sessionStorage`, and gives them to the node's next start, which
 * may be in another page of the tab, under an exclusive claim (`id-claim.ts`). Without the claim the node starts as if
 * nothing had been kept, and keeps what it gets then.
 */
export class KeptIdentity {
  readonly #node: PeerNode;
  readonly #hooks: KeptIdentityHooks;
  /** Where the entry is, and what that follows from: a node stays with it for as long as that is the same. */
  #slot: { readonly key: string; readonly of: string } | undefined;
  #server = '';
  /** The page gave a token of its own. */
  #ownToken = false;
  /** Aborted when the claim ends. */
  #keeping = new AbortController();
  #claimed: string | undefined;
  /** While the node starts under a kept id. */
  #start: KeptStart | undefined;

  constructor(node: PeerNode, hooks: KeptIdentityHooks) {
    this.#node = node;
    this.#hooks = hooks;
  }

  /** As whom to start. A promise only where something kept has to be claimed; it never rejects. */
  begin(options: PeerOptions): Identity | Promise<Identity> {
    this.end();
    this.#keeping = new AbortController();
    // Before the engine listens: what it leaves by itself it returns to by itself.
    window.addEventListener('pagehide', this.#onHide, { signal: this.#keeping.signal });
    this.#server = serverName(options);
    const [id, ownToken] = [given(this.#node.peerId), given(options.token)];
    this.#ownToken = ownToken !== undefined;
    if (!this.#node.keepId) {
      this.forget();
      return { id, token: undefined };
    }
    const entry = readEntry(this.#takeSlot());
    const fresh: Identity = { id, token: ownToken ?? util.randomToken() };
    if (!entry || (id === undefined ? !entry.assigned : entry.id !== id)) return fresh;
    return this.#resume(entry, fresh);
  }

  async #resume(entry: KeptEntry, fresh: Identity): Promise<Identity> {
    if (!(await this.#claim(entry.id))) return fresh;
    this.#start = new KeptStart(this.#hooks);
    return { id: entry.id, token: this.#ownToken ? fresh.token : (entry.token ?? fresh.token) };
  }

  /** An engine is being made. @param waitsForever it does not know what to do where the server sends no OPEN. */
  starting(waitsForever: boolean): void {
    if (waitsForever) this.#start?.watch();
  }

  /** Whether a start that failed with this error is tried again, by and by. */
  retries(error: PeerError): boolean {
    const start = this.#start;
    if (error.type !== 'unavailable-id') start?.end();
    else if (start?.again()) return true;
    // It is somebody else's by now.
    else if (start?.isOver && this.#slot) removeEntry(this.#slot.key);
    return false;
  }

  /** The server knows the node: from now on its id is kept, if nobody else keeps it. */
  async opened(id: string, token: unknown): Promise<void> {
    this.#start?.end();
    this.#start = undefined;
    if (!this.#node.keepId || (this.#claimed !== id && !(await this.#claim(id)))) return;
    // It may have been forgotten meanwhile.
    if (!this.#node.keepId) return;
    writeEntry(this.#takeSlot(), {
      id,
      token: this.#ownToken || typeof token !== 'string' ? undefined : token,
      assigned: given(this.#node.peerId) === undefined,
    });
  }

  /** The node has ended, or starts anew: the claim is let go of, and what is kept stays. Idempotent. */
  end(): void {
    this.#keeping.abort();
    this.#claimed = undefined;
    this.#start?.end();
    this.#start = undefined;
  }

  /** Nothing is to be kept any more. The node goes on, and nobody else has its id meanwhile. */
  forget(): void {
    if (!this.#slot) return;
    removeEntry(this.#slot.key);
    this.leave();
  }

  /** The node has left the page: its entry may be another's. */
  leave(): void {
    if (this.#slot) slots.delete(this.#slot.key);
    this.#slot = undefined;
  }

  readonly #onHide = ({ persisted }: PageTransitionEvent): void => {
    if (persisted && this.#claimed !== undefined) this.#hooks.paused();
  };

  async #claim(id: string): Promise<boolean> {
    const { signal } = this.#keeping;
    if (!(await claimId(`${PREFIX}${this.#server}:${id}`, signal, this.#hooks)) || signal.aborted) return false;
    this.#claimed = id;
    return true;
  }

  /** The key of this node's entry: by element id, else by `peer-id`, and the n-th of those of which that is the same. */
  #takeSlot(): string {
    const { id, peerId } = this.#node;
    const name = id ? `#${id}` : (given(peerId) ?? '');
    const of = JSON.stringify([this.#server, framePath(), name]);
    if (this.#slot?.of === of) return this.#slot.key;
    this.leave();
    const key = (n: number): string => `${PREFIX}${of}:${n}`;
    let n = 0;
    while (slots.has(key(n))) n++;
    this.#slot = { key: key(n), of };
    slots.set(this.#slot.key, this);
    return this.#slot.key;
  }
}

/** A server's address with the defaults of every engine. Where the page gives signaling of its own, that is the one. */
function serverName({ signaling, host, port, path, key }: PeerOptions): string {
  if (signaling) return 'signaling';
  const mount = `/${path ?? ''}/`.replace(/\/{2,}/g, '/');
  return `${host ?? util.CLOUD_HOST}:${port ?? util.CLOUD_PORT}${mount}${key ?? 'peerjs'}`;
}

/** Which frame of its tab this page is in, by position: frames of one origin share the tab's `sessionStorage`. */
function framePath(): string {
  const path: number[] = [];
  for (let at: Window = window; at !== at.parent; at = at.parent) {
    const { parent } = at;
    path.unshift(Array.from({ length: parent.length }, (_, n) => parent[n]).indexOf(at));
  }
  return path.join('.');
}
