import type { PeerOptions } from '../../src/engine/index.js';

/** What a server does: see fault-server.mjs. */
export type Fault = 'up' | 'down' | 'stalled' | 'rubbish' | 'cut';

/** A PeerServer of the test's own, whose faults the test commands. */
export class FaultServer {
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  /** @param options - those of PeerServer: `concurrent_limit`, `alive_timeout`, … */
  static async start(options: Record<string, unknown> = {}): Promise<FaultServer> {
    const port = await ask('', { method: 'POST', body: JSON.stringify(options) });
    const server = new FaultServer(Number(port));
    running.add(server);
    return server;
  }

  /** For a peer that is to meet it. */
  get options() {
    return { host: '127.0.0.1', port: this.#port, path: '/peerjs', config: { iceServers: [] } } as const satisfies PeerOptions;
  }

  /** As an element's attribute. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/peerjs`;
  }

  /** The server does that from now on. */
  async set(fault: Fault): Promise<void> {
    await ask(`/${this.#port}/${fault}`, { method: 'POST' });
  }

  /** Who is registered there. */
  async ids(): Promise<string[]> {
    return (await (await fetch(`${this.url}/peerjs/peers`)).json()) as string[];
  }

  async end(): Promise<void> {
    running.delete(this);
    await ask(`/${this.#port}`, { method: 'DELETE' });
  }
}

const running = new Set<FaultServer>();

/** For `afterEach`. */
export async function endFaultServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.end()));
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(`/fault-servers${path}`, init);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
