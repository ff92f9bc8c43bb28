export { BroadcastSignaling, type BroadcastOptions } from './broadcast.js';
export { OPEN_TIMEOUT, PeerServerSignaling, type PeerServerOptions } from './peer-server.js';
export { ABSENCE_WAIT, CLAIM_WAIT } from './room-member.js';
export type {
  IncomingSignal,
  OutgoingSignal,
  Signaling,
  SignalingSession,
  SignalingTraits,
  SignalType,
} from './signaling.js';
