import { nodeAround, nodeById, nodeOf, watchNodes } from './node-registry.js';
import type { PeerChannel } from './peer-channel.js';
import type { PeerNode } from './peer-node.js';

/** To which node a channel belongs: the one that its `node` names, else the closest one around it. */
export class NodeMembership {
  /** What the page gave as `node`: an id or an element. */
  setting: string | Element | undefined;
  readonly #channel: PeerChannel;
  #node: PeerNode | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(channel: PeerChannel) {
    this.#channel = channel;
  }

  /** The node that has been joined. */
  get node(): PeerNode | undefined {
    return this.#node;
  }

  /** The node to belong to, as things are now. */
  find(): PeerNode | undefined {
    const { setting } = this;
    if (setting === undefined) return nodeAround(this.#channel);
    return typeof setting === 'string' ? nodeById(this.#channel, setting) : nodeOf(setting);
  }

  join(node: PeerNode | undefined): void {
    this.#node?.removeChannel(this.#channel);
    this.#node = node;
    node?.addChannel(this.#channel);
  }

  /** Calls `changed` whenever another node may be the right one, until {@link leave}. */
  watch(changed: () => void): void {
    this.#stopWatching ??= watchNodes(changed);
  }

  leave(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.join(undefined);
  }
}
