/**
 * `peer-elements`: the classes of the elements, their events, and the engine. Importing it does nothing; to have the elements
 * registered import `peer-elements/define`.
 *
 * @packageDocumentation
 */
export { PeerChannel, type ChannelSettings } from './elements/peer-channel.js';
export { PeerInvite } from './elements/peer-invite.js';
export { PeerNode } from './elements/peer-node.js';
export * from './elements/events.js';
export type { EngineConnection, EngineConstructor, EnginePeer } from './elements/engine-port.js';
export { ElementErrorType } from './errors.js';
export * from './engine/exports.js';
