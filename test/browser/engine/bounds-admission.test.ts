import { expect } from '@open-wc/testing';

import {
  Admission,
  MAX_METADATA,
  MAX_NATIVE_LINKS,
  MAX_SPARE_LINKS,
  MAX_UNOPENED,
  type AdmittedConnection,
  type AdmittedLink,
} from '../../../src/engine/admission.js';
import { EarlySignals } from '../../../src/engine/early-signals.js';
import { TokenBucket } from '../../../src/engine/token-bucket.js';
import type { PeerError } from '../../../src/errors.js';
import { expectTyped } from '../../support/typed-errors.js';

/** An admission in a time that the test makes pass. */
function admission(limits = { maxConnections: 1_024, maxConnectionsPerPeer: 64 }) {
  const held = { connections: [] as AdmittedConnection[], links: [] as AdmittedLink[] };
  const errors: PeerError[] = [];
  const clock = { now: 0 };
  const admits = new Admission(
    { limits, connections: () => held.connections, links: () => held.links, report: (error) => errors.push(error) },
    () => clock.now,
  );
  const offer = (src: string): boolean => admits.hears({ type: 'OFFER', src, payload: {} });
  return { admits, held, errors, clock, offer };
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const connection = (peer: string, fields: Partial<AdmittedConnection> = {}): AdmittedConnection => ({
  ...{ peer, incoming: true, open: true },
  ...fields,
});
const nativeLink = (remoteId: string): AdmittedLink => ({ remoteId, incoming: true, remoteNonce: 'nonce' });

describe('a token bucket', () => {
  it('lets so many through at once, and then so many a second', () => {
    let now = 0;
    const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, () => now);
    expect(times(5, () => bucket.take())).to.deep.equal([true, true, true, false, false]);
    now = 499;
    expect(bucket.take()).to.equal(false);
    now = 1_000;
    expect(times(3, () => bucket.take())).to.deep.equal([true, true, false]);
    expect(bucket.full).to.equal(false);
    now = 1_000_000;
    expect(bucket.full).to.equal(true);
    expect(times(4, () => bucket.take())).to.deep.equal([true, true, true, false]);
  });
});

describe('the admission of calls', () => {
  it('hears 64 OFFERs of a remote at once and 16 a second, and tells of the others once a second', () => {
    const { offer, clock, errors } = admission();
    expect(times(100, () => offer('mallory')).filter(Boolean)).to.have.length(64);
    expect(errors).to.have.length(1);
    expectTyped(errors[0], 'bad-signal');
    expect(errors[0]?.peer).to.equal('mallory');
    clock.now = 1_000;
    expect(times(100, () => offer('mallory')).filter(Boolean)).to.have.length(16);
    expect(errors).to.have.length(2);
  });

  it('lets a remote call at once as often as it may have connections, where that is more', () => {
    const { offer } = admission({ maxConnections: 1_024, maxConnectionsPerPeer: 300 });
    expect(times(400, () => offer('alice')).filter(Boolean)).to.have.length(300);
  });

  it('hears signals other than OFFERs, however many', () => {
    const { admits, errors } = admission();
    const heard = times(5_000, () => admits.hears({ type: 'CANDIDATE', src: 'mallory', payload: {} }));
    expect(heard.every(Boolean) && errors.length === 0).to.equal(true);
  });

  it('hears those who have an open connection while strangers flood it', () => {
    const { offer, held } = admission({ maxConnections: 8, maxConnectionsPerPeer: 64 });
    held.connections.push(connection('alice'));
    expect(times(2_000, (index) => offer(`stranger-${index}`)).filter(Boolean)).to.have.length(512);
    expect(offer('bob')).to.equal(false);
    expect(offer('alice')).to.equal(true);
  });

  it('hears a stranger whom others were dropped for, once the flood is over', () => {
    const { offer, clock } = admission({ maxConnections: 8, maxConnectionsPerPeer: 64 });
    times(2_000, (index) => offer(`stranger-${index}`));
    clock.now = 10;
    expect(offer('bob')).to.equal(true);
  });

  it('ignores signals of an id that nobody can have meant', () => {
    const { admits, errors } = admission();
    expect(admits.hears({ type: 'LEAVE', src: 'x'.repeat(1_025), payload: {} })).to.equal(false);
    expectTyped(errors[0], 'bad-signal');
  });

  it('counts what a remote has opened, and nothing that the page has', () => {
    const { admits, held } = admission({ maxConnections: 8, maxConnectionsPerPeer: 2 });
    held.connections = times(20, () => connection('alice', { incoming: false }));
    expect(admits.admits('alice', {})).to.equal(true);
    held.connections.push(connection('alice'), connection('alice'));
    expect(admits.admits('alice', {})).to.equal(false);
    expect(admits.admits('bob', {})).to.equal(true);
  });

  it('declines beyond the connections of all remotes', () => {
    const { admits, held } = admission({ maxConnections: 3, maxConnectionsPerPeer: 2 });
    held.connections = ['a', 'b', 'c'].map((peer) => connection(peer));
    expect(admits.admits('d', {})).to.equal(false);
    held.connections.pop();
    expect(admits.admits('d', {})).to.equal(true);
  });

  it('declines while too many calls are not open', () => {
    const { admits, held } = admission();
    held.connections = times(MAX_UNOPENED, (index) => connection(`p${index}`, { open: false }));
    expect(admits.admits('alice', {})).to.equal(false);
    held.connections[0] = connection('p0');
    expect(admits.admits('alice', {})).to.equal(true);
  });

  it('declines who holds native links on which nothing is', () => {
    const { admits, held } = admission();
    // The call's own one counts already.
    held.links = times(MAX_NATIVE_LINKS, () => nativeLink('mallory'));
    expect(admits.admits('mallory', {})).to.equal(true);
    held.links.push(nativeLink('mallory'));
    expect(admits.admits('mallory', {})).to.equal(false);
    expect(admits.admits('alice', {})).to.equal(true);
  });

  it('declines while many hold links on which nothing is', () => {
    const { admits, held } = admission({ maxConnections: 3, maxConnectionsPerPeer: 2 });
    held.links = times(3 + MAX_SPARE_LINKS, (index) => nativeLink(`p${index}`));
    expect(admits.admits('alice', {})).to.equal(true);
    held.links.push(nativeLink('alice'));
    expect(admits.admits('alice', {})).to.equal(false);
  });

  const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  const metadata: Record<string, readonly [unknown, boolean]> = {
    'a text of as many characters as there may be': ['x'.repeat(MAX_METADATA - 2), true],
    'a text that is too long': ['x'.repeat(MAX_METADATA - 1), false],
    'a key that is too long': [{ ['k'.repeat(MAX_METADATA)]: 1 }, false],
    'too many items': [new Array(40_000).fill(0), false],
    '256 levels': [deep(256), true],
    '257 levels': [deep(257), false],
    'null': [null, true],
  };
  for (const [name, [given, right]] of Object.entries(metadata)) {
    it(`${right ? 'takes' : 'declines'} metadata of ${name}`, () => {
      expect(admission().admits.admits('alice', { metadata: given })).to.equal(right);
    });
  }

  it('tells of sixteen faults, and then of one a second', () => {
    const { admits, clock } = admission();
    expect(times(100, () => admits.tells()).filter(Boolean)).to.have.length(16);
    clock.now = 2_000;
    expect(times(100, () => admits.tells()).filter(Boolean)).to.have.length(2);
  });
});

describe('signals that come before their offer', () => {
  const candidate = (src: string, payload: unknown = { candidate: {} }) => ({ type: 'CANDIDATE', src, payload }) as const;

  it('are kept up to 128 of a connection, and 1,024 in all: the oldest connection goes first', () => {
    const early = new EarlySignals();
    for (let i = 0; i < 200; i++) early.store('c', candidate('a'));
    expect(early.size).to.equal(128);
    for (let i = 0; i < 1_000; i++) early.store(`c${i % 10}`, candidate('b'));
    expect(early.size).to.be.at.most(1_024);
    expect(early.take('a', 'c')).to.deep.equal([]);
    expect(early.take('b', 'c9')).to.have.length(100);
  });

  it('are kept of 64 connections', () => {
    const early = new EarlySignals();
    for (let i = 0; i < 100; i++) early.store(`c${i}`, candidate('a'));
    expect(early.size).to.equal(64);
    expect(early.take('a', 'c99')).to.have.length(1);
    early.clear();
    expect(early.size).to.equal(0);
  });

  it('are not kept where they are larger than any candidate', () => {
    const early = new EarlySignals();
    early.store('c', candidate('a', { candidate: 'x'.repeat(10_000) }));
    early.store('c', candidate('a', JSON.parse('['.repeat(1_000) + ']'.repeat(1_000))));
    expect(early.size).to.equal(0);
  });
});
