import { expect } from '@open-wc/testing';
import { RETRY_TIMES } from '../../../src/elements/call-retry.js';
import type { PeerChannel } from '../../../src/index.js';
import { ENGINES, OURS, cleanPage, counted, forgotten, makeChannel, makeNode, mount, next, opened, openNode, reached, record, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';
import { Resources } from '../../support/resources.js';

const TIMES = { ...RETRY_TIMES };
/** Longer than a test: only what hastens a retry makes one. */
const NEVER = 600_000;

describe('a channel with retry', () => {
  cleanPage();
  beforeEach(() => void Object.assign(RETRY_TIMES, { first: 20, max: 100 }));
  afterEach(() => void Object.assign(RETRY_TIMES, TIMES));

  function retrying(settings: Parameters<typeof makeChannel>[0] = {}): PeerChannel {
    return Object.assign(makeChannel(settings), { retry: true });
  }

  /** A channel that waits to call a host again, which went away, and the calls of its node. */
  async function waiting(times = { first: NEVER, max: NEVER }) {
    const { Engine, calls } = counted(OURS.Engine);
    const peerId = uniqueId();
    const called = makeChannel({ listen: true });
    const host = await openNode({ peerId }, called);
    const channel = retrying({ to: peerId });
    const node = await openNode({ engine: Engine }, channel);
    await Promise.all([opened(channel), opened(called)]);
    const closed = next(channel, 'channel-close');
    Object.assign(RETRY_TIMES, times);
    called.remove();
    await closed;
    await task();
    expect(channel.state).to.equal('closed');
    return { peerId, host, channel, node, calls };
  }

  it('has it as a boolean attribute and property', () => {
    const channel = makeChannel();
    expect(channel.retry).to.equal(false);
    channel.setAttribute('retry', '');
    expect(channel.retry).to.equal(true);
  });

  for (const { name, Engine } of ENGINES) {
    it(`meets somebody who comes later, over ${name}`, async function () {
      this.timeout(30_000);
      const peerId = uniqueId();
      const channel = retrying({ to: peerId });
      mount(makeNode({ engine: Engine, peerId: uniqueId() }, channel));
      const events = record(channel, 'channel-state');
      const { reason } = await next(channel, 'channel-close');
      expect([reason, channel.state, channel.error?.type]).to.deep.equal(['unavailable', 'closed', 'peer-unavailable']);
      const listening = makeChannel({ listen: true });
      await openNode({ engine: Engine, peerId }, listening);
      await Promise.all([opened(channel), opened(listening)]);
      expect(channel.error).to.equal(null);
      expect(events.map(({ state }) => state).slice(0, 3)).to.deep.equal(['connecting', 'closed', 'connecting']);
    });

    it(`calls again who was reloaded, over ${name}`, async function () {
      this.timeout(30_000);
      const peerId = uniqueId();
      const host = await openNode({ engine: Engine, peerId }, makeChannel({ listen: true }));
      const channel = retrying({ to: peerId });
      await openNode({ engine: Engine }, channel);
      await opened(channel);
      const closed = next(channel, 'channel-close');
      // A call into a socket that has gone is lost, and found out by a time-out only: none, until the server knows.
      Object.assign(RETRY_TIMES, { first: NEVER, max: NEVER });
      host.remove();
      await closed;
      await forgotten(peerId);
      Object.assign(RETRY_TIMES, { first: 20, max: 100 });
      window.dispatchEvent(new Event('online'));
      const listening = makeChannel({ listen: true });
      await openNode({ engine: Engine, peerId }, listening);
      await Promise.all([opened(channel), opened(listening)]);
    });
  }

  it('without the attribute does not call again', async () => {
    const { channel, calls } = await waiting();
    channel.retry = false;
    await channel.updateComplete;
    window.dispatchEvent(new Event('online'));
    expect([calls.length, channel.state]).to.deep.equal([1, 'closed']);
  });

  for (const [kind, hasten] of [
    ['the browser is online', () => window.dispatchEvent(new Event('online'))],
    ['the page is seen', () => document.dispatchEvent(new Event('visibilitychange'))],
  ] as const) {
    it(`calls at once when ${kind}`, async () => {
      const { host, channel, calls } = await waiting();
      const listening = makeChannel({ listen: true });
      host.append(listening);
      await reached(listening, 'waiting');
      hasten();
      expect([calls.length, channel.state]).to.deep.equal([2, 'connecting']);
      await opened(channel);
      hasten();
      expect(calls.length).to.equal(2);
    });
  }

  it('waits ever longer, each wait between half and whole, and no longer than the limit', async function () {
    this.timeout(60_000);
    const waits: number[] = [];
    const { setTimeout } = window;
    Object.assign(RETRY_TIMES, { first: 1_000_000, max: 3_000_000 });
    // What is as long as that are the retries alone.
    const cut = (callback: () => void, delay = 0): unknown => {
      if (delay >= 500_000) waits.push(delay);
      return setTimeout.call(window, callback, delay >= 500_000 ? 0 : delay);
    };
    const channel = retrying({ to: uniqueId() });
    Object.assign(window, { setTimeout: cut });
    try {
      await openNode({ options: { connectTimeout: 50 } }, channel);
      while (waits.length < 4) await next(channel, 'channel-close');
    } finally {
      Object.assign(window, { setTimeout });
    }
    for (const [index, whole] of [1_000_000, 2_000_000, 3_000_000, 3_000_000].entries()) expect(waits[index]).to.be.within(whole / 2, whole);
  });

  for (const [kind, steady, wholes] of [
    ['a conversation that lasted', 0, [1_000_000, 1_000_000]],
    ['two that ended at once', NEVER, [1_000_000, 2_000_000]],
  ] as const) {
    it(`waits after ${kind} up to ${wholes.join(' and ')} ms`, async () => {
      const waits: number[] = [];
      const { setTimeout } = window;
      Object.assign(RETRY_TIMES, { first: 1_000_000, max: 3_000_000, steady });
      const cut = (callback: () => void, delay = 0): unknown => {
        if (delay >= 500_000) waits.push(delay);
        return setTimeout.call(window, callback, delay >= 500_000 ? 0 : delay);
      };
      const called = makeChannel({ listen: true });
      const host = await openNode({}, called);
      const channel = retrying({ to: host.currentId });
      await openNode({}, channel);
      Object.assign(window, { setTimeout: cut });
      try {
        for (const round of [1, 2]) {
          await Promise.all([opened(channel), opened(called)]);
          const closed = next(channel, 'channel-close');
          called.close();
          await closed;
          expect(waits.length).to.equal(round);
        }
      } finally {
        Object.assign(window, { setTimeout });
      }
      for (const [index, whole] of wholes.entries()) expect(waits[index]).to.be.within(whole / 2, whole);
    });
  }

  it('stops at close()', async () => {
    const { channel, calls } = await waiting();
    channel.close();
    window.dispatchEvent(new Event('online'));
    expect([calls.length, channel.state]).to.deep.equal([1, 'closed']);
    channel.connect();
    expect([calls.length, channel.state]).to.deep.equal([2, 'connecting']);
  });

  for (const type of ['channel-state', 'channel-close'] as const) {
    it(`is stopped by a listener of ${type} that closes it`, async () => {
      const peerId = uniqueId();
      const called = makeChannel({ listen: true });
      await openNode({ peerId }, called);
      const { Engine, calls } = counted(OURS.Engine);
      const channel = retrying({ to: peerId });
      await openNode({ engine: Engine }, channel);
      await Promise.all([opened(channel), opened(called)]);
      channel.addEventListener(type, () => channel.close());
      const closed = next(channel, 'channel-close');
      called.remove();
      await closed;
      window.dispatchEvent(new Event('online'));
      expect(calls.length).to.equal(1);
    });
  }

  it('stops when it is to call nobody, or is taken out', async () => {
    for (const stop of [(channel: PeerChannel) => channel.removeAttribute('to'), (channel: PeerChannel) => channel.remove()]) {
      const { channel, calls } = await waiting();
      if (channel.to) channel.setAttribute('to', channel.to);
      await channel.updateComplete;
      stop(channel);
      await channel.updateComplete;
      await task();
      window.dispatchEvent(new Event('online'));
      expect(calls.length).to.equal(1);
    }
  });

  it('does not call again who has refused', async () => {
    const host = await openNode();
    const { Engine, calls } = counted(OURS.Engine);
    const channel = retrying({ to: host.currentId });
    mount(makeNode({ engine: Engine, peerId: uniqueId() }, channel));
    expect((await next(channel, 'channel-close')).reason).to.equal('refused');
    window.dispatchEvent(new Event('online'));
    expect(calls.length).to.equal(1);
  });

  it('that is manual calls again only who it was told to call', async () => {
    const { Engine, calls } = counted(OURS.Engine);
    const called = makeChannel({ listen: true });
    const host = await openNode({}, called);
    const channel = retrying({ to: host.currentId, manual: true });
    await openNode({ engine: Engine }, channel);
    await task();
    window.dispatchEvent(new Event('online'));
    expect(calls.length).to.equal(0);
    channel.connect();
    await Promise.all([opened(channel), opened(called)]);
    const closed = next(channel, 'channel-close');
    called.close();
    await closed;
    await opened(channel);
    expect(calls.length).to.equal(2);
  });

  it('does not call while its node is away, and does when that is back', async () => {
    const { host, channel, node, calls } = await waiting();
    host.append(makeChannel({ listen: true }));
    node.disconnect();
    window.dispatchEvent(new Event('online'));
    expect([calls.length, channel.state, channel.error]).to.deep.equal([1, 'closed', null]);
    node.reconnect();
    await opened(channel);
    expect(calls.length).to.equal(2);
  });

  it('waits no more when it is called itself', async () => {
    const { host, channel, node, calls } = await waiting();
    host.append(makeChannel({ to: node.currentId }));
    await opened(channel);
    window.dispatchEvent(new Event('online'));
    expect([channel.incoming, calls.length]).to.deep.equal([true, 1]);
  });

  it('leaves no timer, however it ends', async () => {
    const resources = new Resources();
    const ends: ((channel: PeerChannel) => void)[] = [
      (channel) => channel.close(),
      (channel) => channel.remove(),
      (channel) => void (channel.retry = false),
      (channel) => void (channel.to = null),
    ];
    resources.watch();
    try {
      for (const end of ends) {
        const { host, node, channel } = await waiting();
        const before = resources.open.timers;
        end(channel);
        await channel.updateComplete;
        await task();
        expect(resources.open.timers, String(end)).to.be.below(before);
        host.remove();
        node.remove();
        await task();
        expect(resources.open.timers, String(end)).to.equal(0);
      }
      const { host, node } = await waiting();
      host.remove();
      node.remove();
      await task();
    } finally {
      resources.unwatch();
    }
    expect(resources.open.timers).to.equal(0);
  });
});
