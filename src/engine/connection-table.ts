import type { DataConnection } from './data-connection.js';

/** The connections of a peer that have not ended, by the remote's id. */
export class ConnectionTable {
  readonly #byPeer = new Map<string, DataConnection[]>();

  /** All towards one remote: a copy, so that connections may end while it is walked. */
  with(peerId: string): DataConnection[] {
    return [...(this.#byPeer.get(peerId) ?? [])];
  }

  /** Those with that remote and id: two where a peer calls itself, one for each direction. */
  find(peerId: string, connectionId: string): DataConnection[] {
    return this.with(peerId).filter((connection) => connection.connectionId === connectionId);
  }

  has(connection: DataConnection): boolean {
    return this.#byPeer.get(connection.peer)?.includes(connection) ?? false;
  }

  add(connection: DataConnection): void {
    const siblings = this.#byPeer.get(connection.peer);
    if (siblings) siblings.push(connection);
    else this.#byPeer.set(connection.peer, [connection]);
  }

  delete(connection: DataConnection): void {
    const rest = this.with(connection.peer).filter((sibling) => sibling !== connection);
    if (rest.length > 0) this.#byPeer.set(connection.peer, rest);
    else this.#byPeer.delete(connection.peer);
  }

  /** As `peer.connections` gives them: an object without a prototype, since ids are the remote's choice. */
  toObject(): Record<string, DataConnection[]> {
    const all = Object.create(null) as Record<string, DataConnection[]>;
    for (const [id, connections] of this.#byPeer) all[id] = [...connections];
    return all;
  }

  /** Every one of them: a copy. */
  all(): DataConnection[] {
    return [...this.#byPeer.values()].flat();
  }
}
