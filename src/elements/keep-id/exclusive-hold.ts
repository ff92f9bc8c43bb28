import { linkedController } from '../../signaling/abort.js';
import { BroadcastHold } from './broadcast-hold.js';

/** Something that one page among all of an origin holds. It ends with the page, however that ends. */
export interface Hold {
  /** Lets go. Resolves when others can have it. Idempotent; never rejects. */
  release(): Promise<void>;
}

/** How long the browser may take to say whether a lock is to be had, in ms: it asks nobody, so it answers at once. */
const ANSWER_WAIT = 5_000;

/**
 * Takes the hold of that name: a Web Lock, or where there are none, as in pages from plain `http:`, a claim on a
 * BroadcastChannel.
 *
 * Resolves to undefined where somebody else has it for longer than `patience` (ms; 0 asks once), where the signal aborts, and
 * where the browser has neither or denies them. Never rejects.
 */
export function takeHold(name: string, patience: number, signal: AbortSignal): Promise<Hold | undefined> {
  const { locks } = navigator as { locks?: LockManager };
  return locks ? takeLock(locks, name, patience, signal) : BroadcastHold.take(name, patience, signal);
}

function takeLock(locks: LockManager, name: string, patience: number, signal: AbortSignal): Promise<Hold | undefined> {
  const asking = linkedController(signal);
  const timer = setTimeout(() => asking.abort(), patience || ANSWER_WAIT);
  return new Promise((resolve) => {
    const settle = (hold?: Hold): void => {
      clearTimeout(timer);
      resolve(hold);
      // Lets go of the outer signal; a lock that has been granted stays.
      asking.abort();
    };
    // A request for what is "available" takes no signal.
    asking.signal.addEventListener('abort', () => settle());
    const gone: Promise<void> = locks
      .request(name, patience ? { signal: asking.signal } : { ifAvailable: true }, (lock) => {
        if (!lock || asking.signal.aborted) return settle();
        return new Promise<void>((letGo) => {
          const release = (): Promise<void> => {
            letGo();
            return gone;
          };
          settle({ release });
        });
      })
      .catch(() => settle());
  });
}
