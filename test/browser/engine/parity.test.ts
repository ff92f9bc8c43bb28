import { expect } from '@open-wc/testing';

import { makeAny, openAny, type AnyConnection, type AnyPeer, type Engine } from '../../support/partners.js';
import { destroyPeers, givenUp, once, uniqueId } from '../../support/peers.js';

/** Notes the events of a peer or connection: their names, and the types of errors. */
type Watch = <T extends AnyPeer | AnyConnection>(name: string, emitter: T) => T;

/** Something that a page does, of either engine. It resolves with the last event. */
type Script = (engine: Engine, watch: Watch) => Promise<unknown>;

/** Everything that is emitted while a script runs, and in the task after it. */
async function eventsOf(engine: Engine, script: Script): Promise<string[]> {
  const events: string[] = [];
  const watch: Watch = (name, emitter) => {
    for (const event of ['open', 'connection', 'data', 'disconnected', 'close']) emitter.on(event, () => events.push(`${name} ${event}`));
    emitter.on('error', ({ type }: { type: string }) => events.push(`${name} error ${type}`));
    return emitter;
  };
  await script(engine, watch);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return events;
}

/** An open connection of which the caller's end is watched, and a peer at the other end. */
async function called(engine: Engine, watch: Watch) {
  const bob = await openAny(engine);
  const alice = watch('peer', await openAny(engine));
  const incoming = once<AnyConnection>(bob, 'connection');
  const call = watch('connection', alice.connect(bob.id ?? ''));
  const opened = once(call, 'open');
  const answer = await incoming;
  if (!answer.open) await once(answer, 'open');
  await opened;
  return { alice, bob, call, answer };
}

const SCRIPTS: Record<string, Script> = {
  'opens': (engine, watch) => once(watch('peer', makeAny(engine)), 'open'),
  'asks for an invalid id': (engine, watch) => once(watch('peer', makeAny(engine, 'not valid!')), 'close'),
  'asks for an id that is taken': async (engine, watch) => {
    const id = uniqueId();
    await openAny(engine, id);
    await once(watch('peer', makeAny(engine, id)), 'close');
  },
  'meets a server that is out of order': (engine, watch) =>
    once(watch('peer', makeAny(engine, uniqueId(), { path: '/error500' })), 'disconnected'),
  'gives a wrong key': (engine, watch) => once(watch('peer', makeAny(engine, uniqueId(), { path: '/wrong-key' })), 'close'),
  'gives a key that the cloud does not know': (engine, watch) =>
    once(watch('peer', makeAny(engine, uniqueId(), { path: '/invalid-key' })), 'close'),
  'meets a server that is full': (engine, watch) => once(watch('peer', makeAny(engine, uniqueId(), { path: '/full' })), 'close'),
  'disconnects': async (engine, watch) => watch('peer', await openAny(engine)).disconnect(),
  'disconnects twice': async (engine, watch) => {
    const peer = watch('peer', await openAny(engine));
    peer.disconnect();
    peer.disconnect();
  },
  'disconnects and reconnects': async (engine, watch) => {
    const peer = watch('peer', await openAny(engine));
    const { id } = peer;
    peer.disconnect();
    await givenUp(id ?? '');
    peer.reconnect();
    await once(peer, 'open');
  },
  'finds its id taken when it reconnects': async (engine, watch) => {
    const peer = watch('peer', await openAny(engine));
    const id = peer.id ?? '';
    peer.disconnect();
    await givenUp(id);
    await openAny(engine, id);
    const left = once(peer, 'disconnected');
    peer.reconnect();
    await left;
  },
  'disconnects before it is open': async (engine, watch) => watch('peer', makeAny(engine)).disconnect(),
  'is destroyed': async (engine, watch) => watch('peer', await openAny(engine)).destroy(),
  'is destroyed twice': async (engine, watch) => {
    const peer = watch('peer', await openAny(engine));
    peer.destroy();
    peer.destroy();
  },
  'is destroyed after it disconnected': async (engine, watch) => {
    const peer = watch('peer', await openAny(engine));
    peer.disconnect();
    peer.destroy();
  },
  'is destroyed with an open connection': async (engine, watch) => (await called(engine, watch)).alice.destroy(),
  'connects': called,
  'hears a message': async (engine, watch) => {
    const { call, answer } = await called(engine, watch);
    const heard = once(call, 'data');
    answer.send('hello');
    await heard;
  },
  'closes a connection': async (engine, watch) => (await called(engine, watch)).call.close(),
  'closes a connection twice': async (engine, watch) => {
    const { call } = await called(engine, watch);
    call.close();
    call.close();
  },
  'closes a connection with flush': async (engine, watch) => {
    const { call } = await called(engine, watch);
    const ended = once(call, 'close');
    call.close({ flush: true });
    await ended;
  },
  'has a connection closed by the remote': async (engine, watch) => {
    const { call, answer } = await called(engine, watch);
    const ended = once(call, 'close');
    answer.close();
    await ended;
  },
  'sends after close': async (engine, watch) => {
    const { call } = await called(engine, watch);
    call.close();
    const failed = once(call, 'error');
    call.send('too late');
    await failed;
  },
  'connects while it is disconnected': async (engine, watch) => {
    const peer = watch('peer', await openAny(engine));
    peer.disconnect();
    peer.connect('anybody');
  },
  'sends 16300 bytes of JSON': async (engine, watch) => {
    const { alice, bob } = await called(engine, (_, emitter) => emitter);
    const call = watch('connection', alice.connect(bob.id ?? '', { serialization: 'json' }));
    await once(call, 'open');
    const failed = once(call, 'error');
    call.send('x'.repeat(16_298));
    await failed;
  },
};

/** Where this engine does better on purpose. */
const BETTER: Record<string, { readonly peerjs: readonly string[]; readonly ours: readonly string[] }> = {
  // A connection that has ended says so; PeerJS says that it is not open yet.
  'sends after close': {
    peerjs: ['connection open', 'connection close', 'connection error not-open-yet'],
    ours: ['connection open', 'connection close', 'connection error connection-closed'],
  },
};

/** What the native profile has no reason to refuse. */
const COMPATIBLE_ONLY = ['sends 16300 bytes of JSON'];

for (const engine of ['ours', 'compatible'] as const) describe(`the events of peerjs and of this engine (${engine})`, () => {
  afterEach(destroyPeers);

  for (const [name, script] of Object.entries(SCRIPTS)) {
    if (engine === 'ours' && COMPATIBLE_ONLY.includes(name)) continue;
    const better = BETTER[name];
    it(`are ${better ? 'as documented' : 'the same'} for a peer that ${name}`, async () => {
      const theirs = await eventsOf('peerjs', script);
      const ours = await eventsOf(engine, script);
      expect(theirs, 'of peerjs').to.not.be.empty;
      if (better) expect({ peerjs: theirs, ours }).to.deep.equal(better);
      else expect(ours).to.deep.equal(theirs);
    });
  }
});
