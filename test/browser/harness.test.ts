import { expect } from '@open-wc/testing';
import { Peer, type DataConnection } from 'peerjs';

/** The other tests judge this project against `peerjs` over a PeerServer; here it is seen that the two work at all. */
describe('the test partner', () => {
  const options = { host: location.hostname, port: Number(location.port), path: '/peerjs' };
  const peers: Peer[] = [];

  afterEach(() => {
    for (const peer of peers.splice(0)) peer.destroy();
  });

  async function openPeer(): Promise<Peer> {
    const peer = new Peer(options);
    peers.push(peer);
    await new Promise((resolve, reject) => {
      peer.on('open', resolve);
      peer.on('error', reject);
    });
    return peer;
  }

  it('carries a message there and back', async () => {
    const [alice, bob] = [await openPeer(), await openPeer()];
    bob.on('connection', (connection: DataConnection) => {
      connection.on('data', (data) => connection.send({ echo: data }));
    });
    const connection = alice.connect(bob.id);
    const answer = new Promise((resolve, reject) => {
      connection.on('data', resolve);
      connection.on('error', reject);
    });
    connection.on('open', () => connection.send({ text: 'hello', bytes: new Uint8Array([1, 2, 3]) }));
    const { echo } = (await answer) as { echo: { text: string; bytes: ArrayBuffer } };
    expect(echo.text).to.equal('hello');
    expect([...new Uint8Array(echo.bytes)]).to.deep.equal([1, 2, 3]);
  });

  it('lists the peers', async () => {
    const peer = await openPeer();
    const ids = await new Promise<unknown[]>((resolve) => peer.listAllPeers(resolve));
    expect(ids).to.include(peer.id);
  });
});
