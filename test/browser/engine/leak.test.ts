import { expect } from '@open-wc/testing';

import { Peer, type DataConnection } from '../../../src/engine/index.js';
import { NOTHING_OPEN, countedResources } from '../../support/counted-links.js';
import { once, SERVER, uniqueId } from '../../support/peers.js';
import { countedTimers } from '../signaling/counted.js';

const ROUNDS = 20;
const CALLS_A_ROUND = 10;

/** How a connection may end. */
const ENDS: readonly ((call: DataConnection, answer: DataConnection) => void)[] = [
  (call) => call.close(),
  (_, answer) => answer.close(),
  (call) => call.close({ flush: true }),
  // The peers are destroyed in the end.
  () => undefined,
];

for (const native of [true, false]) describe(`200 connections, opened and closed in every way, native: ${native}`, () => {
  it('leave no WebSocket, no request, no RTCPeerConnection and no timer', async function () {
    this.timeout(180_000);
    const counted = countedResources();
    const timers = countedTimers();
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const [alice, bob] = ['alice', 'bob'].map((name) => new Peer(uniqueId(name), { ...SERVER, native, ...counted.options })) as [Peer, Peer];
        const answers: DataConnection[] = [];
        bob.on('connection', (answer) => answers.push(answer));
        await Promise.all([once(alice, 'open'), once(bob, 'open')]);
        const calls = Array.from({ length: CALLS_A_ROUND }, () => alice.connect(bob.id ?? ''));
        await Promise.all(calls.map(({ opened }) => opened));
        await Promise.all(answers.map(({ opened }) => opened));
        const ending = calls.map((call, i) => {
          const answer = answers.find(({ connectionId }) => connectionId === call.connectionId) as DataConnection;
          void call.send('a message');
          const end = ENDS[i % ENDS.length] as (typeof ENDS)[number];
          end(call, answer);
          return end === ENDS[3] ? undefined : Promise.all([call.closed, answer.closed]);
        });
        await Promise.all(ending);
        alice.destroy();
        bob.destroy();
        expect([alice, bob].map(({ connections }) => Object.keys(connections))).to.deep.equal([[], []]);
      }
      expect(counted.links).to.have.length(2 * ROUNDS * (native ? 1 : CALLS_A_ROUND));
      for (const socket of counted.sockets) {
        if (socket.readyState !== WebSocket.CLOSED) await new Promise((resolve) => socket.addEventListener('close', resolve));
      }
      expect(counted.open()).to.deep.equal(NOTHING_OPEN);
      expect(timers.pending()).to.equal(0);
    } finally {
      timers.restore();
    }
  });
});
