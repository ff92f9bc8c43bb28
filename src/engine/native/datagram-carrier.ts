import type { PeerError } from '../../errors.js';
import { FrameType, datagramSerializer, eachFrame, type NativeCodec, type WireLimits } from '../../wire/index.js';
import type { Carrier, CarrierOwner } from '../carrier.js';
import { CompatibleCarrier, type CompatibleCarrierOptions } from '../compatible-carrier.js';
import type { ConnectionTransferHost } from '../transfer/transfer-host.js';
import { closeQuietly } from './first-packet.js';
import { jsonFrame } from './in-band.js';

export interface DatagramCarrierOptions extends CompatibleCarrierOptions {
  readonly limits: WireLimits;
  readonly transfers: ConnectionTransferHost | undefined;
}

/** Carries messages that may be late or lost, each in a packet of its own: docs/protocol.md, section 8. */
export class DatagramCarrier implements Carrier {
  readonly profile = 'native';
  readonly holdsBack = false;
  readonly transfers: ConnectionTransferHost | undefined;
  /** The connection's own channel, on which its end is told. */
  readonly #main: RTCDataChannel;
  readonly #packets: CompatibleCarrier;
  #ended = false;

  /** @param channel that of the datagrams, open as is the connection's own. */
  constructor(main: RTCDataChannel, channel: RTCDataChannel, codec: NativeCodec, owner: CarrierOwner, options: DatagramCarrierOptions) {
    this.#main = main;
    this.transfers = options.transfers;
    main.onclose = () => owner.closed();
    main.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (closes(data)) owner.closed();
    };
    channel.binaryType = 'arraybuffer';
    this.#packets = new CompatibleCarrier(channel, datagramSerializer(codec, options.limits), owner, options);
  }

  get bufferedAmount(): number {
    return this.#packets.bufferedAmount;
  }

  get length(): number {
    return this.#packets.length;
  }

  get unconfirmed(): number {
    return this.#packets.unconfirmed;
  }

  send(value: unknown): Promise<void> {
    return this.#packets.send(value);
  }

  flushed(): Promise<void> {
    return this.#packets.flushed();
  }

  finish(): Promise<void> {
    return this.#packets.finish();
  }

  /** Nobody is held back. */
  confirm(): void {}

  end(error: PeerError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#packets.end(error);
    if (this.#main.readyState === 'open') this.#main.send(jsonFrame(FrameType.Close));
    closeQuietly(this.#main);
  }
}

/** Whether a packet says that the connection ends. One that is broken does. */
function closes(packet: ArrayBuffer | string): boolean {
  let found = typeof packet === 'string';
  try {
    if (typeof packet !== 'string') {
      eachFrame(new Uint8Array(packet), (type) => {
        found ||= type === FrameType.Close;
      });
    }
    return found;
  } catch {
    return true;
  }
}
