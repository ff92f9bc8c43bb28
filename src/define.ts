/** Registers all elements, and exports everything that `peer-elements` exports. */
import './elements/peer-channel.define.js';
import './elements/peer-node.define.js';

export * from './index.js';
