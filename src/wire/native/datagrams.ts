/** The messages of a datagram connection: one packet each, its kind before it. docs/protocol.md, section 8. */

import { concat } from '../bytes.js';
import { badMessage, refuseLarge } from '../failures.js';
import { outgoing } from '../outgoing.js';
import type { Serializer, WireLimits } from '../serializer.js';
import { FrameType, type MessageKind } from './frames.js';
import type { NativeCodec } from './message.js';

/** A serializer whose frames are messages of that codec. There is no close among them. */
export function datagramSerializer(codec: NativeCodec, { maxMessageSize }: WireLimits): Serializer {
  return {
    encode(value) {
      const { kind, parts } = codec.encode(value);
      return outgoing(parts, maxMessageSize, (loaded) => [concat([Uint8Array.of(kind), ...loaded])]);
    },

    decode(frame) {
      if (typeof frame === 'string' || frame.byteLength === 0) throw badMessage('A datagram has no kind.');
      refuseLarge(frame, maxMessageSize + 1);
      const bytes = new Uint8Array(frame);
      const kind = bytes[0] as MessageKind;
      if (kind < FrameType.Value || kind > FrameType.Text) throw badMessage('A datagram is of a kind that does not exist.');
      return [{ type: 'data', data: codec.decode(kind, bytes.subarray(1), false) }];
    },

    encodeClose: () => undefined,
  };
}
