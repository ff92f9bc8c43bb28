/** The lanes of an outgoing transfer over ways that are full and are lost when the test says so. */

import { expect } from '@open-wc/testing';

import type { PeerError } from '../../../../src/errors.js';
import { Deferred } from '../../../../src/engine/deferred.js';
import { jsonFrame } from '../../../../src/engine/native/in-band.js';
import type { MessageStream, MessageStreamOwner } from '../../../../src/engine/native/message-stream.js';
import { OutgoingTransfer } from '../../../../src/engine/transfer/outgoing-transfer.js';
import { PIECE_SIZE, pieceIn } from '../../../../src/engine/transfer/pieces.js';
import type { SendingHost } from '../../../../src/engine/transfer/transfer-host.js';
import type { Bytes } from '../../../../src/wire/bytes.js';
import { FrameType } from '../../../../src/wire/native/frames.js';
import type { NativeMessage } from '../../../../src/wire/native/message.js';

const LIMITS = { window: 4_194_304, maxMessageSize: 1_000_000 };

/** A channel, and the stream over it: full after so many messages. Its remote reads all when it is asked whether it has. */
class Way {
  readonly channel = { readyState: 'open', close: () => undefined, send: () => undefined } as unknown as RTCDataChannel;
  readonly filled = new Deferred();
  readonly asked = new Deferred();
  readonly #messages: NativeMessage[] = [];
  readonly #room: number;
  readonly #waiting = new Deferred();
  #read = 0;

  constructor(room: number) {
    this.#room = room;
  }

  /** Where the pieces begin that were given to it. */
  get offsets(): number[] {
    return this.#messages.filter(({ kind }) => kind === FrameType.Bytes).map(({ parts }) => pieceIn(parts[0] as Bytes).offset);
  }

  lose(): void {
    this.channel.onclose?.(new Event('close'));
  }

  /** There is room again. */
  release(): void {
    this.#waiting.resolve();
  }

  stream(owner: MessageStreamOwner): MessageStream {
    const unconfirmed = (): number => this.#messages.length - this.#read;
    return {
      get unconfirmed() {
        return unconfirmed();
      },
      push: (message: NativeMessage) => {
        this.#messages.push(message);
        if (this.#messages.length < this.#room) return Promise.resolve();
        this.filled.resolve();
        return this.#waiting.promise;
      },
      confirmed: () => {
        this.#read = this.#messages.length;
        owner.acknowledged?.();
        this.asked.resolve();
        return Promise.resolve();
      },
      end: (error: PeerError) => this.#waiting.reject(error),
    } as unknown as MessageStream;
  }
}

it('a lane that is lost with pieces that had no room on it yet gives them back, too', async () => {
  const [own, lane, first, second] = [new Way(1), new Way(4), new Way(2), new Way(Infinity)] as const;
  const lanes = [lane, first, second];
  const host: SendingHost = {
    ...{ peer: 'bob', connectionId: 'dc_1', limits: LIMITS, answerTimeout: 1_000 },
    openChannel: () => own.channel,
    openLane: () => Promise.resolve((lanes.shift() as Way).channel),
    stream: (channel, owner) => ([own, lane, first, second].find((way) => way.channel === channel) as Way).stream(owner),
    attach: () => undefined,
    doubt: () => undefined,
    ended: () => undefined,
  };
  const transfer = new OutgoingTransfer(new Blob([new Uint8Array(8 * PIECE_SIZE)]), { lanes: 2 });
  transfer.start(host);
  own.channel.onmessage?.(new MessageEvent('message', { data: jsonFrame(FrameType.Accept, LIMITS).slice().buffer }));
  await Promise.all([own.filled.promise, lane.filled.promise]);
  lane.lose();
  await first.filled.promise;
  expect(first.offsets).to.deep.equal(lane.offsets.slice(0, 2));
  first.lose();
  await second.asked.promise;
  expect(second.offsets.slice(0, 4)).to.deep.equal(lane.offsets);
  expect([...own.offsets, ...second.offsets].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 8 }, (_, n) => n * PIECE_SIZE));
  own.release();
  await transfer.finished;
});
