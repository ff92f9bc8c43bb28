import { expect } from '@open-wc/testing';

import { ManualExchange, ManualSignaling } from '../../support/manual-signaling.js';
import { signalingConformance } from './conformance.js';
import { SILENCE, Stage, wait } from './recorder.js';

signalingConformance('ManualSignaling', () => {
  const exchange = new ManualExchange();
  return {
    create: () => new ManualSignaling(exchange),
    resources: () => exchange.members.length,
    absenceLimit: Infinity,
  };
});

describe('ManualSignaling - an exchange as bad as a test wants it', () => {
  const stage = new Stage();
  let exchange: ManualExchange;

  beforeEach(() => {
    exchange = new ManualExchange();
  });

  afterEach(() => {
    exchange.clear();
    stage.clear();
  });

  async function pair() {
    const alice = stage.use(new ManualSignaling(exchange));
    await alice.open(stage.recorder('alice'));
    const bob = stage.recorder('bob');
    const backend = stage.use(new ManualSignaling(exchange));
    await backend.open(bob);
    const send = (...payloads: unknown[]): void => {
      for (const payload of payloads) alice.send({ type: 'OFFER', dst: 'bob', payload });
    };
    return { send, alice, bob, backend, payloads: () => bob.messages.map(({ payload }) => payload) };
  }

  it('drops, duplicates and delays as the route says', async () => {
    exchange.route = ({ payload }) => ({ drop: [], twice: [0, 10], late: [60] })[payload as string] ?? [0];
    const { send, bob, payloads } = await pair();
    send('drop', 'late', 'twice', 'plain');
    await bob.until(({ messages }) => messages.length === 4);
    await wait(SILENCE);
    expect(payloads()).to.deep.equal(['twice', 'plain', 'twice', 'late']);
    expect(exchange.sent).to.have.length(4);
  });

  it('holds messages, and releases them in another order', async () => {
    const { send, bob, payloads } = await pair();
    exchange.hold();
    send(1, 2, 3);
    await wait(SILENCE);
    expect(bob.messages).to.deep.equal([]);
    expect(exchange.underway).to.equal(3);
    exchange.release((held) => held.reverse());
    expect(payloads()).to.deep.equal([3, 2, 1]);
  });

  it('writes down what it cannot carry', async () => {
    const { alice, send } = await pair();
    alice.send({ type: 'CANDIDATE', dst: 'bob', payload: 1 });
    send('x'.repeat(64 * 1024));
    expect(exchange.refused.map(({ type }) => type)).to.deep.equal(['CANDIDATE', 'OFFER']);
    expect(exchange.sent).to.deep.equal([]);
  });

  it('can be lost', async () => {
    const { backend, bob } = await pair();
    backend.lose();
    expect(bob.losses.map(({ type }) => type)).to.deep.equal(['network']);
    expect(exchange.members).to.deep.equal(['alice']);
  });
});
