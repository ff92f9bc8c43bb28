import type { PeerError } from '../../../src/errors.js';
import type { IncomingSignal, Signaling, SignalingSession } from '../../../src/signaling/signaling.js';

/** Milliseconds in which nothing that should stay silent may be heard. */
export const SILENCE = 250;

/** A session that writes down what a backend reports, and lets a test wait for it. */
export class Recorder implements SignalingSession {
  readonly id: string | undefined;
  readonly token: string;
  readonly messages: IncomingSignal[] = [];
  readonly faults: PeerError[] = [];
  readonly losses: PeerError[] = [];
  readonly #controller = new AbortController();
  #changed: () => void = () => {};

  constructor(id?: string, token = randomToken()) {
    this.id = id;
    this.token = token;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How often the backend has reported anything. */
  get reports(): number {
    return this.messages.length + this.faults.length + this.losses.length;
  }

  message(signal: IncomingSignal): void {
    this.messages.push(signal);
    this.#changed();
  }

  fault(error: PeerError): void {
    this.faults.push(error);
    this.#changed();
  }

  lost(error: PeerError): void {
    this.losses.push(error);
    this.#changed();
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  /** Resolves when `condition` holds, which is looked at after each report. Mocha's time-out ends a vain wait. */
  async until(condition: (recorder: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => (this.#changed = resolve));
  }
}

/** An id that no other test has. */
export function uniqueId(name = 'peer'): string {
  return `${name}-${randomToken()}`;
}

export function randomToken(): string {
  return Math.random().toString(36).slice(2);
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What a promise rejects with; an error where it does not. */
export async function rejection(promise: Promise<unknown>): Promise<PeerError> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as PeerError;
  }
  throw new Error(`resolved to ${JSON.stringify(value)}`);
}

/** Sessions and backends of one test, all ended after it. */
export class Stage {
  readonly #backends: Signaling[] = [];
  readonly #recorders: Recorder[] = [];

  use<T extends Signaling>(backend: T): T {
    this.#backends.push(backend);
    return backend;
  }

  recorder(id?: string, token?: string): Recorder {
    const recorder = new Recorder(id, token);
    this.#recorders.push(recorder);
    return recorder;
  }

  clear(): void {
    for (const recorder of this.#recorders.splice(0)) recorder.abort();
    for (const backend of this.#backends.splice(0)) backend.close();
  }
}
