/** The real platform classes, with a count: what is still open, and what was sent. */

export interface CountedSockets {
  readonly WebSocket: typeof WebSocket;
  /** Every URL that was connected to. */
  readonly urls: string[];
  /** Every text that was sent, of all sockets. */
  readonly sent: string[];
  readonly all: WebSocket[];
  /** Those that are connecting or open. */
  open(): number;
}

export function countedSockets(): CountedSockets {
  const urls: string[] = [];
  const sent: string[] = [];
  const all: WebSocket[] = [];
  class CountedWebSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url);
      urls.push(String(url));
      all.push(this);
    }

    override send(data: string): void {
      sent.push(data);
      super.send(data);
    }
  }
  const open = (): number => all.filter(({ readyState }) => readyState <= WebSocket.OPEN).length;
  return { WebSocket: CountedWebSocket, urls, sent, all, open };
}

export interface CountedFetch {
  readonly fetch: typeof fetch;
  readonly urls: string[];
  readonly inits: RequestInit[];
  /** Requests whose promise is pending. */
  pending(): number;
}

export function countedFetch(): CountedFetch {
  const urls: string[] = [];
  const inits: RequestInit[] = [];
  let pending = 0;
  return {
    urls,
    inits,
    pending: () => pending,
    fetch: async (input, init = {}) => {
      urls.push(String(input));
      inits.push(init);
      pending++;
      try {
        return await fetch(input, init);
      } finally {
        pending--;
      }
    },
  };
}

export interface CountedChannels {
  readonly BroadcastChannel: typeof BroadcastChannel;
  /** Those that were not closed. */
  open(): number;
}

export function countedChannels(): CountedChannels {
  const channels = new Set<BroadcastChannel>();
  class CountedChannel extends BroadcastChannel {
    constructor(name: string) {
      super(name);
      channels.add(this);
    }

    override close(): void {
      channels.delete(this);
      super.close();
    }
  }
  return { BroadcastChannel: CountedChannel, open: () => channels.size };
}

export interface CountedTimers {
  /** Timers that were set since, and neither ran out nor were cleared. */
  pending(): number;
  restore(): void;
}

/** Watches the page's timers until `restore()`. Waits of the test itself count too. */
export function countedTimers(): CountedTimers {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const pending = new Set<unknown>();
  const clear =
    (original: (id?: number) => void) =>
    (id?: number): void => {
      pending.delete(id);
      original(id);
    };
  Object.assign(globalThis, {
    setTimeout: (callback: () => void, delay?: number) => {
      const id = setTimeout(() => {
        pending.delete(id);
        callback();
      }, delay);
      pending.add(id);
      return id;
    },
    setInterval: (callback: () => void, delay?: number) => {
      const id = setInterval(callback, delay);
      pending.add(id);
      return id;
    },
    clearTimeout: clear(clearTimeout),
    clearInterval: clear(clearInterval),
  });
  return {
    pending: () => pending.size,
    restore: () => Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval }),
  };
}
