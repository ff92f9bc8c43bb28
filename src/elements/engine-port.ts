import type { OutgoingTransfer, Profile, TransferOptions } from '../engine/index.js';
import { PeerError, messageOf } from '../errors.js';

/**
 * The engine as the elements see it: the part of PeerJS's API that they use, and what this project's engine adds, which
 * may be absent. `node.engine = Peer` takes any class of this shape, the npm package `peerjs`'s for one.
 */

// An engine types what its listeners are given, each its own way: all of them fit here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Listener = (...given: any[]) => void;

interface Emitter {
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

export interface EngineConnection extends Emitter {
  readonly peer: string;
  readonly connectionId: string;
  readonly label: string;
  readonly metadata: unknown;
  readonly serialization: string;
  readonly open: boolean;
  readonly dataChannel?: RTCDataChannel | undefined;
  readonly peerConnection?: RTCPeerConnection | null | undefined;
  readonly bufferSize?: number;
  /** PeerJS: null once the connection has ended. */
  readonly provider?: EnginePeer | null;
  send(data: unknown): unknown;
  close(options?: { flush?: boolean }): void;

  // What a foreign engine lacks.
  readonly incoming?: boolean;
  readonly interrupted?: boolean;
  readonly unconfirmed?: number;
  takeUnconfirmed?(): Promise<unknown[]>;
  readonly closed?: Promise<string>;
  readonly profile?: Profile | undefined;
  readonly bufferedAmount?: number;
  readonly readable?: ReadableStream<unknown>;
  readonly writable?: WritableStream<unknown>;
  defer?(): void;
  answer?(): void;
  refuse?(): void;
  flush?(): Promise<void>;
  transfer?(source: Blob | ReadableStream<Uint8Array>, options?: TransferOptions): OutgoingTransfer;
}

export interface EnginePeer extends Emitter {
  readonly id: string | null | undefined;
  readonly open: boolean;
  readonly disconnected: boolean;
  readonly destroyed: boolean;
  readonly options?: { readonly token?: unknown };
  connect(id: string, options?: object): EngineConnection | undefined;
  disconnect(): void;
  reconnect(): void;
  destroy(): void;
  listAllPeers(callback?: (ids: string[]) => void): unknown;
}

/** A class like PeerJS's `Peer`. */
export type EngineConstructor = new (id?: string, options?: object) => EnginePeer;

/** Listeners on one emitter that leave it together. */
export class Subscription {
  readonly #emitter: Emitter;
  readonly #listeners: Record<string, Listener>;

  constructor(emitter: Emitter, listeners: Record<string, Listener>) {
    this.#emitter = emitter;
    this.#listeners = listeners;
    for (const [event, listener] of Object.entries(listeners)) emitter.on(event, listener);
  }

  end(): void {
    for (const [event, listener] of Object.entries(this.#listeners)) this.#emitter.off(event, listener);
  }
}

/** The caller's label; PeerJS says "none" by a label that equals the connection's id. */
export function labelOf(connection: EngineConnection): string {
  return connection.label === connection.connectionId ? '' : connection.label;
}

/** An engine's error as this project's class: PeerJS's has the same `type`, and sometimes no message. */
export function asPeerError(error: unknown, fallbackType: string): PeerError {
  if (error instanceof PeerError) return error as PeerError;
  const type = (error as { type?: unknown } | null)?.type;
  return new PeerError(typeof type === 'string' ? type : fallbackType, messageOf(error) || String(type), { cause: error });
}
