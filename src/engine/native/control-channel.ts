import { eachFrame, type Bytes } from '../../wire/index.js';
import { PeerError } from '../../errors.js';
import { ChannelProtocol } from './in-band.js';

/** The id of the control channel on both sides: beyond what in-band channels get, and below the least limit of browsers. */
const CONTROL_ID = 1_000;

export interface ControlOwner {
  frame(type: number, body: Bytes): void;
  /** The association stands. */
  opened(): void;
  /** The remote has ended the association, or has broken the protocol: then with an error. */
  closed(error?: PeerError): void;
}

/** The channel on which two native peers speak of their link. It needs no opening: both make it. */
export class ControlChannel {
  readonly #channel: RTCDataChannel;
  readonly #owner: ControlOwner;

  constructor(connection: RTCPeerConnection, owner: ControlOwner) {
    const { Control } = ChannelProtocol;
    this.#owner = owner;
    this.#channel = connection.createDataChannel(Control, { ordered: true, protocol: Control, negotiated: true, id: CONTROL_ID });
    this.#channel.binaryType = 'arraybuffer';
    this.#channel.onopen = () => owner.opened();
    this.#channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.#receive(data);
    this.#channel.onclose = () => owner.closed();
  }

  get open(): boolean {
    return this.#channel.readyState === 'open';
  }

  /** Whether the association has ended, or is about to. */
  get over(): boolean {
    const { readyState } = this.#channel;
    return readyState === 'closing' || readyState === 'closed';
  }

  /** Sends a frame; nothing where the channel is not open. */
  send(frame: Bytes): void {
    if (this.open) this.#channel.send(frame);
  }

  /** It is heard no more, and closes with its RTCPeerConnection: before, it might throw away what it has not sent. Idempotent. */
  end(): void {
    this.#channel.onopen = this.#channel.onmessage = this.#channel.onclose = null;
  }

  #receive(packet: ArrayBuffer | string): void {
    if (typeof packet === 'string') return;
    try {
      eachFrame(new Uint8Array(packet), (type, body) => this.#owner.frame(type, body));
    } catch (error) {
      // A listener's own fault goes on to the page.
      if (!(error instanceof PeerError)) throw error;
      this.#owner.closed(error as PeerError);
    }
  }
}
