import { expect } from '@open-wc/testing';
import { MsgPackPeer as TheirMsgPackPeer } from 'peerjs';

import { BufferedConnection, MsgPack, MsgPackPeer, Peer, StreamConnection } from '../../../src/engine/index.js';
import { SERVER, destroyPeers, once, tracked, uniqueId } from '../../support/peers.js';
import { messages, type AnyConnection, type AnyPeer } from '../../support/partners.js';

/** Who speaks it: PeerJS's class, ours, and a peer that was given the serialization. */
const MAKERS: Record<string, () => unknown> = {
  'MsgPackPeer of peerjs': () => new TheirMsgPackPeer(uniqueId('theirs'), SERVER as unknown as { host: string }),
  'MsgPackPeer': () => new MsgPackPeer(uniqueId('ours'), SERVER),
  'MsgPackPeer without id': () => new MsgPackPeer({ ...SERVER }),
  'a peer with the serializer': () => new Peer(uniqueId('given'), { ...SERVER, serializers: { MsgPack } }),
};

const VALUES: readonly unknown[] = [
  'ünï 😀', 0, -5, 1.25, 2 ** 40, true, [1, [2]], { a: { b: 'c' } }, new Uint8Array([1, 2, 3]), new Date(1_700_000_000_123),
  new Uint8Array(1_000_000).fill(7), 'x'.repeat(100_000), 'the last',
];

async function open(maker: string): Promise<AnyPeer> {
  const peer = tracked(MAKERS[maker]?.() as AnyPeer);
  await once(peer, 'open');
  return peer;
}

async function pair(from: string, to: string): Promise<{ caller: AnyConnection; callee: AnyConnection }> {
  const [alice, bob] = await Promise.all([open(from), open(to)]);
  const incoming = once<AnyConnection>(bob, 'connection');
  const caller = alice.connect(bob.id ?? '', { serialization: 'MsgPack' });
  const opened = once(caller, 'open');
  const callee = await incoming;
  if (!callee.open) await once(callee, 'open');
  await opened;
  return { caller, callee };
}

describe('MsgPack', () => {
  afterEach(destroyPeers);

  it('has a StreamConnection, and every other serialization a BufferedConnection; neither can be made', async () => {
    const kinds = (connection: unknown): boolean[] => [connection instanceof BufferedConnection, connection instanceof StreamConnection];
    const peer = tracked(new MsgPackPeer(uniqueId('kinds'), SERVER));
    expect(kinds(peer.connect('nobody'))).to.deep.equal([false, true]);
    expect(kinds(peer.connect('nobody', { serialization: 'json' }))).to.deep.equal([true, false]);
    for (const other of [peer, null, 'text', {}]) expect(kinds(other)).to.deep.equal([false, false]);
    class Own extends (BufferedConnection as unknown as new () => object) {}
    expect(() => new Own()).to.throw('connect()');
  });

  for (const [from, to] of [
    ['MsgPackPeer', 'MsgPackPeer of peerjs'],
    ['MsgPackPeer of peerjs', 'MsgPackPeer'],
    ['a peer with the serializer', 'MsgPackPeer of peerjs'],
    ['MsgPackPeer without id', 'a peer with the serializer'],
  ] as const) {
    it(`brings every value there and back, from ${from} to ${to}`, async () => {
      const { caller, callee } = await pair(from, to);
      expect([caller.serialization, callee.serialization]).to.deep.equal(['MsgPack', 'MsgPack']);
      callee.on('data', (data: unknown) => void callee.send(data));
      const back = messages(caller, VALUES.length);
      for (const value of VALUES) void caller.send(value);
      const heard = await back;
      for (const [i, value] of VALUES.entries()) {
        if (value instanceof Uint8Array) {
          const bytes = heard[i] as Uint8Array;
          expect([bytes.constructor, bytes.length, bytes[0]]).to.deep.equal([Uint8Array, value.length, value[0]]);
        } else {
          expect(heard[i]).to.deep.equal(value);
        }
      }
    });

    it(`ends at both ends when it is closed with flush, from ${from} to ${to}`, async () => {
      const { caller, callee } = await pair(from, to);
      const ended = Promise.all([once(caller, 'close'), once(callee, 'close')]);
      const heard = messages(callee, 1);
      void caller.send('before the end');
      caller.close({ flush: true });
      expect(await heard).to.deep.equal(['before the end']);
      await ended;
    });
  }

  it('is what a MsgPackPeer connects with where nothing else is asked for', async () => {
    const [alice, bob] = (await Promise.all([open('MsgPackPeer'), open('MsgPackPeer of peerjs')])) as [AnyPeer, AnyPeer];
    const incoming = once<AnyConnection>(bob, 'connection');
    expect(alice.connect(bob.id ?? '').serialization).to.equal('MsgPack');
    expect((await incoming).serialization).to.equal('MsgPack');
  });
});
