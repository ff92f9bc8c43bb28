/** Nodes with `keep-id`, what they keep, and who else may want it. */
import type { PeerNode } from '../../src/index.js';
import { forgotten, makeNode, mount, task } from './elements.js';
import { SERVER, uniqueId } from './peers.js';

export interface Entry {
  readonly key: string;
  readonly id: string;
  readonly token?: string;
  readonly assigned: boolean;
}

const PREFIX = 'peer-elements:keep-id:';

/** A node that keeps its id, not in the page yet. */
export function makeKeeping(settings: Parameters<typeof makeNode>[0] = {}): PeerNode {
  return Object.assign(makeNode(settings), { keepId: true });
}

/** The same, in the page. */
export function mountKeeping(settings: Parameters<typeof makeNode>[0] = {}): PeerNode {
  return mount(makeKeeping(settings));
}

/** Everything that is kept for this page. */
export function entries(): Entry[] {
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ ...(JSON.parse(sessionStorage.getItem(key) ?? '') as Omit<Entry, 'key'>), key }));
}

/** What is kept of an id, once it is: keeping it takes a moment from `peer-open` on. */
export async function keptAs(id: string | null): Promise<Entry> {
  for (;;) {
    const entry = entries().find((kept) => kept.id === id);
    if (entry) return entry;
    await task();
  }
}

/** What an open node keeps, once it does. */
export function kept(node: PeerNode): Promise<Entry> {
  return keptAs(node.currentId);
}

/** Takes a node out of the page, as at the end of a page. Resolves to what is kept when the server has noticed. */
export async function pageEnds(node: PeerNode): Promise<Entry> {
  const entry = await kept(node);
  node.remove();
  await forgotten(entry.id);
  return entry;
}

export function tokenOf(node: PeerNode): unknown {
  return node.peer?.options?.token;
}

/** For `afterEach`: what the tests of one file keep must not meet. */
export function forgetAll(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

/** The names of the Web Locks that are held for an id. */
export async function locksOf(id: string): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name }) => (name?.endsWith(`:${id}`) ? [name] : []));
}

/** A socket that has an id at the server: whose, the token says. Resolves when the server knows it. */
export async function occupy(id: string, token = uniqueId('token')): Promise<WebSocket> {
  const { host, port, path } = SERVER;
  const socket = new WebSocket(`ws://${host}:${port}${path}/peerjs?key=peerjs&id=${id}&token=${token}&version=1.5.5`);
  await new Promise((resolve) => (socket.onmessage = resolve));
  return socket;
}

/** The page goes into the back/forward cache, or comes back. */
export function page(goes: 'pagehide' | 'pageshow'): void {
  window.dispatchEvent(new PageTransitionEvent(goes, { persisted: true }));
}
