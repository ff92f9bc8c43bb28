import { expect } from '@open-wc/testing';
import type { DataConnection } from '../../../src/engine/index.js';
import { destroyPeers, makePeer, once, uniqueId } from '../../support/peers.js';

describe('connect', () => {
  afterEach(destroyPeers);

  it('opens on both sides and carries a message each way', async () => {
    const alice = makePeer(uniqueId('alice'));
    const bob = makePeer(uniqueId('bob'));
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    const incoming = once<DataConnection>(bob, 'connection');
    const call = alice.connect(bob.id ?? '', { label: 'chat', metadata: { from: 'alice' } });
    const answer = await incoming;
    expect(answer.label).to.equal('chat');
    expect(answer.metadata).to.deep.equal({ from: 'alice' });
    await Promise.all([call.opened, answer.opened]);
    const heard = once(answer, 'data');
    await call.send({ text: 'hello' });
    expect(await heard).to.deep.equal({ text: 'hello' });
    const back = once(call, 'data');
    await answer.send('hi');
    expect(await back).to.equal('hi');
  });
});
