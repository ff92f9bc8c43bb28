import { announcementOf, newNonce } from '../../src/engine/native/announcement.js';
import { SERVER, tracked, uniqueId } from './peers.js';

/** The id of the control channel of a native link: docs/protocol.md, section 2. */
const CONTROL_ID = 1_000;

/** Somebody who speaks the protocols by hand: a bare WebSocket and a bare RTCPeerConnection, on which any rubbish can be sent. */
export interface RawPeer {
  readonly connection: RTCPeerConnection;
  /** The channel of the OFFER. */
  readonly channel: RTCDataChannel;
  /** The control channel, where the native profile was asked for. */
  readonly control: RTCDataChannel | undefined;
  /** Another channel, open. Rejects where it is closed before. */
  open(label: string, protocol: string): Promise<RTCDataChannel>;
  destroy(): void;
}

interface Message {
  readonly type: string;
  readonly payload: { readonly sdp: RTCSessionDescriptionInit; readonly candidate: RTCIceCandidateInit };
}

/** Calls a peer of this engine, and resolves when the channel is open. */
export async function rawPeer(dst: string, { native = false, serialization = 'binary' } = {}): Promise<RawPeer> {
  const { host, port, path } = SERVER;
  const id = uniqueId('raw');
  const socket = new WebSocket(`ws://${host}:${port}${path}/peerjs?key=peerjs&id=${id}&token=${uniqueId('token')}&version=1.5.5`);
  const connection = new RTCPeerConnection(SERVER.config);
  tracked({
    destroy() {
      socket.close();
      connection.close();
    },
  });
  const connectionId = uniqueId('dc');
  const announced = native && { native: announcementOf(newNonce(), { window: 4_194_304, maxMessageSize: 1_000_000 }) };
  const say = (type: string, payload: object): void => {
    socket.send(JSON.stringify({ type, dst, payload: { ...payload, type: 'data', connectionId } }));
  };
  const channel = connection.createDataChannel('raw');
  const protocol = 'peer-elements.control';
  const control = native ? connection.createDataChannel(protocol, { protocol, negotiated: true, id: CONTROL_ID }) : undefined;
  connection.onicecandidate = ({ candidate }) => {
    if (candidate?.candidate) say('CANDIDATE', { candidate });
  };
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(String(data)) as Message;
    if (type === 'OPEN') void offer();
    else if (type === 'ANSWER') void connection.setRemoteDescription(payload.sdp);
    else if (type === 'CANDIDATE' && payload.candidate) connection.addIceCandidate(payload.candidate).catch(() => undefined);
  };
  async function offer(): Promise<void> {
    await connection.setLocalDescription();
    say('OFFER', { sdp: connection.localDescription, label: 'raw', reliable: true, serialization, ...announced });
  }
  await opened(channel);
  if (control) await opened(control);
  return {
    connection,
    channel,
    control,
    open: (label, of) => opened(connection.createDataChannel(label, { protocol: of })),
    destroy() {
      socket.close();
      connection.close();
    },
  };
}

/** Sends, unless the other side has closed the channel, or the browser has no room in its queue for more. */
export function sendAnyway(channel: RTCDataChannel, packet: string | Uint8Array<ArrayBuffer>): void {
  try {
    if (channel.readyState === 'open') channel.send(packet as string);
  } catch {
    // Closed in this moment, or full.
  }
}

function opened(channel: RTCDataChannel): Promise<RTCDataChannel> {
  channel.binaryType = 'arraybuffer';
  if (channel.readyState === 'open') return Promise.resolve(channel);
  return new Promise((resolve, reject) => {
    channel.addEventListener('open', () => resolve(channel));
    channel.addEventListener('close', () => reject(new Error(`The channel ${channel.label} was closed.`)));
  });
}
