/**
 * `peer-elements/engine`: the PeerJS API, without elements. Replaces `peerjs` by changing one import.
 *
 * @packageDocumentation
 */
export * from './exports.js';
export { Peer as default } from './peer.js';
export { MsgPackPeer } from './msgpack-peer.js';
export { MsgPack } from '../wire/index.js';
