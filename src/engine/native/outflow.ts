import type { PeerError } from '../../errors.js';
import type { Bytes } from '../../wire/bytes.js';
import type { ChannelPort } from '../channel-port.js';
import { Deferred, RESOLVED } from '../deferred.js';
import { STANDSTILL_LIMIT, StandstillWatch } from '../standstill-watch.js';
import { FrameType, numbersFrame } from '../../wire/native/frames.js';
import type { DrainMeter } from './drain-meter.js';
import { Fifo } from './fifo.js';
import type { Flight, FlightMark } from './flight.js';
import { MAX_PACKET } from './packet-builder.js';

/** Bytes that may wait, here and in the channel, before `room()` does: more where the network takes more in 20 ms. */
export const HIGH_WATER = 256 * 1024;
/**
 * Microtasks in a row without a new message after which what there is leaves. A loop that awaits each send comes back within
 * a few, and so fills packets; a handful of microtasks costs nothing, and the message leaves within its task all the same.
 */
const QUIET_TICKS = 8;
/** How often the remote is asked how far it has come, in what is under way. */
const MARKS = 4;

/** Smallest limit of a packet that is believed, in bytes: every browser takes 65,536, and below it no header would fit. */
const MIN_PACKET = 1_024;

/** A packet for the channel. */
export interface OutgoingPacket {
  readonly bytes: Bytes;
  /** Whether a `PROBE` is in it. */
  readonly probes: boolean;
}

/** Where the packets come from. */
export interface OutflowSource {
  /** Bytes that wait. */
  readonly unsent: number;
  /** Whether there is a packet now; `all`: even a small one. */
  hasPacket(all: boolean): boolean;
  /**
   * The next packet, of `size` bytes at the most. Undefined where there is none after all.
   * @param due position: a packet that reaches it asks the remote how far it has come, unless it was made before.
   */
  nextPacket(size: number, due: number): OutgoingPacket | undefined;
  /** The last packet was not taken, and is to come again. */
  takeBack(): void;
  /** The position up to which this port was given everything. */
  readonly given: number;
  /** Bytes that were given to this port and have not arrived. */
  readonly underWay: number;
}

/** Feeds one channel: as much as it drains in some 20 ms, so that what comes after is not delayed for long. */
export class Outflow {
  readonly #source: OutflowSource;
  readonly #meter: DrainMeter;
  readonly #flight: Flight;
  /** What the flight has counted of this stream's, and the marks that were not heard of. */
  #counted = 0;
  readonly #marks = new Fifo<{ readonly position: number; readonly mark: FlightMark }>();
  #marked = 0;
  /** Called after each round of feeding. */
  readonly #fed: () => void;
  #port: ChannelPort | undefined;
  #maxPacket = MAX_PACKET;
  /** At least what the channel holds: asking it for every message would take longer than sending that. */
  #held = 0;
  /** The port's `bufferedAmountLowThreshold`. */
  #low = 0;
  /** The channel has enough, and will say when it is low. */
  #full = false;
  #ticking = false;
  #fresh = false;
  #quiet = 0;
  #room: Deferred | undefined;
  readonly #watch = new StandstillWatch({
    port: () => this.#port,
    waits: () => this.#full || this.#room !== undefined,
    stoodStill: (amount) => this.#stoodStill(amount),
  });

  constructor(source: OutflowSource, meter: DrainMeter, flight: Flight, fed: () => void) {
    this.#source = source;
    this.#meter = meter;
    this.#flight = flight;
    this.#fed = fed;
  }

  get attached(): boolean {
    return this.#port !== undefined;
  }

  /** Bytes not yet given to the network. */
  get bufferedAmount(): number {
    return this.#source.unsent + (this.#port?.bufferedAmount ?? 0);
  }

  /** Goes on over this open port, at the next {@link feed}. */
  attach(port: ChannelPort, maxPacket: number): void {
    this.detach();
    this.#port = port;
    this.#low = port.bufferedAmountLowThreshold;
    this.#maxPacket = Math.min(Math.max(maxPacket, MIN_PACKET), MAX_PACKET);
    port.onbufferedamountlow = () => {
      this.#full = false;
      this.#look(true);
      this.feed(true);
    };
  }

  /** Idempotent. */
  detach(): void {
    if (!this.#port) return;
    this.#port.onbufferedamountlow = null;
    this.#port = undefined;
    this.#watch.stop();
    this.#meter.drained(this.#held, false);
    this.#held = 0;
    this.#full = false;
    this.#flight.change(-this.#counted);
    this.#counted = this.#marked = 0;
    this.#marks.clear();
  }

  /** The remote has told how far it has come. */
  acknowledged(received: number): void {
    this.#count();
    for (let first; (first = this.#marks.at(0)) && first.position <= received; ) {
      this.#marks.shift();
      this.#flight.heard(first.mark);
    }
  }

  /** Sends a frame at once. False where there is no port, or it is closing: its end is told elsewhere. */
  send(frame: Bytes): boolean {
    if (!this.#port) return false;
    try {
      this.#port.send(frame);
    } catch {
      return false;
    }
    this.#held += frame.byteLength;
    this.#meter.given(frame.byteLength);
    return true;
  }

  /** To be called for each new message. */
  pushed(): void {
    this.#fresh = true;
    if (this.#full || !this.#port) return;
    if (this.#source.hasPacket(false)) this.feed(false);
    if (this.#ticking) return;
    this.#ticking = true;
    void RESOLVED.then(this.#tick);
  }

  /** Resolved already while little waits. */
  room(): Promise<void> {
    if (this.#hasRoom) return RESOLVED;
    this.#room ??= new Deferred();
    this.#watch.look();
    return this.#room.promise;
  }

  /**
   * Gives the channel packets until it has enough or there are none.
   * @param all small ones too, that could still grow.
   */
  feed(all: boolean, least = 0): void {
    const port = this.#port;
    if (!port) return;
    const enough = Math.max(this.#meter.ahead, least);
    this.#full = false;
    let waits = false;
    while (this.#port === port && this.#source.hasPacket(all)) {
      this.#count();
      if (!this.#flight.allows(this.#counted)) {
        waits = true;
        break;
      }
      if (this.#held >= enough && this.#look(false) >= enough) {
        this.#full = true;
        break;
      }
      const due = this.#marked + this.#flight.window / MARKS;
      const packet = this.#source.nextPacket(Math.min(this.#meter.packetSize, this.#maxPacket), due);
      if (!packet) break;
      if (!this.send(packet.bytes)) {
        this.#source.takeBack();
        break;
      }
      if (packet.probes) this.#mark(!this.#source.hasPacket(all));
      else if (this.#source.given >= due) this.#probe(!this.#source.hasPacket(all));
    }
    this.#count();
    // What waits for others to arrive has to hear of it.
    if (waits && this.#source.given > this.#marked) this.#probe(false);
    const low = Math.floor(enough / 2);
    if (this.#low !== low) port.bufferedAmountLowThreshold = this.#low = low;
    if (this.#room && this.#hasRoom) this.#settleRoom();
    if (this.#full || this.#room) this.#watch.look();
    else this.#watch.stop();
    this.#fed();
  }

  /** Rejects what waits. Idempotent. */
  end(error: PeerError): void {
    this.detach();
    this.#room?.reject(error);
    this.#room = undefined;
  }

  #count(): void {
    const { underWay } = this.#source;
    this.#flight.change(underWay - this.#counted);
    this.#counted = underWay;
  }

  /** Asks the remote to tell at once when it has all this. */
  #probe(idle: boolean): void {
    if (this.send(numbersFrame(FrameType.Probe, this.#source.given))) this.#mark(idle);
  }

  /** The remote has been asked. `idle`: there is nothing more to send. */
  #mark(idle: boolean): void {
    this.#count();
    this.#marked = this.#source.given;
    this.#marks.push({ position: this.#marked, mark: this.#flight.mark(idle) });
  }

  get #hasRoom(): boolean {
    const high = Math.max(HIGH_WATER, this.#meter.ahead);
    const { unsent } = this.#source;
    return unsent + this.#held <= high || (unsent <= high && unsent + this.#look(false) <= high);
  }

  /** What the channel holds now. `busy`: it has told by itself that it got low. */
  #look(busy: boolean): number {
    const amount = this.#port?.bufferedAmount ?? 0;
    if (amount < this.#held) this.#meter.drained(this.#held - amount, busy || amount > 0);
    this.#held = amount;
    return amount;
  }

  readonly #tick = (): void => {
    this.#quiet = this.#fresh ? 0 : this.#quiet + 1;
    this.#fresh = false;
    // A promise's microtask does not go through the browser's bindings, as `queueMicrotask()` does.
    if (this.#quiet < QUIET_TICKS && !this.#full && this.#source.hasPacket(true)) return void RESOLVED.then(this.#tick);
    this.#ticking = false;
    this.#quiet = 0;
    if (!this.#full && this.#source.hasPacket(true)) this.feed(true);
  };

  #settleRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** One packet more than there should be sets the browser's count right. Where there is none, whoever waits goes on. */
  #stoodStill(amount: number): void {
    if (!this.#source.hasPacket(true)) this.#settleRoom();
    else if (amount < STANDSTILL_LIMIT) this.feed(true, amount + 1);
  }
}
