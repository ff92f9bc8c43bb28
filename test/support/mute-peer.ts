import { SERVER, uniqueId } from './peers.js';

/** What came for a {@link MutePeer}, as PeerServer delivered it. */
export interface ServerMessage {
  readonly type: string;
  readonly src: string;
  readonly payload: { readonly connectionId: string; readonly sdp?: RTCSessionDescriptionInit };
}

/** Somebody at the PeerServer who speaks only when the test does: a bare WebSocket, from which any rubbish can be sent. */
export interface MutePeer {
  readonly id: string;
  /** The types of all messages that came. */
  readonly heard: readonly string[];
  /** Resolves to the next message of that type, from now on. */
  next(type: string): Promise<ServerMessage>;
  say(message: { type: string; dst: string; payload?: unknown }): void;
  destroy(): void;
}

export async function mutePeer(id = uniqueId('mute')): Promise<MutePeer> {
  const { host, port, path } = SERVER;
  const socket = new WebSocket(`ws://${host}:${port}${path}/peerjs?key=peerjs&id=${id}&token=${uniqueId('token')}&version=1.5.5`);
  const next = (type: string): Promise<ServerMessage> =>
    new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data)) as ServerMessage;
        if (message.type === type) resolve(message);
      });
    });
  await next('OPEN');
  const heard: string[] = [];
  socket.addEventListener('message', ({ data }) => heard.push((JSON.parse(String(data)) as ServerMessage).type));
  return {
    id,
    heard,
    next,
    say: (message) => socket.send(JSON.stringify(message)),
    destroy: () => socket.close(),
  };
}
