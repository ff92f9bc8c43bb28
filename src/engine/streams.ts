/**
 * WHATWG streams over any connection that has PeerJS's events and `send()`: this engine's, or another one's.
 */

/** What a connection has to have. */
export interface StreamableConnection {
  /** Resolves when there is something to write to; absent in other engines. */
  readonly opened?: Promise<unknown>;
  on(event: 'data', listener: (data: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  off(event: 'data', listener: (data: unknown) => void): unknown;
  off(event: 'close', listener: () => void): unknown;
  send(data: unknown): unknown;
  close(options?: { flush?: boolean }): void;
}

/**
 * The messages of a connection, from now on. Closes when the connection does. Cancelling stops reading and leaves the
 * connection as it is. PeerJS's wire has no way to slow a sender down: what is not read waits here.
 */
export function readableOf(connection: StreamableConnection): ReadableStream<unknown> {
  let detach: () => void;
  return new ReadableStream<unknown>({
    start(controller) {
      const enqueue = (data: unknown): void => controller.enqueue(data);
      const close = (): void => {
        detach();
        controller.close();
      };
      detach = () => {
        connection.off('data', enqueue);
        connection.off('close', close);
      };
      connection.on('data', enqueue);
      connection.on('close', close);
    },
    cancel() {
      detach();
    },
  });
}

/**
 * Writes are `send()`: a write is done when the connection wants more, and begins when it is open. Closing sends what is left and closes the
 * connection; aborting closes it at once.
 */
export function writableOf(connection: StreamableConnection): WritableStream<unknown> {
  let ended: () => void;
  return new WritableStream<unknown>({
    start(controller) {
      ended = () => controller.error(new TypeError('The connection has ended.'));
      connection.on('close', ended);
    },
    async write(data) {
      await connection.opened;
      await connection.send(data);
    },
    close() {
      connection.off('close', ended);
      connection.close({ flush: true });
    },
    abort() {
      connection.off('close', ended);
      connection.close();
    },
  });
}
