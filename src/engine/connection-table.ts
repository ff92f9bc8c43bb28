import type { DataConnection } from './data-connection.js';

/** The connections of a peer that have not ended, by the remote's id. */
export class ConnectionTable<Connection extends { readonly peer: string; readonly connectionId: string } = DataConnection> {
  readonly #byPeer = new Map<string, Connection[]>();

  /** All towards one remote: a copy, so that connections may end while it is walked. */
  with(peerId: string): Connection[] {
    return [...(this.#byPeer.get(peerId) ?? [])];
  }

  /** Those with that remote and id: two where a peer calls itself, one for each direction. */
  find(peerId: string, connectionId: string): Connection[] {
    return this.with(peerId).filter((connection) => connection.connectionId === connectionId);
  }

  has(connection: Connection): boolean {
    return this.#byPeer.get(connection.peer)?.includes(connection) ?? false;
  }

  add(connection: Connection): void {
    const siblings = this.#byPeer.get(connection.peer);
    if (siblings) siblings.push(connection);
    else this.#byPeer.set(connection.peer, [connection]);
  }

  delete(connection: Connection): void {
    const rest = this.with(connection.peer).filter((sibling) => sibling !== connection);
    if (rest.length > 0) this.#byPeer.set(connection.peer, rest);
    else this.#byPeer.delete(connection.peer);
  }

  /** As `peer.connections` gives them: an object without a prototype, since ids are the remote's choice. */
  toObject<Other>(others: Iterable<Other & { readonly peer: string }> = []): Record<string, (Connection | Other)[]> {
    const all = Object.create(null) as Record<string, (Connection | Other)[]>;
    for (const [id, connections] of this.#byPeer) all[id] = [...connections];
    for (const other of others) (all[other.peer] ??= []).push(other);
    return all;
  }

  /** Every one of them: a copy. */
  all(): Connection[] {
    return [...this.#byPeer.values()].flat();
  }
}
