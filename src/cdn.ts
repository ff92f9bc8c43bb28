/**
 * The entry of `dist/cdn/peer-elements.js`: one module that registers the elements and exports everything. The default export is
 * PeerJS's, so that an import map can put it in the place of `peerjs`.
 */
export * from './define.js';
export { Peer as default } from './engine/index.js';
