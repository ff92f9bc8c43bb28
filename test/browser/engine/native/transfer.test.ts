import { expect } from '@open-wc/testing';

import type { DataConnection, IncomingTransfer, OutgoingTransfer, TransferOptions } from '../../../../src/engine/index.js';
import { countedResources } from '../../../support/counted-links.js';
import { rejectionOf } from '../../../support/faults.js';
import { messages, pairOf } from '../../../support/partners.js';
import { destroyPeers, once, openPair } from '../../../support/peers.js';
import { expectTyped } from '../../../support/typed-errors.js';
import { bytes, sameBytes } from '../../../support/values.js';

const MB = 1_000_000;

/** Both ends of a transfer that was just offered. */
async function offered(call: DataConnection, answer: DataConnection, source: Blob | ReadableStream<Uint8Array>, options?: TransferOptions) {
  const incoming = once<IncomingTransfer>(answer, 'transfer');
  const sent = call.transfer(source, options);
  return { sent, got: await incoming };
}

/** A stream that gives so many pieces and counts what was asked of it. */
function counted(pieces: number, size = 100_000) {
  const state = { given: 0, cancelled: undefined as unknown };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.given === pieces) return controller.close();
        state.given++;
        controller.enqueue(bytes(size));
      },
      cancel(reason) {
        state.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, stream };
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<number> {
  let total = 0;
  for (let reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return total;
    total += value.byteLength;
  }
}

describe('a transfer', () => {
  let call: DataConnection;
  let answer: DataConnection;

  beforeEach(async () => {
    ({ call, answer } = await openPair());
  });
  afterEach(destroyPeers);

  for (const [from, size] of [['the caller', MB], ['the callee', MB], ['the caller', 0], ['the callee', 1]] as const) {
    it(`brings a File of ${String(size)} bytes from ${from}, with all that is known of it`, async () => {
      const [sender, receiver] = from === 'the caller' ? [call, answer] : [answer, call];
      const file = new File([bytes(size)], 'photo.jpg', { type: 'image/jpeg', lastModified: 1_700_000_000_000 });
      const { sent, got } = await offered(sender, receiver, file);
      expect([sent.id, sent.incoming, got.incoming]).to.deep.equal([got.id, false, true]);
      const { name, type, lastModified } = got;
      expect({ name, type, size: got.size, lastModified }).to.deep.equal({ name: 'photo.jpg', type: 'image/jpeg', size, lastModified: 1_700_000_000_000 });
      const blob = (await got.blob()) as File;
      await sent.finished;
      expect([blob.name, blob.type, blob.size, blob.lastModified]).to.deep.equal(['photo.jpg', 'image/jpeg', size, 1_700_000_000_000]);
      expect(sameBytes(await blob.arrayBuffer(), bytes(size))).to.be.true;
      for (const transfer of [sent, got]) {
        expect([transfer.state, transfer.transferred, transfer.progress]).to.deep.equal(['complete', size, 1]);
      }
    });
  }

  it('says which message speaks of it, where that is a name of 1 to 64 characters', async () => {
    for (const [attachment, heard] of [['photo-1', 'photo-1'], ['', undefined], ['x'.repeat(65), undefined], [undefined, undefined]] as const) {
      const { sent, got } = await offered(call, answer, new Blob(['x']), { attachment });
      expect([sent.attachment, got.attachment]).to.deep.equal([heard, heard]);
      await got.blob();
    }
  });

  it('brings a stream of unknown length, and is a Blob where it has no name', async () => {
    const { sent, got } = await offered(call, answer, counted(30).stream, { type: 'text/plain' });
    expect([got.name, got.size, got.progress]).to.deep.equal(['', undefined, undefined]);
    const blob = await got.blob();
    await sent.finished;
    expect([blob.constructor, blob.type, blob.size, got.size, sent.size]).to.deep.equal([Blob, 'text/plain', 3 * MB, 3 * MB, 3 * MB]);
  });

  it('sends not a byte before the page takes it', async () => {
    const { state, stream } = counted(1_000);
    const { sent, got } = await offered(call, answer, stream);
    void call.send('a message later');
    await once(answer, 'data');
    expect([state.given, sent.state, got.state]).to.deep.equal([0, 'pending', 'pending']);
    sent.abort();
  });

  it('is held back by a reader that pauses, on both sides, and goes on with it', async () => {
    const { state, stream } = counted(120);
    const { sent, got } = await offered(call, answer, stream);
    const reader = got.readable.getReader();
    await reader.read();
    // What is under way comes to a window and what both sides hold beside it; then nothing moves, however many round trips go by.
    for (let still = 0, before = 0; still < 50; before = state.given) {
      const heard = once(call, 'data');
      void answer.send(0);
      await heard;
      still = state.given === before ? still + 1 : 0;
    }
    expect(state.given).to.be.within(10, 60);
    reader.releaseLock();
    expect(await readAll(got.readable)).to.equal(12 * MB - 64_000);
    await sent.finished;
  });

  it('leaves messages to pass by', async () => {
    const { sent, got } = await offered(call, answer, new Blob([bytes(8 * MB)]));
    const blob = got.blob();
    await once(sent, 'progress');
    const heard = messages(answer, 1);
    void call.send('beside it');
    expect(await heard).to.deep.equal(['beside it']);
    expect(sent.state).to.equal('active');
    expect((await blob).size).to.equal(8 * MB);
  });

  it('goes both ways at once, several at a time', async () => {
    const arrived: Promise<Blob>[] = [];
    for (const end of [call, answer]) end.on('transfer', (transfer) => arrived.push(transfer.blob()));
    const sent = [call, answer, call, answer].map((end, n) => end.transfer(new File([bytes((n + 1) * MB)], String(n + 1))));
    await Promise.all(sent.map(({ finished }) => finished));
    const blobs = await Promise.all(arrived);
    for (const blob of blobs) expect(sameBytes(await blob.arrayBuffer(), bytes(Number((blob as File).name) * MB))).to.be.true;
    expect(blobs).to.have.length(4);
  });

  it('tells of its progress on both sides, never backwards, and of the end', async () => {
    const { sent, got } = await offered(call, answer, new Blob([bytes(8 * MB)]));
    const seen: Record<string, number[]> = { sent: [], got: [] };
    sent.on('progress', (transferred) => seen.sent!.push(transferred));
    got.on('progress', (transferred) => seen.got!.push(transferred));
    await got.blob();
    await sent.finished;
    for (const numbers of Object.values(seen)) {
      expect(numbers.length).to.be.above(2);
      expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
      expect(numbers.at(-1)).to.equal(8 * MB);
    }
  });

  const enders: Record<string, (sent: OutgoingTransfer, got: IncomingTransfer, end: DataConnection) => void> = {
    'the sender aborts it': (sent) => sent.abort(),
    'the receiver aborts it': (_, got) => got.abort(),
    'its connection closes': (_sent, _got, end) => end.close(),
  };
  for (const [name, end] of Object.entries(enders)) {
    for (const taken of [true, false]) {
      it(`ends on both sides when ${name}${taken ? '' : ', which nobody has taken'}`, async () => {
        const { state, stream } = counted(10_000);
        const { sent, got } = await offered(call, answer, stream);
        const reader = taken ? got.readable.getReader() : undefined;
        await reader?.read();
        const ended = Promise.all([sent, got].map((transfer) => once(transfer, 'close')));
        end(sent, got, call);
        expect(await ended).to.deep.equal(['aborted', 'aborted']);
        for (const transfer of [sent, got]) {
          expect(transfer.error?.type).to.be.oneOf(['transfer-aborted', 'refused']);
          expect(await rejectionOf(transfer.finished)).to.equal(transfer.error);
        }
        if (reader) await rejectionOf(reader.closed);
        expect(state.cancelled).to.be.instanceOf(Error);
      });
    }
  }

  it('is aborted by its signal, before and after it began', async () => {
    const controller = new AbortController();
    const early = call.transfer(new Blob(['x']), { signal: AbortSignal.abort() });
    expectTyped(await rejectionOf(early.finished), 'transfer-aborted');
    const { sent } = await offered(call, answer, counted(10_000).stream, { signal: controller.signal });
    controller.abort();
    expectTyped(await rejectionOf(sent.finished), 'transfer-aborted');
  });

  it('ends when its reader cancels, and when its source fails', async () => {
    const first = await offered(call, answer, counted(10_000).stream);
    await first.got.readable.cancel();
    await rejectionOf(first.sent.finished);
    const failing = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes(100)),
      pull: (controller) => controller.error(new Error('The disk is gone.')),
    }, { highWaterMark: 0 });
    const second = await offered(call, answer, failing);
    const blob = second.got.blob();
    expectTyped(await rejectionOf(second.sent.finished), 'invalid-data');
    await rejectionOf(blob);
    expect(call.open).to.be.true;
  });

  it('waits for the first listener, as a message does', async () => {
    const sent = call.transfer(new Blob([bytes(1_000)]));
    void call.send('behind it');
    await once(answer, 'data');
    const got = await once<IncomingTransfer>(answer, 'transfer');
    expect((await got.blob()).size).to.equal(1_000);
    await sent.finished;
  });

  it('has a name without a path, whatever the sender says', async () => {
    const { got } = await offered(call, answer, new Blob(['x']), { name: '../../etc/\u202Epasswd', type: '"><script>' });
    expect([got.name, got.type]).to.deep.equal(['passwd', '']);
  });

  it('of what is neither Blob nor stream is aborted with invalid-data, and never throws', async () => {
    for (const source of ['text', null, 7, {}]) {
      expectTyped(await rejectionOf(call.transfer(source as never).finished), 'invalid-data');
    }
  });

  it('with a signal that is none is aborted with invalid-data', async () => {
    expectTyped(await rejectionOf(call.transfer(new Blob(['x']), { signal: 'stop' as never }).finished), 'invalid-data');
  });

  for (const size of [50_000, 5 * MB]) {
    it(`of a stream with another size than the ${String(size)} bytes that were given is aborted with invalid-data`, async () => {
      const { sent, got } = await offered(call, answer, counted(30).stream, { size });
      const blob = got.blob();
      expectTyped(await rejectionOf(sent.finished), 'invalid-data');
      await rejectionOf(blob);
    });
  }

  it('that turns out larger than maxBytes is aborted on both sides, and brings no byte beyond', async () => {
    const { sent, got } = await offered(call, answer, counted(100).stream);
    got.maxBytes = 1_000_000;
    let read = 0;
    const reader = got.readable.getReader();
    const error = await rejectionOf((async () => {
      for (;;) read += (await reader.read()).value?.byteLength ?? 0;
    })());
    expectTyped(error, 'message-too-big');
    expect(read).to.be.at.most(1_000_000);
    await rejectionOf(sent.finished);
  });

  it('over a connection that is not open is aborted with the reason', async () => {
    call.close();
    expectTyped(await rejectionOf(call.transfer(new Blob(['x'])).finished), 'connection-closed');
  });
});

describe('a transfer that nobody listens for', () => {
  afterEach(destroyPeers);

  it('is refused after connectTimeout', async () => {
    const { call } = await openPair({ connectTimeout: 1_000 });
    const sent = call.transfer(new Blob(['x']));
    expectTyped(await rejectionOf(sent.finished), 'refused');
  });
});

describe('a transfer to a peer that knows none', () => {
  afterEach(destroyPeers);

  for (const to of ['peerjs', 'compatible'] as const) {
    it(`is a message with name, type, size and data, to ${to}`, async () => {
      const { caller, callee } = await pairOf('ours', to);
      const heard = messages(callee, 1);
      const sent = (caller as unknown as DataConnection).transfer(new File([bytes(50_000)], 'a.bin', { type: 'text/x' }));
      const [{ data, ...rest }] = (await heard) as [{ data: ArrayBuffer }];
      expect(rest).to.deep.equal({ name: 'a.bin', type: 'text/x', size: 50_000 });
      expect(sameBytes(data, bytes(50_000))).to.be.true;
      await sent.finished;
      expect(sent.state).to.equal('complete');
    });
  }

  it('is unsupported where it is a stream, which is left alone', async () => {
    const { caller } = await pairOf('ours', 'compatible');
    const { stream, state } = counted(10);
    expectTyped(await rejectionOf((caller as unknown as DataConnection).transfer(stream).finished), 'unsupported');
    expect(state.given).to.equal(0);
  });
});

describe('a transfer over lanes', () => {
  afterEach(destroyPeers);

  it('brings every byte in order, over several RTCPeerConnections', async function () {
    this.timeout(60_000);
    const { links: made, options } = countedResources();
    const { call, answer } = await openPair(options);
    const { sent, got } = await offered(call, answer, new Blob([bytes(8 * MB)]), { lanes: 4 });
    const blob = await got.blob();
    await sent.finished;
    expect(sameBytes(await blob.arrayBuffer(), bytes(8 * MB))).to.be.true;
    expect(made.length).to.be.within(4, 8);
  });

  it('loses nothing when a lane dies', async function () {
    this.timeout(60_000);
    const { links: made, options } = countedResources();
    const { call, answer } = await openPair(options);
    const { sent, got } = await offered(call, answer, new Blob([bytes(16 * MB)]), { lanes: 3 });
    const blob = got.blob();
    // Each as soon as it carries something.
    const kill = setInterval(() => {
      const lane = made.slice(2).find(({ connectionState, signalingState }) => connectionState === 'connected' && signalingState !== 'closed');
      if (!lane || got.transferred < 3 * MB) return;
      lane.close();
    }, 100);
    expect(sameBytes(await (await blob).arrayBuffer(), bytes(16 * MB))).to.be.true;
    clearInterval(kill);
    await sent.finished;
    expect(made.slice(2).some(({ signalingState }) => signalingState === 'closed')).to.be.true;
  });
});

