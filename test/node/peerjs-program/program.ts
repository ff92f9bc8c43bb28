/** A program as it is written for PeerJS. It need only compile: with `peerjs`, and with this engine under its name. */
import Peer, {
  BaseConnectionErrorType,
  BufferedConnection,
  ConnectionType,
  DataConnectionErrorType,
  LogLevel,
  MediaConnection,
  MsgPack,
  MsgPackPeer,
  Peer as NamedPeer,
  PeerError,
  PeerErrorType,
  SerializationType,
  ServerMessageType,
  SocketEventType,
  StreamConnection,
  util,
  type AnswerOption,
  type CallOption,
  type DataConnection,
  type PeerConnectOption,
  type PeerEvents,
  type PeerJSOption,
  type PeerOptions,
  type SerializerMapping,
  type Util,
  type UtilSupportsObj,
} from 'peerjs';

declare const video: HTMLVideoElement;
declare const show: (text: string) => void;

const where: PeerJSOption = { host: '/', port: 9000, path: '/peerjs', key: 'peerjs', secure: false, token: 't', debug: 2 };
const serializers: SerializerMapping = { MsgPack };
const options: PeerOptions = {
  ...{ host: '/', port: 9000, path: '/peerjs', pingInterval: 5000, referrerPolicy: 'origin' },
  config: { iceServers: [{ urls: 'stun:stun.example.org' }] },
  debug: LogLevel.Errors,
  logFunction: (level, ...rest) => show([level, ...rest].join(' ')),
  serializers,
};

const peers: Peer[] = [new Peer(), new Peer('me'), new Peer('me', options), new NamedPeer(where), new MsgPackPeer('me', options)];
const peer: Peer = new Peer(options);
show(`${peer.id} ${peer.open} ${peer.destroyed} ${peer.disconnected} ${Object.keys(peer.connections).length} ${peer.options.host}`);

peer.on('open', (id: string) => show(id.toUpperCase()));
peer.once('close', () => show('closed'));
peer.on('disconnected', () => peer.reconnect());
peer.on('error', (error) => {
  if (error instanceof PeerError && error.type === PeerErrorType.PeerUnavailable) show(error.message);
});
const taken: PeerEvents['connection'] = (connection: DataConnection) => talk(connection);
peer.on('connection', taken);
peer.off('connection', taken);

const how: PeerConnectOption = { label: 'chat', metadata: { name: 'me' }, serialization: SerializationType.JSON, reliable: true };
talk(peer.connect('you', how));
talk(peer.connect('you'));

function talk(connection: DataConnection): void {
  show(`${connection.peer} ${connection.label} ${connection.connectionId} ${connection.serialization} ${connection.reliable}`);
  show(String(connection.metadata) + String(connection.open) + String(connection.type === ConnectionType.Data));
  connection.on('open', () => void connection.send({ any: ['thing', new Uint8Array(3)] }));
  connection.on('data', (data: unknown) => show(String(data)));
  connection.on('iceStateChanged', (state: RTCIceConnectionState) => show(state));
  connection.on('error', (error) => {
    if (error.type === DataConnectionErrorType.NotOpenYet || error.type === BaseConnectionErrorType.ConnectionClosed) show(error.message);
  });
  connection.on('close', () => show('closed'));
  show(String(connection.dataChannel?.bufferedAmount) + String(connection.peerConnection?.iceConnectionState));
  if (connection instanceof BufferedConnection) show(String(connection.bufferSize));
  if (connection instanceof StreamConnection) show(connection.peer);
  connection.close({ flush: true });
}

async function call(): Promise<void> {
  const stream: MediaStream = await navigator.mediaDevices.getUserMedia({ video: true });
  const toCall: CallOption = { metadata: { name: 'me' }, sdpTransform: (sdp: string) => sdp };
  const toAnswer: AnswerOption = { sdpTransform: (sdp: string) => sdp };
  watch(peer.call('you', stream, toCall));
  peer.on('call', (incoming: MediaConnection) => {
    incoming.answer(stream, toAnswer);
    incoming.answer();
    watch(incoming);
  });
}

function watch(connection: MediaConnection): void {
  connection.on('stream', (stream: MediaStream) => (video.srcObject = stream));
  connection.on('willCloseOnRemote', () => show('stands'));
  connection.on('close', () => (video.srcObject = null));
  connection.on('error', (error) => show(error.message));
  connection.on('iceStateChanged', (state: RTCIceConnectionState) => show(state));
  show(`${connection.peer} ${connection.type === ConnectionType.Media} ${connection.open} ${connection.connectionId}`);
  show(String(connection.localStream?.id) + String(connection.remoteStream?.id) + String(connection.metadata));
  for (const sender of connection.peerConnection?.getSenders() ?? []) show(String(sender.track?.kind));
  if (connection instanceof MediaConnection) connection.close();
}

const found = peer.getConnection('you', 'dc_1');
found?.close();
peer.listAllPeers((ids) => show(ids.join(' ')));
peer.disconnect();
peer.destroy();

const supports: UtilSupportsObj = util.supports;
const helper: Util = util;
show(`${supports.data} ${helper.browser} ${util.CLOUD_HOST} ${util.validateId('id')} ${util.randomToken()}`);
show(`${SocketEventType.Message} ${ServerMessageType.Offer} ${peers.length}`);

export { call };
