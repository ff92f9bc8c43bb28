import type { OutgoingSignal, Signaling, SignalingSession, SignalingTraits } from '../../src/signaling/signaling.js';

/** The milliseconds after which each copy of a message is sent: `[0, 20]` sends it twice. */
export type Distortion = (message: OutgoingSignal) => readonly number[];

/** Any signaling, made worse: messages come late, twice, or in another order. */
export class DistortedSignaling implements Signaling {
  readonly #inner: Signaling;
  readonly #distortion: Distortion;

  constructor(inner: Signaling, distortion: Distortion) {
    this.#inner = inner;
    this.#distortion = distortion;
  }

  get traits(): SignalingTraits {
    return this.#inner.traits;
  }

  open(session: SignalingSession): Promise<string> {
    return this.#inner.open(session);
  }

  send(message: OutgoingSignal): void {
    for (const delay of this.#distortion(message)) setTimeout(() => this.#inner.send(message), delay);
  }

  close(): void {
    this.#inner.close();
  }
}
