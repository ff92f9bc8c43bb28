import { PeerError, toPeerError, type EngineErrorType } from '../../errors.js';
import { FrameType, type Bytes, type MessageKind } from '../../wire/index.js';
import type { ReceiveLimits } from '../native/announcement.js';
import { Fifo } from '../native/fifo.js';
import { closeQuietly } from '../native/first-packet.js';
import { firstFrame, jsonFrame } from '../native/in-band.js';
import type { MessageStream } from '../native/message-stream.js';
import { PieceOrder, endIn, pieceIn, type OrderedPiece } from './pieces.js';
import { Transfer, type TransferDescription } from './transfer.js';
import type { TransferHost } from './transfer-host.js';

/** How much of a Blob is gathered before it goes into the browser's storage, in bytes: off the page's heap. */
const BLOB_PART = 8 * 1024 * 1024;
/** Most further channels with pieces of a transfer: eight, and as many that have not closed here yet where those were replaced. */
const MAX_LANES = 16;
/**
 * How far ahead a piece may lie, in windows. A sender with eight lanes has so much under way and queued; what a lane had that was lost
 * comes last. What is held is bounded by the windows of the channels that there are.
 */
const REACH = 16;
/** How long the sender may take to close what is complete, in ms. */
const CLOSE_TIMEOUT = 10_000;

/** What the first packet of a transfer says. */
export interface OfferedTransfer extends TransferDescription, ReceiveLimits {
  readonly id: string;
}

/**
 * A file or stream that the remote wants to send. Not a byte of it comes before the page takes it, by {@link readable} or
 * {@link blob}; a page that does not want it calls `abort()`.
 */
export class IncomingTransfer extends Transfer {
  readonly incoming = true;
  /** Most bytes that are taken: a transfer that turns out larger is aborted with `message-too-big`. May be set before it is taken. */
  maxBytes = Infinity;
  readonly #host: TransferHost;
  readonly #remote: ReceiveLimits;
  #channel: RTCDataChannel;
  /** That of the transfer's own channel, once it is taken. */
  #stream: MessageStream | undefined;
  readonly #order = new PieceOrder();
  readonly #unread = new Fifo<OrderedPiece>();
  /** The further channels. */
  readonly #lanes = new Map<RTCDataChannel, MessageStream>();
  /** To be called when the page has read it all. */
  #confirmEnd: (() => void) | undefined;
  #readable: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  #reader: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #wanted = false;
  #blob: Promise<Blob> | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;

  /** @internal */
  constructor(offered: OfferedTransfer, channel: RTCDataChannel, host: TransferHost) {
    super(offered.id, offered);
    this.#host = host;
    this.#remote = offered;
    this.#channel = channel;
    this.#await(channel);
  }

  get [Symbol.toStringTag](): string {
    return 'IncomingTransfer';
  }

  /**
   * The bytes, as they come: takes the transfer. Nothing is read ahead beyond a few MiB; a reader that pauses holds the
   * sender back. Errs where the transfer is aborted; cancelling aborts it.
   */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return (this.#readable ??= new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (controller) => {
          this.#reader = controller;
          if (this.error) controller.error(this.error);
          else this.#accept();
        },
        pull: () => {
          this.#wanted = true;
          this.#feed();
        },
        cancel: () => this.abort('Its reader has cancelled it.'),
      },
      { highWaterMark: 0 },
    ));
  }

  /**
   * All of it as a Blob, or as a File where it has a name: takes the transfer. The bytes go into the browser's storage as they
   * come. Rejects where the transfer is aborted.
   */
  blob(): Promise<Blob> {
    return (this.#blob ??= this.#gather());
  }

  /** The remote sends pieces on a further channel. @internal */
  addLane(channel: RTCDataChannel): void {
    if (this.state !== 'active' || this.#lanes.size >= MAX_LANES) return channel.close();
    this.#lanes.set(channel, this.#listen(channel));
    channel.onclose = () => this.#dropLane(channel);
  }

  override suspend(): void {
    clearTimeout(this.#closing);
    closeQuietly(this.#channel);
    this.#stream?.detach();
    // What was on its way there comes on others.
    for (const channel of [...this.#lanes.keys()]) this.#dropLane(channel);
  }

  /** It is offered again, over another channel. @internal */
  resumesOver(channel: RTCDataChannel): void {
    this.suspend();
    this.#channel = channel;
    this.#await(channel);
    if (this.state !== 'pending') this.#accept();
    if (this.state === 'complete') this.release();
  }

  /** The remote does not send it any more. @internal */
  lost(): void {
    if (this.state === 'complete') return this.#end();
    this.fail(new PeerError('transfer-aborted', `The transfer of "${this.name}" was ended by the remote, or by the end of its connection.`));
  }

  protected override release(error?: PeerError): void {
    if (error) this.#end(error);
    else {
      // The sender closes when it has heard that all was read.
      this.#channel.onclose = () => this.#end();
      this.#closing = setTimeout(() => this.#end(), CLOSE_TIMEOUT);
    }
  }

  #await(channel: RTCDataChannel): void {
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (aborts(data)) this.lost();
    };
    channel.onclose = () => {
      this.suspend();
      this.#host.doubt(() => this.lost());
    };
  }

  #end(error?: PeerError): void {
    clearTimeout(this.#closing);
    if (error) {
      if (this.#channel.readyState === 'open') this.#channel.send(jsonFrame(this.#stream ? FrameType.Abort : FrameType.Refuse));
      this.#reader?.error(error);
    }
    const ending = error ?? new PeerError('connection-closed', 'The transfer is complete.');
    this.#stream?.end(ending);
    this.#unread.clear();
    for (const channel of [...this.#lanes.keys()]) this.#dropLane(channel);
    closeQuietly(this.#channel);
    this.#host.ended(this);
  }

  /** Also again, over another channel; where there is none just now, once there is. */
  #accept(): void {
    const channel = this.#channel;
    this.activate();
    if (channel.readyState !== 'open') return;
    channel.send(jsonFrame(FrameType.Accept, this.#host.limits));
    if (this.#stream) this.#host.attach(this.#stream, channel);
    else this.#stream = this.#listen(channel);
  }

  #dropLane(channel: RTCDataChannel): void {
    this.#lanes.get(channel)?.end(new PeerError('connection-closed', 'The lane has closed.'));
    this.#lanes.delete(channel);
    closeQuietly(channel);
  }

  #listen(channel: RTCDataChannel): MessageStream {
    channel.binaryType = 'arraybuffer';
    const stream: MessageStream = this.#host.stream(
      channel,
      {
        // The body is a view of its packet, and that of a piece is nearly all of it.
        deliver: (kind, body, _owned, cost) => this.#receive(kind, body, () => stream.confirm(cost)),
        frame: (type) => {
          if (type === FrameType.Abort) this.lost();
        },
        fault: (error) => this.fail(error as PeerError<EngineErrorType>),
        broken: (error) => this.fail(error as PeerError<EngineErrorType>),
      },
      this.#remote,
    );
    return stream;
  }

  #receive(kind: MessageKind, body: Bytes, confirm: () => void): void {
    try {
      if (kind === FrameType.Bytes) this.#take(body, confirm);
      else if (kind === FrameType.Value && this.#confirmEnd === undefined) {
        const size = endIn(body);
        if (this.size !== undefined && this.size !== size) throw new PeerError('bad-message', `"${this.name}" is not as large as the sender has said.`);
        this.knownSize = size;
        this.#confirmEnd = confirm;
      } else confirm();
      this.#feed();
    } catch (error) {
      this.fail(toPeerError(error, 'bad-message') as PeerError<EngineErrorType>);
    }
  }

  #take(body: Bytes, confirm: () => void): void {
    const { offset, bytes } = pieceIn(body);
    const end = offset + bytes.byteLength;
    if (end > this.maxBytes) throw new PeerError('message-too-big', `"${this.name}" is larger than the ${this.maxBytes} bytes that are taken here.`);
    if (end > (this.size ?? Infinity)) throw new PeerError('bad-message', `"${this.name}" is larger than the sender has said.`);
    const reach = this.#host.limits.window * REACH;
    const ready = this.#order.take(offset, { bytes, confirm }, reach);
    if (!ready) throw new PeerError('bad-message', 'A piece of the transfer lies too far ahead.');
    for (const piece of ready) this.#unread.push(piece);
  }

  /** Gives the reader what it wants, and the end when it has had everything before. */
  #feed(): void {
    const reader = this.#reader;
    if (!reader || this.state !== 'active') return;
    while (this.#wanted) {
      const piece = this.#unread.shift();
      if (!piece) break;
      this.#wanted = false; // Until it pulls again, perhaps within enqueue().
      piece.confirm();
      reader.enqueue(piece.bytes);
      this.advance(this.transferred + piece.bytes.byteLength);
    }
    if (this.#confirmEnd && this.#unread.length === 0 && this.#order.next === this.knownSize) {
      this.#confirmEnd();
      reader.close();
      this.complete();
    }
  }

  async #gather(): Promise<Blob> {
    const parts: Blob[] = [];
    let gathered: Bytes[] = [];
    let bytes = 0;
    const put = (): void => {
      parts.push(new Blob(gathered));
      gathered = [];
      bytes = 0;
    };
    for (let reader = this.readable.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      gathered.push(value);
      bytes += value.byteLength;
      if (bytes >= BLOB_PART) put();
    }
    put();
    const { name, type, lastModified } = this;
    return name ? new File(parts, name, { type, ...(lastModified !== undefined && { lastModified }) }) : new Blob(parts, { type });
  }
}

/** Whether a packet before the first piece gives the transfer up. One that is broken does. */
function aborts(packet: ArrayBuffer | string): boolean {
  try {
    firstFrame(packet, FrameType.Abort);
    return true;
  } catch {
    return false;
  }
}
