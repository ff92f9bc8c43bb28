import type { PeerError } from '../errors.js';
import { Subscription, asPeerError, type EngineConnection, type EnginePeer } from './engine-port.js';
import { leaveToOwner, refuse } from './foreign-engine.js';
import { admit } from './incoming.js';
import type { PeerNode } from './peer-node.js';

/** What a running engine tells its node. */
export interface RunningEngineHooks {
  /** It is at the server, under this id; again after each loss. */
  opened(id: string): void;
  /** It is on the way to the server, or has lost it. */
  entered(state: 'connecting' | 'disconnected'): void;
  failed(error: PeerError): void;
  /** It has been destroyed. */
  ended(): void;
}

/** The instance of an engine that a node runs: one of its own, which ends with it, or one that the page gave. */
export class RunningEngine {
  readonly #node: PeerNode;
  readonly #hooks: RunningEngineHooks;
  #peer: EnginePeer | undefined;
  #owned = false;
  #subscription: Subscription | undefined;

  constructor(node: PeerNode, hooks: RunningEngineHooks) {
    this.#node = node;
    this.#hooks = hooks;
  }

  /** The instance, while there is one. */
  get peer(): EnginePeer | undefined {
    return this.#peer;
  }

  /** The instance is, or was, the node's own. */
  get isOwned(): boolean {
    return this.#owned;
  }

  /** Takes an instance, and tells at once how it stands. */
  attach(peer: EnginePeer, owned: boolean): void {
    this.#peer = peer;
    this.#owned = owned;
    this.#subscription = new Subscription(peer, {
      open: (id: string) => this.#hooks.opened(id),
      reconnected: (id: string) => this.#hooks.opened(id),
      connection: (connection: EngineConnection) =>
        admit(this.#node, connection, {
          wanted: () => this.#peer === peer,
          failed: (error) => this.#node.fail(error),
          unmatched: owned ? refuse : leaveToOwner,
        }),
      disconnected: () => {
        if (!peer.destroyed) this.#hooks.entered('disconnected');
      },
      close: () => this.#hooks.ended(),
      error: (error: unknown) => this.#hooks.failed(asPeerError(error, 'webrtc')),
    });
    if (peer.destroyed) this.#hooks.ended();
    else if (peer.open && peer.id) this.#hooks.opened(peer.id);
    else this.#hooks.entered(peer.disconnected ? 'disconnected' : 'connecting');
  }

  /** Lets go of the instance, and gives the one that is to be destroyed: none where it is the page's. Idempotent. */
  detach(): EnginePeer | undefined {
    const peer = this.#owned ? this.#peer : undefined;
    this.#subscription?.end();
    this.#peer = this.#subscription = undefined;
    return peer;
  }
}
