/** The promise of what is done already. */
export const RESOLVED: Promise<void> = Promise.resolve();

/** A promise whose rejection is never "unhandled": a page that does not await it hears of the failure by an event. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** A promise that others settle. */
export class Deferred<T = void> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = handled(
      new Promise<T>((resolve, reject) => {
        this.resolve = resolve;
        this.reject = reject;
      }),
    );
  }
}

/** Reports what a page's listener threw as the browser reports any listener's fault, without stopping the work at hand. */
export function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
