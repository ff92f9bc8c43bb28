import { expect } from '@open-wc/testing';

import { BroadcastSignaling, PeerServerSignaling, type Signaling } from '../../../src/engine/index.js';
import { DistortedSignaling, type Distortion } from '../../support/distorted-signaling.js';
import { ManualExchange, ManualSignaling, type Route } from '../../support/manual-signaling.js';
import { destroyPeers, makePeer, once, SERVER, uniqueId } from '../../support/peers.js';
import { linkSuite } from './link-suite.js';

const { host, port, path } = SERVER;

function peerServer(): Signaling {
  const how = { key: 'peerjs', secure: false, pingInterval: 5_000, referrerPolicy: 'no-referrer' } as const;
  return new PeerServerSignaling({ host, port, path, ...how });
}

/** A room of the test's own. */
function broadcast(distortion: Distortion = () => [0]): { create: () => Signaling; reportsAbsence: boolean } {
  const room = uniqueId('room');
  return { create: () => new DistortedSignaling(new BroadcastSignaling({ room }), distortion), reportsAbsence: true };
}

function manual(route?: Route): { create: () => Signaling; reportsAbsence: boolean } {
  const exchange = new ManualExchange(route);
  return { create: () => new ManualSignaling(exchange), reportsAbsence: false };
}

const candidatesFirst: Distortion = ({ type }) => [type === 'CANDIDATE' ? 0 : 100];

linkSuite('PeerServerSignaling', () => ({ create: peerServer, reportsAbsence: true }));
linkSuite('BroadcastSignaling', () => broadcast());
linkSuite('ManualSignaling', () => manual());
linkSuite('ManualSignaling that delivers everything twice', () => manual(() => [0, 30]));
linkSuite('ManualSignaling that delivers late and in any order', () => manual((_, n) => [(n * 37) % 150]));
linkSuite('a PeerServer that brings candidates before descriptions', () => ({
  create: () => new DistortedSignaling(peerServer(), candidatesFirst),
  reportsAbsence: true,
}));
linkSuite('a BroadcastChannel that brings candidates first, and everything twice', () =>
  broadcast((message) => candidatesFirst(message).flatMap((delay) => [delay, delay + 40])),
);

describe('a signaling that cannot trickle', () => {
  afterEach(destroyPeers);

  it('is given no candidates, but descriptions that hold them', async () => {
    const exchange = new ManualExchange();
    const [alice, bob] = ['alice', 'bob'].map((id) => makePeer(id, { signaling: new ManualSignaling(exchange) }));
    await Promise.all([once(alice as never, 'open'), once(bob as never, 'open')]);
    await alice?.connect('bob').opened;
    expect(exchange.refused).to.deep.equal([]);
    expect(exchange.sent.map(({ type }) => type)).to.deep.equal(['OFFER', 'ANSWER']);
    for (const { payload } of exchange.sent) {
      expect((payload as { sdp: RTCSessionDescriptionInit }).sdp.sdp).to.include('a=candidate:');
    }
  });
});

describe('a signaling that brings candidates before their offer', () => {
  afterEach(destroyPeers);

  it('loses none that came first: the callee uses them once the offer is there', async () => {
    const added: unknown[] = [];
    class Noting extends RTCPeerConnection {
      override async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
        added.push(candidate.candidate);
        await super.addIceCandidate(candidate);
      }
    }
    const signaling = new DistortedSignaling(peerServer(), candidatesFirst);
    const [alice, bob] = [makePeer(uniqueId(), { signaling }), makePeer(uniqueId(), { RTCPeerConnection: Noting })];
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const call = alice.connect(bob.id ?? '');
    const given: unknown[] = [];
    call.peerConnection?.addEventListener('icecandidate', ({ candidate }) => candidate?.candidate && given.push(candidate.candidate));
    await call.opened;
    expect(given).to.not.be.empty;
    expect(added).to.include(given[0]);
  });
});

describe('a signaling that loses the answer', () => {
  afterEach(destroyPeers);

  it('ends the call with timeout at both ends', async () => {
    const exchange = new ManualExchange(({ type }) => (type === 'ANSWER' ? [] : [0]));
    const [alice, bob] = ['alice', 'bob'].map((id) =>
      makePeer(id, { signaling: new ManualSignaling(exchange), connectTimeout: 500 }),
    );
    const incoming = once<{ closed: Promise<string> }>(bob as never, 'connection');
    const call = alice?.connect('bob');
    expect(await call?.closed).to.equal('timeout');
    expect(await (await incoming).closed).to.equal('timeout');
  });
});
