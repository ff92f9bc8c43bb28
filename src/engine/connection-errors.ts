import { PeerError, type EngineErrorType } from '../errors.js';

/** What an error says of the connection that it concerns. */
export interface Concerned {
  readonly peer: string;
  readonly connectionId: string;
}

export function connectionError(
  { peer, connectionId }: Concerned,
  type: EngineErrorType,
  message: string,
  cause?: unknown,
): PeerError<EngineErrorType> {
  return new PeerError(type, message, { cause, peer, connectionId });
}

/** The error itself where it names a connection already, else one like it that names this one. */
export function concerning(connection: Concerned, error: PeerError<string>): PeerError<EngineErrorType> {
  const { type, message, cause, connectionId } = error as PeerError<EngineErrorType>;
  return connectionId === undefined ? connectionError(connection, type, message, cause) : (error as PeerError<EngineErrorType>);
}
