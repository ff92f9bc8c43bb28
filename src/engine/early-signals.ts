import type { IncomingSignal } from '../signaling/index.js';

/** Connections, and signals of each, that may wait for their offer. A page has a few dozen candidates at the most. */
const MAX_CONNECTIONS = 64;
const MAX_SIGNALS = 128;

/**
 * Signals that came before the offer they belong to: signaling promises no order. Bounded, the oldest connection's go
 * first (PeerJS keeps them without bound).
 */
export class EarlySignals {
  readonly #waiting = new Map<string, IncomingSignal[]>();

  store(connectionId: string, signal: IncomingSignal): void {
    const key = keyOf(signal.src, connectionId);
    const signals = this.#waiting.get(key) ?? [];
    if (signals.length < MAX_SIGNALS) signals.push(signal);
    this.#waiting.set(key, signals);
    if (this.#waiting.size <= MAX_CONNECTIONS) return;
    for (const oldest of this.#waiting.keys()) {
      this.#waiting.delete(oldest);
      break;
    }
  }

  take(src: string, connectionId: string): IncomingSignal[] {
    const key = keyOf(src, connectionId);
    const signals = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    return signals;
  }

  clear(): void {
    this.#waiting.clear();
  }
}

/** Unambiguous whatever characters the two have: PeerServer checks neither. */
function keyOf(src: string, connectionId: string): string {
  return JSON.stringify([src, connectionId]);
}
