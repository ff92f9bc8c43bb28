/** Registers all elements, and exports everything that `peer-elements` exports. */
import './elements/peer-channel.define.js';
import './elements/peer-invite.define.js';
import './elements/peer-node.define.js';
import { startHypertext } from './elements/hypertext/floor.js';

startHypertext();

export * from './index.js';
