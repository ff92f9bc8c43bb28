import { expect } from '@open-wc/testing';

import { DrainMeter } from '../../../../src/engine/native/drain-meter.js';
import { DEFAULT_WINDOW, MessageStream } from '../../../../src/engine/native/message-stream.js';
import type { Bytes } from '../../../../src/wire/bytes.js';
import { OVER, bytesMessage, pattern } from './stream-pair.js';

const MB = 1024 * 1024;
const PIECE = MB;
const PIECES = 16;
const SMALL = 8_000;
/** Every so many pieces a share of the small messages goes between. */
const BATCH = SMALL / PIECES;

/** Two RTCPeerConnections of this page with a channel between them. */
class Channels {
  readonly connections = [new RTCPeerConnection(), new RTCPeerConnection()] as const;
  readonly meters = [new DrainMeter(), new DrainMeter()] as const;

  async open(id: number): Promise<RTCDataChannel[]> {
    const channels = this.connections.map((connection) => {
      const channel = connection.createDataChannel('stream', { negotiated: true, id });
      channel.binaryType = 'arraybuffer';
      return channel;
    });
    if (this.connections[0].signalingState === 'stable' && !this.connections[0].localDescription) await this.#negotiate();
    await Promise.all(channels.map((channel) => channel.readyState === 'open' || new Promise((done) => (channel.onopen = done))));
    return channels;
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  async #negotiate(): Promise<void> {
    const [a, b] = this.connections;
    a.onicecandidate = ({ candidate }) => void b.addIceCandidate(candidate ?? undefined);
    b.onicecandidate = ({ candidate }) => void a.addIceCandidate(candidate ?? undefined);
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription as RTCSessionDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription as RTCSessionDescription);
  }
}

/** The messages that a stream sends and expects: large ones with small ones between. */
function* sizes(): Generator<number> {
  let small = 0;
  for (let i = 0; i < PIECES; i++) {
    yield PIECE - i;
    for (; small < (i + 1) * BATCH; small++) yield small % 100;
  }
}

/** A stream over a channel, which checks what comes against what should. */
class Side {
  readonly stream: MessageStream;
  readonly done: Promise<void>;
  count = 0;
  readonly #expected = sizes();

  constructor(meter: DrainMeter) {
    let finish: () => void;
    let fail: (error: unknown) => void;
    this.done = new Promise((resolve, reject) => ([finish, fail] = [resolve, reject]));
    this.stream = new MessageStream(
      {
        deliver: (_kind, body, _owned, cost) => {
          this.#check(body);
          this.stream.confirm(cost);
          if (++this.count === PIECES + SMALL) finish();
        },
        frame: () => undefined,
        fault: (error) => fail(error),
        broken: (error) => fail(error),
      },
      { sendLimit: 256 * MB, window: DEFAULT_WINDOW, maxMessageSize: 512 * MB, meter },
    );
    this.stream.remoteAllows(DEFAULT_WINDOW, 512 * MB);
  }

  attach(channel: RTCDataChannel): void {
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.stream.receive(data);
    this.stream.attach(channel, 65_536);
  }

  async send(): Promise<void> {
    for (const size of sizes()) {
      await this.stream.push(bytesMessage(SOURCE.subarray(0, size)));
    }
    await this.stream.flushed();
  }

  #check(body: Bytes): void {
    const size = this.#expected.next().value as number;
    if (body.byteLength !== size) throw new Error(`message ${this.count}: ${body.byteLength} bytes, not ${size}`);
    // The first and last bytes, and some between: comparing 128 MiB byte by byte would be most of the test.
    for (let at = 0; at < size; at += at < 64 || at > size - 64 ? 1 : 61) {
      if (body[at] !== SOURCE[at]) throw new Error(`message ${this.count}: byte ${at} differs`);
    }
  }
}

const SOURCE = pattern(PIECE);

describe('message streams over real channels', function () {
  this.timeout(120_000);
  let channels: Channels;
  let sides: readonly Side[];
  beforeEach(() => {
    channels = new Channels();
    sides = channels.meters.map((meter) => new Side(meter));
  });
  afterEach(() => {
    for (const { stream } of sides) stream.end(OVER);
    channels.close();
  });

  const attach = async (id: number): Promise<RTCDataChannel[]> => {
    const opened = await channels.open(id);
    opened.forEach((channel, side) => sides[side]?.attach(channel));
    return opened;
  };

  it('carry 16 MiB and 8,000 small messages each way at once', async () => {
    await attach(0);
    await Promise.all(sides.map((side) => Promise.all([side.send(), side.done])));
    for (const { stream } of sides) expect([stream.unconfirmed, stream.length]).to.deep.equal([0, 0]);
  });

  it('go on over another channel in the midst of it', async () => {
    const first = await attach(0);
    const done = Promise.all(sides.map((side) => Promise.all([side.send(), side.done])));
    for (let id = 1; id < 4; id++) {
      const before = sides[0]?.count ?? 0;
      while ((sides[0]?.count ?? 0) < before + 1_000) await new Promise((next) => setTimeout(next));
      for (const channel of first.splice(0)) {
        channel.onmessage = null;
        channel.close();
      }
      for (const { stream } of sides) stream.detach();
      first.push(...(await attach(id)));
    }
    await done;
    for (const { stream } of sides) expect([stream.unconfirmed, stream.length]).to.deep.equal([0, 0]);
  });
});
