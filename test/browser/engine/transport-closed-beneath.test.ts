/** What comes for an RTCPeerConnection that somebody has closed beneath the engine, before the engine has noticed. */

import { expect } from '@open-wc/testing';

import { Logger } from '../../../src/engine/logger.js';
import { pathReport } from '../../../src/engine/path-report.js';
import { Transport, type TransportSignal } from '../../../src/engine/transport.js';
import { Deferred } from '../../../src/engine/deferred.js';

describe('a transport whose RTCPeerConnection was closed beneath it', () => {
  let caller: Transport;
  let callee: Transport;
  let candidates: RTCIceCandidateInit[];
  let reported: string[];

  /** A transport that hands its descriptions to `said`. */
  function transport(said: (signal: TransportSignal) => void): Transport {
    return new Transport(
      { RTCPeerConnection, configuration: () => ({}), trickle: true, logger: new Logger(0) },
      {
        signal: said,
        made: (connection) => void connection.createDataChannel('x'),
        channel: () => undefined,
        iceState: () => undefined,
        pathFailed: () => reported.push('pathFailed'),
        failed: () => reported.push('failed'),
        fault: () => reported.push('fault'),
      },
    );
  }

  beforeEach(async () => {
    candidates = [];
    reported = [];
    const [found, answered] = [new Deferred(), new Deferred()];
    caller = transport((signal) => {
      if (signal.type === 'OFFER') return callee.answer(signal.sdp);
      if (signal.type !== 'CANDIDATE') return;
      candidates.push(signal.candidate);
      found.resolve();
    });
    callee = transport(({ type }) => {
      if (type === 'ANSWER') answered.resolve();
    });
    caller.offer();
    await Promise.all([found.promise, answered.promise]);
    callee.peerConnection?.close();
  });

  afterEach(() => {
    caller.close();
    callee.close();
  });

  it('takes a candidate, which changes nothing and throws nothing', async () => {
    for (const candidate of candidates) callee.addCandidate(candidate);
    callee.addCandidate({ ...candidates[0], usernameFragment: 'another' });
    // What the browser refuses it would have refused before this.
    await callee.peerConnection?.addIceCandidate(candidates[0]).catch(() => undefined);
    expect(reported).to.deep.equal([]);
  });

  it('has no descriptions any more, and reports of no path', () => {
    expect([callee.localDescription, callee.remoteSdp]).to.deep.equal([undefined, '']);
    expect(pathReport(callee.peerConnection as RTCPeerConnection)).to.contain('here nothing, there nothing');
  });
});
