import { Peer, type PeerOptions } from '../engine/index.js';
import type { EngineConstructor, EnginePeer } from './engine-port.js';
import { engineOptions, isOwnEngine, withIceServers } from './engine-settings.js';
import { KeptIdentity, type Identity, type KeptIdentityHooks } from './keep-id/kept-identity.js';
import type { PeerNode } from './peer-node.js';
import { given } from './settings.js';

/** What a start asks of its node, and tells it. */
export interface EngineStartHooks extends Omit<KeptIdentityHooks, 'retry'> {
  /** Something has to be awaited before the engine can be made. */
  waits(): void;
  /** An instance of the engine, which is the node's from now on. */
  made(peer: EnginePeer): void;
  failed(cause: unknown): void;
}

/** The way of a node from its settings to an instance of its engine: as whom, with which options, and when. */
export class EngineStart {
  readonly identity: KeptIdentity;
  readonly #node: PeerNode;
  readonly #hooks: EngineStartHooks;
  /** Makes another instance with the settings of this start. */
  #make: (() => void) | undefined;
  /** Aborted at the next start or end, so that work begun before is dropped. */
  #attempt = new AbortController();

  constructor(node: PeerNode, hooks: EngineStartHooks) {
    this.#node = node;
    this.#hooks = hooks;
    this.identity = new KeptIdentity(node, { ...hooks, retry: () => this.#make?.() });
  }

  /** Makes an engine from the settings of now, at once where nothing has to be awaited. */
  begin(): void {
    this.end();
    const { signal } = (this.#attempt = new AbortController());
    const Engine = given(this.#node.engine) ?? Peer;
    try {
      const options = engineOptions(this.#node);
      const identity = this.identity.begin(options);
      const complete = withIceServers(this.#node, Engine, options, signal);
      if (identity instanceof Promise || complete instanceof Promise) this.#await(Engine, Promise.all([identity, complete]), signal);
      else this.#construct(Engine, identity, complete);
    } catch (cause) {
      this.#hooks.failed(cause);
    }
  }

  /** Drops what is under way, and lets go of a kept id. Idempotent. */
  end(): void {
    this.#attempt.abort();
    this.identity.end();
    this.#make = undefined;
  }

  #await(Engine: EngineConstructor, ready: Promise<[Identity, PeerOptions]>, signal: AbortSignal): void {
    this.#hooks.waits();
    ready
      .then(([identity, options]) => {
        if (!signal.aborted) this.#construct(Engine, identity, options);
      })
      .catch((cause: unknown) => {
        if (!signal.aborted) this.#hooks.failed(cause);
      });
  }

  #construct(Engine: EngineConstructor, { id, token }: Identity, options: PeerOptions): void {
    this.#make = () => {
      try {
        const peer = new Engine(id, token === undefined ? options : { ...options, token });
        this.identity.starting(!isOwnEngine(Engine));
        this.#hooks.made(peer);
      } catch (cause) {
        this.#hooks.failed(cause);
      }
    };
    this.#make();
  }
}
