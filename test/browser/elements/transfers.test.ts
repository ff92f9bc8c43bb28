import { expect } from '@open-wc/testing';
import type { IncomingTransfer, OutgoingTransfer, PeerChannel } from '../../../src/index.js';
import { MARKUP, OURS, cleanPage, converse, counted, ended, makeChannel, markup, mount, next, opened, openNode, reached, record, task } from '../../support/elements.js';

/** More than either side takes ahead of a reader that pauses, in bytes. */
const LARGE = 12_000_000;

/** Bytes that are each at their own place. */
function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) & 255);
}

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
}

/** Has a file sent, and gives it at both ends before it is taken. */
async function offer(from: PeerChannel, to: PeerChannel, source: Blob | ReadableStream<Uint8Array>): Promise<{ outgoing: OutgoingTransfer; incoming: IncomingTransfer }> {
  const event = next(to, 'channel-transfer');
  const outgoing = from.transfer(source);
  const { transfer: incoming } = await event;
  return { outgoing, incoming };
}

/** A transfer of which the receiver has read the beginning, and waits. */
async function halfway(from: PeerChannel, to: PeerChannel): ReturnType<typeof offer> {
  const ends = await offer(from, to, new File([new Uint8Array(LARGE)], 'large.bin'));
  await ends.incoming.readable.getReader().read();
  return ends;
}

describe('a transfer', () => {
  cleanPage();

  it('brings a file as it is, and nothing of it before the page takes it', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const bytes = bytesOf(1_000_000);
    const { outgoing, incoming } = await offer(calling, called, new File([bytes], 'photo.png', { type: 'image/png' }));
    expect([incoming.name, incoming.type, incoming.size, incoming.incoming]).to.deep.equal(['photo.png', 'image/png', 1_000_000, true]);
    expect([incoming.state, incoming.transferred, outgoing.state]).to.deep.equal(['pending', 0, 'pending']);
    const file = (await incoming.blob()) as File;
    await outgoing.finished;
    expect([file.name, file.type]).to.deep.equal(['photo.png', 'image/png']);
    expect(new Uint8Array(await file.arrayBuffer())).to.deep.equal(bytes);
  });

  it('brings a stream, whose options say what it is', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const event = next(called, 'channel-transfer');
    calling.transfer(streamOf(bytesOf(10), bytesOf(100_000)), { name: 'log.txt', type: 'text/plain' });
    const { transfer } = await event;
    expect([transfer.name, transfer.type, transfer.size]).to.deep.equal(['log.txt', 'text/plain', undefined]);
    expect((await transfer.blob()).size).to.equal(100_010);
  });

  it('goes beside the messages, both ways at once', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const there = await halfway(calling, called);
    const back = await offer(called, calling, new Blob(['short']));
    expect(await (await back.incoming.blob()).text()).to.equal('short');
    const data = next(called, 'channel-data');
    void calling.send('meanwhile');
    expect((await data).data).to.equal('meanwhile');
    expect(there.outgoing.state).to.equal('active');
  });

  it('is announced by events that bubble and leave shadow roots', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const offered = next(document, 'channel-transfer');
    const progressed = next(document, 'channel-progress');
    calling.transfer(new Blob(['x']));
    const event = await offered;
    await event.transfer.blob();
    for (const { bubbles, composed, cancelable } of [event, await progressed]) expect([bubbles, composed, cancelable]).to.deep.equal([true, true, false]);
    expect(event.target === called).to.equal(true);
  });

  it('tells its progress on both sides, and its end once', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const events = [record(calling, 'channel-progress'), record(called, 'channel-progress')] as const;
    const states: string[][] = [[], []];
    const amounts: number[][] = [[], []];
    for (const [side, channel] of [calling, called].entries()) {
      channel.addEventListener('channel-progress', ({ transfer }) => {
        states[side]?.push(transfer.state);
        amounts[side]?.push(transfer.transferred);
      });
    }
    const { outgoing, incoming } = await offer(calling, called, new Blob([new Uint8Array(LARGE)]));
    await incoming.blob();
    await outgoing.finished;
    await task();
    for (const [side, transfer] of [outgoing, incoming].entries()) {
      expect(new Set(events[side]?.map((event) => event.transfer)).has(transfer)).to.equal(true);
      expect(events[side]?.every((event) => event.transfer === transfer)).to.equal(true);
      expect(states[side]?.indexOf('complete')).to.equal((states[side]?.length ?? 0) - 1);
      expect(amounts[side]?.length).to.be.greaterThan(1);
      expect(amounts[side]).to.deep.equal(amounts[side]?.toSorted((a, b) => a - b));
      expect(amounts[side]?.at(-1)).to.equal(LARGE);
    }
  });

  for (const who of ['the sender', 'the receiver']) {
    it(`that ${who} aborts ends on both sides, and the channel goes on without an error`, async () => {
      const { called, calling } = await converse(OURS.Engine);
      const errors = [record(calling, 'channel-error'), record(called, 'channel-error')];
      const { outgoing, incoming } = await halfway(calling, called);
      const ends = [calling, called].map((channel) => record(channel, 'channel-progress'));
      (who === 'the sender' ? outgoing : incoming).abort();
      await Promise.all([ended(outgoing), ended(incoming)]);
      await task();
      expect(ends.map((events) => events.filter(({ transfer }) => transfer.state === 'aborted').length)).to.deep.equal([1, 1]);
      for (const transfer of [outgoing, incoming]) expect(transfer.error?.type).to.equal('transfer-aborted');
      expect(errors).to.deep.equal([[], []]);
      expect([calling.state, called.state, calling.error]).to.deep.equal(['open', 'open', null]);
    });
  }

  it('that is declined ends with "refused", and is no error of the channel', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const errors = record(calling, 'channel-error');
    const { outgoing, incoming } = await offer(calling, called, new Blob(['x']));
    incoming.abort();
    await ended(outgoing);
    expect([outgoing.state, outgoing.error?.type]).to.deep.equal(['aborted', 'refused']);
    expect(errors).to.deep.equal([]);
  });

  it('that nobody takes stays pending until the connection ends', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const { outgoing, incoming } = await offer(calling, called, new Blob(['x']));
    const data = next(called, 'channel-data');
    void calling.send('later');
    await data;
    expect([outgoing.state, incoming.state]).to.deep.equal(['pending', 'pending']);
    calling.close();
    expect(outgoing.state).to.equal('aborted');
    expect((await ended(incoming)).state).to.equal('aborted');
  });

  it('ends with its element, which tells of it before channel-close', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const { outgoing, incoming } = await halfway(calling, called);
    const events = record(calling, 'channel-progress', 'channel-error', 'channel-close');
    calling.remove();
    expect(outgoing.state).to.equal('active');
    await Promise.resolve();
    expect([outgoing.state, outgoing.error?.type]).to.deep.equal(['aborted', 'transfer-aborted']);
    expect(events.map(({ type }) => type)).to.deep.equal(['channel-progress', 'channel-close']);
    await ended(incoming);
    expect(incoming.state).to.equal('aborted');
  });

  it('goes on while either element is moved', async () => {
    const { host, guest, called, calling } = await converse(OURS.Engine);
    const { outgoing, incoming } = await offer(calling, called, new Blob([new Uint8Array(LARGE)]));
    const reader = incoming.readable.getReader();
    let { value } = await reader.read();
    mount(document.createElement('section')).append(host);
    host.appendChild(document.createElement('div')).append(called);
    calling.remove();
    guest.append(calling);
    await task();
    let size = 0;
    for (; value; { value } = await reader.read()) size += value.byteLength;
    await outgoing.finished;
    expect([size, incoming.state]).to.deep.equal([LARGE, 'complete']);
  });

  it('goes with its connection to another channel', async () => {
    const { host, called, calling } = await converse(OURS.Engine);
    const { outgoing, incoming } = await offer(calling, called, new Blob(['moved']));
    const other = makeChannel({});
    host.append(other);
    const ends = [record(called, 'channel-progress'), record(other, 'channel-progress')];
    other.connection = called.connection;
    await opened(other);
    await incoming.blob();
    await outgoing.finished;
    expect(ends.map((events) => events.length > 0)).to.deep.equal([false, true]);
  });

  it('waits for a channel where its connection has none yet', async () => {
    const channel = makeChannel({ listen: true, manual: true });
    const host = await openNode({}, channel);
    const calling = makeChannel({ to: host.currentId });
    await openNode({}, calling);
    await reached(channel, 'connecting');
    const event = next(channel, 'channel-transfer');
    channel.connect();
    await opened(calling);
    calling.transfer(new Blob(['x']));
    expect((await event).transfer.size).to.equal(1);
  });
});

describe('the lanes of a transfer', () => {
  cleanPage();

  /** Keeps what the engine is told. */
  function told(channel: PeerChannel): unknown[] {
    const lanes: unknown[] = [];
    const connection = channel.connection as { transfer?: (source: unknown, options: { lanes: unknown }) => unknown };
    const transfer = connection.transfer?.bind(connection);
    connection.transfer = (source, options) => {
      lanes.push(options.lanes);
      return transfer?.(source, options);
    };
    return lanes;
  }

  it('are those of the attribute, or of the call', async () => {
    const { calling } = await converse(OURS.Engine);
    const lanes = told(calling);
    calling.transfer(new Blob(['x']));
    calling.setAttribute('lanes', '3');
    calling.transfer(new Blob(['x']));
    calling.transfer(new Blob(['x']), { lanes: 2 });
    calling.transfer(new Blob(['x']), { lanes: undefined });
    calling.transfer(new Blob(['x']), null);
    calling.removeAttribute('lanes');
    calling.transfer(new Blob(['x']));
    expect(lanes).to.deep.equal([1, 3, 2, 3, 3, 1]);
  });

  for (const absent of [null, undefined, ''] as const) {
    it(`are one where they are ${JSON.stringify(absent)}`, async () => {
      const { calling } = await converse(OURS.Engine, { lanes: 4 });
      expect(calling.lanes).to.equal(4);
      const lanes = told(calling);
      Object.assign(calling, { lanes: absent });
      calling.transfer(new Blob(['x']));
      expect(lanes).to.deep.equal([1]);
    });
  }

  it('bring the file whatever is written', async () => {
    const { called, calling } = await converse(OURS.Engine);
    for (const text of ['0', '-1', '2.9', 'many', 'Infinity']) {
      calling.setAttribute('lanes', text);
      const { incoming } = await offer(calling, called, new Blob(['whole']));
      expect(await (await incoming.blob()).text(), text).to.equal('whole');
    }
  });

  it('and max-bytes make no new call when they change', async () => {
    const { Engine, calls } = counted(OURS.Engine);
    const { called, calling } = await converse(Engine);
    const events = record(document, 'channel-state');
    for (const channel of [called, calling]) {
      channel.lanes = 2;
      channel.maxBytes = 1000;
      await channel.updateComplete;
    }
    await task();
    expect([calls.length, events.length, calling.state]).to.deep.equal([1, 0, 'open']);
  });
});

describe('max-bytes', () => {
  cleanPage();

  it('declines what is larger: a channel-error, and no channel-transfer', async () => {
    const { called, calling } = await converse(OURS.Engine, {}, { maxBytes: 99_999 });
    const events = record(called, 'channel-transfer', 'channel-progress');
    const error = next(called, 'channel-error');
    const outgoing = calling.transfer(new File([bytesOf(100_000)], 'big.bin'));
    expect((await error).error.type).to.equal('message-too-big');
    expect((await error).error.message).to.contain('99999').and.to.contain('"big.bin" has 100000');
    expect(called.getAttribute('error')).to.equal('message-too-big');
    expect((await ended(outgoing)).error?.type).to.equal('refused');
    expect(events).to.deep.equal([]);
    const { incoming } = await offer(calling, called, new Blob([bytesOf(99_999)]));
    expect((await incoming.blob()).size).to.equal(99_999);
  });

  it('is without meaning for what the channel sends', async () => {
    const { called, calling } = await converse(OURS.Engine, { maxBytes: 10 });
    const { incoming } = await offer(calling, called, new Blob([bytesOf(1000)]));
    expect((await incoming.blob()).size).to.equal(1000);
  });

  for (const [what, take] of [
    ['blob()', (transfer: IncomingTransfer) => transfer.blob()],
    ['readable', (transfer: IncomingTransfer) => transfer.readable.pipeTo(new WritableStream())],
  ] as const) {
    it(`ends what turns out larger, taken by ${what}`, async () => {
      const { called, calling } = await converse(OURS.Engine, {}, { maxBytes: 100_000 });
      const error = next(called, 'channel-error');
      const { outgoing, incoming } = await offer(calling, called, streamOf(bytesOf(60_000), bytesOf(40_000), bytesOf(1)));
      const taken = await Promise.resolve(take(incoming)).catch((reason: unknown) => reason);
      expect(taken).to.have.property('type', 'message-too-big');
      expect([(await error).error === incoming.error, incoming.state]).to.deep.equal([true, 'aborted']);
      expect((await ended(outgoing)).state).to.equal('aborted');
      expect(called.state).to.equal('open');
    });
  }

  it('is not got round by a size that is not true: the transfer ends', async () => {
    const { called, calling } = await converse(OURS.Engine, {}, { maxBytes: 1000 });
    const event = next(called, 'channel-transfer');
    calling.transfer(streamOf(bytesOf(1001)), { size: 10 });
    const { transfer } = await event;
    await transfer.blob().catch(() => undefined);
    expect([transfer.state, transfer.transferred]).to.deep.equal(['aborted', 0]);
  });

  it('lets in what is exactly as large, and nothing to what is empty', async () => {
    const { called, calling } = await converse(OURS.Engine, {}, { maxBytes: 0 });
    const empty = await offer(calling, called, new Blob([]));
    expect((await empty.incoming.blob()).size).to.equal(0);
    called.maxBytes = 1000;
    const exact = await offer(calling, called, streamOf(bytesOf(1000)));
    expect((await exact.incoming.blob()).size).to.equal(1000);
  });

  it('that changes counts from the next transfer on', async () => {
    const { called, calling } = await converse(OURS.Engine);
    const before = await offer(calling, called, new Blob([bytesOf(1000)]));
    called.setAttribute('max-bytes', '10');
    expect((await before.incoming.blob()).size).to.equal(1000);
    expect((await ended(calling.transfer(new Blob([bytesOf(1000)])))).error?.type).to.equal('refused');
    called.removeAttribute('max-bytes');
    const after = await offer(calling, called, new Blob([bytesOf(1000)]));
    expect((await after.incoming.blob()).size).to.equal(1000);
  });

  for (const absent of [null, undefined, ''] as const) {
    it(`is no limit where it is ${JSON.stringify(absent)}`, async () => {
      const { called, calling } = await converse(OURS.Engine, {}, { maxBytes: 1 });
      Object.assign(called, { maxBytes: absent });
      const { incoming } = await offer(calling, called, new Blob(['more']));
      expect((await incoming.blob()).size).to.equal(4);
    });
  }

  it('that is no number declines everything, and says so', async () => {
    const holder = markup(`<peer-node ${MARKUP}><peer-channel listen max-bytes="64 MB"></peer-channel></peer-node>`);
    const called = holder.querySelector('peer-channel') as PeerChannel;
    const host = await opened(holder.querySelector('peer-node') as HTMLElementTagNameMap['peer-node']);
    const calling = makeChannel({ to: host.currentId });
    await openNode({}, calling);
    await Promise.all([opened(called), opened(calling)]);
    const error = next(called, 'channel-error');
    const outgoing = calling.transfer(new Blob(['x']));
    expect((await error).error.type).to.equal('invalid-setting');
    expect((await ended(outgoing)).error?.type).to.equal('refused');
  });

  it('that pauses its reader holds the sender back', async () => {
    const { called, calling } = await converse(OURS.Engine, {}, { maxBytes: LARGE });
    const { outgoing, incoming } = await offer(calling, called, new Blob([new Uint8Array(LARGE)]));
    const reader = incoming.readable.getReader();
    await reader.read();
    for (let turn = 0; turn < 20; turn++) {
      const data = next(called, 'channel-data');
      void calling.send('meanwhile');
      await data;
    }
    expect(incoming.transferred).to.be.lessThan(1_000_000);
    await reader.cancel();
    expect([(await ended(incoming)).state, (await ended(outgoing)).state]).to.deep.equal(['aborted', 'aborted']);
  });
});
