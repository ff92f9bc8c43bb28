import type { EngineErrorType, PeerError } from '../../errors.js';
import type { CloseReason } from '../connection-types.js';
import type { Peer } from '../peer.js';
import type { TransportEnvironment } from '../transport.js';
import type { MediaConnection } from './media-connection.js';

export interface MediaConnectionEvents {
  /** The remote's media: once for each of its streams. (PeerJS: once for each track.) */
  stream: (stream: MediaStream) => void;
  /** From now on an end at this side is noticed at the other at once. PeerJS's name. */
  willCloseOnRemote: () => void;
  /** The call has ended: once, whether it was ever answered or not. (PeerJS stays silent where it was not.) */
  close: (reason: CloseReason) => void;
  /** Something went wrong. `close` follows where it ended the call. */
  error: (error: PeerError<EngineErrorType>) => void;
  /** PeerJS's name for `RTCPeerConnection.iceConnectionState`. */
  iceStateChanged: (state: RTCIceConnectionState) => void;
}

/** Options of `peer.call(id, stream, options)`. */
export interface CallOptions {
  /** Anything JSON can hold; the remote finds it as `call.metadata`. */
  metadata?: unknown;
  /** The call's id. Default random. */
  connectionId?: string | undefined;
  /** A last change to the offer before it is sent. */
  sdpTransform?: ((sdp: string) => string) | undefined;
  /** `RTCOfferOptions`: `{ offerToReceiveVideo: true }` asks for video where only audio is sent. */
  constraints?: RTCOfferOptions | undefined;
}

/** Options of `call.answer(stream, options)`. */
export interface AnswerOptions {
  /** A last change to the answer before it is sent. */
  sdpTransform?: ((sdp: string) => string) | undefined;
}

/** What a call needs of its peer. */
export interface MediaHost {
  readonly environment: TransportEnvironment;
  /** How long it may ring, in ms. */
  readonly ringTimeout: number;
  /** How long it may take from the answer to the network path, in ms. */
  readonly connectTimeout: number;
  /** Says something to the remote by way of signaling. */
  say(type: 'OFFER' | 'ANSWER' | 'CANDIDATE', call: MediaConnection, payload: object, wanted?: () => boolean): void;
  /** What this peer says of itself; undefined where it is to pass for a PeerJS peer. */
  announcement(): object | undefined;
  /** Something from the remote could not be used; the call goes on. */
  fault(error: PeerError): void;
  forget(call: MediaConnection): void;
}

/** What a call is made of. */
export interface MediaInit {
  readonly peer: string;
  readonly provider: Peer;
  readonly host: MediaHost;
  readonly options: CallOptions;
  readonly connectionId: string;
  /** What the caller sends. */
  readonly stream?: MediaStream;
  /** The caller's offer, where the remote called. */
  readonly offer?: RTCSessionDescriptionInit;
  /** Whether the caller is a peer of this engine, where the remote called. */
  readonly native?: boolean;
}
