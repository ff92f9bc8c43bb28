import { expect } from '@open-wc/testing';
import type { ChannelCloseEvent } from '../../../src/index.js';
import { OURS, PROFILES, callFrom, cleanPage, converse, forgotten, makeChannel, makeNode, mount, next, opened, openNode, reached, record, task, until } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

for (const { name, Engine, foreign } of PROFILES) {
  describe(`an incoming connection, over ${name}`, () => {
    cleanPage();

    it('replaces that of the same remote and label: a reloaded guest', async () => {
      const { host, guest, called } = await converse(Engine, { label: 'chat' });
      const other = makeChannel({ listen: true });
      host.append(other);
      const id = guest.currentId ?? '';
      // The page is gone without a word: its server knows, and its conversations do not.
      guest.disconnect();
      await forgotten(id);
      const closed = next(called, 'channel-close');
      const again = callFrom(Engine, host, { label: 'chat' }, id);
      expect((await closed).reason).to.equal('replaced');
      await Promise.all([opened(called), opened(again)]);
      expect([called.remoteId, other.state]).to.deep.equal([id, 'waiting']);
      const data = next(called, 'channel-data');
      void again.send('back');
      expect((await data).data).to.equal('back');
    });

    it('leads to one conversation where both call at once', async () => {
      const [smaller, larger] = [uniqueId('a'), uniqueId('b')];
      const [a, b] = [makeChannel({ to: larger, manual: true }), makeChannel({ to: smaller, manual: true })];
      const nodes = [makeNode({ engine: Engine, peerId: smaller }, a), makeNode({ engine: Engine, peerId: larger }, b)];
      await Promise.all(nodes.map((node) => opened(mount(node))));
      // Manual holds an answer back too, so both are as any other once they have called.
      a.manual = b.manual = false;
      await until(() => a.state === 'open' && b.state === 'open' && a.connection?.connectionId === b.connection?.connectionId);
      expect([a.incoming, b.incoming]).to.deep.equal([false, true]);
      const events = record(b, 'channel-data');
      const heard = Promise.all([next(a, 'channel-data'), next(b, 'channel-data')]);
      void a.send('once');
      void b.send('too');
      await heard;
      expect(events.map(({ data }) => data)).to.deep.equal(['once']);
    });

    it('goes to a waiting channel with its label', async () => {
      const [any, labelled, other] = [{}, { label: 'chat' }, { label: 'files' }].map((settings) => makeChannel({ listen: true, ...settings }));
      const host = await openNode({ engine: Engine }, ...[any, labelled, other].filter((channel) => channel !== undefined));
      callFrom(Engine, host, { label: 'chat' });
      const { target } = await next(host, 'channel-open');
      expect(target === labelled).to.equal(true);
    });

    it('goes to a waiting channel without a label where none has its label', async () => {
      const [labelled, any] = [makeChannel({ listen: true, label: 'chat' }), makeChannel({ listen: true })];
      const host = await openNode({ engine: Engine }, labelled, any);
      callFrom(Engine, host, { label: 'files' });
      const { target } = await next(host, 'channel-open');
      expect(target === any).to.equal(true);
    });

    it('without a label does not go to a channel that has one', async () => {
      const labelled = makeChannel({ listen: true, label: 'chat' });
      const host = await openNode({ engine: Engine }, labelled);
      const calling = callFrom(Engine, host);
      await next(calling, 'channel-close');
      expect(labelled.state).to.equal('waiting');
    });

    it('that nobody takes is refused: the remote is told so, or sees it open and close', async () => {
      const host = await openNode({ engine: Engine });
      const calling = callFrom(Engine, host);
      const events = record(calling, 'channel-open', 'channel-close');
      await reached(calling, 'closed');
      await task();
      // PeerJS's protocol has no word for it.
      const native = Engine === OURS.Engine;
      expect(events.map(({ type }) => type)).to.deep.equal(native ? ['channel-close'] : ['channel-open', 'channel-close']);
      const { reason } = events.at(-1) as ChannelCloseEvent;
      expect(reason).to.equal(native ? 'refused' : 'remote');
      expect(host.openCount).to.equal(0);
    });

    it('fills several waiting channels in one tick', async () => {
      const host = await openNode({ engine: Engine }, makeChannel({ listen: true }), makeChannel({ listen: true }), makeChannel({ listen: true }));
      const callers = [1, 2, 3].map(() => callFrom(Engine, host));
      await Promise.all([...callers, ...host.channels].map(opened));
      const remotes = host.channels.map((channel) => channel.remoteId).sort();
      expect(remotes).to.deep.equal(callers.map((channel) => channel.node?.currentId).sort());
    });

    it('is taken again after each close', async () => {
      const { host, called, calling } = await converse(Engine);
      for (let round = 0; round < 3; round++) {
        called.close();
        await reached(calling, 'closed');
        calling.connect();
        await Promise.all([opened(called), opened(calling)]);
      }
      expect(host.openCount).to.equal(1);
    });

    it('is taken by a channel that listens to its own id', async () => {
      const id = uniqueId();
      const channel = makeChannel({ listen: true, to: id });
      const host = await openNode({ engine: Engine, peerId: id }, channel);
      await reached(channel, 'waiting');
      callFrom(Engine, host);
      await opened(channel);
    });

    it('of somebody else is not taken by a channel that calls', async () => {
      const somebody = await openNode({ engine: Engine }, makeChannel({ listen: true }));
      const channel = makeChannel({ to: somebody.currentId, listen: true });
      const host = await openNode({ engine: Engine }, channel);
      await opened(channel);
      channel.close();
      await reached(channel, 'closed');
      const calling = callFrom(Engine, host);
      await reached(calling, 'closed');
      expect(channel.state).to.equal('closed');
    });

    it('of the one whom a closed channel has called is taken by it', async () => {
      const { host, guest, called, calling } = await converse(Engine);
      called.listen = false;
      calling.close();
      await reached(called, 'closed');
      called.to = guest.currentId;
      await Promise.all([opened(called), opened(calling)]);
      expect([calling.incoming, host.openCount]).to.deep.equal([true, 1]);
    });

    if (foreign) return;

    it('is answered by a manual channel only on connect()', async () => {
      const channel = makeChannel({ listen: true, manual: true });
      const host = await openNode({ engine: Engine }, channel);
      const calling = callFrom(Engine, host);
      await reached(channel, 'connecting');
      expect([channel.incoming, channel.connection?.open, channel.remoteId]).to.deep.equal([true, false, calling.node?.peerId]);
      channel.connect();
      await Promise.all([opened(channel), opened(calling)]);
    });
  });
}

