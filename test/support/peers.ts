import { Peer, type ConnectOptions, type DataConnection, type PeerOptions } from '../../src/engine/index.js';

/** Where the test server's PeerServer is. Nothing but host candidates, so that nothing leaves the machine. */
export const SERVER = {
  host: location.hostname,
  port: Number(location.port),
  path: '/peerjs',
  config: { iceServers: [] },
} as const satisfies PeerOptions;

/** An event of an emitter, as a promise of its first argument. */
export function once<T = unknown>(emitter: { once(event: never, listener: (value: never) => void): unknown }, event: string): Promise<T> {
  return new Promise((resolve) => emitter.once(event as never, resolve as never));
}

const peers: { destroy(): void }[] = [];

/** Has `destroyPeers()` destroy it after the test. */
export function tracked<P extends { destroy(): void }>(peer: P): P {
  peers.push(peer);
  return peer;
}

/** A peer of this engine at the test server. */
export function makePeer(id?: string, options: PeerOptions = {}): Peer {
  return tracked(new Peer(id, { ...SERVER, ...options }));
}

/** For `afterEach`. */
export function destroyPeers(): void {
  for (const peer of peers.splice(0)) peer.destroy();
}

let counter = 0;

/** An id that no other test uses: tests of several pages share the server. */
export function uniqueId(name = 'peer'): string {
  return `${name}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}${counter++}`;
}

/** Two open peers of this engine and an open connection between them. */
export async function openPair(
  options: PeerOptions = {},
  connect: ConnectOptions = {},
): Promise<{ alice: Peer; bob: Peer; call: DataConnection; answer: DataConnection }> {
  const [alice, bob] = [makePeer(uniqueId('alice'), options), makePeer(uniqueId('bob'), options)];
  await Promise.all([once(alice, 'open'), once(bob, 'open')]);
  const incoming = once<DataConnection>(bob, 'connection');
  const call = alice.connect(bob.id ?? '', connect);
  const answer = await incoming;
  await Promise.all([call.opened, answer.opened]);
  return { alice, bob, call, answer };
}

/**
 * Resolves when the server has noticed that an id was given up. It sends no OPEN to who comes back under the same token
 * while it still holds the old connection.
 */
export async function givenUp(id: string): Promise<void> {
  for (let ids = [id]; ids.includes(id); ) {
    const response = await fetch(`${SERVER.path}/peerjs/peers`);
    ids = (await response.json()) as string[];
  }
}
