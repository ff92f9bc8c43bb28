import type { IncomingSignal } from '../signaling/index.js';
import { fitsJson } from '../wire/index.js';

/** Connections, and signals of each, that may wait for their offer. A page has a few dozen candidates at the most. */
const MAX_CONNECTIONS = 64;
const MAX_SIGNALS = 128;
/** Signals of all connections together. */
const MAX_TOTAL = 1_024;
/** Largest payload that is kept, in characters of its JSON, and how deep it may nest. A candidate has some two hundred. */
const MAX_PAYLOAD = 4_096;
const MAX_DEPTH = 16;

/**
 * Signals that came before the offer they belong to: signaling promises no order. Bounded, the oldest connection's go
 * first (PeerJS keeps them without bound).
 */
export class EarlySignals {
  readonly #waiting = new Map<string, IncomingSignal[]>();
  #total = 0;

  /** How many wait. */
  get size(): number {
    return this.#total;
  }

  store(connectionId: string, signal: IncomingSignal): void {
    if (!fitsJson(signal.payload, MAX_PAYLOAD, MAX_DEPTH)) return;
    const key = keyOf(signal.src, connectionId);
    const signals = this.#waiting.get(key) ?? [];
    if (signals.length >= MAX_SIGNALS) return;
    signals.push(signal);
    this.#total++;
    this.#waiting.set(key, signals);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MAX_CONNECTIONS && this.#total <= MAX_TOTAL) break;
      this.#remove(oldest);
    }
  }

  take(src: string, connectionId: string): IncomingSignal[] {
    return this.#remove(keyOf(src, connectionId));
  }

  clear(): void {
    this.#waiting.clear();
    this.#total = 0;
  }

  #remove(key: string): IncomingSignal[] {
    const signals = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    this.#total -= signals.length;
    return signals;
  }
}

/** Unambiguous whatever characters the two have: PeerServer checks neither. */
function keyOf(src: string, connectionId: string): string {
  return JSON.stringify([src, connectionId]);
}
