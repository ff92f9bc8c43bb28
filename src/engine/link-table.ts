import type { Link } from './link.js';

/** The links of a peer, by the remote's id. */
export class LinkTable {
  readonly #byPeer = new Map<string, Set<Link>>();

  add(link: Link): void {
    const siblings = this.#byPeer.get(link.remoteId);
    if (siblings) siblings.add(link);
    else this.#byPeer.set(link.remoteId, new Set([link]));
  }

  has(link: Link): boolean {
    return this.#byPeer.get(link.remoteId)?.has(link) ?? false;
  }

  delete(link: Link): void {
    const siblings = this.#byPeer.get(link.remoteId);
    siblings?.delete(link);
    if (siblings?.size === 0) this.#byPeer.delete(link.remoteId);
  }

  /** Those to that remote whose signals bear that id: two where a peer calls itself, one for each direction. */
  find(peerId: string, connectionId: string): Link[] {
    return this.with(peerId).filter((link) => link.connectionId === connectionId);
  }

  /**
   * The link on which a further connection is to be opened. Both sides come to the same one where several stand: that of the
   * offerer with the smaller nonce.
   */
  usable(peerId: string, ownNonce: string): Link | undefined {
    const offerer = (link: Link): string => (link.incoming ? (link.remoteNonce ?? '') : ownNonce);
    return this.with(peerId)
      .filter((link) => link.usable)
      .reduce<Link | undefined>((best, link) => (best && offerer(best) <= offerer(link) ? best : link), undefined);
  }

  /** A call to that remote of which it is not known yet what kind answers. */
  pending(peerId: string): Link | undefined {
    return this.with(peerId).find((link) => link.announces && !link.settled);
  }

  /** The remote's id has called under that nonce: whatever has another one has to prove that it lives. */
  challengeOthers(peerId: string, nonce: string): void {
    for (const link of this.with(peerId)) if (link.remoteNonce !== undefined && link.remoteNonce !== nonce) link.challenge();
  }

  /** Every one of them: a copy. */
  all(): Link[] {
    return [...this.#byPeer.values()].flatMap((links) => [...links]);
  }

  /** All to one remote: a copy. */
  with(peerId: string): Link[] {
    return [...(this.#byPeer.get(peerId) ?? [])];
  }
}
