import { expect } from '@open-wc/testing';

import { ABSENCE_WAIT, BroadcastSignaling, CLAIM_WAIT, type BroadcastOptions } from '../../../src/signaling/index.js';
import { signalingConformance } from './conformance.js';
import { countedChannels, countedTimers } from './counted.js';
import { randomToken, rejection, SILENCE, Stage, uniqueId, wait } from './recorder.js';

signalingConformance('BroadcastSignaling', () => {
  const channels = countedChannels();
  const room = randomToken();
  return {
    create: () => new BroadcastSignaling({ room, BroadcastChannel: channels.BroadcastChannel }),
    resources: () => channels.open(),
    absenceLimit: ABSENCE_WAIT + 500,
  };
});

describe('BroadcastSignaling', () => {
  const stage = new Stage();
  let room: string;
  let listeners: BroadcastChannel[];

  beforeEach(() => {
    room = randomToken();
    listeners = [];
  });

  afterEach(() => {
    stage.clear();
    for (const channel of listeners) channel.close();
  });

  function create(options: BroadcastOptions = {}): BroadcastSignaling {
    return stage.use(new BroadcastSignaling({ room, ...options }));
  }

  async function member(id?: string) {
    const signaling = create();
    const session = stage.recorder(id);
    return { signaling, session, id: await signaling.open(session) };
  }

  /** Another script of this origin, on the room's channel. */
  function stranger(): { say(frame: unknown): void; heard: { kind?: string; nonce?: string }[] } {
    const channel = new BroadcastChannel(`peer-elements:${room}`);
    listeners.push(channel);
    const heard: { kind?: string; nonce?: string }[] = [];
    channel.onmessage = ({ data }) => heard.push(JSON.parse(data));
    return { heard, say: (frame) => channel.postMessage(typeof frame === 'object' ? JSON.stringify(frame) : frame) };
  }

  it('meets another tab', async () => {
    const alice = await member();
    // A frame stands for the tab: a page of its own, with its own BroadcastChannel.
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const { BroadcastChannel } = frame.contentWindow as unknown as typeof globalThis;
    const bob = stage.recorder('bob');
    await create({ BroadcastChannel }).open(bob);
    alice.signaling.send({ type: 'OFFER', dst: 'bob', payload: 1 });
    await bob.until(({ messages }) => messages.length === 1);
    stage.clear();
    frame.remove();
  });

  it('keeps rooms apart', async () => {
    const id = uniqueId();
    const here = await member(id);
    const there = stage.recorder(id);
    expect(await create({ room: `${room}2` }).open(there)).to.equal(id);
    here.signaling.send({ type: 'OFFER', dst: id, payload: 1 });
    await wait(SILENCE);
    expect(there.reports).to.equal(0);
  });

  it('lists who is here although the channel takes longer than who answers may', async () => {
    class SlowChannel extends BroadcastChannel {
      override postMessage(message: unknown): void {
        setTimeout(() => super.postMessage(message), CLAIM_WAIT * 2);
      }
    }
    const [alice, bob] = [await member(), await member()];
    const slow = create({ BroadcastChannel: SlowChannel });
    expect(await slow.listPeers()).to.have.members([alice.id, bob.id]);
  });

  it('shares one room where none is named', async () => {
    const [alice, bob] = [new BroadcastSignaling(), new BroadcastSignaling()].map((signaling) => stage.use(signaling));
    const id = await alice?.open(stage.recorder());
    await bob?.open(stage.recorder());
    expect(await bob?.listPeers()).to.include(id);
  });

  it('gives an id to exactly one of many who claim it at once', async () => {
    const id = uniqueId();
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => create().open(stage.recorder(id))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason.type).to.equal('unavailable-id');
    }
  });

  it('gives an id to exactly one of those who claim it one shortly after the other', async () => {
    for (const pause of [20, CLAIM_WAIT - 20, CLAIM_WAIT, CLAIM_WAIT + 20]) {
      const id = uniqueId();
      const first = create().open(stage.recorder(id));
      const second = wait(pause).then(() => create().open(stage.recorder(id)));
      const outcomes = await Promise.allSettled([first, second]);
      expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    }
  });

  it('yields to the smaller nonce, and not to the larger', async () => {
    const { say, heard } = stranger();
    const id = uniqueId();
    const yielding = rejection(create().open(stage.recorder(id)));
    say({ kind: 'claim', id, nonce: '' });
    expect((await yielding).type).to.equal('unavailable-id');

    const other = uniqueId();
    const kept = create().open(stage.recorder(other));
    say({ kind: 'claim', id: other, nonce: '~' });
    expect(await kept).to.equal(other);
    expect(heard).to.deep.include({ kind: 'held', id: other, nonce: '~' });
  });

  it('is lost where somebody objects too late', async () => {
    const { say, heard } = stranger();
    const { session, id } = await member(uniqueId());
    const nonce = heard.find(({ kind }) => kind === 'claim')?.nonce;
    say({ kind: 'held', id, nonce });
    await session.until(({ losses }) => losses.length > 0);
    expect(session.losses.map(({ type }) => type)).to.deep.equal(['unavailable-id']);
  });

  it('heeds no objection to the claim of another', async () => {
    const { say } = stranger();
    const { session, id } = await member(uniqueId());
    say({ kind: 'held', id, nonce: 'of another' });
    await wait(SILENCE);
    expect(session.reports).to.equal(0);
  });

  it('frees an id with close()', async () => {
    const { signaling, id } = await member(uniqueId());
    signaling.close();
    expect((await member(id)).id).to.equal(id);
  });

  it('reports each absent id once, and again when it is called again', async function () {
    this.timeout(3 * ABSENCE_WAIT);
    const { signaling, session } = await member();
    for (const payload of [1, 2, 3]) signaling.send({ type: 'OFFER', dst: 'nobody', payload });
    signaling.send({ type: 'OFFER', dst: 'no one', payload: 1 });
    await session.until(({ messages }) => messages.length === 2);
    expect(session.messages.map(({ src }) => src).sort()).to.deep.equal(['no one', 'nobody']);
    signaling.send({ type: 'OFFER', dst: 'nobody', payload: 4 });
    await session.until(({ messages }) => messages.length === 3);
    expect(session.messages.at(-1)).to.deep.equal({ type: 'EXPIRE', src: 'nobody', payload: undefined });
  });

  it('does not report who has acknowledged, nor who was sent a LEAVE', async function () {
    this.timeout(2 * ABSENCE_WAIT);
    const timers = countedTimers();
    try {
      const [alice, bob] = [await member(), await member()];
      alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: 1 });
      alice.signaling.send({ type: 'LEAVE', dst: 'nobody', payload: 1 });
      await bob.session.until(({ messages }) => messages.length === 1);
      await wait(SILENCE);
      expect(timers.pending()).to.equal(0);
      expect(alice.session.reports).to.equal(0);
    } finally {
      timers.restore();
    }
  });

  it('does not repeat to who has it already', async () => {
    const [alice, bob] = [await member(), await member()];
    alice.signaling.send({ type: 'OFFER', dst: bob.id, payload: 1 });
    await bob.session.until(({ messages }) => messages.length === 1);
    await wait(50);
    await alice.signaling.listPeers();
    expect(bob.session.messages).to.have.length(1);
  });

  it('delivers a repetition once, and acknowledges it again', async () => {
    const { say, heard } = stranger();
    const { session, id } = await member();
    for (const n of ['1', '1', '2']) say({ kind: 'signal', n, type: 'OFFER', src: 'x', dst: id, payload: n });
    await session.until(({ messages }) => messages.length === 2);
    await wait(50);
    expect(session.messages.map(({ payload }) => payload)).to.deep.equal(['1', '2']);
    expect(heard.filter(({ kind }) => kind === 'ack')).to.have.length(3);
  });

  it('takes no message for an id that it only claims', async () => {
    const alice = await member();
    const id = uniqueId();
    const session = stage.recorder(id);
    const opened = create().open(session);
    alice.signaling.send({ type: 'OFFER', dst: id, payload: 1 });
    await wait(50);
    expect(session.messages).to.deep.equal([]);
    await opened;
    await session.until(({ messages }) => messages.length === 1);
  });

  it('reports what is no message, ignores what it does not know, and never throws', async () => {
    const { session, signaling, id } = await member();
    const { say } = stranger();
    const rubbish = [5, '', 'null', '[]', '{"kind":5}', { kind: 'toString' }, { kind: 'signal', n: '1', type: 'EXPIRE', src: 'a', dst: id }];
    const faulty = [...rubbish, { kind: 'signal', n: '1', type: 'OFFER', src: 5, dst: id }, { kind: 'claim', id }, '['.repeat(100_000)];
    for (const frame of faulty) say(frame);
    say({ kind: 'signal', n: '1', type: 'OFFER', src: 'x', dst: id, payload: 'good' });
    await session.until(({ messages }) => messages.length === 1);
    expect(session.faults.map(({ type }) => type)).to.deep.equal(faulty.map(() => 'socket-error'));
    expect(session.losses).to.deep.equal([]);
    expect(await signaling.listPeers()).to.deep.equal([id]);
  });

  it('says network where there is no BroadcastChannel', async () => {
    const original = globalThis.BroadcastChannel;
    Object.assign(globalThis, { BroadcastChannel: undefined });
    try {
      const error = await rejection(create().open(stage.recorder()));
      expect(error.type).to.equal('network');
      expect(error.message).to.contain('no BroadcastChannel');
      expect((await rejection(create().listPeers())).type).to.equal('network');
    } finally {
      Object.assign(globalThis, { BroadcastChannel: original });
    }
  });

  it('says network where the browser denies one', async () => {
    class Denied {
      constructor() {
        throw new DOMException('denied', 'SecurityError');
      }
    }
    const error = await rejection(
      create({ BroadcastChannel: Denied as unknown as typeof BroadcastChannel }).open(stage.recorder()),
    );
    expect(error.type).to.equal('network');
    expect(error.cause instanceof DOMException).to.equal(true);
  });

  it('assigns ids where randomUUID is missing, as at insecure origins', async () => {
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    try {
      expect((await member()).id).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    } finally {
      delete (crypto as { randomUUID?: unknown }).randomUUID;
    }
    expect(crypto.randomUUID()).to.be.a('string');
  });
});
