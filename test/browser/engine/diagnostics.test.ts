import { expect } from '@open-wc/testing';

import { pathReport } from '../../../src/engine/path-report.js';
import { pathStatistics } from '../../../src/engine/path-statistics.js';
import { rejectionOf } from '../../support/faults.js';
import { countedResources } from '../../support/counted-links.js';
import { destroyPeers, makePeer, once, openPair, uniqueId } from '../../support/peers.js';

/** An RTCPeerConnection that has found these kinds of candidates, as the report sees one. */
function connectionWith(here: string[], there: string[], urls: string[] = []): RTCPeerConnection {
  const sdp = (kinds: string[]): string => kinds.map((kind) => `a=candidate:1 1 udp 1 10.0.0.1 1 typ ${kind} generation 0\r\n`).join('');
  return {
    localDescription: { sdp: sdp(here) },
    remoteDescription: { sdp: sdp(there) },
    getConfiguration: () => ({ iceServers: [{ urls }] }),
  } as unknown as RTCPeerConnection;
}

describe('the report of a path that was not found', () => {
  const cases: [string[], string[], string[], string][] = [
    [['host', 'srflx'], ['host'], ['stun:s'], 'Tried: here host and server-reflexive, there host. No relay candidate: give a TURN server'],
    [['host'], ['host'], ['stun:s'], 'the STUN server did not answer'],
    [['host'], ['host'], ['turn:t'], 'though a TURN server is given'],
    [['host', 'relay'], ['host'], ['turn:t'], 'give the other one a TURN server'],
    [['relay'], ['relay'], ['turns:t'], 'Both sides have a relay'],
    [['host'], [], [], 'No candidate of the remote came'],
    [[], ['host'], [], 'This device has no network'],
  ];
  for (const [here, there, urls, words] of cases) {
    it(`with ${here.join(' ') || 'nothing'} here and ${there.join(' ') || 'nothing'} there, ${urls.join(' ') || 'no servers'}, says what to do`, () => {
      expect(pathReport(connectionWith(here, there, urls))).to.contain(words);
    });
  }
});

describe('the statistics of a connection', () => {
  afterEach(destroyPeers);

  for (const native of [true, false]) {
    it(`tell its round trip, its bytes and its path, ${native ? 'native' : 'compatible'}`, async () => {
      const { call, answer } = await openPair({ native });
      const heard = once(answer, 'data');
      void call.send(new Uint8Array(100_000));
      await heard;
      // The browser measures from time to time.
      let stats = await call.stats();
      for (let tries = 0; tries < 100 && (stats.roundTrip === undefined || (stats.bytesSent ?? 0) < 100_000); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        stats = await call.stats();
      }
      expect(stats.path).to.equal('direct');
      expect(stats.roundTrip).to.be.within(0, 5_000);
      expect(stats.bytesSent).to.be.at.least(100_000);
      expect([stats.local?.type, stats.remote?.type]).to.satisfy((types: string[]) => types.every((type) => ['host', 'prflx'].includes(type)));
      call.close();
      expect((await rejectionOf(call.stats())).type).to.equal('not-open-yet');
    });
  }
});

describe('the bytes of a connection', () => {
  /** A connection whose browser tells this. */
  const telling = (...reports: object[]) =>
    ({ getStats: () => Promise.resolve(reports.map((report, index) => ({ id: String(index), ...report }))) }) as unknown as RTCPeerConnection;
  const chosen = { type: 'candidate-pair', selected: true, bytesSent: 1, bytesReceived: 10 };
  const earlier = { type: 'candidate-pair', bytesSent: 2, bytesReceived: 20 };

  it('are those of every path that it has had', async () => {
    const { bytesSent, bytesReceived } = await pathStatistics(telling(chosen, earlier));
    expect([bytesSent, bytesReceived]).to.deep.equal([3, 30]);
  });

  it('are what the browser counts of the transport, where it does', async () => {
    const transport = { type: 'transport', bytesSent: 5, bytesReceived: 50 };
    const { bytesSent, bytesReceived } = await pathStatistics(telling(chosen, earlier, transport));
    expect([bytesSent, bytesReceived]).to.deep.equal([5, 50]);
  });

  it('are undefined where the browser tells none', async () => {
    const { bytesSent, bytesReceived } = await pathStatistics(telling({ type: 'transport' }));
    expect([bytesSent, bytesReceived]).to.deep.equal([undefined, undefined]);
  });
});

describe('an AbortSignal', () => {
  afterEach(destroyPeers);

  it('gives a call up, before and while it is made', async () => {
    const { options, links } = countedResources();
    const alice = makePeer(uniqueId('alice'), options);
    await once(alice, 'open');
    const early = alice.connect(uniqueId('nobody'), { signal: AbortSignal.abort() });
    expect(await early.closed).to.equal('local');
    const abort = new AbortController();
    const late = alice.connect(uniqueId('nobody'), { signal: abort.signal });
    abort.abort();
    expect(await late.closed).to.equal('local');
    expect(links.every(({ signalingState }) => signalingState === 'closed')).to.equal(true);
  });

  it('means nothing to a connection that is open', async () => {
    const abort = new AbortController();
    const { call } = await openPair({}, { signal: abort.signal });
    abort.abort();
    expect(call.open).to.equal(true);
  });

  it('that is none is told', async () => {
    const alice = makePeer(uniqueId('alice'));
    await once(alice, 'open');
    const call = alice.connect('bob', { signal: 'now' as unknown as AbortSignal });
    call.on('error', () => undefined);
    expect((await rejectionOf(call.opened)).type).to.equal('invalid-data');
  });

  it('ends the wait for a flush, and nothing else', async () => {
    const { call, answer } = await openPair();
    answer.readable.getReader().releaseLock();
    const abort = new AbortController();
    void call.send(new Uint8Array(20_000_000));
    const flushed = call.flush({ signal: abort.signal });
    abort.abort(new Error('enough'));
    expect((await rejectionOf(flushed)).message).to.equal('enough');
    expect(call.open).to.equal(true);
  });
});
