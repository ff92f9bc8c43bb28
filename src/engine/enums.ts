/** PeerJS's remaining enumerations, kept for programs that import them. */

export const ConnectionType = {
  Data: 'data',
  Media: 'media',
} as const;
export type ConnectionType = (typeof ConnectionType)[keyof typeof ConnectionType];

export const SerializationType = {
  Binary: 'binary',
  BinaryUTF8: 'binary-utf8',
  JSON: 'json',
  None: 'raw',
} as const;
export type SerializationType = (typeof SerializationType)[keyof typeof SerializationType];

export const SocketEventType = {
  Message: 'message',
  Disconnected: 'disconnected',
  Error: 'error',
  Close: 'close',
} as const;
export type SocketEventType = (typeof SocketEventType)[keyof typeof SocketEventType];

/** The `type` of messages on PeerServer's socket. */
export const ServerMessageType = {
  Heartbeat: 'HEARTBEAT',
  Candidate: 'CANDIDATE',
  Offer: 'OFFER',
  Answer: 'ANSWER',
  Open: 'OPEN',
  Error: 'ERROR',
  IdTaken: 'ID-TAKEN',
  InvalidKey: 'INVALID-KEY',
  Leave: 'LEAVE',
  Expire: 'EXPIRE',
} as const;
export type ServerMessageType = (typeof ServerMessageType)[keyof typeof ServerMessageType];
