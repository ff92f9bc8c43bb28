import { expect } from '@open-wc/testing';

import { destroyPeers, once } from '../../support/peers.js';
import type { AnyConnection } from '../../support/partners.js';
import { CALLS, endStreams, kinds, makeStream, ringing, shows, talking, type AnyCall } from './media-partners.js';

const after = (): void => {
  destroyPeers();
  endStreams();
};

for (const [from, to] of CALLS) {
  describe(`a media call from ${from} to ${to}`, () => {
    afterEach(after);

    it('brings pictures and sound both ways', async () => {
      const [mine, theirs] = [makeStream(), makeStream()];
      const { call, incoming } = await ringing(from, to, { stream: mine });
      const streams = Promise.all([once<MediaStream>(call, 'stream'), once<MediaStream>(incoming, 'stream')]);
      incoming.answer(theirs);
      const [there, here] = await streams;
      expect([kinds(there), kinds(here)]).to.deep.equal([['audio', 'video'], ['audio', 'video']]);
      expect([call.remoteStream, incoming.remoteStream]).to.deep.equal([there, here]);
      expect([call.localStream, incoming.localStream]).to.deep.equal([mine, theirs]);
      await Promise.all([shows(there), shows(here)]);
      expect([call.open, incoming.open]).to.deep.equal([true, true]);
    });

    it('brings its metadata and its names', async () => {
      const metadata = { name: 'Ünï 😀', list: [1, null] };
      const { alice, bob, call, incoming } = await ringing(from, to, { call: { metadata } });
      expect(incoming.metadata).to.deep.equal(metadata);
      expect([call.type, incoming.type]).to.deep.equal(['media', 'media']);
      expect([call.peer, incoming.peer]).to.deep.equal([bob.id, alice.id]);
      expect(call.connectionId).to.match(/^mc_/);
      expect(incoming.connectionId).to.equal(call.connectionId);
      expect([call.open, incoming.open]).to.deep.equal([false, false]);
    });

    it('goes one way where the answer has no stream', async () => {
      const { call, incoming } = await ringing(from, to, { stream: makeStream({ audio: false }) });
      const streams: unknown[] = [];
      call.on('stream', (stream) => streams.push(stream));
      const [here, stands] = [once<MediaStream>(incoming, 'stream'), once(call, 'willCloseOnRemote')];
      incoming.answer();
      await shows(await here);
      await stands;
      expect(kinds(await here)).to.deep.equal(['video']);
      expect(streams).to.be.empty;
    });

    for (const closer of ['caller', 'callee'] as const) {
      it(`ends at both ends when the ${closer} closes, and stops no track`, async () => {
        const stream = makeStream();
        const { call, incoming } = await talking(from, to, { stream });
        const ended = Promise.all([once(call, 'close'), once(incoming, 'close')]);
        (closer === 'caller' ? call : incoming).close();
        await ended;
        expect([call.open, incoming.open]).to.deep.equal([false, false]);
        expect(stream.getTracks().map(({ readyState }) => readyState)).to.deep.equal(['live', 'live']);
      });

      it(`ends at both ends when the ${closer}'s peer is destroyed`, async () => {
        const { alice, bob, call, incoming } = await talking(from, to);
        const ended = Promise.all([once(call, 'close'), once(incoming, 'close')]);
        (closer === 'caller' ? alice : bob).destroy();
        await ended;
      });
    }

    it('changes its descriptions by sdpTransform, on either side', async () => {
      const seen: string[] = [];
      const transform = (side: string) => (sdp: string): string => {
        seen.push(side);
        return sdp.replace(/^c=.*$/gm, (line) => `${line.trim()}\r\nb=AS:${side === 'caller' ? 777 : 888}`).replace(/\r?\n/g, '\r\n');
      };
      const { call, incoming } = await ringing(from, to, { call: { sdpTransform: transform('caller') } });
      const here = once(call, 'stream');
      incoming.answer(makeStream({ audio: false }), { sdpTransform: transform('callee') });
      await here;
      expect(seen).to.deep.equal(['caller', 'callee']);
      expect(call.peerConnection?.remoteDescription?.sdp).to.contain('b=AS:888');
      expect(incoming.peerConnection?.remoteDescription?.sdp).to.contain('b=AS:777');
    });

    it('stands beside another one and a data connection', async () => {
      const first = await talking(from, to);
      const { alice, bob } = first;
      const rings = once<AnyCall>(bob, 'call');
      const second = alice.call(bob.id ?? '', makeStream({ video: false }));
      const incoming = await rings;
      const here = once<MediaStream>(second, 'stream');
      incoming.answer(makeStream({ video: false }));
      expect(kinds(await here)).to.deep.equal(['audio']);

      const connected = once<AnyConnection>(bob, 'connection');
      const connection = alice.connect(bob.id ?? '', { reliable: true });
      const opened = once(connection, 'open');
      const answer = await connected;
      const heard = once(answer, 'data');
      await opened;
      connection.send('beside it');
      expect(await heard).to.equal('beside it');

      const ended = once(second, 'close');
      incoming.close();
      await ended;
      expect([first.call.open, first.incoming.open, connection.open]).to.deep.equal([true, true, true]);
      connection.close();
      await once(answer, 'close');
      expect([first.call.open, first.incoming.open]).to.deep.equal([true, true]);
    });
  });
}

describe('a media call', () => {
  afterEach(after);

  it('emits stream once for each stream, however many tracks it has', async () => {
    const { call, incoming } = await ringing('ours', 'ours');
    const streams: MediaStream[] = [];
    incoming.on('stream', (stream: MediaStream) => streams.push(stream));
    const stands = Promise.all([once(call, 'willCloseOnRemote'), once(incoming, 'willCloseOnRemote')]);
    incoming.answer(makeStream());
    await stands;
    expect(streams.map(kinds)).to.deep.equal([['audio', 'video']]);
  });

  it('asks by constraints for what it does not send', async () => {
    const stream = makeStream({ video: false });
    const { call, incoming } = await ringing('ours', 'ours', { stream, call: { constraints: { offerToReceiveVideo: true } } });
    const there = once<MediaStream>(call, 'stream');
    incoming.answer(makeStream({ audio: false }));
    await shows(await there);
  });

  it('is in connections and found by getConnection() until it has ended', async () => {
    const { alice, bob, call } = await ringing('ours', 'ours');
    const { connections, getConnection } = alice as unknown as { connections: object; getConnection(peer: string, id: string): unknown };
    expect(connections).to.deep.equal(Object.assign(Object.create(null), { [bob.id ?? '']: [call] }));
    expect(getConnection.call(alice, bob.id ?? '', call.connectionId)).to.equal(call);
    call.close();
    expect(getConnection.call(alice, bob.id ?? '', call.connectionId)).to.equal(null);
  });

  it('may be made before the peer is open', async () => {
    const { bob } = await ringing('ours', 'ours');
    const { makeAny } = await import('../../support/partners.js');
    const rings = once<AnyCall>(bob, 'call');
    const early = makeAny('ours') as typeof bob;
    const call = early.call(bob.id ?? '', makeStream());
    const there = once<MediaStream>(call, 'stream');
    (await rings).answer(makeStream());
    await there;
  });

  it('that is answered twice stays as it is', async () => {
    const { call, incoming } = await talking('ours', 'ours');
    const { localStream } = incoming;
    incoming.answer(makeStream());
    call.answer(makeStream());
    expect(incoming.localStream).to.equal(localStream);
    expect([call.open, incoming.open]).to.deep.equal([true, true]);
  });

  it('to oneself works', async () => {
    const { alice } = await ringing('ours', 'ours');
    const rings = once<AnyCall>(alice, 'call');
    const call = alice.call(alice.id ?? '', makeStream());
    const there = once<MediaStream>(call, 'stream');
    (await rings).answer(makeStream());
    await shows(await there);
  });
});
