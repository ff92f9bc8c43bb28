import { expect } from '@open-wc/testing';
import type { PeerChannel } from '../../../src/index.js';
import { COMPATIBLE, PEERJS, PROFILES, cleanPage, converse, ended, makeChannel, mount, next, openNode, reached, record, task } from '../../support/elements.js';

/** A transfer once it has ended, and the errors that its channel has told of. */
async function tried(channel: PeerChannel, ...given: Parameters<PeerChannel['transfer']>): Promise<{ types: string[]; states: string[]; same: boolean }> {
  const errors = record(channel, 'channel-error');
  const progress = record(channel, 'channel-progress');
  const transfer = await ended(channel.transfer(...given));
  await task();
  return {
    types: errors.map(({ error }) => error.type),
    states: progress.map((event) => (event.transfer === transfer ? transfer.state : 'of another')),
    same: errors.every(({ error }) => error === transfer.error),
  };
}

const NOT_A_SOURCE: Record<string, unknown> = { null: null, undefined, 'a text': 'text', 'a list': [1], 'an object': { size: 'x', name: 5 } };

for (const { name, Engine } of PROFILES) {
  describe(`a transfer that cannot be, over ${name}`, () => {
    cleanPage();

    for (const [what, source] of Object.entries(NOT_A_SOURCE)) {
      it(`of ${what} is aborted and an error of the channel, which goes on`, async () => {
        const { called, calling } = await converse(Engine);
        const { types, states, same } = await tried(calling, source as Blob);
        expect(types).to.have.length(1);
        expect(types[0]).to.be.oneOf(['invalid-data', 'unsupported']);
        expect([states, same]).to.deep.equal([['aborted'], true]);
        const data = next(called, 'channel-data');
        void calling.send('still here');
        expect((await data).data).to.equal('still here');
      });
    }

    it('with options that are none throws nothing', async () => {
      const { calling } = await converse(Engine);
      const errors = record(calling, 'channel-error');
      calling.transfer(new Blob(['x']), null);
      calling.transfer(new Blob(['x']), 'fast' as never);
      await ended(calling.transfer(new Blob(['x']), { signal: 'stop' as unknown as AbortSignal, lanes: {} as number }));
      await task();
      expect(errors.map(({ error }) => error.type)).to.deep.equal(['invalid-data']);
    });

    it('with a signal that is aborted already is aborted, and no error of the channel', async () => {
      const { calling } = await converse(Engine);
      const { types, states } = await tried(calling, new Blob(['x']), { signal: AbortSignal.abort() });
      expect([types, states]).to.deep.equal([[], ['aborted']]);
    });

    it('after the end of the channel is aborted', async () => {
      const { calling } = await converse(Engine);
      calling.close();
      expect(await tried(calling, new Blob(['x']))).to.deep.equal({ types: ['connection-closed'], states: ['aborted'], same: true });
    });
  });
}

describe('a transfer', () => {
  cleanPage();

  it('before the channel is open is aborted, in a microtask', async () => {
    const channel = mount(makeChannel());
    const errors = record(channel, 'channel-error');
    const transfer = channel.transfer(new File(['x'], 'early.txt'));
    expect([transfer.name, transfer.state, errors.length]).to.deep.equal(['early.txt', 'pending', 0]);
    await Promise.resolve();
    expect([transfer.state, transfer.error?.type, channel.getAttribute('error')]).to.deep.equal(['aborted', 'not-open-yet', 'not-open-yet']);
  });

  it('while the channel is connecting is aborted, and the channel opens all the same', async () => {
    const host = await openNode({}, makeChannel({ listen: true }));
    const channel = makeChannel({ to: host.currentId });
    await openNode({}, channel);
    expect((await tried(channel, new Blob(['x']))).types).to.deep.equal(['not-open-yet']);
    await reached(channel, 'open');
  });
});

for (const { name, Engine, foreign } of [COMPATIBLE, PEERJS]) {
  describe(`a transfer as a message, over ${name}`, () => {
    cleanPage();

    it('arrives as { name, type, size, data }, and is complete', async () => {
      const { called, calling } = await converse(Engine);
      const data = next(called, 'channel-data');
      const states: string[] = [];
      calling.addEventListener('channel-progress', (event) => states.push(event.transfer.state));
      const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index & 255);
      const transfer = calling.transfer(new File([bytes], 'photo.png', { type: 'image/png' }));
      expect([transfer.name, transfer.type, transfer.size, transfer.incoming]).to.deep.equal(['photo.png', 'image/png', 300_000, false]);
      await transfer.finished;
      expect([transfer.state, transfer.progress, transfer.transferred]).to.deep.equal(['complete', 1, 300_000]);
      expect(states.indexOf('complete')).to.equal(states.length - 1);
      const message = (await data).data as { data: ArrayBuffer };
      expect({ ...message, data: new Uint8Array(message.data) }).to.deep.equal({ name: 'photo.png', type: 'image/png', size: 300_000, data: bytes });
    });

    it('takes its name and type from the options', async () => {
      const { called, calling } = await converse(Engine);
      const data = next(called, 'channel-data');
      calling.transfer(new Blob(['x']), { name: 'x.txt', type: 'text/plain', lanes: 4 });
      expect((await data).data).to.include({ name: 'x.txt', type: 'text/plain', size: 1 });
    });

    it('of a stream is unsupported', async () => {
      const { calling } = await converse(Engine);
      expect(await tried(calling, new ReadableStream())).to.deep.equal({ types: ['unsupported'], states: ['aborted'], same: true });
    });

    it('is aborted by its signal', async () => {
      const { calling } = await converse(Engine);
      const errors = record(calling, 'channel-error');
      const controller = new AbortController();
      const transfer = calling.transfer(new Blob([new Uint8Array(5_000_000)]), { signal: controller.signal });
      controller.abort('changed my mind');
      expect((await ended(transfer)).error?.type).to.equal('transfer-aborted');
      expect(transfer.error?.cause).to.equal('changed my mind');
      expect(errors).to.deep.equal([]);
    });

    it('is aborted by the end of its connection, and is no error of the channel', async () => {
      const { calling } = await converse(Engine);
      const errors = record(calling, 'channel-error');
      const transfer = calling.transfer(new Blob([new Uint8Array(5_000_000)]));
      calling.close();
      await ended(transfer);
      expect([transfer.state, transfer.error?.type, errors.length]).to.deep.equal(['aborted', 'transfer-aborted', 0]);
    });

    it('that is too large for a message is one error of the channel', async () => {
      if (foreign) return; // It has no limit.
      const called = makeChannel({ listen: true });
      const host = await openNode({ engine: Engine }, called);
      const calling = makeChannel({ to: host.currentId });
      await openNode({ engine: Engine, options: { maxMessageSize: 1000 } }, calling);
      await reached(calling, 'open');
      expect(await tried(calling, new Blob([new Uint8Array(2000)]))).to.deep.equal({ types: ['message-too-big'], states: ['aborted'], same: true });
    });

    for (const serialization of ['json', 'raw']) {
      it(`loses nothing with serialization="${serialization}": it is refused`, async () => {
        const { calling } = await converse(Engine, { serialization });
        const { types, states } = await tried(calling, new Blob(['bytes']));
        expect(types).to.have.length(1);
        expect(types[0]).to.be.oneOf(['unsupported', 'invalid-data']);
        expect(states).to.deep.equal(['aborted']);
      });
    }
  });
}
