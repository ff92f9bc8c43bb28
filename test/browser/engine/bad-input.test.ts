import { expect } from '@open-wc/testing';

import { Peer, PeerServerSignaling, type DataConnection, type PeerOptions } from '../../../src/engine/index.js';
import { countedResources } from '../../support/counted-links.js';
import { isSettled, rejectionOf } from '../../support/faults.js';
import { destroyPeers, makePeer, once, openPair, SERVER, tracked, uniqueId } from '../../support/peers.js';
import { expectTyped } from '../../support/typed-errors.js';
import { bytes } from '../../support/values.js';

/** The error and the events of a peer that cannot be. */
async function failure(id: string | undefined, options: PeerOptions, last: 'close' | 'disconnected') {
  const counted = countedResources();
  const peer = makePeer(id, { ...counted.options, ...options });
  const events: string[] = [];
  let error: Error | undefined;
  peer.on('error', (given) => {
    error = given;
    events.push('error');
  });
  for (const name of ['open', 'disconnected', 'close'] as const) peer.on(name, () => events.push(name));
  await once(peer, last);
  expect(counted.open().requests).to.equal(0);
  expect(counted.sockets.every(({ readyState }) => readyState >= WebSocket.CLOSING)).to.be.true;
  return { peer, error, events };
}

describe('a peer', () => {
  afterEach(destroyPeers);

  for (const id of ['not valid!', '-a', 'a--b', 'a.b', 'ü', ' ', 'a ']) {
    it(`with the id "${id}" is destroyed with invalid-id, and asks no server`, async () => {
      const counted = countedResources();
      const { error, events } = await failure(id, counted.options, 'close');
      expectTyped(error, 'invalid-id');
      expect(events).to.deep.equal(['error', 'disconnected', 'close']);
      expect(counted.sockets).to.be.empty;
    });
  }

  it('with an id that is taken is destroyed with unavailable-id', async () => {
    const id = uniqueId();
    await once(makePeer(id), 'open');
    const { error, events } = await failure(id, {}, 'close');
    expectTyped(error, 'unavailable-id');
    expect(events).to.deep.equal(['error', 'disconnected', 'close']);
  });

  const refusals: Record<string, { options: PeerOptions; type: string; says: RegExp }> = {
    'a wrong key': { options: { path: '/wrong-key' }, type: 'server-error', says: /key/i },
    'a key that the cloud does not know': { options: { path: '/invalid-key' }, type: 'invalid-key', says: /key/i },
    'a full server': { options: { path: '/full' }, type: 'server-error', says: /limit/ },
  };
  for (const [name, { options, type, says }] of Object.entries(refusals)) {
    it(`at ${name} is destroyed with ${type}`, async () => {
      const { error, events } = await failure(uniqueId(), options, 'close');
      expectTyped(error, type);
      expect(error?.message).to.match(says);
      expect(events).to.deep.equal(['error', 'disconnected', 'close']);
    });
  }

  it('without an id at a server that is out of order is destroyed with server-error', async () => {
    const { error } = await failure(undefined, { path: '/error500' }, 'close');
    expectTyped(error, 'server-error');
    expect(error?.message).to.include('500');
  });

  it('without an id at what is no PeerServer is destroyed with server-error', async () => {
    const { error } = await failure(undefined, { path: '/nothing-here' }, 'close');
    expectTyped(error, 'server-error');
  });

  const networks: Record<string, PeerOptions> = {
    'where nobody listens': { port: 1 },
    'that is out of order': { path: '/error500' },
  };
  for (const [name, options] of Object.entries(networks)) {
    it(`at a server ${name} disconnects with network, and may try again`, async () => {
      const { peer, error, events } = await failure(uniqueId(), options, 'disconnected');
      expectTyped(error, 'network');
      expect(events).to.deep.equal(['error', 'disconnected']);
      expect(peer.destroyed).to.be.false;
      peer.reconnect();
      expectTyped(await once(peer, 'error'), 'network');
    });
  }

  it('at a server that says nothing disconnects with network after openTimeout', async () => {
    const { host, port } = SERVER;
    const signaling = new PeerServerSignaling({
      ...{ host, port, path: '/silent', key: 'peerjs', secure: false, pingInterval: 5_000 },
      ...{ referrerPolicy: 'no-referrer', openTimeout: 300 },
    });
    const { error } = await failure(uniqueId(), { signaling }, 'disconnected');
    expectTyped(error, 'network');
  });

  it('at a server that sends rubbish tells of each piece with socket-error, and opens', async () => {
    const peer = makePeer(uniqueId(), { path: '/rubbish' });
    const errors: unknown[] = [];
    peer.on('error', (error) => errors.push(error));
    await once(peer, 'open');
    while (errors.length < 6) await once(peer, 'error');
    for (const error of errors) expectTyped(error, 'socket-error');
    expect(peer.open).to.be.true;
  });

  it('in a browser without WebRTC is destroyed with browser-incompatible', async () => {
    const { RTCPeerConnection } = globalThis;
    Object.assign(globalThis, { RTCPeerConnection: undefined });
    try {
      const peer = tracked(new Peer(uniqueId(), SERVER));
      expectTyped(await once(peer, 'error'), 'browser-incompatible');
      expect(peer.destroyed).to.be.true;
    } finally {
      Object.assign(globalThis, { RTCPeerConnection });
    }
  });
});

describe('connect()', () => {
  afterEach(destroyPeers);

  /** The error that the page hears though it listens only after `connect()` has returned. */
  async function failureOf(call: DataConnection): Promise<unknown> {
    const errors: unknown[] = [];
    call.on('error', (error) => errors.push(error));
    const opened = rejectionOf(call.opened);
    expect(await call.closed).to.equal('failed');
    expect(errors).to.deep.equal([await opened]);
    return errors[0];
  }

  const configs: Record<string, unknown> = {
    'an ICE server without a URL': { iceServers: [{}] },
    'an ICE server that is no URL': { iceServers: [{ urls: 'not a url' }] },
    'iceServers that are no list': { iceServers: 'stun:127.0.0.1' },
    'a policy that there is not': { iceServers: [], iceTransportPolicy: 'teleport' },
  };
  for (const [name, config] of Object.entries(configs)) {
    it(`with a config that has ${name} errs with webrtc, and the peer goes on`, async () => {
      const peer = makePeer(undefined, { config: config as RTCConfiguration });
      // The server may be faster than the certificate that a call is made with.
      const opened = once(peer, 'open');
      expectTyped(await failureOf(peer.connect('anybody')), 'webrtc');
      await opened;
    });
  }

  for (const serialization of ['no such', '', 'constructor', '__proto__', 'toString']) {
    it(`with the serialization "${serialization}" errs with unknown-serialization`, async () => {
      expectTyped(await failureOf(makePeer().connect('anybody', { serialization })), 'unknown-serialization');
    });
  }

  for (const id of ['', undefined, null, 5]) {
    it(`to ${JSON.stringify(id) ?? 'undefined'} errs with invalid-id`, async () => {
      expectTyped(await failureOf(makePeer().connect(id as string)), 'invalid-id');
    });
  }

  it('with metadata that JSON cannot hold errs with invalid-data', async () => {
    const metadata: { self?: unknown } = {};
    metadata.self = metadata;
    expectTyped(await failureOf(makePeer().connect('anybody', { metadata })), 'invalid-data');
  });

  it('with a label that the browser refuses errs', async () => {
    expectTyped(await failureOf(makePeer().connect('anybody', { label: 'x'.repeat(70_000) })), 'webrtc');
  });
});

describe('send()', () => {
  afterEach(destroyPeers);

  /** The error, once as the promise's rejection and once as an event. */
  async function refusalOf(call: DataConnection, value: unknown): Promise<unknown> {
    const reported = once(call, 'error');
    const error = await rejectionOf(call.send(value));
    expect(await reported).to.equal(error);
    return error;
  }

  it('before open errs with not-open-yet, and the connection goes on', async () => {
    const bob = makePeer(uniqueId('bob'));
    await once(bob, 'open');
    const call = makePeer().connect(bob.id ?? '');
    expectTyped(await refusalOf(call, 'too early'), 'not-open-yet');
    await call.opened;
  });

  it('after close errs with connection-closed', async () => {
    const { call } = await openPair();
    call.close();
    expectTyped(await refusalOf(call, 'too late'), 'connection-closed');
  });

  it('after close with flush errs with connection-closed', async () => {
    const { call } = await openPair();
    call.close({ flush: true });
    expectTyped(await refusalOf(call, 'too late'), 'connection-closed');
  });

  const tooBig: Record<string, { options: PeerOptions; serialization: string; value: unknown; fits: unknown }> = {
    '16300 bytes over json': { options: { native: false }, serialization: 'json', value: 'x'.repeat(16_298), fits: 'x'.repeat(16_297) },
    'more than maxMessageSize': { options: { maxMessageSize: 1_000 }, serialization: 'binary', value: bytes(1_001), fits: bytes(900).buffer },
    'a Blob of more than maxMessageSize': { options: { maxMessageSize: 1_000 }, serialization: 'binary', value: new Blob([bytes(1_001)]), fits: 'small' },
    'more than maxMessageSize over raw': { options: { maxMessageSize: 1_000 }, serialization: 'raw', value: bytes(1_001), fits: 'small' },
  };
  for (const [name, { options, serialization, value, fits }] of Object.entries(tooBig)) {
    for (const native of options.native === undefined ? [true, false] : [false]) it(`of ${name} errs with message-too-big, and the next message arrives, native: ${native}`, async () => {
      const { call, answer } = await openPair({ native, ...options }, { serialization });
      const heard = once(answer, 'data');
      expectTyped(await refusalOf(call, value), 'message-too-big');
      void call.send(fits);
      expect(await heard).to.deep.equal(fits);
    });
  }

  it('of more than the browser sends in one frame errs with message-too-big, and the next message arrives', async () => {
    const { call, answer } = await openPair({ maxMessageSize: Infinity, native: false }, { serialization: 'raw' });
    const limit = call.peerConnection?.sctp?.maxMessageSize ?? 0;
    const tooLarge = limit < 100_000_000 ? new ArrayBuffer(limit + 1) : new Blob(Array<Blob>(20).fill(new Blob([new ArrayBuffer(64_000_000)])));
    const heard = once(answer, 'data');
    expectTyped(await refusalOf(call, tooLarge), 'message-too-big');
    void call.send('small');
    expect(await heard).to.equal('small');
  });

  for (const [name, value] of Object.entries({ 'a function': () => 1, 'a symbol': Symbol('s'), 'a bigint': 1n, 'a Map': new Map([[1, 2]]), 'a promise': Promise.resolve(), 'a control': { __peerData: 1 } })) {
    it(`of ${name} errs with invalid-data, and the connection goes on`, async () => {
      const { call, answer } = await openPair();
      const heard = once(answer, 'data');
      expectTyped(await refusalOf(call, value), 'invalid-data');
      expect(await isSettled(call.send('good'))).to.be.true;
      expect(await heard).to.equal('good');
    });
  }
});
