import { PeerError, messageOf } from '../errors.js';
import { readableOf, writableOf, type IceServersOption } from '../engine/index.js';
import { Subscription, type EngineConnection, type EnginePeer } from './engine-port.js';

/**
 * What the elements do in place of an engine that lacks it: the npm package `peerjs`, say. What is lacking for good is in
 * the table of `docs/engines.md`.
 */

/** How long a connection that is to be declined may take to open first, and an `iceServers()` to answer, in ms. */
const PATIENCE = 30_000;
/** How often a connection without `flush()` is looked at, in ms. */
const FLUSH_POLL = 50;

/** Messages of connections that have no owner yet. An engine that cannot defer has answered them already. */
const early = new WeakMap<EngineConnection, { readonly messages: unknown[]; readonly stop: () => void }>();

/** Leaves a connection unanswered; where the engine cannot, keeps what arrives. */
export function holdBack(connection: EngineConnection): void {
  if (connection.defer) return connection.defer();
  const messages: unknown[] = [];
  const keep = (data: unknown): void => void messages.push(data);
  connection.on('data', keep);
  early.set(connection, { messages, stop: () => connection.off('data', keep) });
}

/** What has arrived for a connection before it had an owner. To be asked once, by the owner. */
export function takeEarlyMessages(connection: EngineConnection): unknown[] {
  const kept = early.get(connection);
  kept?.stop();
  early.delete(connection);
  return kept?.messages ?? [];
}

/** Leaves a connection to whoever else has it: another listener of an adopted engine. */
export function leaveToOwner(connection: EngineConnection): void {
  takeEarlyMessages(connection);
  connection.answer?.();
}

/** Declines a connection. A PeerJS peer learns of it only by a connection that opens and closes. */
export function refuse(connection: EngineConnection): void {
  takeEarlyMessages(connection);
  if (connection.refuse) return connection.refuse();
  if (connection.open) return connection.close();
  const close = (): void => {
    stop();
    connection.close();
  };
  const stop = (): void => {
    clearTimeout(timer);
    opening.end();
    ending?.end();
  };
  const timer = setTimeout(close, PATIENCE);
  const opening = new Subscription(connection, { open: close });
  // PeerJS says nothing of a connection that ends before it is open.
  const ending = connection.provider && new Subscription(connection.provider, { close: stop });
}

/** Tells the reason of an end that came before anyone listened for it, in a microtask. */
export function tellPastEnd(connection: EngineConnection, ended: (reason: string) => void): void {
  if (connection.closed) void connection.closed.then(ended);
  else if (connection.provider === null) queueMicrotask(() => ended('remote'));
}

interface Streams {
  readable?: ReadableStream<unknown>;
  writable?: WritableStream<unknown>;
}

const streams = new WeakMap<EngineConnection, Streams>();

/** The messages of a connection as a stream: the same one each time. */
export function readable(connection: EngineConnection): ReadableStream<unknown> {
  return connection.readable ?? (streamsOf(connection).readable ??= readableOf(connection));
}

/** A stream whose writes are messages: the same one each time. */
export function writable(connection: EngineConnection): WritableStream<unknown> {
  return connection.writable ?? (streamsOf(connection).writable ??= writableOf(connection));
}

function streamsOf(connection: EngineConnection): Streams {
  const made = streams.get(connection) ?? {};
  streams.set(connection, made);
  return made;
}

/** Resolves when nothing waits to be sent. Rejects if the connection ends before. */
export async function flush(connection: EngineConnection): Promise<void> {
  if (connection.flush) return connection.flush();
  while (connection.bufferSize || connection.dataChannel?.bufferedAmount) {
    if (!connection.open) throw new PeerError('connection-closed', 'The connection has ended before everything was sent.');
    await new Promise((resolve) => setTimeout(resolve, FLUSH_POLL));
  }
}

/** Sends; an engine's exception becomes a rejection, and never an unhandled one. */
export function send(connection: EngineConnection, data: unknown): Promise<void> {
  let sent: Promise<void>;
  try {
    sent = Promise.resolve(connection.send(data)) as Promise<void>;
  } catch (cause) {
    sent = Promise.reject(new PeerError('invalid-data', `The engine cannot send this: ${messageOf(cause)}`, { cause }));
  }
  sent.catch(() => undefined);
  return sent;
}

/** The remote that an engine's error says nobody has: PeerJS names it in the message only. */
export function unavailablePeer(error: PeerError): string | undefined {
  if (error.type !== 'peer-unavailable') return undefined;
  return error.peer ?? /^Could not connect to peer (.*)$/s.exec(error.message)?.[1];
}

/** ICE servers for an engine that takes only a list. Rejects when the signal aborts, too. */
export async function listIceServers(option: IceServersOption, signal: AbortSignal): Promise<RTCIceServer[]> {
  if (typeof option !== 'function') return option;
  const late = new PeerError('timeout', `iceServers() gave no answer within ${PATIENCE / 1000} s.`);
  return within(late, Promise.resolve(option()), (giveUp) => {
    const aborted = (): void => giveUp(signal.reason);
    signal.addEventListener('abort', aborted);
    return () => signal.removeEventListener('abort', aborted);
  });
}

/** The ids of all peers at the server. PeerJS's engine never says that it failed: then the wait has an end here. */
export function listPeers(peer: EnginePeer): Promise<string[]> {
  const late = new PeerError('server-error', 'The server did not list its peers. It has to allow discovery.');
  const listed = new Promise<string[]>((resolve, reject) => {
    const listing: unknown = peer.listAllPeers(resolve);
    if (listing instanceof Promise) listing.catch(reject);
  });
  return within(late, listed, (giveUp) => {
    const lost = (): void => giveUp(new PeerError('server-error', 'The server was lost before it listed its peers. It has to allow discovery.'));
    const ending = new Subscription(peer, { close: lost, disconnected: lost });
    return () => ending.end();
  });
}

/** What the work gives, within the usual patience. `watch` may give up earlier, and returns how to stop watching. */
async function within<T>(late: PeerError, work: Promise<T>, watch: (giveUp: (reason: unknown) => void) => () => void): Promise<T> {
  let stop = (): void => undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(late), PATIENCE);
      const unwatch = watch(reject);
      stop = () => {
        clearTimeout(timer);
        unwatch();
      };
      work.then(resolve, reject);
    });
  } finally {
    stop();
  }
}

/** Calls `late` where a connection has not opened in time; an engine of this project's own does so itself. */
export function watchOpening(connection: EngineConnection, late: (error: PeerError) => void): () => void {
  if (connection.answer || connection.open) return () => undefined;
  const timer = setTimeout(
    () => late(new PeerError('timeout', `The connection to ${connection.peer} did not open within ${PATIENCE / 1000} s.`, { peer: connection.peer })),
    PATIENCE,
  );
  return () => clearTimeout(timer);
}
