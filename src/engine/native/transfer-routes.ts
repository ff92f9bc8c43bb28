import type { ConnectionTransferHost } from '../transfer/transfer-host.js';
import type { ReceiveLimits } from './announcement.js';
import type { DrainMeter } from './drain-meter.js';
import type { Flight } from './flight.js';
import { ChannelProtocol } from './in-band.js';
import { MessageStream } from './message-stream.js';
import type { Multiplexer } from './multiplexer.js';
import type { ReceiveBudget } from './receive-budget.js';

/** What is known of the way that all streams of a link take. */
export interface LinkPath {
  readonly meter: DrainMeter;
  readonly flight: Flight;
  readonly budget: ReceiveBudget;
}

/** What the transfers of a connection need of its link, which may run over another RTCPeerConnection meanwhile. */
export interface TransferRoutesOwner {
  readonly limits: ReceiveLimits;
  readonly sendLimit: number;
  readonly connectTimeout: number;
  readonly path: LinkPath;
  /** What the link runs over now. */
  multiplexer(): Multiplexer;
  /** Resolves when the link is not interrupted, at once where it is not. Rejects when it ends. */
  standing(): Promise<void>;
  /** A channel has closed without a word. `ended` is called when it is sure that it was not the link that was lost. */
  doubt(ended: () => void): void;
}

/** The ways that transfers of a connection take over its link. */
export function transferRoutes({ peer, connectionId }: { peer: string; connectionId: string }, owner: TransferRoutesOwner): ConnectionTransferHost {
  const { limits, sendLimit, path } = owner;
  return {
    ...{ peer, connectionId, limits, answerTimeout: owner.connectTimeout },
    openChannel: (id) => owner.multiplexer().openChannel(id, ChannelProtocol.Transfer),
    openLane: async (id, index) => {
      if (index > 0) return owner.multiplexer().openLane(id, index);
      // What was lost with a lane has to have a way: it waits until there is one, or the link ends.
      for (;;) {
        await owner.standing();
        const multiplexer = owner.multiplexer();
        try {
          return await multiplexer.openLane(id, 0);
        } catch (error) {
          if (multiplexer === owner.multiplexer() && multiplexer.associated) throw error;
        }
      }
    },
    stream: (channel, streamOwner, remote, { meter, flight } = path) => {
      const stream = new MessageStream(streamOwner, { ...limits, sendLimit, budget: path.budget, meter, flight });
      stream.remoteAllows(remote.window, remote.maxMessageSize);
      attachStream(stream, channel, owner.multiplexer().maxPacket);
      return stream;
    },
    attach: (stream, channel) => attachStream(stream, channel, owner.multiplexer().maxPacket),
    doubt: (ended) => owner.doubt(ended),
  };
}

/** A stream goes on over that channel. */
export function attachStream(stream: MessageStream, channel: RTCDataChannel, maxPacket: number): void {
  channel.binaryType = 'arraybuffer';
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => stream.receive(data);
  stream.attach(channel, maxPacket);
}
