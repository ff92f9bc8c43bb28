import { expect } from '@open-wc/testing';
import { PEERJS, cleanPage, makeChannel, makeNode, mount, next, opened, openNode, reached, record, task } from '../../support/elements.js';
import { FaultServer, endFaultServers } from '../../support/fault-server.js';
import { uniqueId } from '../../support/peers.js';

describe('a node whose server is lost', () => {
  cleanPage();
  let server: FaultServer;

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(endFaultServers);

  it('is disconnected, and open again by itself', async () => {
    const node = await openNode({ server: server.url });
    const id = node.currentId;
    const events = record(node, 'peer-state', 'peer-error', 'peer-disconnected', 'peer-open');
    const lost = next(node, 'peer-disconnected');
    await server.set('down');
    await lost;
    expect([node.state, node.getAttribute('error')]).to.deep.equal(['disconnected', 'network']);
    await server.set('up');
    await opened(node);
    await task();
    expect([node.currentId, node.error, node.hasAttribute('error')]).to.deep.equal([id, null, false]);
    expect(events.map(({ type }) => type)).to.deep.equal(['peer-error', 'peer-state', 'peer-disconnected', 'peer-state', 'peer-open']);
  });

  it('is open when the server is there at last', async () => {
    await server.set('down');
    const node = mount(makeNode({ server: server.url, peerId: uniqueId() }));
    await reached(node, 'disconnected');
    await server.set('up');
    await opened(node);
    expect(node.error).to.equal(null);
  });

  it('goes on with its channels, and calls those that were placed in it meanwhile', async () => {
    const called = makeChannel({ listen: true });
    const [host, guest] = [await openNode({ server: server.url }, called), await openNode({ server: server.url })];
    const calling = guest.connect(host.currentId ?? '');
    await Promise.all([opened(called), opened(calling)]);
    await server.set('down');
    await Promise.all([reached(host, 'disconnected'), reached(guest, 'disconnected')]);
    const second = makeChannel({ listen: true, label: 'second' });
    host.append(second);
    const late = guest.connect(calling.remoteId ?? '', { label: 'second' });
    const data = next(called, 'channel-data');
    void calling.send('still here');
    expect((await data).data).to.equal('still here');
    await server.set('up');
    await Promise.all([opened(second), opened(late)]);
    expect([called.state, calling.state]).to.deep.equal(['open', 'open']);
  });

  it('is open sooner by reconnect()', async () => {
    const node = await openNode({ server: server.url });
    await server.set('down');
    await reached(node, 'disconnected');
    await server.set('up');
    node.reconnect();
    expect(node.state).to.equal('connecting');
    await opened(node);
  });

  it('stays disconnected where the page has left, or the engine is peerjs', async () => {
    const ours = await openNode({ server: server.url });
    const theirs = await openNode({ server: server.url, engine: PEERJS.Engine });
    await server.set('down');
    await Promise.all([reached(ours, 'disconnected'), reached(theirs, 'disconnected')]);
    ours.disconnect();
    await server.set('up');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect([ours.state, theirs.state]).to.deep.equal(['disconnected', 'disconnected']);
    theirs.reconnect();
    await opened(theirs);
  });

  it('leaves nothing that goes on when it is removed', async () => {
    const node = await openNode({ server: server.url });
    await server.set('down');
    await reached(node, 'disconnected');
    node.remove();
    await task();
    await server.set('up');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await server.ids()).to.deep.equal([]);
  });
});
