import { expect } from '@open-wc/testing';
import type { PeerNode } from '../../../src/index.js';
import { OURS, PEERJS, callFrom, cleanPage, converse, ended, makeChannel, makeNode, mount, next, opened, openNode, reached, record, until } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

/** One fact for each row of the table in docs/engines.md: what `peerjs` gives, and what this engine gives. */
describe('what an engine gives', () => {
  cleanPage();

  /** Runs with every wait of the elements for a foreign engine cut from 30 s to a moment. */
  async function impatiently(work: () => Promise<void>): Promise<void> {
    const { setTimeout } = window;
    const cut = (callback: () => void, delay?: number): unknown => setTimeout.call(window, callback, delay === 30_000 ? 50 : delay);
    Object.assign(window, { setTimeout: cut });
    try {
      await work();
    } finally {
      Object.assign(window, { setTimeout });
    }
  }

  async function order(Engine: typeof OURS.Engine): Promise<unknown[]> {
    const { called, calling } = await converse(Engine);
    const events = record(called, 'channel-data');
    void calling.send(new Blob(['x'.repeat(100_000)]));
    void calling.send('after the Blob');
    while (events.length < 2) await next(called, 'channel-data');
    return events.map(({ data }) => typeof data);
  }

  async function states(Engine: typeof OURS.Engine): Promise<string[]> {
    const first = await openNode({ engine: Engine });
    const node = makeNode({ engine: Engine, peerId: first.currentId });
    const events = record(node, 'peer-state');
    await reached(mount(node), 'closed');
    return events.map(({ state }) => state);
  }

  async function timesAsked(Engine: typeof OURS.Engine): Promise<number> {
    let asked = 0;
    const hosts = [await openNode({ engine: Engine }, makeChannel({ listen: true })), await openNode({ engine: Engine }, makeChannel({ listen: true }))];
    const channels = hosts.map(({ currentId }) => makeChannel({ to: currentId }));
    await openNode({ engine: Engine, iceServers: () => (asked++, Promise.resolve([])) }, ...channels);
    await Promise.all(channels.map(opened));
    return asked;
  }

  async function echo(Engine: typeof OURS.Engine, value: unknown): Promise<unknown> {
    const { called, calling } = await converse(Engine);
    const event = next(called, 'channel-data');
    void calling.send(value);
    return (await event).data;
  }

  async function takenIsOpen(Engine: typeof OURS.Engine): Promise<boolean> {
    const channel = makeChannel({ listen: true, manual: true });
    const host = await openNode({ engine: Engine }, channel);
    const calling = callFrom(Engine, host);
    await reached(channel, 'connecting');
    if (Engine === PEERJS.Engine) await opened(calling);
    return calling.state === 'open';
  }

  async function closing(Engine: typeof OURS.Engine): Promise<string> {
    const host = await openNode({ engine: Engine });
    const calling = callFrom(Engine, host, { label: 'refused' });
    const reason = await new Promise((resolve) => {
      host.addEventListener('peer-connection', (event) => {
        event.preventDefault();
        event.connection.on('close', resolve as never);
      });
    });
    calling.remove();
    return String(reason);
  }

  it('order of Blobs: kept by this engine, not by peerjs', async () => {
    expect(await order(OURS.Engine)).to.deep.equal(['object', 'string']);
    expect(await order(PEERJS.Engine)).to.deep.equal(['string', 'object']);
  });

  it('the profile: native between two of this engine, never of peerjs', async () => {
    for (const { Engine, foreign } of [OURS, PEERJS]) {
      const { called, calling } = await converse(Engine);
      expect([called.profile, calling.profile]).to.deep.equal(Array(2).fill(foreign ? 'compatible' : 'native'));
    }
  });

  it('transfers: of this engine; with peerjs the element sends a message, and no stream', async () => {
    for (const { Engine, foreign } of [OURS, PEERJS]) {
      const { called, calling } = await converse(Engine);
      const event = foreign ? next(called, 'channel-data') : next(called, 'channel-transfer');
      const transfer = calling.transfer(new File(['content'], 'name.txt', { type: 'text/plain' }));
      const came = await event;
      const { name, type, size } = 'data' in came ? (came.data as File) : came.transfer;
      expect([name, type, size]).to.deep.equal(['name.txt', 'text/plain', 7]);
      if ('transfer' in came) await came.transfer.blob();
      await transfer.finished;
      const offered = next(called, 'channel-transfer');
      const streamed = calling.transfer(new Blob(['content']).stream());
      if (foreign) expect((await ended(streamed)).error?.type).to.equal('unsupported');
      else expect((await (await offered).transfer.blob()).size).to.equal(7);
    }
  });

  it('exact numbers: of this engine, not of peerjs', async () => {
    const numbers = [-(2 ** 31) - 1, 7.999999999999999];
    expect(await echo(OURS.Engine, numbers)).to.deep.equal(numbers);
    expect(await echo(PEERJS.Engine, numbers)).to.deep.equal([-(2 ** 31), 8.00000762939453]);
  });

  it('a fatal error: peerjs is disconnected first', async () => {
    expect(await states(OURS.Engine)).to.deep.equal(['connecting', 'closed']);
    expect(await states(PEERJS.Engine)).to.deep.equal(['connecting', 'disconnected', 'closed']);
  });

  it('iceServers(): asked by this engine for every RTCPeerConnection, for peerjs once at the start', async () => {
    expect(await timesAsked(OURS.Engine)).to.equal(2);
    expect(await timesAsked(PEERJS.Engine)).to.equal(1);
  });

  it('holding back an answer: not by peerjs', async () => {
    expect(await takenIsOpen(OURS.Engine)).to.equal(false);
    expect(await takenIsOpen(PEERJS.Engine)).to.equal(true);
  });

  it('the reason of a close: not from peerjs', async () => {
    expect(await closing(OURS.Engine)).to.equal('refused');
    expect(await closing(PEERJS.Engine)).to.equal('undefined');
  });

  it('a lost path: interrupted with this engine and open again; the end with peerjs', async () => {
    const states = async (Engine: typeof OURS.Engine): Promise<string[]> => {
      const { calling } = await converse(Engine);
      const events = record(calling, 'channel-state');
      calling.connection?.peerConnection?.close();
      calling.connection?.dataChannel?.dispatchEvent(new Event('close'));
      await until(() => events.length > 1 || calling.state === 'closed');
      return events.map(({ state }) => state);
    };
    expect(await states(OURS.Engine)).to.deep.equal(['interrupted', 'open']);
    expect(await states(PEERJS.Engine)).to.deep.equal(['closed']);
  });

  it('an unreachable remote: this engine tells the connection, peerjs its peer only, and the element the channel', async () => {
    const tried = [OURS, PEERJS].map(async ({ Engine, foreign }) => {
      const guest = await openNode({ engine: Engine });
      const channel = guest.connect(uniqueId('nobody'));
      await reached(channel, 'connecting');
      let told = 0;
      channel.connection?.on('error', () => told++);
      expect((await next(channel, 'channel-error')).error.type).to.equal('peer-unavailable');
      await reached(channel, 'closed');
      expect(told > 0).to.equal(!foreign);
    });
    await Promise.all(tried);
  });

  it('connectTimeout: the option of this engine; with peerjs the element waits 30 s', async () => {
    const timedOut = async (guest: PeerNode): Promise<void> => {
      const channel = guest.connect(uniqueId('nobody'));
      expect((await next(channel, 'channel-error')).error.type).to.equal('timeout');
      await reached(channel, 'closed');
    };
    await timedOut(await openNode({ options: { connectTimeout: 100 } }));
    await impatiently(async () => timedOut(await openNode({ engine: PEERJS.Engine, options: { connectTimeout: 100 } as object })));
  });

  it('backpressure: the promise of send() waits with this engine, and never with peerjs', async () => {
    for (const { Engine, foreign } of [OURS, PEERJS]) {
      const { calling } = await converse(Engine);
      let waits = true;
      const sent = calling.send(new Uint8Array(5_000_000)).then(() => (waits = false));
      await Promise.resolve();
      expect(waits).to.equal(!foreign);
      await sent;
    }
  });

  it('flush(): event-driven with this engine, a poll of what is buffered with peerjs', async () => {
    for (const { Engine } of [OURS, PEERJS]) {
      const { calling } = await converse(Engine);
      void calling.send(new Uint8Array(1_000_000));
      await calling.flush();
      expect(calling.bufferedAmount).to.equal(0);
      expect('flush' in (calling.connection as object)).to.equal(Engine === OURS.Engine);
    }
  });

  it('a server that lists nobody: this engine goes on, peerjs is disconnected', async () => {
    for (const { Engine, foreign } of [OURS, PEERJS]) {
      const node = await openNode({ engine: Engine, server: '/peerjs-nodiscovery' });
      const error = await node.listPeers().catch((reason: unknown) => reason);
      expect(error).to.have.property('type', 'server-error');
      expect(node.state).to.equal(foreign ? 'disconnected' : 'open');
    }
  });
});
