import { expect } from '@open-wc/testing';

import { PeerServerSignaling, type PeerServerOptions } from '../../../src/signaling/index.js';
import { FaultServer, endFaultServers } from '../../support/fault-server.js';
import { countedSockets, type CountedSockets } from './counted.js';
import { rejection, Stage, uniqueId, wait, type Recorder } from './recorder.js';

const HEARTBEAT = '{"type":"HEARTBEAT"}';
/** Milliseconds within which somebody who comes back is let in. */
const SOON = 3_000;

/** The text of an echo, as it goes over the wire. */
function isEcho(text: string): boolean {
  return text.includes('"payload":{"echo":"');
}

describe('PeerServerSignaling', () => {
  const stage = new Stage();
  let sockets: CountedSockets;
  let server: FaultServer;

  beforeEach(async () => {
    sockets = countedSockets();
    server = await FaultServer.start();
  });

  afterEach(async () => {
    stage.clear();
    await endFaultServers();
  });

  function create(options: Partial<PeerServerOptions> = {}): PeerServerSignaling {
    const { host, port, path } = server.options;
    const { WebSocket } = sockets;
    return stage.use(
      new PeerServerSignaling({
        ...{ host, port, path, key: 'peerjs', secure: false, pingInterval: 5_000, referrerPolicy: 'no-referrer' },
        ...{ WebSocket, ...options },
      }),
    );
  }

  async function member(options: Partial<PeerServerOptions> = {}, session: Recorder = stage.recorder(uniqueId(), 'secret')) {
    const signaling = create(options);
    await signaling.open(session);
    return { signaling, session, id: session.id ?? '' };
  }

  describe('that returns under the same id and token', () => {
    it('is let in soon while the server still holds the old connection, and hears what is sent to it', async () => {
      const { session, id } = await member();
      await server.set('cut');
      await session.until(({ losses }) => losses.length > 0);
      const begun = performance.now();
      const again = await member({}, stage.recorder(id, 'secret'));
      expect(performance.now() - begun).to.be.below(SOON);
      const other = await member();
      other.signaling.send({ type: 'OFFER', dst: id, payload: 1 });
      await again.session.until(({ messages }) => messages.length > 0);
      expect(again.session.messages).to.deep.equal([{ type: 'OFFER', src: other.id, payload: 1 }]);
    });

    it('sends a heartbeat before anything else', async () => {
      const { id } = await member();
      sockets.sent.length = 0;
      await server.set('cut');
      await member({}, stage.recorder(id, 'secret'));
      expect(sockets.sent[0]).to.equal(HEARTBEAT);
      expect(isEcho(sockets.sent[1] ?? '')).to.be.true;
    });

    it('is refused under another token', async () => {
      const { id } = await member();
      await server.set('cut');
      expect((await rejection(create().open(stage.recorder(id, 'other')))).type).to.equal('unavailable-id');
    });

    it('asks a silent server a few times, and is refused after openTimeout', async () => {
      await server.set('up');
      const signaling = create({ host: location.hostname, port: location.port, path: '/silent', openTimeout: 3_500 });
      const error = await rejection(signaling.open(stage.recorder(uniqueId())));
      expect(error.type).to.equal('network');
      expect(error.message).to.contain('did not answer with OPEN').and.contain('earlier connection');
      expect(sockets.sent.filter(isEcho)).to.have.length(2);
    });

    it('is refused when the server says so after a while', async () => {
      const opened = create({ host: location.hostname, port: location.port, path: '/silent' }).open(stage.recorder(uniqueId()));
      const refused = rejection(opened);
      while (!sockets.sent.some(isEcho)) await wait(20);
      sockets.all[0]?.dispatchEvent(new MessageEvent('message', { data: '{"type":"ID-TAKEN"}' }));
      expect((await refused).type).to.equal('unavailable-id');
      expect(sockets.open()).to.equal(0);
    });

    it('is taken over by a second one on the same page, and neither hears the other\'s echoes', async () => {
      const first = await member({ pingInterval: 50, quietLimit: 300, echoLimit: 300 });
      // What comes after the echo that is asked for at the start tells that it came.
      first.signaling.send({ type: 'OFFER', dst: first.id, payload: 1 });
      await first.session.until(({ messages }) => messages.length > 0);
      const second = await member({}, stage.recorder(first.id, 'secret'));
      await first.session.until(({ losses }) => losses.length > 0);
      expect(first.session.losses.map(({ type }) => type)).to.deep.equal(['network']);
      expect([first.session.messages.length, second.session.reports]).to.deep.equal([1, 0]);
    });
  });

  describe('at a server that falls silent', () => {
    const limits = { pingInterval: 50, quietLimit: 200, echoLimit: 200 };

    it('is lost with network, though the connection stands', async () => {
      const { session } = await member(limits);
      await wait(300);
      expect(session.losses).to.deep.equal([]);
      await server.set('stalled');
      await session.until(({ losses }) => losses.length > 0);
      expect(session.losses.map(({ type }) => type)).to.deep.equal(['network']);
      expect(session.losses[0]?.message).to.contain('no longer answers');
      expect(sockets.open()).to.equal(0);
    });

    it('is found out at once when it is asked for, and one that answers goes on', async () => {
      const { signaling, session } = await member();
      await wait(300);
      signaling.check();
      await wait(4_000);
      expect(session.losses).to.deep.equal([]);
      await server.set('stalled');
      signaling.check();
      await session.until(({ losses }) => losses.length > 0);
      expect(session.losses.map(({ type }) => type)).to.deep.equal(['network']);
      expect(sockets.open()).to.equal(0);
    });

    it('asks for one echo in each quiet time, and reports none of them', async () => {
      // A busy machine answers late.
      const { session } = await member({ ...limits, echoLimit: 5_000 });
      const started = performance.now();
      const asked = (): number => sockets.sent.filter(isEcho).length;
      const before = asked();
      while (asked() < before + 3) await wait(20);
      const quietTimes = (performance.now() - started) / limits.quietLimit;
      expect(asked() - before).to.be.at.most(Math.ceil(quietTimes) + 1);
      expect(session.reports).to.equal(0);
    });

    it('does not ask while it hears others', async () => {
      const { session, id } = await member({ ...limits, quietLimit: 1_000, echoLimit: 5_000 });
      const other = await member();
      await wait(100);
      const before = sockets.sent.filter(isEcho).length;
      for (let i = 1; i <= 12; i++) {
        other.signaling.send({ type: 'OFFER', dst: id, payload: i });
        await Promise.all([wait(100), session.until(({ messages }) => messages.length === i)]);
      }
      expect(sockets.sent.filter(isEcho).length).to.equal(before);
    });

    it('goes on where the server does not relay to the sender', async () => {
      // Opens the session, and never relays anything.
      const { session } = await member({ ...limits, host: location.hostname, port: location.port, path: '/rubbish' });
      await wait(800);
      expect(session.losses).to.deep.equal([]);
      expect(sockets.open()).to.equal(1);
    });
  });

  it('hands on a candidate with such a payload that is somebody else\'s', async () => {
    const [alice, bob] = [await member(), await member()];
    alice.signaling.send({ type: 'CANDIDATE', dst: bob.id, payload: { echo: 'x' } });
    await bob.session.until(({ messages }) => messages.length > 0);
    expect(bob.session.messages).to.deep.equal([{ type: 'CANDIDATE', src: alice.id, payload: { echo: 'x' } }]);
  });
});
