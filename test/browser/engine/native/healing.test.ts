import { expect } from '@open-wc/testing';

import type { DataConnection, HealedBy, Peer } from '../../../../src/engine/index.js';
import { messages } from '../../../support/partners.js';
import { destroyPeers, givenUp, makePeer, once, openPair, uniqueId } from '../../../support/peers.js';
import { mutePeer, type MutePeer } from '../../../support/mute-peer.js';

/** The fingerprint in a description. */
function fingerprintOf(description: RTCSessionDescription | null | undefined): string | undefined {
  return /a=fingerprint:(.*)/.exec(description?.sdp ?? '')?.[1];
}

/** By which way a connection comes back, the next time. */
function back(connection: DataConnection): Promise<HealedBy> {
  return once<HealedBy>(connection, 'resumed');
}

/** Closes the browser's connection beneath, as nobody should; resolves when both ends are back. */
async function cut(connection: DataConnection, other: DataConnection): Promise<HealedBy[]> {
  const returned = Promise.all([back(connection), back(other)]);
  connection.peerConnection?.close();
  return returned;
}

/** A connection from one to the other, beside those that there are. */
async function connected(from: Peer, to: Peer, options = {}): Promise<{ call: DataConnection; answer: DataConnection }> {
  const incoming = once<DataConnection>(to, 'connection');
  const call = from.connect(to.id ?? '', options);
  const answer = await incoming;
  await Promise.all([call.opened, answer.opened]);
  return { call, answer };
}

describe('a native link', () => {
  afterEach(destroyPeers);

  // A network that comes back delivers at once what was said while it was away.
  it('is not ended by a restart that is given up for a resume while it is being answered', async function () {
    this.timeout(60_000);
    const sockets: WebSocket[] = [];
    const heard: { type: string; payload: { native: { nonce: string } } }[] = [];
    const Reachable = class extends WebSocket {
      constructor(url: string | URL) {
        super(url);
        sockets.push(this);
        this.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data)) as (typeof heard)[number]));
      }
    };
    const alice = makePeer(uniqueId('alice'));
    const bob = makePeer(uniqueId('bob'), { WebSocket: Reachable });
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const { call, answer } = await connected(alice, bob);
    const events: string[] = [];
    for (const name of ['error', 'close'] as const) answer.on(name, (...told: unknown[]) => events.push(`${name} ${told.join(' ')}`));
    const nonce = heard.find(({ type }) => type === 'OFFER')?.payload.native.nonce;
    const offer = await call.peerConnection?.createOffer({ iceRestart: true });
    const say = (generation: number, step: string): boolean | undefined =>
      sockets[0]?.dispatchEvent(
        new MessageEvent('message', {
          data: JSON.stringify({
            ...{ type: 'OFFER', src: alice.id, dst: bob.id },
            payload: {
              ...{ sdp: offer, type: 'data', connectionId: call.connectionId },
              native: { nonce, frames: 1, heal: 1, window: 4_194_304, maxMessageSize: 1_000_000, healing: { generation, step, side: 'caller' } },
            },
          }),
        }),
      );
    const { peerConnection } = answer;
    Object.defineProperty(peerConnection, 'iceConnectionState', { configurable: true, get: () => 'disconnected' });
    peerConnection?.oniceconnectionstatechange?.(new Event('iceconnectionstatechange'));
    expect(answer.interrupted).to.equal(true);
    say(1, 'restart');
    say(2, 'resume');
    Reflect.deleteProperty(peerConnection as RTCPeerConnection, 'iceConnectionState');
    await back(answer);
    const received = messages(answer, 1);
    void call.send('still here');
    expect(await received).to.deep.equal(['still here']);
    expect(events).to.deep.equal([]);
  });

  it('has one certificate for all RTCPeerConnections of a peer', async () => {
    const { alice, call } = await openPair();
    const carol = makePeer(uniqueId('carol'));
    await once(carol, 'open');
    const other = alice.connect(carol.id ?? '');
    await other.opened;
    expect(call.peerConnection === other.peerConnection).to.equal(false);
    const own = fingerprintOf(call.peerConnection?.localDescription);
    expect(own).to.be.a('string');
    expect(fingerprintOf(other.peerConnection?.localDescription)).to.equal(own);
  });

  for (const side of ['caller', 'callee'] as const) {
    it(`goes on over a new RTCPeerConnection when the ${side}'s is closed beneath it`, async () => {
      const { call, answer } = await openPair();
      const [closing, other] = side === 'caller' ? [call, answer] : [answer, call];
      const before = [call.peerConnection, answer.peerConnection];
      const heard = [messages(call, 30), messages(answer, 30)];
      for (let n = 0; n < 10; n++) [call, answer].map((end) => end.send(n));
      const healed = cut(closing, other);
      for (let n = 10; n < 20; n++) [call, answer].map((end) => end.send(n));
      expect([call.open, answer.open]).to.deep.equal([true, true]);
      expect(await healed).to.deep.equal(['resume', 'resume']);
      for (let n = 20; n < 30; n++) [call, answer].map((end) => end.send(n));
      const all = Array.from({ length: 30 }, (_, n) => n);
      expect(await Promise.all(heard)).to.deep.equal([all, all]);
      expect([call.peerConnection === before[0], answer.peerConnection === before[1]]).to.deep.equal([false, false]);
      expect([call.interrupted, answer.interrupted]).to.deep.equal([false, false]);
    });
  }

  it('goes on where its RTCPeerConnection is closed in the moment it opens', async () => {
    const [alice, bob] = [makePeer(uniqueId('alice')), makePeer(uniqueId('bob'))];
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const incoming = once<DataConnection>(bob, 'connection');
    const call = alice.connect(bob.id ?? '');
    call.on('open', () => call.peerConnection?.close());
    const heard = messages(await incoming, 1);
    await once(call, 'open');
    void call.send('at once');
    expect(await back(call)).to.equal('resume');
    expect(await heard).to.deep.equal(['at once']);
  });

  it('goes on when both RTCPeerConnections are closed at once, again and again', async () => {
    const { call, answer } = await openPair();
    for (let round = 0; round < 3; round++) {
      const returned = Promise.all([back(call), back(answer)]);
      call.peerConnection?.close();
      answer.peerConnection?.close();
      expect(await returned).to.deep.equal(['resume', 'resume']);
      const heard = messages(answer, 1);
      void call.send(round);
      expect(await heard).to.deep.equal([round]);
    }
  });

  it('brings all its connections along, from either side, whatever they speak', async () => {
    const { alice, bob, call, answer } = await openPair();
    const pairs = [{ call, answer }];
    for (const serialization of ['json', 'raw', 'binary']) pairs.push(await connected(alice, bob, { serialization, label: serialization }));
    pairs.push(await connected(bob, alice));
    const healed = pairs.map((pair) => Promise.all([back(pair.call), back(pair.answer)]));
    call.peerConnection?.close();
    await Promise.all(healed);
    for (const pair of pairs) {
      const heard = [messages(pair.call, 1), messages(pair.answer, 1)];
      void pair.call.send('to the answer');
      void pair.answer.send('to the call');
      expect((await Promise.all(heard)).flat()).to.deep.equal(['to the call', 'to the answer']);
    }
    expect(new Set(pairs.map((pair) => pair.call.peerConnection)).size).to.equal(2);
  });

  it('brings a large message along, and a transfer over two lanes', async () => {
    const { call, answer } = await openPair();
    const size = 12 * 1024 * 1024;
    const bytes = new Uint8Array(size).map((_, index) => index % 251);
    const message = once<ArrayBuffer>(answer, 'data');
    const offered = new Promise<Blob>((resolve) => answer.once('transfer', (transfer) => void transfer.blob().then(resolve)));
    void call.send(bytes);
    const sending = call.transfer(new Blob([bytes]), { lanes: 2 });
    await new Promise<void>((resolve) => sending.on('progress', (transferred) => transferred > 1_000_000 && resolve()));
    const healed = cut(call, answer);
    await healed;
    await sending.finished;
    const received = new Uint8Array(await (await offered).arrayBuffer());
    expect(received.byteLength).to.equal(size);
    expect(received.every((byte, index) => byte === index % 251)).to.equal(true);
    const whole = new Uint8Array(await message);
    expect(whole.byteLength === size && whole.every((byte, index) => byte === index % 251)).to.equal(true);
  });

  it('opens what is asked for while it is interrupted, and closes what is closed meanwhile', async () => {
    const { alice, bob, call, answer } = await openPair();
    const { call: second, answer: secondAnswer } = await connected(alice, bob);
    const { call: third, answer: thirdAnswer } = await connected(bob, alice);
    const interrupted = once(call, 'interrupted');
    const healed = Promise.all([back(call), back(answer)]);
    call.peerConnection?.close();
    await interrupted;
    const incoming = once<DataConnection>(bob, 'connection');
    const late = alice.connect(bob.id ?? '', { metadata: 'late' });
    const offered = new Promise<Blob>((resolve) => answer.once('transfer', (transfer) => void transfer.blob().then(resolve)));
    const sending = call.transfer(new Blob(['sent in a tunnel']));
    second.close();
    thirdAnswer.close();
    await healed;
    await sending.finished;
    expect(await (await offered).text()).to.equal('sent in a tunnel');
    expect((await incoming).metadata).to.equal('late');
    await late.opened;
    expect(await Promise.all([secondAnswer.closed, third.closed])).to.deep.equal(['remote', 'remote']);
  });

  it('of a peer that calls itself goes on, too', async () => {
    const alice = makePeer(uniqueId('alice'));
    await once(alice, 'open');
    const { call, answer } = await connected(alice, alice);
    expect(await cut(call, answer)).to.deep.equal(['resume', 'resume']);
    const heard = messages(answer, 1);
    void call.send('to myself');
    expect(await heard).to.deep.equal(['to myself']);
  });

  it('ends its connections of datagrams, which do not go on', async () => {
    const { alice, bob, call, answer } = await openPair();
    const games = await connected(alice, bob, { ordered: false });
    games.call.on('error', () => undefined);
    games.answer.on('error', () => undefined);
    await cut(call, answer);
    expect(await games.call.closed).to.be.oneOf(['failed', 'remote']);
    expect(await games.answer.closed).to.be.oneOf(['failed', 'remote']);
  });

  it('is over at once where the remote says goodbye, and there is nothing to come back to', async () => {
    const { bob, call } = await openPair();
    const events: string[] = [];
    for (const name of ['interrupted', 'resumed'] as const) call.on(name, () => events.push(name));
    bob.destroy();
    expect(await call.closed).to.equal('remote');
    expect(events).to.deep.equal([]);
  });

  it('is not ended by an OFFER under its connection\'s id, from whoever has the remote\'s id now', async () => {
    const { alice, bob, call, answer } = await openPair();
    const id = alice.id ?? '';
    alice.disconnect();
    await givenUp(id);
    const stranger = makePeer(id);
    await once(stranger, 'open');
    const incoming = once<DataConnection>(bob, 'connection');
    stranger.connect(bob.id ?? '', { connectionId: call.connectionId });
    await incoming;
    const heard = messages(answer, 1);
    void call.send('still here');
    expect(await heard).to.deep.equal(['still here']);
    expect(answer.open).to.equal(true);
  });

  it('is over where the remote has forgotten it', async () => {
    const { bob, call, answer } = await openPair();
    // As if its page had been there no more: it says nothing.
    const id = bob.id ?? '';
    const { peerConnection } = answer;
    bob.disconnect();
    await givenUp(id);
    const closed = call.closed;
    call.on('error', () => undefined);
    const other = makePeer(id);
    await once(other, 'open');
    bob.destroy();
    peerConnection?.close();
    expect(await closed).to.be.oneOf(['remote', 'replaced']);
  });
});

describe('a stranger who has the freed id', () => {
  let bob: Peer;
  let call: DataConnection;
  let answer: DataConnection;
  let stranger: MutePeer;
  let foreign: RTCPeerConnection;
  let events: string[];
  /** The callee's. */
  let nonce: string;

  beforeEach(async () => {
    const frames: string[] = [];
    const Recording = class extends WebSocket {
      constructor(url: string | URL) {
        super(url);
        this.addEventListener('message', ({ data }) => frames.push(String(data)));
      }
    };
    ({ bob, call, answer } = await openPair({ WebSocket: Recording }));
    nonce = frames.map((frame) => JSON.parse(frame) as { type: string; payload: { native: { nonce: string } } }).find(({ type }) => type === 'ANSWER')?.payload.native.nonce ?? '';
    expect(nonce).not.to.equal('');
    call.provider.on('error', () => undefined);
    const id = bob.id ?? '';
    bob.disconnect();
    await givenUp(id);
    stranger = await mutePeer(id);
    events = [];
    for (const name of ['interrupted', 'resumed', 'close'] as const) call.on(name, () => events.push(name));
    foreign = new RTCPeerConnection();
    foreign.createDataChannel('x');
    await foreign.setLocalDescription();
  });

  afterEach(() => {
    foreign.close();
    stranger.destroy();
    destroyPeers();
  });

  /** What the two pages said of themselves: signaling servers can read it, so a stranger may know it. */
  function nativeOf(of: string, healing: object): object {
    return { nonce: of, frames: 1, heal: 1, window: 4_194_304, maxMessageSize: 1_000_000, healing };
  }

  async function goesOn(): Promise<void> {
    const heard = messages(answer, 1);
    void call.send('still here');
    expect(await heard).to.deep.equal(['still here']);
    expect(events).to.deep.equal([]);
  }

  for (const step of ['restart', 'resume'] as const) {
    it(`cannot ${step} the link, though it knows all that went over the server`, async () => {
      const payload = {
        ...{ sdp: { type: 'offer', sdp: foreign.localDescription?.sdp }, type: 'data', connectionId: call.connectionId },
        native: nativeOf(nonce, { generation: 5, step, side: 'callee' }),
      };
      const { peerConnection } = call;
      const refused = once<{ type: string }>(call.provider, 'error');
      stranger.say({ type: 'OFFER', dst: call.provider.id ?? '', payload });
      expect((await refused).type).to.equal('bad-signal');
      await goesOn();
      expect(call.peerConnection === peerConnection).to.equal(true);
      expect(stranger.heard).to.deep.equal([]);
    });

    it(`cannot ${step} it from another page, which is told that there is no such link`, async () => {
      const payload = {
        ...{ sdp: { type: 'offer', sdp: foreign.localDescription?.sdp }, type: 'data', connectionId: call.connectionId },
        native: nativeOf('another', { generation: 5, step, side: 'callee' }),
      };
      const answered = stranger.next('ANSWER');
      stranger.say({ type: 'OFFER', dst: call.provider.id ?? '', payload });
      const told = (await answered).payload as { refused?: boolean; sdp?: object };
      expect([told.refused, told.sdp]).to.deep.equal([true, undefined]);
      await goesOn();
    });
  }

  it('cannot end it by LEAVE, nor by a goodbye or a pause without the word', async () => {
    const dst = call.provider.id ?? '';
    stranger.say({ type: 'LEAVE', dst });
    stranger.say({
      ...{ type: 'CANDIDATE', dst },
      payload: { type: 'data', connectionId: call.connectionId, withdrawn: true, native: { nonce, frames: 1, farewell: 'guessed' } },
    });
    stranger.say({ type: 'CANDIDATE', dst, payload: { type: 'data', connectionId: call.connectionId, withdrawn: true } });
    stranger.say({
      ...{ type: 'CANDIDATE', dst },
      payload: { type: 'data', connectionId: call.connectionId, paused: true, native: { nonce, frames: 1, pause: 'guessed' } },
    });
    await goesOn();
  });
});
