import { PeerError } from '../../errors.js';
import { IncomingTransfer, type OfferedTransfer } from './incoming-transfer.js';
import { OutgoingTransfer, type TransferOptions } from './outgoing-transfer.js';
import type { ConnectionTransferHost, SendingHost } from './transfer-host.js';
import { refuseTransfer } from './offer.js';
import type { Transfer } from './transfer.js';

/** Most transfers of a connection that may wait for the page to take them. */
const MAX_PENDING = 64;
/** Ended ones whose ids are remembered: what was aborted while the link was interrupted must not be offered again. */
const MAX_ENDED = 256;

export interface TransfersOwner {
  /** Whether anyone would hear of a transfer now. */
  listening(): boolean;
  /** Tells the page of one. */
  announce(transfer: IncomingTransfer): void;
  /** What carries them, or why nothing does. */
  host(): ConnectionTransferHost | PeerError;
  /** Whether a message may hold a Blob. */
  readonly sendsBlobs: boolean;
  /** Sends a value as a message. */
  send(value: unknown): Promise<void>;
  flushed(): Promise<void>;
}

/** The transfers of one connection, both ways: they end with it. */
export class Transfers {
  readonly #owner: TransfersOwner;
  readonly #live = new Set<Transfer>();
  readonly #ended = new Set<string>();
  /** Those that came before anyone listened, and when they are refused. */
  readonly #held = new Map<IncomingTransfer, ReturnType<typeof setTimeout>>();

  constructor(owner: TransfersOwner) {
    this.#owner = owner;
  }

  /** Begins to send. What cannot be done is told by the transfer itself. */
  send(source: Blob | ReadableStream, options: TransferOptions): OutgoingTransfer {
    const transfer = new OutgoingTransfer(source, options);
    const host = this.#owner.host();
    if (!(host instanceof PeerError)) {
      this.#live.add(transfer);
      transfer.start(this.#tracked(host));
    } else if (host.type === 'unsupported' && this.#owner.sendsBlobs && source instanceof Blob) {
      this.#live.add(transfer);
      transfer.sendAsMessage(source, this.#owner, () => this.#live.delete(transfer));
    } else transfer.refuse(host);
    return transfer;
  }

  /** The remote wants to send. */
  offered(offer: OfferedTransfer, channel: RTCDataChannel, host: ConnectionTransferHost): void {
    const known = [...this.#live].find((each) => each.id === offer.id);
    // Offered again, over another channel: the link was interrupted.
    if (known instanceof IncomingTransfer) return known.resumesOver(channel);
    if (this.#ended.has(offer.id)) return refuseTransfer(channel);
    const pending = [...this.#live].filter((each) => each.incoming && each.state === 'pending').length;
    const transfer = new IncomingTransfer(offer, channel, this.#tracked(host));
    if (pending >= MAX_PENDING) return transfer.abort('Too many wait to be taken.');
    this.#live.add(transfer);
    if (this.#owner.listening()) return this.#owner.announce(transfer);
    const late = setTimeout(() => transfer.abort('Nobody has taken it.'), host.answerTimeout);
    this.#held.set(transfer, late);
  }

  /** The remote sends pieces of one of them on a further channel. */
  lane(channel: RTCDataChannel): boolean {
    const transfer = [...this.#live].find((each) => each.id === channel.label);
    if (!(transfer instanceof IncomingTransfer)) return false;
    transfer.addLane(channel);
    return true;
  }

  /** Their channels are gone, or about to be, and others may come. */
  suspend(): void {
    for (const transfer of this.#live) transfer.suspend();
  }

  /** There are channels again: those that this side sends go on. */
  resume(): void {
    for (const transfer of [...this.#live]) if (transfer instanceof OutgoingTransfer) transfer.resume();
  }

  /** Those that this side sends and that go on. */
  get outgoing(): string[] {
    return [...this.#live].filter((each) => !each.incoming).map(({ id }) => id);
  }

  /** The remote still sends these, and no others. */
  keepIncoming(ids: readonly string[]): void {
    for (const transfer of [...this.#live]) if (transfer instanceof IncomingTransfer && !ids.includes(transfer.id)) transfer.lost();
  }

  /** To be called when a listener was added. */
  listenerAdded(): void {
    if (this.#held.size === 0) return;
    queueMicrotask(() => {
      for (const [transfer, late] of this.#held) {
        if (!this.#owner.listening()) return;
        clearTimeout(late);
        this.#held.delete(transfer);
        this.#owner.announce(transfer);
      }
    });
  }

  /** The connection has ended. */
  end(error: PeerError): void {
    for (const transfer of [...this.#live]) {
      transfer.fail(new PeerError('transfer-aborted', `The connection of the transfer has ended: ${error.message}`, { cause: error }));
    }
  }

  #tracked(host: ConnectionTransferHost): SendingHost {
    return {
      ...host,
      ended: (transfer) => {
        this.#live.delete(transfer as Transfer);
        this.#ended.add((transfer as Transfer).id);
        for (const oldest of this.#ended) if (this.#ended.size > MAX_ENDED) this.#ended.delete(oldest);
        clearTimeout(this.#held.get(transfer as IncomingTransfer));
        this.#held.delete(transfer as IncomingTransfer);
      },
    };
  }
}

