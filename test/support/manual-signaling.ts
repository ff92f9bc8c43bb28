import { PeerError } from '../../src/errors.js';
import { closedReason } from '../../src/signaling/abort.js';
import type {
  IncomingSignal,
  OutgoingSignal,
  Signaling,
  SignalingSession,
  SignalingTraits,
} from '../../src/signaling/signaling.js';
import { Stay } from '../../src/signaling/stay.js';

/** A message on its way. The payload is what came out of the JSON text. */
export interface Envelope extends OutgoingSignal {
  readonly src: string;
}

/**
 * What becomes of a message: one number for each copy that arrives, the milliseconds it takes. `[0]` delivers, `[]` drops,
 * `[0, 0]` duplicates, `[50]` delays, and so lets later ones overtake. `n` counts the messages of the exchange from 0.
 */
export type Route = (message: Envelope, n: number) => readonly number[];

/** UTF-8 bytes of JSON: a message that one can still copy and paste. */
export const MANUAL_MESSAGE_SIZE = 64 * 1024;

/**
 * The table on which the members of a manual exchange put their messages: text that somebody carries over. Its unreliability
 * is what the test says, message by message.
 *
 * ```ts
 * const exchange = new ManualExchange((message) => (message.type === 'ANSWER' ? [0, 20] : [0]));
 * const alice = new Peer('alice', { signaling: new ManualSignaling(exchange) });
 * exchange.hold();
 * …
 * exchange.release((held) => held.reverse());
 * ```
 */
export class ManualExchange {
  /** Every message that was sent, delivered or not. */
  readonly sent: Envelope[] = [];
  /** What was not sent at all: candidates, which this exchange cannot carry, too large messages, and what is not JSON. */
  readonly refused: OutgoingSignal[] = [];
  /** May be replaced at any time. */
  route: Route;

  readonly #members = new Map<string, (signal: IncomingSignal) => void>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #held: string[] | undefined;
  #assigned = 0;

  constructor(route: Route = () => [0]) {
    this.route = route;
  }

  /** The ids of who is here. */
  get members(): string[] {
    return [...this.#members.keys()];
  }

  /** Copies that are under way, held ones included. */
  get underway(): number {
    return this.#timers.size + (this.#held?.length ?? 0);
  }

  /** From now on messages wait for {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  /** Delivers what was held, in the order and selection that `arrange` returns, and holds no more. */
  release(arrange: (held: string[]) => readonly string[] = (held) => held): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const text of arrange(held)) this.#deliver(text);
  }

  /** Drops what is under way. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#held &&= [];
  }

  /** Returns the id, or undefined where somebody has it. */
  join(id: string | undefined, receive: (signal: IncomingSignal) => void): string | undefined {
    const joined = id || `manual-${++this.#assigned}`;
    if (this.#members.has(joined)) return undefined;
    this.#members.set(joined, receive);
    return joined;
  }

  leave(id: string): void {
    this.#members.delete(id);
  }

  /** Puts a message on the table. Nobody learns whether it arrives. */
  carry(src: string, message: OutgoingSignal): void {
    const text = textOf(src, message);
    if (text === undefined || message.type === 'CANDIDATE') {
      this.refused.push(message);
      return;
    }
    const envelope = JSON.parse(text) as Envelope;
    this.sent.push(envelope);
    for (const delay of this.route(envelope, this.sent.length - 1)) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        if (this.#held) this.#held.push(text);
        else this.#deliver(text);
      }, delay);
      this.#timers.add(timer);
    }
  }

  #deliver(text: string): void {
    const { type, src, dst, payload } = JSON.parse(text) as Envelope;
    this.#members.get(dst)?.({ type, src, payload });
  }
}

/**
 * Signaling by copy and paste, for tests: it cannot trickle, tells nobody who is absent, and carries no large messages. Peers
 * meet when they are given the same {@link ManualExchange}.
 */
export class ManualSignaling implements Signaling {
  readonly traits: SignalingTraits = {
    trickle: false,
    reportsAbsence: false,
    maxMessageSize: MANUAL_MESSAGE_SIZE,
    verifiesSender: false,
  };

  readonly #exchange: ManualExchange;
  #stay: Stay | undefined;

  constructor(exchange: ManualExchange) {
    this.#exchange = exchange;
  }

  open(session: SignalingSession): Promise<string> {
    this.close();
    const stay = (this.#stay = new Stay(session));
    // People take their time: an id is never there at once.
    const timer = setTimeout(() => this.#join(stay), 0);
    stay.onEnd(() => clearTimeout(timer));
    return stay.opened;
  }

  send(message: OutgoingSignal): void {
    const id = this.#stay?.id;
    if (id !== undefined) this.#exchange.carry(id, message);
  }

  close(): void {
    this.#stay?.end(closedReason());
  }

  /** Ends the session as a failing service would. */
  lose(error: PeerError = new PeerError('network', 'The manual exchange is lost.')): void {
    this.#stay?.fail(error);
  }

  #join(stay: Stay): void {
    const id = this.#exchange.join(stay.session.id, (signal) => stay.session.message(signal));
    if (id === undefined) {
      stay.fail(new PeerError('unavailable-id', `ID "${stay.session.id}" is taken`));
      return;
    }
    stay.onEnd(() => this.#exchange.leave(id));
    stay.open(id);
  }
}

function textOf(src: string, { type, dst, payload }: OutgoingSignal): string | undefined {
  try {
    const text = JSON.stringify({ type, src, dst, payload });
    return new TextEncoder().encode(text).length > MANUAL_MESSAGE_SIZE ? undefined : text;
  } catch {
    return undefined;
  }
}
