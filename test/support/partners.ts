/**
 * The engines behind one face, so that a test can pair any with any: this project's, the same where it speaks PeerJS's protocol
 * only, and the npm package `peerjs`.
 */
import { Peer as PeerJS } from 'peerjs';

import { Peer } from '../../src/engine/index.js';
import { SERVER, once, tracked, uniqueId } from './peers.js';

export type Engine = 'ours' | 'compatible' | 'peerjs';

/** What a test needs of a connection, whoever made it. */
export interface AnyConnection {
  readonly peer: string;
  readonly connectionId: string;
  readonly label: string;
  readonly metadata: unknown;
  readonly reliable: boolean;
  readonly serialization: string;
  readonly open: boolean;
  readonly dataChannel: RTCDataChannel | undefined;
  readonly peerConnection: RTCPeerConnection | undefined;
  on(event: string, listener: (...values: any[]) => void): unknown;
  once(event: string, listener: (value: never) => void): unknown;
  send(data: unknown): unknown;
  close(options?: { flush?: boolean }): void;
}

/** What a test needs of a peer, whoever made it. */
export interface AnyPeer {
  readonly id: string | null;
  readonly open: boolean;
  on(event: string, listener: (...values: any[]) => void): unknown;
  once(event: string, listener: (value: never) => void): unknown;
  connect(id: string, options?: object): AnyConnection;
  disconnect(): void;
  reconnect(): void;
  destroy(): void;
}

/** A peer of either engine at the test server. */
export function makeAny(engine: Engine, id: string | undefined = uniqueId(engine), options: object = {}): AnyPeer {
  const given = { ...SERVER, ...(engine === 'compatible' && { native: false }), ...options };
  const peer: unknown = engine !== 'peerjs' ? new Peer(id, given) : new PeerJS(id, given as unknown as { host: string });
  return tracked(peer as AnyPeer);
}

/** The same, once it is open. */
export async function openAny(engine: Engine, id?: string, options: object = {}): Promise<AnyPeer> {
  const peer = makeAny(engine, id, options);
  await once(peer, 'open');
  return peer;
}

export interface Pair {
  readonly caller: AnyConnection;
  readonly callee: AnyConnection;
}

/** The two ends of one open connection, of whichever engines. */
export async function pairOf(from: Engine, to: Engine, options: object = {}): Promise<Pair> {
  const [alice, bob] = await Promise.all([openAny(from), openAny(to)]);
  const incoming = once<AnyConnection>(bob, 'connection');
  const caller = alice.connect(bob.id ?? '', options);
  const opened = once(caller, 'open');
  const callee = await incoming;
  if (!callee.open) await once(callee, 'open');
  await opened;
  if (to === 'peerjs') await sure(callee);
  return { caller, callee };
}

/** Resolves when what a connection of peerjs sends arrives, which that tells of too early where it was called: docs/decisions/0020. */
export async function sure(callee: { readonly peerConnection: RTCPeerConnection | undefined }): Promise<void> {
  await callee.peerConnection?.getStats();
}

/** The directions in which this engine has to work: with itself in both profiles, and with peerjs at either end. */
export const DIRECTIONS: readonly (readonly [Engine, Engine])[] = [
  ['ours', 'ours'],
  ['compatible', 'compatible'],
  ['compatible', 'ours'],
  ['ours', 'peerjs'],
  ['peerjs', 'ours'],
];

/** The next `count` messages of a connection. */
export function messages(connection: { on(event: 'data', listener: (data: any) => void): unknown }, count: number): Promise<unknown[]> {
  const heard: unknown[] = [];
  return new Promise((resolve) => {
    connection.on('data', (data: unknown) => {
      heard.push(data);
      if (heard.length === count) resolve(heard);
    });
  });
}
