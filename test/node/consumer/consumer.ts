/** What a page with TypeScript writes: it need only compile, against the package as it is published. */
import 'peer-elements/define';
import * as everything from 'peer-elements';
import DefaultPeer, { Peer, type DataConnection } from 'peer-elements/engine';
import * as channelModule from 'peer-elements/peer-channel';
import * as nodeModule from 'peer-elements/peer-node';

const peer: Peer = new DefaultPeer('me', { host: 'localhost', port: 9000, path: '/peerjs' });
peer.on('open', (id) => id.toUpperCase());
peer.on('connection', (connection: DataConnection) => {
  connection.on('data', (data) => connection.send(data));
});

const node = document.createElement('peer-node');
node.peerId = 'me';
node.addEventListener('peer-open', (event) => event.id.toUpperCase());

const channel = document.createElement('peer-channel');
channel.to = 'you';
channel.addEventListener('channel-data', (event) => channel.send(event.data));

// The engine's own classes are what the elements take for an engine.
node.engine = Peer;
node.peer = peer;
node.addEventListener('peer-connection', (event) => (channel.connection = event.take()));
channel.node = node;

// What the page says its messages are.
interface Move {
  readonly to: string;
}
const board: everything.PeerChannel<Move> = node.connect<Move>('you');
board.addEventListener('channel-data', (event) => board.send({ to: event.data.to }));
peer.connect<Move>('you').on('data', (move) => move.to);

export { channelModule, everything, nodeModule };
