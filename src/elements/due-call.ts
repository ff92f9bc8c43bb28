import { PeerError } from '../errors.js';
import { placeCall } from './channel-call.js';
import type { EngineConnection } from './engine-port.js';
import type { PeerChannel } from './peer-channel.js';
import type { PeerNode } from './peer-node.js';
import { ANYTHING, settingProblem } from './settings.js';

/** What a call does with its channel. */
export interface DueCallHooks {
  /** It has been made. */
  placed(connection: EngineConnection): void;
  /** It waits for its node, which is on the way. */
  waits(): void;
  /** There is no node to make it, or none that has been started. */
  rests(): void;
  /** It cannot be made, or not now. */
  failed(error: PeerError): void;
}

/** A call that a channel has still to make: it stays due while something holds it up, and is made when that is gone. */
export class DueCall {
  readonly #channel: PeerChannel;
  readonly #hooks: DueCallHooks;
  #isDue = false;
  /** The type of the error that holds it up, and that the page has been told of. */
  #obstacle: string | undefined;

  constructor(channel: PeerChannel, hooks: DueCallHooks) {
    this.#channel = channel;
    this.#hooks = hooks;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  /**
   * From now on there is a call to make.
   * @param told the type of an error that the page knows of, and does not have to be told again
   */
  order(told?: string): void {
    this.#isDue = true;
    this.#obstacle = told;
  }

  /** There is none any more. Idempotent. */
  cancel(): void {
    this.#isDue = false;
  }

  /** Makes it, if it is due and can be made now. */
  try(node: PeerNode | undefined, remoteId: string): void {
    if (!this.#isDue) return;
    const problem = settingProblem(this.#channel, 'metadata', this.#channel.metadata, ANYTHING);
    if (problem) this.#holdUp(problem);
    else if (!node || node.state === 'idle') this.#hooks.rests();
    else if (node.state === 'open') this.#place(node, remoteId);
    else if (node.state === 'connecting') {
      this.#obstacle = undefined;
      this.#hooks.waits();
    } else this.#holdUp(new PeerError('disconnected', 'The node of this channel is not on the network. Open or reconnect the node.'));
  }

  /** Told once. */
  #holdUp(error: PeerError): void {
    if (this.#obstacle === error.type) return;
    this.#obstacle = error.type;
    this.#hooks.failed(error);
  }

  #place(node: PeerNode, remoteId: string): void {
    this.#isDue = false;
    this.#obstacle = undefined;
    try {
      this.#hooks.placed(placeCall(this.#channel, node, remoteId));
    } catch (error) {
      this.#hooks.failed(error as PeerError);
    }
  }
}
