/** The entry of `dist/cdn/peerjs.js`: the classic script that stands in for `peerjs.min.js`. */
import { Peer, util } from './engine/index.js';

Object.assign(globalThis, { peerjs: { Peer, util }, Peer });
