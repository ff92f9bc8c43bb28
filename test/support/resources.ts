/**
 * What a page holds open: WebSockets, RTCPeerConnections, requests and timers. Counted by classes that extend the real
 * ones, and by timer functions that call the real ones.
 */
export class Resources {
  readonly WebSocket: typeof WebSocket;
  readonly RTCPeerConnection: typeof RTCPeerConnection;
  readonly fetch: typeof fetch;
  readonly #sockets: WebSocket[] = [];
  readonly #connections: RTCPeerConnection[] = [];
  readonly #timers = new Set<number>();
  #requests = 0;
  #restore = (): void => undefined;

  constructor() {
    const sockets = this.#sockets;
    const connections = this.#connections;
    this.WebSocket = class extends WebSocket {
      constructor(url: string | URL) {
        super(url);
        sockets.push(this);
      }
    };
    this.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
    this.fetch = async (...given) => {
      this.#requests++;
      try {
        return await fetch(...given);
      } finally {
        this.#requests--;
      }
    };
  }

  /** How many of each were ever made. */
  get made(): { sockets: number; connections: number } {
    return { sockets: this.#sockets.length, connections: this.#connections.length };
  }

  /** How many of each are open now. A socket that is closing is closed. */
  get open(): { sockets: number; connections: number; requests: number; timers: number } {
    return {
      sockets: this.#sockets.filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
      connections: this.#connections.filter(({ connectionState }) => connectionState !== 'closed').length,
      requests: this.#requests,
      timers: this.#timers.size,
    };
  }

  /** From now on the page's timers are counted, and with `all` its sockets and connections too, whoever makes them. */
  watch({ all = false } = {}): void {
    const { WebSocket, RTCPeerConnection } = window;
    const original = {
      setTimeout: window.setTimeout.bind(window),
      setInterval: window.setInterval.bind(window),
      clearTimeout: window.clearTimeout.bind(window),
      clearInterval: window.clearInterval.bind(window),
      WebSocket,
      RTCPeerConnection,
    };
    const timers = this.#timers;
    const end = (id: unknown): void => void timers.delete(id as number);
    Object.assign(window, {
      setTimeout: (callback: (...given: unknown[]) => void, delay?: number, ...given: unknown[]) => {
        const id = original.setTimeout(() => {
          end(id);
          callback(...given);
        }, delay);
        timers.add(id);
        return id;
      },
      setInterval: (callback: () => void, delay?: number) => {
        const id = original.setInterval(callback, delay);
        timers.add(id);
        return id;
      },
      clearTimeout: (id: number) => {
        end(id);
        original.clearTimeout(id);
      },
      clearInterval: (id: number) => {
        end(id);
        original.clearInterval(id);
      },
      ...(all ? { WebSocket: this.WebSocket, RTCPeerConnection: this.RTCPeerConnection } : {}),
    });
    this.#restore = () => Object.assign(window, original);
  }

  /** Gives the page back its own. */
  unwatch(): void {
    this.#restore();
  }
}
