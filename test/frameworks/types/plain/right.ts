/** What TypeScript without a framework writes: it need only compile. */
import 'peer-elements/define';
import { Peer, type DataConnection, type PeerChannel, type PeerChannelEventMap, type PeerNodeEventMap } from 'peer-elements';

interface Move {
  readonly from: string;
  readonly to: string;
}

const node = document.querySelector('peer-node');
node?.addEventListener('peer-open', (event) => event.id.length);
node?.addEventListener('channel-data', ({ data }) => console.log(data));
document.addEventListener('peer-error', ({ error }) => console.warn(error.type));
window.addEventListener('channel-close', ({ reason }) => reason.length);

const channel = document.createElement('peer-channel');
channel.node = 'me';
channel.node = node;
channel.to = null;
void channel.send({ anything: true });

// Who says nothing of the messages has `unknown`, as before.
channel.addEventListener('channel-data', ({ data }) => typeof data === 'string' && data.length);
const plain: DataConnection = new Peer().connect('ann');
void plain.send(1);

// The word of the page for what its messages are.
const board = document.querySelector<PeerChannel<Move>>('peer-channel');
board?.addEventListener('channel-data', ({ data }) => data.from.length);
void board?.send({ from: 'e2', to: 'e4' });
const opponent: PeerChannel<Move> | undefined = node?.connect<Move>('ann', { label: 'chess' });
const any: PeerChannel | undefined = opponent;
const connection = new Peer().connect<Move>('ann');
const listener = (move: Move): void => console.log(move.to);
connection.on('data', listener).once('data', listener).off('data', listener);
connection.on('close', (reason, unconfirmed) => [reason.length, unconfirmed.toFixed()]);
node?.addEventListener('peer-connection', (event) => (channel.connection = event.take<Move>()));
const read = async (): Promise<Move | undefined> => (await connection.readable.getReader().read()).value;

const listeners: { [K in keyof PeerNodeEventMap]?: (event: PeerNodeEventMap[K]) => void } = { 'peer-state': ({ oldState }) => oldState };
const typed: (event: PeerChannelEventMap<Move>['channel-data']) => string = (event) => event.data.to;

export { any, listeners, read, typed };
