import { expect } from '@open-wc/testing';

import type { DataConnection, PeerOptions } from '../../../src/engine/index.js';
import { messages } from '../../support/partners.js';
import { expectTyped } from '../../support/typed-errors.js';
import { destroyPeers, makePeer, once, uniqueId } from '../../support/peers.js';

/** A browser that tells of nothing until it is let: what it is asked then is answered as ever. */
function heldStatistics() {
  let release = (): void => undefined;
  let asked = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  class Held extends RTCPeerConnection {
    override async getStats(): Promise<RTCStatsReport> {
      asked();
      await released;
      return super.getStats();
    }
  }
  return { options: { RTCPeerConnection: Held } satisfies PeerOptions, release, wasAsked };
}

/** A browser that has missed that the channels of the remote are open. */
class Missing extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    this.addEventListener('datachannel', ({ channel }) => {
      let closed = false;
      channel.addEventListener('close', () => (closed = true));
      Object.defineProperty(channel, 'readyState', { get: () => (closed ? 'closed' : 'connecting') });
    });
  }
}

/** A call to a peer whose browser holds its statistics back, once the caller's end is open and the callee has its channel. */
async function calledWhileHeld(options: PeerOptions, connect: object = {}) {
  const held = heldStatistics();
  const [alice, bob] = [makePeer(uniqueId('alice'), options), makePeer(uniqueId('bob'), { ...options, ...held.options })];
  await Promise.all([once(alice, 'open'), once(bob, 'open')]);
  const incoming = once<DataConnection>(bob, 'connection');
  const call = alice.connect(bob.id ?? '', connect);
  const answer = await incoming;
  const events: string[] = [];
  for (const event of ['open', 'close', 'error'] as const) answer.on(event, () => events.push(event));
  await held.wasAsked;
  return { ...held, call, answer, events };
}

/**
 * A fault of Chromium: "datachannel" and "open" come before the network may send on the channel, and what is sent in them may be
 * dropped without a word.
 */
describe('a channel that the remote has opened', () => {
  afterEach(destroyPeers);

  for (const native of [false, true]) {
    describe(native ? 'between two of this engine' : 'in PeerJS’s protocol', () => {
      it('is open when the browser is sure to send on it, and brings what is sent then', async () => {
        const { call, answer, events, release } = await calledWhileHeld({ native });
        await call.opened;
        expect([answer.dataChannel?.readyState, answer.open, events]).to.deep.equal(['open', false, []]);
        answer.once('open', () => void answer.send('at once'));
        const heard = messages(call, 1);
        release();
        expect(await heard).to.deep.equal(['at once']);
        expect(events).to.deep.equal(['open']);
      });

      it('is open, too, when it brings something', async () => {
        const { call, answer } = await calledWhileHeld({ native });
        const heard = messages(answer, 1);
        await call.opened;
        void call.send('first');
        expect(await heard).to.deep.equal(['first']);
        expect(answer.open).to.equal(true);
      });
    });
  }

  it('does not open when it has been closed meanwhile', async () => {
    const { call, answer, events, release } = await calledWhileHeld({ native: false });
    const { peerConnection } = answer;
    await call.opened;
    call.close();
    await answer.closed;
    release();
    await peerConnection?.getStats();
    expect([answer.open, events.includes('open')]).to.deep.equal([false, false]);
  });

  for (const native of [false, true]) {
    it(`that the browser never tells of as open ends at both ends, ${native ? 'between two of this engine' : 'in PeerJS’s protocol'}`, async () => {
      const [alice, bob] = [makePeer(uniqueId('alice'), { native }), makePeer(uniqueId('bob'), { native, RTCPeerConnection: Missing })];
      await Promise.all([once(alice, 'open'), once(bob, 'open')]);
      const incoming = once<DataConnection>(bob, 'connection');
      const call = alice.connect(bob.id ?? '');
      const answer = await incoming;
      const error = once(answer, 'error');
      expectTyped(await error, 'negotiation-failed');
      expect(await Promise.all([answer.closed, call.closed])).to.deep.equal(['failed', 'remote']);
    });
  }

  for (const [name, settings] of Object.entries({ 'that may be late': { ordered: false }, 'that may be lost': { maxRetransmits: 0 } })) {
    it(`for messages ${name} is open when the browser is sure to send on it`, async () => {
      const { call, answer, release } = await calledWhileHeld({}, settings);
      await call.opened;
      expect(answer.open).to.equal(false);
      answer.once('open', () => void answer.send('at once'));
      const heard = messages(call, 1);
      release();
      expect(await heard).to.deep.equal(['at once']);
    });

    it(`for messages ${name} brings one that comes before`, async () => {
      const { call, answer } = await calledWhileHeld({}, settings);
      const heard = messages(answer, 1);
      await call.opened;
      void call.send('first');
      expect(await heard).to.deep.equal(['first']);
    });
  }
});
