import { expect } from '@open-wc/testing';

import type { DataConnection, Peer, Signaling } from '../../../src/engine/index.js';
import { ManualExchange, ManualSignaling } from '../../support/manual-signaling.js';
import { mutePeer, type MutePeer } from '../../support/mute-peer.js';
import { destroyPeers, makePeer, once, tracked, uniqueId } from '../../support/peers.js';
import { expectTyped } from '../../support/typed-errors.js';

const SDP = { type: 'offer', sdp: 'v=0' };
const offer = (fields: object): object => ({ type: 'data', connectionId: 'c1', sdp: SDP, ...fields });

/** An open peer, and somebody at the same server who means no good. */
async function victim(options = {}): Promise<{ bob: Peer; mallory: MutePeer; say: (type: string, payload?: unknown) => void }> {
  const bob = makePeer(uniqueId('bob'), options);
  const [mallory] = await Promise.all([mutePeer(), once(bob, 'open')]);
  tracked(mallory);
  return { bob, mallory, say: (type, payload) => mallory.say({ type, dst: bob.id ?? '', payload }) };
}

/** The peer still takes a good call. */
async function goesOn(bob: Peer): Promise<void> {
  const incoming = once<DataConnection>(bob, 'connection');
  const call = makePeer().connect(bob.id ?? '');
  const [answer] = await Promise.all([incoming, call.opened]);
  const heard = once(answer, 'data');
  void call.send('good');
  expect(await heard).to.equal('good');
}

describe('an OFFER', () => {
  afterEach(destroyPeers);

  const malformed: Record<string, unknown> = {
    'without a payload': undefined,
    'whose payload is null': null,
    'whose payload is text': 'text',
    'without a connectionId': { type: 'data', sdp: SDP },
    'whose connectionId is an object': offer({ connectionId: {} }),
    'whose connectionId is endless': offer({ connectionId: 'x'.repeat(100_000) }),
    'without a description': offer({ sdp: undefined }),
    'whose description is text': offer({ sdp: 'v=0' }),
    'whose description has no text': offer({ sdp: { type: 'offer', sdp: 5 } }),
    'whose description is endless': offer({ sdp: { type: 'offer', sdp: 'v'.repeat(300_000) } }),
    'whose label is an object': offer({ label: {} }),
    'whose serialization is a number': offer({ serialization: 5 }),
  };
  for (const [name, payload] of Object.entries(malformed)) {
    it(`${name} is a bad-signal, and announces nothing`, async () => {
      const { bob, mallory, say } = await victim();
      const announced: unknown[] = [];
      bob.on('connection', (connection) => announced.push(connection));
      const reported = once<{ peer: string }>(bob, 'error');
      say('OFFER', payload);
      const error = await reported;
      expectTyped(error, 'bad-signal');
      expect(error.peer).to.equal(mallory.id);
      expect(announced).to.be.empty;
      await goesOn(bob);
    });
  }

  for (const serialization of ['no such', 'constructor', '__proto__', 'hasOwnProperty', 'MsgPack']) {
    it(`with the serialization "${serialization}" is unknown-serialization, and announces nothing`, async () => {
      const { bob, say } = await victim();
      const announced: unknown[] = [];
      bob.on('connection', (connection) => announced.push(connection));
      const reported = once(bob, 'error');
      say('OFFER', offer({ serialization }));
      expectTyped(await reported, 'unknown-serialization');
      expect(announced).to.be.empty;
      await goesOn(bob);
    });
  }

  it('whose description is garbage ends its connection with an error', async () => {
    const { bob, say } = await victim();
    const incoming = once<DataConnection>(bob, 'connection');
    say('OFFER', offer({ sdp: { type: 'offer', sdp: 'garbage' } }));
    const connection = await incoming;
    expectTyped(await once(connection, 'error'), 'negotiation-failed');
    expect(await connection.closed).to.equal('failed');
    await goesOn(bob);
  });

  it('for media is ignored', async () => {
    const { bob, say } = await victim();
    const events: string[] = [];
    bob.on('error', ({ type }) => events.push(type));
    bob.on('connection', () => events.push('connection'));
    say('OFFER', offer({ type: 'media' }));
    await goesOn(bob);
    expect(events).to.deep.equal(['connection']);
  });

  it('with metadata that would set a prototype sets none', async () => {
    const { bob, say } = await victim();
    const incoming = once<DataConnection>(bob, 'connection');
    say('OFFER', offer({ metadata: JSON.parse('{"__proto__":{"admin":true}}') as unknown }));
    const { metadata } = await incoming;
    expect((metadata as { admin?: boolean }).admin).to.equal(undefined);
    expect(({} as { admin?: boolean }).admin).to.equal(undefined);
  });
});

describe('an ANSWER or CANDIDATE', () => {
  afterEach(destroyPeers);

  for (const [name, payload] of Object.entries({ 'no payload': undefined, 'a number as payload': 5, 'no connectionId': {} })) {
    for (const type of ['ANSWER', 'CANDIDATE']) {
      it(`with ${name} is a bad-signal (${type})`, async () => {
        const { bob, say } = await victim();
        const reported = once(bob, 'error');
        say(type, payload);
        expectTyped(await reported, 'bad-signal');
        await goesOn(bob);
      });
    }
  }

  it('for connections that there are not is ignored, however many', async () => {
    const { bob, say } = await victim();
    const errors: unknown[] = [];
    bob.on('error', (error) => errors.push(error));
    for (let i = 0; i < 500; i++) say(i % 2 ? 'ANSWER' : 'CANDIDATE', { connectionId: `c${i}`, sdp: SDP, candidate: {} });
    await goesOn(bob);
    expect(errors).to.be.empty;
  });

  /** Bob calls Mallory, who has the offer. */
  async function calling(): Promise<{ bob: Peer; call: DataConnection; say: (type: string, fields: object) => void }> {
    const { bob, mallory, say } = await victim();
    const offered = mallory.next('OFFER');
    const call = bob.connect(mallory.id);
    await offered;
    return { bob, call, say: (type, fields) => say(type, { type: 'data', connectionId: call.connectionId, ...fields }) };
  }

  it('whose description is garbage ends the call with an error', async () => {
    const { bob, call, say } = await calling();
    const reported = once(call, 'error');
    say('ANSWER', { sdp: { type: 'answer', sdp: 'garbage' } });
    expectTyped(await reported, 'negotiation-failed');
    expect(await call.closed).to.equal('failed');
    await goesOn(bob);
  });

  it('that comes twice at once is taken once', async () => {
    const exchange = new ManualExchange();
    const inner = new ManualSignaling(exchange);
    const twice: Signaling = {
      traits: inner.traits,
      open: (session) =>
        inner.open({
          ...session,
          message(signal) {
            session.message(signal);
            session.message(signal);
          },
        }),
      send: (message) => inner.send(message),
      close: () => inner.close(),
    };
    const [alice, bob] = [makePeer('alice', { signaling: twice }), makePeer('bob', { signaling: new ManualSignaling(exchange) })];
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const call = alice.connect('bob');
    const errors: unknown[] = [];
    call.on('error', (error) => errors.push(error));
    await call.opened;
    // The browser refuses a second description some time after it has taken the first.
    await alice.connect('bob').opened;
    expect(errors).to.deep.equal([]);
    expect(call.open).to.be.true;
  });

  for (const candidate of [undefined, null, 'text', { candidate: 5 }, { candidate: 'x'.repeat(5_000) }]) {
    it(`that is ${JSON.stringify(candidate)?.slice(0, 20) ?? 'absent'} is a bad-signal, and the call waits on`, async () => {
      const { bob, call, say } = await calling();
      const reported = once(bob, 'error');
      say('CANDIDATE', { candidate });
      expectTyped(await reported, 'bad-signal');
      const closed = once(call, 'close');
      call.close();
      expect(await closed).to.equal('local');
    });
  }

  it('that the browser refuses is a webrtc error on the connection, which goes on', async () => {
    const bob = makePeer(uniqueId('bob'));
    await once(bob, 'open');
    const incoming = once<DataConnection>(bob, 'connection');
    const alice = makePeer(uniqueId('alice'));
    const call = alice.connect(bob.id ?? '');
    const [answer] = await Promise.all([incoming, call.opened]);
    const reported = once(answer, 'error');
    const payload = { type: 'data', connectionId: call.connectionId, candidate: { candidate: 'candidate:1 1 udp 1 127.0.0.1 34780 typ host', sdpMid: 'nowhere' } };
    const socket = await sessionOf(alice);
    socket.say({ type: 'CANDIDATE', dst: bob.id ?? '', payload });
    expectTyped(await reported, 'webrtc');
    expect(answer.open).to.be.true;
  });
});

/** A second voice of the same peer at the server: PeerServer lets whoever has the token in. */
async function sessionOf(peer: Peer): Promise<{ say(message: object): void }> {
  const { host, port, path, key, token } = peer.options;
  const socket = new WebSocket(`ws://${host}:${port}${path}peerjs?key=${key}&id=${peer.id ?? ''}&token=${token}`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  tracked({ destroy: () => socket.close() });
  return { say: (message) => socket.send(JSON.stringify(message)) };
}
