import { PeerError } from '../errors.js';
import { DataConnection } from './data-connection.js';

/** How connections of the serialization `MsgPack` send, in PeerJS: as one stream of bytes. */
const STREAMED = 'MsgPack';

type ConnectionClass = abstract new (...args: never[]) => DataConnection;

/**
 * PeerJS's base class of connections that send message by message: all but those of `MsgPack`. Here it is a name to ask with,
 * `connection instanceof BufferedConnection`, and nothing can be made of it: connections do not own a channel that a class of
 * the page's could write to, and a serialization of one's own is a function in the option `serializers`.
 */
export const BufferedConnection = /* @__PURE__ */ kindOf((connection) => connection.serialization !== STREAMED);
export type BufferedConnection<Data = unknown> = DataConnection<Data>;

/** PeerJS's base class of connections that send one stream of bytes: those of `MsgPack`. See {@link BufferedConnection}. */
export const StreamConnection = /* @__PURE__ */ kindOf((connection) => connection.serialization === STREAMED);
export type StreamConnection<Data = unknown> = DataConnection<Data>;

function kindOf(isOne: (connection: DataConnection) => boolean): ConnectionClass {
  function kind(): never {
    throw new PeerError('unsupported', 'Connections come from connect() and the event "connection". A serialization of your own goes into the option serializers, as a function.');
  }
  const value = (each: unknown): boolean => each instanceof DataConnection && isOne(each);
  return Object.defineProperty(kind, Symbol.hasInstance, { value }) as unknown as ConnectionClass;
}
