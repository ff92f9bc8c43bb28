import { expect } from '@open-wc/testing';

import { Peer, type DataConnection } from '../../../src/engine/index.js';
import { NOTHING_OPEN, countedResources, type CountedResources } from '../../support/counted-links.js';
import { destroyPeers, makePeer, once, SERVER, uniqueId } from '../../support/peers.js';
import { countedTimers } from '../signaling/counted.js';

const turn = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve));

/** Resolves when `count()` has become at least one, looking after every task. */
async function until(count: () => boolean): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  while (!count()) {
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(undefined);
    });
  }
  port1.close();
}

/** How far a peer comes before it is destroyed. */
const STAGES: Record<string, (peer: Peer, counted: CountedResources, remote: string) => Promise<unknown> | void> = {
  'at once': () => undefined,
  'a microtask after its constructor': turn,
  'while it asks for an id': (_, counted) => until(() => counted.open().requests > 0),
  'while its socket connects': (_, counted) => until(() => counted.sockets.length > 0),
  'when its socket is connected': async (_, counted) => {
    await until(() => counted.sockets.length > 0);
    await new Promise((resolve) => counted.sockets[0]?.addEventListener('open', resolve));
  },
  'when it is open': (peer) => once(peer, 'open'),
  'with a connection queued': (peer, _, remote) => void peer.connect(remote),
  'with a connection under way': async (peer, _, remote) => {
    peer.connect(remote);
    await once(peer, 'open');
  },
  'with a connection whose ICE has begun': (peer, _, remote) => once(peer.connect(remote), 'iceStateChanged'),
  'with an open connection': (peer, _, remote) => once(peer.connect(remote), 'open'),
};

describe('destroy()', () => {
  afterEach(destroyPeers);

  for (const [stage, reach] of Object.entries(STAGES)) {
    for (const id of [undefined, 'an id']) {
      if (id && stage.includes('asks')) continue;
      it(`leaves nothing open ${stage}, with ${id ?? 'no id'} asked for`, async () => {
        const remote = makePeer(uniqueId('remote'));
        await once(remote, 'open');
        const counted = countedResources();
        const timers = countedTimers();
        try {
          const peer = new Peer(id && uniqueId(), { ...SERVER, ...counted.options });
          const events: string[] = [];
          for (const name of ['open', 'error'] as const) peer.on(name, () => events.push(name));
          await reach(peer, counted, remote.id ?? '');
          events.length = 0;
          peer.destroy();
          // Whatever was under way reports that it was given up.
          for (const socket of counted.sockets) {
            if (socket.readyState !== WebSocket.CLOSED) await new Promise((resolve) => socket.addEventListener('close', resolve));
          }
          await until(() => counted.open().requests === 0);
          expect(counted.open()).to.deep.equal(NOTHING_OPEN);
          // The remote waits for its end of a connection.
          await until(() => timers.pending() <= (stage.includes('connection') ? 1 : 0));
          expect(events, 'events after destroy()').to.deep.equal([]);
        } finally {
          timers.restore();
        }
      });
    }
  }

  for (const event of ['open', 'disconnected', 'error'] as const) {
    it(`is safe in a listener of ${event}`, async () => {
      const counted = countedResources();
      const peer = makePeer(event === 'error' ? 'not valid!' : undefined, counted.options);
      const events: string[] = [];
      for (const name of ['open', 'error', 'disconnected', 'close'] as const) peer.on(name, () => events.push(name));
      peer.on(event, () => peer.destroy());
      peer.on('open', () => peer.disconnect());
      await once(peer, 'close');
      expect(events.at(-1)).to.equal('close');
      expect(new Set(events).size).to.equal(events.length);
      expect(counted.open().sockets).to.equal(0);
    });
  }

  it('is safe in a listener of connection', async () => {
    const [alice, bob] = [makePeer(), makePeer(uniqueId('bob'))];
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    let arrived: DataConnection | undefined;
    bob.on('connection', (connection) => {
      arrived = connection;
      bob.destroy();
    });
    alice.connect(bob.id ?? '');
    await once(bob, 'close');
    expect(await arrived?.closed).to.equal('destroyed');
    expect(arrived?.peerConnection).to.equal(undefined);
  });
});

describe('importing the engine', () => {
  it('opens nothing, sets no timer and listens to nothing', async () => {
    const frame = document.createElement('iframe');
    const watched = ['RTCPeerConnection', 'WebSocket', 'BroadcastChannel', 'fetch', 'setTimeout', 'setInterval', 'addEventListener'];
    frame.srcdoc = `<script>
      window.used = [];
      for (const name of ${JSON.stringify(watched)}) {
        window[name] = new Proxy(window[name], {
          construct(target, given) { used.push(name); return new target(...given); },
          apply(target, self, given) { used.push(name); return Reflect.apply(target, self, given); },
        });
      }
    </script><script type="module">
      window.engine = await import('/src/engine/index.ts');
      parent.postMessage('imported', '*');
    </script>`;
    const imported = new Promise((resolve) => {
      addEventListener('message', ({ source }) => source === frame.contentWindow && resolve(undefined));
    });
    document.body.append(frame);
    await imported;
    const { used, engine } = frame.contentWindow as Window & { used?: string[]; engine?: { Peer: unknown } };
    expect(engine?.Peer).to.be.a('function');
    expect(used).to.deep.equal([]);
    frame.remove();
  });
});
