import { expect } from '@open-wc/testing';

import type { DataConnection, IncomingTransfer, Peer } from '../../../../src/engine/index.js';
import { destroyPeers, makePeer, once, SERVER, tracked, uniqueId } from '../../../support/peers.js';

/** How much of the file has come when its sender leaves, in bytes: from SCTP's slow start on. */
const MOMENTS = [1, 100_000, 250_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000];

/** Resolves once so much of the next file has come, which is read on and on. */
async function comes(connection: DataConnection, amount: number): Promise<void> {
  const transfer = await once<IncomingTransfer>(connection, 'transfer');
  let reached!: () => void;
  const enough = new Promise<void>((resolve) => (reached = resolve));
  const read = async (): Promise<void> => {
    let total = 0;
    for (let reader = transfer.readable.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      total += value.byteLength;
      if (total >= amount) reached();
    }
  };
  // It is aborted.
  read().catch(() => undefined);
  return enough;
}

/** A pair of which the called one has a page of its own, and the caller's signals as they leave. */
async function openFramedPair(): Promise<{ alice: Peer; bob: Peer; call: DataConnection; answer: DataConnection; page: FramedPage; said: string[] }> {
  const said: string[] = [];
  const Recording = class extends WebSocket {
    override send(message: string): void {
      said.push((JSON.parse(message) as { type: string }).type);
      super.send(message);
    }
  };
  const page = await framed();
  const alice = makePeer(uniqueId('alice'), { WebSocket: Recording });
  const bob = tracked(new page.Peer(uniqueId('bob'), SERVER));
  await Promise.all([once(alice, 'open'), once(bob, 'open')]);
  const incoming = once<DataConnection>(bob, 'connection');
  const call = alice.connect(bob.id ?? '');
  const answer = await incoming;
  await Promise.all([call.opened, answer.opened]);
  return { alice, bob, call, answer, page, said };
}

interface FramedPage {
  readonly window: Window & typeof globalThis;
  readonly Peer: typeof Peer;
  remove(): void;
}

/** The engine in a page of its own. */
async function framed(): Promise<FramedPage> {
  const frame = document.createElement('iframe');
  const ready = once<CustomEvent<typeof Peer>>({ once: (name, then) => addEventListener(name, then, { once: true }) }, 'engine-ready');
  frame.srcdoc = `<script type="module">
    import { Peer } from '/src/engine/index.ts';
    parent.dispatchEvent(new CustomEvent('engine-ready', { detail: Peer }));
  </script>`;
  document.body.append(frame);
  return { Peer: (await ready).detail, window: frame.contentWindow as Window & typeof globalThis, remove: () => frame.remove() };
}

describe('a page that goes while it sends a file', () => {
  afterEach(destroyPeers);

  // Firefox has closed the WebSocket by then.
  it('is missed at once, without a signaling server and though close() throws away what SCTP has not sent', async function () {
    this.timeout(60_000);
    for (const amount of MOMENTS) {
      const { alice, bob, call, answer, page } = await openFramedPair();
      for (const peer of [alice, bob]) peer.disconnect();
      const events: string[] = [];
      for (const name of ['interrupted', 'close'] as const) call.on(name, () => events.push(name));
      const enough = comes(call, amount);
      answer.transfer(new page.window.Blob([new Uint8Array(50_000_000)]));
      await enough;
      const { peerConnection } = answer;
      page.window.dispatchEvent(new page.window.PageTransitionEvent('pagehide', { persisted: false }));
      expect(await call.closed).to.equal('remote');
      expect(events).to.deep.equal(['close']);
      // It has not gone after all, and keeps nothing.
      while (peerConnection?.signalingState !== 'closed') await new Promise((resolve) => setTimeout(resolve, 10));
      alice.destroy();
      page.remove();
    }
  });
});

/** Longer than either side takes to offer something twice, in ms. */
const AWAY_MS = 8_000;

describe('a page that is put aside', () => {
  afterEach(destroyPeers);

  it('is waited for, though close() throws away what it says on the link', async function () {
    this.timeout(30_000);
    const { call, answer, page, said } = await openFramedPair();
    // As where a file is under way.
    page.window.RTCDataChannel.prototype.send = () => undefined;
    for (const name of ['interrupted', 'resumed', 'close'] as const) call.on(name, () => said.push(name));
    const before = said.length;
    page.window.dispatchEvent(new page.window.PageTransitionEvent('pagehide', { persisted: true }));
    await once(call, 'interrupted');
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    // No offer would reach it. One may have been made before the word came, and is not repeated.
    const since = said.slice(before);
    expect(since.filter((each) => each === 'OFFER').length).to.be.at.most(1);
    expect(since.filter((each) => ['interrupted', 'resumed', 'close'].includes(each))).to.deep.equal(['interrupted']);
    expect([call.open, answer.open]).to.deep.equal([true, true]);
    page.remove();
  });

  it('comes back to its connections, and says it by another word the next time', async function () {
    this.timeout(30_000);
    const { call, answer, page } = await openFramedPair();
    for (const message of ['one', 'two']) {
      const [interrupted, resumed] = [once(call, 'interrupted'), once(call, 'resumed')];
      page.window.dispatchEvent(new page.window.PageTransitionEvent('pagehide', { persisted: true }));
      await interrupted;
      page.window.dispatchEvent(new page.window.PageTransitionEvent('pageshow', { persisted: true }));
      await resumed;
      const heard = once(call, 'data');
      void answer.send(message);
      expect(await heard).to.equal(message);
    }
    page.remove();
  });
});
