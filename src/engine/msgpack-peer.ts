import { MsgPack } from '../wire/index.js';
import type { ConnectOptions } from './connection-types.js';
import type { DataConnection } from './data-connection.js';
import type { PeerOptions } from './options.js';
import { Peer } from './peer.js';

/**
 * PeerJS's class: a peer that knows the serialization `MsgPack`, and connects with it where no other is asked for. Unlike PeerJS's
 * it also takes connections in every other one.
 */
export class MsgPackPeer extends Peer {
  constructor(options?: PeerOptions);
  constructor(id?: string | null, options?: PeerOptions);
  constructor(idOrOptions?: string | PeerOptions | null, maybeOptions?: PeerOptions) {
    const isOptions = typeof idOrOptions === 'object' && idOrOptions !== null;
    const options = isOptions ? idOrOptions : maybeOptions;
    super(isOptions ? undefined : idOrOptions, { ...options, serializers: { ...options?.serializers, MsgPack } });
  }

  override connect<Data = unknown>(id: string, options: ConnectOptions = {}): DataConnection<Data> {
    return super.connect<Data>(id, { ...options, serialization: options.serialization ?? 'MsgPack' });
  }
}
