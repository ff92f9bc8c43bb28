import { expect } from '@open-wc/testing';
import { COMPATIBLE, ENGINES, OURS, callFrom, cleanPage, converse, forgotten, makeChannel, makeNode, mount, next, opened, openNode, reached, record, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

/** What events say, one line each. */
function told(events: Event[]): string[] {
  return events.map((event) => ('oldState' in event && 'state' in event ? `${event.type} ${String(event.oldState)} ${String(event.state)}` : event.type));
}

for (const { name, Engine, foreign } of ENGINES) {
  describe(`state, over ${name}`, () => {
    cleanPage();

    it('of a node goes from idle to closed, and peer-state precedes the named event', async () => {
      const node = makeNode({ engine: Engine, peerId: uniqueId() });
      const events = record(node, 'peer-state', 'peer-open', 'peer-disconnected', 'peer-close');
      expect(node.state).to.equal('idle');
      await opened(mount(node));
      node.disconnect();
      expect(node.state).to.equal('disconnected');
      await forgotten(node.peerId ?? '');
      node.reconnect();
      await opened(node);
      node.close();
      expect(told(events)).to.deep.equal([
        'peer-state idle connecting',
        'peer-state connecting open',
        'peer-open',
        'peer-state open disconnected',
        'peer-disconnected',
        'peer-state disconnected connecting',
        'peer-state connecting open',
        'peer-open',
        'peer-state open closed',
        'peer-close',
      ]);
    });

    it('of a calling channel goes from idle to closed', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel({ to: host.currentId });
      const events = record(channel, 'channel-state', 'channel-open', 'channel-close');
      await openNode({ engine: Engine }, channel);
      await opened(channel);
      channel.close();
      expect(told(events)).to.deep.equal([
        'channel-state idle connecting',
        'channel-state connecting open',
        'channel-open',
        'channel-state open closed',
        'channel-close',
      ]);
    });

    it('of a listening channel goes back to waiting', async () => {
      const channel = makeChannel({ listen: true });
      const events = record(channel, 'channel-state', 'channel-open', 'channel-close');
      const host = await openNode({ engine: Engine }, channel);
      await reached(channel, 'waiting');
      const calling = makeChannel({ to: host.currentId });
      await openNode({ engine: Engine }, calling);
      await Promise.all([opened(calling), opened(channel)]);
      calling.close();
      await reached(channel, 'waiting');
      expect(told(events)).to.deep.equal([
        'channel-state idle waiting',
        'channel-state waiting connecting',
        'channel-state connecting open',
        'channel-open',
        'channel-state open closed',
        'channel-close',
        'channel-state closed waiting',
      ]);
    });

    it('shows as an attribute and as :state()', async () => {
      const { host, called } = await converse(Engine);
      for (const element of [host, called]) {
        expect(element.getAttribute('state')).to.equal('open');
        expect(element.matches(':state(open)')).to.equal(true);
        expect(element.matches(':state(connecting)')).to.equal(false);
      }
    });

    it('of a node shows who it is and how many of its channels are open', async () => {
      const { host, calling } = await converse(Engine);
      expect([host.openCount, host.getAttribute('open-count')]).to.deep.equal([1, '1']);
      expect(host.getAttribute('current-id')).to.equal(host.peerId);
      const closed = next(host, 'channel-close');
      calling.close();
      await closed;
      expect([host.openCount, host.getAttribute('open-count')]).to.deep.equal([0, '0']);
      host.close();
      expect([host.currentId, host.getAttribute('current-id')]).to.deep.equal([null, null]);
    });

    it('of a channel shows who is at the other end, who called, and what is spoken', async () => {
      const { host, guest, called, calling } = await converse(Engine);
      expect([called.remoteId, called.getAttribute('remote-id')]).to.deep.equal([guest.currentId, guest.currentId]);
      expect([calling.remoteId, calling.getAttribute('remote-id')]).to.deep.equal([host.currentId, host.currentId]);
      expect([called.incoming, called.hasAttribute('incoming')]).to.deep.equal([true, true]);
      expect([calling.incoming, calling.hasAttribute('incoming')]).to.deep.equal([false, false]);
      const profile = foreign ? 'compatible' : 'native';
      expect([called.profile, calling.getAttribute('profile')]).to.deep.equal([profile, profile]);
      calling.close();
      expect([calling.remoteId, calling.profile, calling.hasAttribute('profile')]).to.deep.equal([null, null, false]);
    });

    it('lets open channels live while the node is disconnected', async () => {
      const { host, called, calling } = await converse(Engine);
      host.disconnect();
      expect([host.state, called.state]).to.deep.equal(['disconnected', 'open']);
      const data = next(called, 'channel-data');
      void calling.send('still here');
      expect((await data).data).to.equal('still here');
      await forgotten(host.peerId ?? '');
      host.open();
      await opened(host);
      expect(called.state).to.equal('open');
    });

    it('loses the error of a node at the next attempt', async () => {
      const node = mount(makeNode({ engine: Engine, server: 'ftp://nowhere/' }));
      await next(node, 'peer-error');
      expect([node.error?.type, node.getAttribute('error')]).to.deep.equal(['invalid-setting', 'invalid-setting']);
      node.server = '/peerjs';
      await reached(node, 'connecting');
      expect([node.error, node.hasAttribute('error')]).to.deep.equal([null, false]);
    });

    it('loses the error of a channel at the next attempt', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel({ to: host.currentId, serialization: 'wat' });
      await openNode({ engine: Engine }, channel);
      await reached(channel, 'closed');
      expect([channel.error?.type, channel.getAttribute('error')]).to.deep.equal(['unknown-serialization', 'unknown-serialization']);
      channel.serialization = 'json';
      await opened(channel);
      expect([channel.error, channel.hasAttribute('error')]).to.deep.equal([null, false]);
    });
  });
}

describe('the profile of a channel', () => {
  cleanPage();

  it('is compatible where either side speaks no other', async () => {
    const called = makeChannel({ listen: true });
    const host = await openNode({ options: { native: false } }, called);
    const calling = callFrom(OURS.Engine, host);
    await Promise.all([opened(called), opened(calling)]);
    expect([called.profile, calling.getAttribute('profile')]).to.deep.equal(['compatible', 'compatible']);
    const other = await converse(COMPATIBLE.Engine);
    expect(other.calling.profile).to.equal('compatible');
  });

  it('is absent until it is open', async () => {
    const host = await openNode({}, makeChannel({ listen: true }));
    const calling = callFrom(OURS.Engine, host);
    await reached(calling, 'connecting');
    expect([calling.profile, calling.hasAttribute('profile')]).to.deep.equal([null, false]);
    calling.remove();
  });
});

describe('a read-only attribute', () => {
  cleanPage();

  it('that is changed is written back', async () => {
    const node = await openNode();
    for (const name of ['state', 'current-id', 'open-count']) node.setAttribute(name, 'mine');
    node.setAttribute('error', 'mine');
    await Promise.resolve();
    expect(node.getAttribute('state')).to.equal('open');
    expect(node.getAttribute('current-id')).to.equal(node.peerId);
    expect(node.getAttribute('open-count')).to.equal('0');
    expect(node.hasAttribute('error')).to.equal(false);
    expect(node.state).to.equal('open');
  });

  it('that is removed is written back', async () => {
    const { called } = await converse(OURS.Engine);
    for (const name of ['state', 'incoming', 'profile', 'remote-id']) called.removeAttribute(name);
    await Promise.resolve();
    expect(called.getAttribute('state')).to.equal('open');
    expect(called.hasAttribute('incoming')).to.equal(true);
    expect(called.getAttribute('profile')).to.equal('native');
    expect(called.getAttribute('remote-id')).to.equal(called.remoteId);
  });

  it('in the markup is overwritten', async () => {
    const holder = mount(document.createElement('div'));
    holder.innerHTML = '<peer-channel state="open" error="x" incoming profile="native" remote-id="y"></peer-channel>';
    await task();
    expect(holder.innerHTML).to.equal('<peer-channel state="idle"></peer-channel>');
  });

  it('of a clone is overwritten', async () => {
    const { called } = await converse(OURS.Engine);
    const clone = called.cloneNode(true) as typeof called;
    await Promise.resolve();
    expect(clone.hasAttribute('remote-id')).to.equal(false);
    mount(clone);
    await task();
    expect(clone.outerHTML).to.equal('<peer-channel state="idle"></peer-channel>');
    expect(called.getAttribute('state')).to.equal('open');
  });
});
