import { PeerError, messageOf } from '../../errors.js';
import type { IncomingSignal } from '../../signaling/index.js';
import type { Admission } from '../admission.js';
import { ConnectionTable } from '../connection-table.js';
import { rethrowLater } from '../deferred.js';
import { announcementIn } from '../native/announcement.js';
import { randomToken } from '../options.js';
import type { Peer } from '../peer.js';
import { parseOffer } from '../signals.js';
import { MediaConnection, streamProblem } from './media-connection.js';
import { mediaRefusal } from './signals.js';
import type { CallOptions, MediaHost } from './types.js';

/** What calls need of their peer's switchboard. */
export interface MediaCallsHost extends Pick<MediaHost, 'environment' | 'ringTimeout' | 'connectTimeout' | 'announcement' | 'fault'> {
  readonly provider: Peer;
  readonly admission: Admission;
  say(type: 'OFFER' | 'ANSWER' | 'CANDIDATE', dst: string, payload: object, wanted: () => boolean): void;
  /** A remote calls. False where nobody listens. */
  called(call: MediaConnection): boolean;
}

/** The calls of a peer: those it makes, and those that come. */
export class MediaCalls {
  readonly #host: MediaCallsHost;
  readonly #calls = new ConnectionTable<MediaConnection>();
  readonly #callHost: MediaHost;

  constructor(host: MediaCallsHost) {
    this.#host = host;
    const { environment, ringTimeout, connectTimeout } = host;
    this.#callHost = {
      ...{ environment, ringTimeout, connectTimeout },
      announcement: () => host.announcement(),
      say: (type, call, payload, wanted = () => this.#calls.has(call)) => host.say(type, call.peer, payload, wanted),
      fault: (error) => host.fault(error),
      forget: (call) => this.#calls.delete(call),
    };
  }

  /** All that have not ended. */
  get table(): ConnectionTable<MediaConnection> {
    return this.#calls;
  }

  /** Makes a call. Where that cannot be, for `problem` or for what was given, it says so in a microtask, and ends. */
  call(peer: string, stream: MediaStream, options: CallOptions, problem?: PeerError): MediaConnection {
    const connectionId = options.connectionId ?? `mc_${randomToken()}`;
    const call = new MediaConnection({ peer, provider: this.#host.provider, host: this.#callHost, options, connectionId, stream });
    const found = problem ?? callProblem(peer, stream, options);
    if (found) {
      queueMicrotask(() => call.fail(found));
    } else {
      this.#calls.add(call);
      call.start();
    }
    return call;
  }

  /** Takes an OFFER. @throws PeerError `bad-signal` */
  offered({ src, payload }: IncomingSignal): void {
    const { connectionId, sdp, metadata } = parseOffer(payload);
    const known = this.#calls.find(src, connectionId).find(({ incoming }) => incoming);
    // The same offer twice; or somebody who has the id now, and does not touch a call that needs no server.
    if (known && (known.sdp === sdp.sdp || known.standsAlone)) return;
    known?.end('replaced');
    const announcement = this.#host.announcement();
    const native = announcement !== undefined && announcementIn(payload) !== undefined;
    if (!this.#host.admission.admits(src, { metadata })) {
      if (native) this.#host.say('ANSWER', src, mediaRefusal(connectionId, announcement), () => true);
      return;
    }
    const options: CallOptions = { metadata };
    const { provider } = this.#host;
    const call = new MediaConnection({ peer: src, provider, host: this.#callHost, options, connectionId, offer: sdp, native });
    this.#calls.add(call);
    call.start();
    if (!this.#host.called(call)) call.ignore();
  }

  /**
   * Takes an ANSWER or a CANDIDATE. Returns false where it is about none of these calls.
   * @throws PeerError `bad-signal`
   */
  receive({ type, src, payload }: IncomingSignal, connectionId: string): boolean {
    const calls = this.#calls.find(src, connectionId);
    for (const call of calls) {
      if (type === 'CANDIDATE') call.receiveCandidate(payload);
      else if (!call.incoming) call.receiveAnswer(payload);
    }
    return calls.length > 0;
  }

  /** PeerServer could not deliver to `src` any more. */
  left(src: string): void {
    for (const call of this.#calls.with(src)) if (!call.standsAlone) call.end('remote');
  }

  /** Says by way of signaling that this peer goes: while there still is a way. */
  farewell(): void {
    for (const call of this.#calls.all()) call.part();
  }

  /** Ends all calls. */
  end(reason: 'destroyed' | 'local'): void {
    for (const call of this.#calls.all()) {
      try {
        call.end(reason);
      } catch (error) {
        rethrowLater(error); // A listener of one call must not keep the others open.
      }
    }
  }
}

/** Why a call cannot be made with these arguments. They may come from JavaScript: no type is sure. */
function callProblem(id: unknown, stream: unknown, { metadata }: CallOptions): PeerError | undefined {
  if (typeof id !== 'string' || id === '') return new PeerError('invalid-id', 'call() needs the id of a remote peer.');
  try {
    JSON.stringify(metadata);
  } catch (cause) {
    return new PeerError('invalid-data', `The metadata cannot be written as JSON: ${messageOf(cause)}`, { cause });
  }
  return streamProblem(stream, 'call()');
}
