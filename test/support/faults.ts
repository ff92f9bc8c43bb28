/** What a page's own mistakes and forgotten promises bring to `window`. */

export interface PageFaults {
  /** What listeners threw. */
  readonly errors: unknown[];
  /** Why promises that nobody handled were rejected. */
  readonly rejections: unknown[];
  /** Resolves once everything rejected so far has been reported. */
  reported(): Promise<void>;
  restore(): void;
}

/** Watches the page, and keeps what happens from the test framework, until `restore()`. */
export function pageFaults(): PageFaults {
  const errors: unknown[] = [];
  const rejections: unknown[] = [];
  const marker = new Error('Reported after all before it.');
  let markerReported: () => void = () => undefined;
  // The test framework fails a test by this very handler.
  const { onerror } = window;
  window.onerror = (_message, _source, _line, _column, error) => errors.push(error) > 0;
  const onRejection = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    if (event.reason === marker) markerReported();
    else rejections.push(event.reason);
  };
  addEventListener('unhandledrejection', onRejection);
  return {
    errors,
    rejections,
    reported() {
      return new Promise((resolve) => {
        markerReported = resolve;
        void Promise.reject(marker);
      });
    },
    restore() {
      window.onerror = onerror;
      removeEventListener('unhandledrejection', onRejection);
    },
  };
}

/** The error that a promise rejects with; fails where it does not. */
export async function rejectionOf<E = { type: string; message: string }>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error('The promise was to reject, and did not.');
}

const PENDING = Symbol('pending');

/** Whether a promise is settled at this very moment. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise, Promise.resolve(PENDING)])) !== PENDING;
}
