import { PeerError, toPeerError, type EngineErrorType } from '../../errors.js';
import { FrameType } from '../../wire/index.js';
import { limitsIn, type ReceiveLimits } from '../native/announcement.js';
import { closeQuietly } from '../native/first-packet.js';
import { firstFrame, jsonFrame, jsonIn } from '../native/in-band.js';
import { randomToken } from '../options.js';
import { byteSource, type ByteSource } from './byte-source.js';
import { isAttachment } from './offer.js';
import { Lane, type Piece } from './lane.js';
import { PIECE_SIZE } from './pieces.js';
import type { SendingHost } from './transfer-host.js';
import { Transfer } from './transfer.js';

/** Most lanes of a transfer, its own channel included: docs/protocol.md, section 7. */
export const MAX_LANES = 8;

/** Options of `connection.transfer(source, options)`. */
export interface TransferOptions {
  /** A name without a path. Default: the File's, else an empty string. */
  name?: string | undefined;
  /** MIME type. Default: the Blob's. */
  type?: string | undefined;
  /** In bytes, of a stream whose length is known. */
  size?: number | undefined;
  /**
   * Over how many RTCPeerConnections to send, from 1 (default) to 8. More are faster on a path with delay and loss, and take a
   * larger share from others' traffic.
   */
  lanes?: number | undefined;
  /**
   * A name of 1 to 64 characters by which a message of the same connection speaks of this transfer: the receiver's
   * `transfer.attachment`. Anything else counts as none.
   */
  attachment?: string | undefined;
  /** Aborts the transfer. */
  signal?: AbortSignal | undefined;
}

/** A file or stream on its way to the remote. */
export class OutgoingTransfer extends Transfer {
  readonly incoming = false;
  readonly #source: ByteSource | PeerError;
  readonly #laneCount: number;
  readonly #signal: AbortSignal | undefined;
  #host: SendingHost | undefined;
  #channel: RTCDataChannel | undefined;
  /** Those that live, in the order they came; and that on the transfer's own channel. */
  #lanes: Lane[] = [];
  #own: Lane | undefined;
  /** Lanes that are still sending, and those that are to take their places. */
  #running = 0;
  /** Reading is one after another, whichever lane asks. */
  #reading: Promise<unknown> = Promise.resolve();
  #offset = 0;
  /** What lanes had confirmed before they were lost. */
  #confirmedByLost = 0;
  #over = false;
  /** Where it is one message: tells that it has ended. */
  #sentWhole: (() => void) | undefined;

  /** @internal */
  constructor(given: Blob | ReadableStream, options: TransferOptions = {}) {
    const { name = '', type = '', size, lastModified } = (given ?? {}) as Partial<File>;
    super(randomToken(), {
      name: options.name ?? name,
      type: options.type ?? type,
      size: options.size ?? size,
      lastModified,
      attachment: isAttachment(options.attachment) ? options.attachment : undefined,
    });
    this.#laneCount = Math.min(MAX_LANES, Math.max(1, Math.trunc(options.lanes ?? 1) || 1));
    // From JavaScript it may be anything.
    const sound = options.signal == null || options.signal instanceof AbortSignal;
    this.#signal = sound ? (options.signal ?? undefined) : undefined;
    this.#source = sound ? sourceOf(given) : new PeerError('invalid-data', 'The option signal of transfer() takes an AbortSignal.');
  }

  get [Symbol.toStringTag](): string {
    return 'OutgoingTransfer';
  }

  /** Offers it to the remote. @internal */
  start(host: SendingHost): void {
    this.#host = host;
    if (this.#begins()) this.#offer(host);
  }

  override suspend(): void {
    if (!this.#channel || this.#over) return;
    closeQuietly(this.#channel);
    const own = this.#own;
    own?.suspend();
    for (const lane of this.#lanes) if (lane !== own) this.#replace(lane);
  }

  /** There is a way again. @internal */
  resume(): void {
    if (this.#host && !this.#over) this.#offer(this.#host);
  }

  /** Offers it, also again: the receiver knows it by its id. Where there is no way just now, {@link resume} follows. */
  #offer(host: SendingHost): void {
    let channel: RTCDataChannel;
    try {
      channel = this.#channel = host.openChannel(this.id);
    } catch {
      return;
    }
    const { id, name, type, size, lastModified, attachment } = this;
    const { connectionId, limits } = host;
    channel.binaryType = 'arraybuffer';
    const described = { connectionId, id, name, type, size, lastModified, attachment, ...limits };
    channel.onopen = () => channel.send(jsonFrame(FrameType.Transfer, described));
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.#answered(channel, data);
    channel.onclose = () => this.#channelLost();
  }

  /** The channel has closed, and nobody has said why. */
  #channelLost(): void {
    this.suspend();
    this.#host?.doubt(() => this.#lost());
  }

  /**
   * Sends the Blob as a message, to a remote that knows no transfers: `{ name, type, size, data }`, whose `data` is an ArrayBuffer
   * there. It has no progress, and is complete when all has left. Aborting it ends the transfer, but cannot call the message
   * back. @internal
   */
  sendAsMessage(data: Blob, messages: { send(value: unknown): Promise<void>; flushed(): Promise<void> }, ended: () => void): void {
    const { name, type } = this;
    this.#sentWhole = ended;
    if (!this.#begins()) return;
    this.activate();
    messages
      .send({ name, type, size: data.size, data })
      .then(() => messages.flushed())
      .then(
        () => {
          this.#offset = data.size;
          if (!this.#over) this.#completed();
        },
        (error: unknown) => this.fail(toPeerError(error, 'invalid-data') as PeerError<EngineErrorType>),
      );
  }

  /** It cannot be done. Told in a microtask, so that the page can listen first. @internal */
  refuse(error: PeerError<string>): void {
    queueMicrotask(() => this.fail(error as PeerError<EngineErrorType>));
  }

  protected override release(error?: PeerError): void {
    this.#over = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if (error && !(this.#source instanceof PeerError)) this.#source.cancel(error);
    const ending = error ?? new PeerError('connection-closed', 'The transfer is complete.');
    const own = this.#own;
    for (const lane of this.#lanes) lane.end(ending, lane === own && error ? jsonFrame(FrameType.Abort) : undefined);
    this.#lanes = [];
    if (this.#channel) closeQuietly(this.#channel);
    this.#host?.ended(this);
    this.#sentWhole?.();
  }

  /** Whether there is something to send, and it is still wanted. */
  #begins(): boolean {
    const signal = this.#signal;
    if (this.#source instanceof PeerError) this.refuse(this.#source);
    else if (signal?.aborted) this.refuse(this.#given());
    else {
      signal?.addEventListener('abort', this.#onAbort, { once: true });
      return true;
    }
    return false;
  }

  readonly #onAbort = (): void => this.fail(this.#given());

  #given(): PeerError<EngineErrorType> {
    return new PeerError('transfer-aborted', `The transfer of "${this.name}" was aborted by its signal.`, { cause: this.#signal?.reason });
  }

  #answered(channel: RTCDataChannel, packet: ArrayBuffer | string): void {
    let remote: ReceiveLimits;
    try {
      remote = limitsIn(jsonIn(firstFrame(packet, FrameType.Accept)));
    } catch (cause) {
      if (this.#own) return this.#lost();
      return this.fail(new PeerError('refused', `${this.#host?.peer ?? 'The remote'} has declined "${this.name}".`, { cause }));
    }
    if (this.#own) return this.#own.resume(channel);
    this.activate();
    this.#add(channel, remote);
    for (let index = 1; index < this.#laneCount; index++) {
      // A lane that cannot be had costs speed, and nothing else.
      this.#host?.openLane(this.id, index).then(
        (lane) => (this.#over ? lane.close() : this.#add(lane, remote, [], true)),
        () => undefined,
      );
    }
  }

  /**
   * @param pieces what it has to send first.
   * @param alone on an RTCPeerConnection of its own.
   */
  #add(channel: RTCDataChannel, remote: ReceiveLimits, pieces: readonly Piece[] = [], alone = false): void {
    if (!this.#host) return;
    const own = channel === this.#channel;
    const lane: Lane = new Lane(channel, this.#host, {
      progressed: () => this.advance(this.#lanes.reduce((sum, each) => sum + each.confirmed, this.#confirmedByLost)),
      frame: (type) => {
        if (type === FrameType.Abort && own) this.#lost();
      },
      lost: (error) => {
        if (!own) this.#replace(lane);
        else if (error) this.#lost(error);
        else this.#channelLost();
      },
    }, remote, pieces, alone);
    this.#lanes.push(lane);
    if (own) this.#own = lane;
    void this.#run(lane);
  }

  /**
   * A lane was lost. What it had under way goes on a channel of the link's own RTCPeerConnection, with a window of its own: the
   * other lanes may be held back until just those pieces have come.
   */
  #replace(lane: Lane): void {
    if (!this.#lanes.includes(lane)) return;
    this.#lanes = this.#lanes.filter((each) => each !== lane);
    this.#confirmedByLost += lane.confirmed;
    const pieces = lane.takeBack();
    lane.end(new PeerError('connection-closed', 'The lane was lost.'));
    if (pieces.length === 0) return;
    this.#running++;
    this.#host
      ?.openLane(this.id, 0)
      .then(
        (channel) => (this.#over ? channel.close() : this.#add(channel, lane.remote, pieces)),
        (error: unknown) => this.fail(toPeerError(error, 'transfer-aborted') as PeerError<EngineErrorType>),
      )
      .finally(() => this.#stopped());
  }

  /** Sends pieces on a lane until there are none, and then sees to it that all have been read. */
  async #run(lane: Lane): Promise<void> {
    this.#running++;
    try {
      await lane.begin();
      while (this.#lanes.includes(lane)) {
        const piece = await this.#next(lane);
        if (!piece) break;
        await piece.pushed;
      }
      await lane.settled();
    } catch (error) {
      // A lane that was lost has given its pieces back; anything else is the source's.
      if (this.#lanes.includes(lane)) this.fail(toPeerError(error, 'invalid-data') as PeerError<EngineErrorType>);
    }
    this.#stopped();
  }

  /** Where nobody sends any more, the end follows. */
  #stopped(): void {
    this.#running--;
    const own = this.#own;
    if (this.#running > 0 || this.#over || !own) return;
    own.finish(this.#offset).then(
      () => this.#completed(),
      () => undefined, // It was aborted.
    );
  }

  #completed(): void {
    this.knownSize = this.#offset;
    this.advance(this.#offset);
    this.complete();
  }

  /**
   * Reads the next piece and gives it to the lane, or to the first one where the lane was lost meanwhile. Lanes read one after
   * another.
   */
  #next(lane: Lane): Promise<{ readonly pushed: Promise<void> } | undefined> {
    const reading = this.#reading.then(async () => {
      if (this.#over || this.#source instanceof PeerError) return undefined;
      const bytes = await this.#source.read(PIECE_SIZE);
      const taker = this.#lanes.includes(lane) ? lane : this.#lanes[0];
      if (!taker) return undefined;
      const offset = this.#offset;
      this.#offset += bytes?.byteLength ?? 0;
      if (bytes ? this.#offset > (this.size ?? Infinity) : this.#offset !== (this.size ?? this.#offset)) {
        throw new PeerError('invalid-data', `"${this.name}" has another size than the ${String(this.size)} bytes that were given.`);
      }
      if (!bytes) return undefined;
      return { pushed: taker.push({ offset, bytes }) };
    });
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  #lost(error?: PeerError): void {
    const told = error ?? new PeerError('transfer-aborted', `The transfer of "${this.name}" was ended by the remote, or by the end of its connection.`);
    this.fail(told as PeerError<EngineErrorType>);
  }
}

function sourceOf(given: unknown): ByteSource | PeerError {
  try {
    return byteSource(given);
  } catch (error) {
    return error as PeerError;
  }
}
