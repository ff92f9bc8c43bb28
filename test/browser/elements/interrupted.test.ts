import { expect } from '@open-wc/testing';

import { Peer } from '../../../src/index.js';
import { cleanPage, converse, next, reached, record } from '../../support/elements.js';

describe('a channel whose path is lost', () => {
  cleanPage();

  it('is interrupted, counts as open, and is open again without another channel-open', async () => {
    const { host, called, calling } = await converse(Peer as never);
    const events = record(calling, 'channel-state', 'channel-open', 'channel-close');
    const interrupted = reached(calling, 'interrupted');
    calling.connection?.peerConnection?.close();
    await interrupted;
    expect([calling.getAttribute('state'), calling.matches(':state(interrupted)')]).to.deep.equal(['interrupted', true]);
    expect(host.openCount).to.equal(1);
    const data = next(called, 'channel-data');
    void calling.send('written in a tunnel');
    expect((await data).data).to.equal('written in a tunnel');
    await reached(calling, 'open');
    expect(events.map(({ type }) => type)).to.deep.equal(['channel-state', 'channel-state']);
  });

  it('tells at its end what was not confirmed, and gives it back', async () => {
    const { guest, called, calling } = await converse(Peer as never);
    // Nobody is at the other end any more, and nobody says so.
    const other = called.connection?.peerConnection;
    guest.peer?.disconnect();
    called.node?.peer?.disconnect();
    const interrupted = reached(calling, 'interrupted');
    other?.close();
    calling.connection?.peerConnection?.close();
    await interrupted;
    void calling.send('one');
    void calling.send({ two: 2 });
    const closed = next(calling, 'channel-close');
    calling.connection?.provider?.destroy();
    const event = await closed;
    expect([event.reason, event.unconfirmed]).to.deep.equal(['destroyed', 2]);
    expect(await event.takeUnconfirmed()).to.deep.equal([]);
  });
});
