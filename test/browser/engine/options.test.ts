import { expect } from '@open-wc/testing';
import { BufferedConnection as TheirBufferedConnection } from 'peerjs';

import { Peer, type DataConnection, type PeerOptions, type SerializerFactory } from '../../../src/engine/index.js';
import { rejectionOf } from '../../support/faults.js';
import { mutePeer } from '../../support/mute-peer.js';
import { destroyPeers, makePeer, once, openPair, SERVER, tracked, uniqueId } from '../../support/peers.js';
import { expectTyped } from '../../support/typed-errors.js';

interface Refusals {
  RTCPeerConnection: typeof RTCPeerConnection;
  attempts: () => number;
  /** When the first of them was refused. */
  refused: Promise<void>;
}

/** Real RTCPeerConnections, except that the first `failures` are refused as Chromium refuses one too many. */
function refusing(failures: number): Refusals {
  let attempts = 0;
  let onRefused: () => void;
  const refused = new Promise<void>((resolve) => (onRefused = resolve));
  class Refusing extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      if (attempts++ < failures) {
        onRefused();
        throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
      }
      super(configuration);
    }
  }
  return { RTCPeerConnection: Refusing, attempts: () => attempts, refused };
}

/** Real RTCPeerConnections, and the configurations they were given. */
function noting(): { RTCPeerConnection: typeof RTCPeerConnection; given: (RTCConfiguration | undefined)[] } {
  const given: (RTCConfiguration | undefined)[] = [];
  class Noting extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      given.push(configuration);
      super(configuration);
    }
  }
  return { RTCPeerConnection: Noting, given };
}

const NOWHERE: RTCIceServer[] = [{ urls: 'stun:127.0.0.1:34780' }];

describe('more RTCPeerConnections than the browser holds', () => {
  afterEach(destroyPeers);

  it('are tried again until it holds them', async () => {
    const { RTCPeerConnection, attempts } = refusing(2);
    const bob = makePeer(uniqueId('bob'));
    await once(bob, 'open');
    await makePeer(undefined, { RTCPeerConnection }).connect(bob.id ?? '').opened;
    expect(attempts()).to.equal(3);
  });

  it('are too-many-links at connectTimeout', async () => {
    const { RTCPeerConnection } = refusing(Infinity);
    const call = makePeer(undefined, { RTCPeerConnection, connectTimeout: 300 }).connect('anybody');
    const error = await rejectionOf(call.opened);
    expect(error.type).to.equal('too-many-links');
    expect(error.message).to.include('Close connections');
    expect(await call.closed).to.equal('timeout');
  });

  it('are not tried again once the connection was closed', async () => {
    const { RTCPeerConnection, attempts, refused } = refusing(Infinity);
    const call = makePeer(undefined, { RTCPeerConnection }).connect('anybody');
    await refused;
    call.close();
    const second = makePeer(undefined, { RTCPeerConnection: refusing(1).RTCPeerConnection, connectTimeout: 1_500 }).connect('anybody');
    await second.closed;
    expect(attempts()).to.equal(1);
  });
});

describe('iceServers', () => {
  afterEach(destroyPeers);

  const ways: Record<string, PeerOptions['iceServers']> = {
    'a list': NOWHERE,
    'a function': () => NOWHERE,
    'an asynchronous function': async () => await Promise.resolve(NOWHERE),
  };
  for (const [name, iceServers] of Object.entries(ways)) {
    it(`may be ${name}, in place of those of config`, async () => {
      const { RTCPeerConnection, given } = noting();
      const bob = makePeer(uniqueId('bob'));
      await once(bob, 'open');
      const config: RTCConfiguration = { iceServers: [], bundlePolicy: 'max-bundle' };
      await makePeer(undefined, { config, iceServers, RTCPeerConnection }).connect(bob.id ?? '').opened;
      expect(given.map((each) => ({ ...each, certificates: undefined }))).to.deep.equal([
        { bundlePolicy: 'max-bundle', iceServers: NOWHERE, certificates: undefined },
      ]);
    });
  }

  it('as a function are asked for again for each RTCPeerConnection', async () => {
    let asked = 0;
    const { alice, bob } = await openPair({ iceServers: () => (asked++, []), native: false });
    await alice.connect(bob.id ?? '').opened;
    expect(asked).to.be.at.least(3);
  });

  for (const [name, iceServers] of Object.entries({
    'rejects': () => Promise.reject(new Error('No credentials today.')),
    'throws': () => {
      throw new Error('No credentials today.');
    },
  })) {
    it(`whose function ${name} are a webrtc error that the listeners of the connection hear`, async () => {
      const call = makePeer(undefined, { iceServers }).connect('anybody');
      const events: string[] = [];
      call.on('error', ({ type, message }) => events.push(`${type}: ${message}`));
      call.on('close', (reason) => events.push(reason));
      await call.closed;
      expect(events[0]).to.match(/^webrtc: .*No credentials today\./);
      expect(events.slice(1)).to.deep.equal(['failed']);
    });
  }
});

describe('serializers', () => {
  afterEach(destroyPeers);

  /** Text backwards. */
  const reversed: SerializerFactory = () => ({
    encode: (value) => ({ byteLength: String(value).length, frames: () => [[...String(value)].reverse().join('')] }),
    decode: (frame) => [{ type: 'data', data: [...String(frame)].reverse().join('') }],
    encodeClose: () => undefined,
  });

  it('of one\'s own are used under their name at both ends', async () => {
    const { call, answer } = await openPair({ serializers: { reversed } }, { serialization: 'reversed' });
    const frame = new Promise((resolve) => answer.dataChannel?.addEventListener('message', ({ data }) => resolve(data)));
    const heard = once(answer, 'data');
    void call.send('palindrome');
    expect([await frame, await heard]).to.deep.equal(['emordnilap', 'palindrome']);
    expect(answer.serialization).to.equal('reversed');
  });

  it('that are classes of connections, as in PeerJS, are none: the error says what to give', async () => {
    class Theirs extends TheirBufferedConnection {
      override readonly serialization = 'theirs';
      protected override _handleDataMessage(): void {}
      protected override _send(): void {}
    }
    const peer = makePeer(uniqueId(), { serializers: { theirs: Theirs as never } });
    const connection = peer.connect('nobody', { serialization: 'theirs' });
    expectTyped(await once(connection, 'error'), 'unknown-serialization');
  });

  it('may take the place of a built-in one', async () => {
    const { call, answer } = await openPair({ serializers: { json: reversed } }, { serialization: 'json' });
    const heard = once(answer, 'data');
    void call.send('no JSON');
    expect(await heard).to.equal('no JSON');
  });

  it('json uses the connection\'s own stringify and parse', async () => {
    const { call, answer } = await openPair({}, { serialization: 'json' });
    call.stringify = (value) => `!${JSON.stringify(value)}`;
    answer.parse = (text) => JSON.parse(text.slice(1)) as unknown;
    const heard = once(answer, 'data');
    void call.send({ a: 1 });
    expect(await heard).to.deep.equal({ a: 1 });
  });
});

describe('sdpTransform and constraints', () => {
  afterEach(destroyPeers);

  it('change the offer before it is sent', async () => {
    const remote = tracked(await mutePeer());
    const offered = remote.next('OFFER');
    const sdpTransform = (sdp: string): string => sdp.replace(/^s=.*$/m, 's=transformed');
    makePeer().connect(remote.id, { sdpTransform, constraints: { offerToReceiveAudio: true } });
    const { sdp } = (await offered).payload.sdp ?? {};
    expect(sdp).to.include('s=transformed').and.include('m=audio');
  });

  it('end the connection with an error where they throw', async () => {
    const remote = tracked(await mutePeer());
    const sdpTransform = (): string => {
      throw new Error('Not this one.');
    };
    const error = await rejectionOf(makePeer().connect(remote.id, { sdpTransform }).opened);
    expect(error.type).to.equal('negotiation-failed');
    expect(error.message).to.include('Not this one.');
  });
});

describe('the API of 2012', () => {
  afterEach(destroyPeers);

  it('connects with key, host, port, config with url, debug as boolean, and none', async () => {
    const { RTCPeerConnection, given } = noting();
    const printed: unknown[] = [];
    const make = (id: string): Peer => {
      const config = { iceServers: [{ url: 'stun:127.0.0.1:34780' }] } as unknown as RTCConfiguration;
      const logFunction = (...rest: unknown[]): number => printed.push(rest);
      return tracked(new Peer(id, { ...SERVER, key: 'peerjs', config, debug: true, logFunction, RTCPeerConnection }));
    };
    const [alice, bob] = [make(uniqueId('alice')), make(uniqueId('bob'))];
    const incoming = new Promise<[DataConnection, unknown]>((resolve) => bob.on('connection', (...given) => resolve(given)));
    await once(bob, 'open');
    const call = alice.connect(bob.id ?? '', { serialization: 'none', metadata: 'meta' });
    const [answer, metadata] = await incoming;
    const heard = once(answer, 'data');
    call.on('open', () => void call.send('as it is'));
    expect([await heard, metadata]).to.deep.equal(['as it is', 'meta']);
    expect(given.map((config) => config?.iceServers)).to.deep.equal([NOWHERE, NOWHERE]);
    expect(printed).to.not.be.empty;
  });
});

describe('listAllPeers()', () => {
  afterEach(destroyPeers);

  it('calls back with the ids, and resolves to them', async () => {
    const peer = makePeer(uniqueId('listed'));
    await once(peer, 'open');
    const called = new Promise<string[]>((resolve) => void peer.listAllPeers(resolve));
    expect(await called).to.include(peer.id);
    expect(await peer.listAllPeers()).to.include(peer.id);
  });

  it('is a server-error where the server does not list them, and the peer goes on', async () => {
    const peer = makePeer(undefined, { path: '/peerjs-nodiscovery' });
    await once(peer, 'open');
    const reported = once<{ type: string; message: string }>(peer, 'error');
    expect((await rejectionOf(peer.listAllPeers())).type).to.equal('server-error');
    expect((await reported).message).to.include('allow_discovery');
    expect(peer.open).to.be.true;
  });
});
