/** Each of these has to be refused. */
import 'peer-elements/define';
import { Peer, type PeerChannel } from 'peer-elements';

interface Move {
  readonly from: string;
  readonly to: string;
}

const node = document.createElement('peer-node');
const channel = document.createElement('peer-channel') as PeerChannel<Move>;
const connection = new Peer().connect<Move>('ann');

// @ts-expect-error read-only
node.state = 'open';
// @ts-expect-error misspelt
node.peerID = 'ann';
// @ts-expect-error what is no number
channel.lanes = 'two';
// @ts-expect-error what the event does not have
node.addEventListener('peer-open', (event) => event.peerId);
// @ts-expect-error nobody knows what has come
document.createElement('peer-channel').addEventListener('channel-data', (event) => event.data.from);
// @ts-expect-error no such field
channel.addEventListener('channel-data', (event) => event.data.piece);
// @ts-expect-error no move
void channel.send({ from: 'e2' });
// @ts-expect-error no move
void connection.send('e4');
// @ts-expect-error what comes is no number
connection.on('data', (move: number) => move);
// @ts-expect-error no such event
connection.on('dta', () => undefined);
