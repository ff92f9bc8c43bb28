/** The servers between the hosts: the site with its PeerServer, and a TURN server. Each is a process that can be killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { SERVER_ADDRESS } from './network.mjs';

const SITE_PORT = 8080;
const TURN_PORT = 3478;
const TURN_USER = 'fault';
const TURN_PASSWORD = 'tolerance';
const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));
/** How long a server may take to listen, in ms: longer than Node needs to start on a busy machine. */
const START_TIMEOUT_MS = 20_000;

export const ORIGIN = `http://${SERVER_ADDRESS}:${SITE_PORT}`;

/** What the pages give to RTCPeerConnection. */
export const ICE_SERVERS = [
  { urls: `stun:${SERVER_ADDRESS}:${TURN_PORT}` },
  { urls: `turn:${SERVER_ADDRESS}:${TURN_PORT}?transport=udp`, username: TURN_USER, credential: TURN_PASSWORD },
];

export class Services {
  #network;
  #files;
  #folder;
  #site;
  #turn;

  /**
   * @param {import('./network.mjs').Network} network
   * @param {object} site
   * @param {Record<string, string>} site.files its paths, and the file of each
   * @param {string} site.folder for what the servers write
   */
  static async start(network, { files, folder }) {
    const services = new Services(network, files, folder);
    await Promise.all([services.startSite(), services.startTurn()]);
    return services;
  }

  constructor(network, files, folder) {
    this.#network = network;
    this.#files = files;
    this.#folder = folder;
  }

  async startSite() {
    const site = { address: SERVER_ADDRESS, port: SITE_PORT, files: this.#files };
    this.#site = this.#spawn([process.execPath, SERVER, JSON.stringify(site)]);
    await listening(this.#site, /listening/, 'The site');
  }

  async startTurn() {
    this.#turn = this.#spawn([
      ...['turnserver', '-n', '--verbose', '--no-cli', '--no-tls', '--no-dtls', '--lt-cred-mech'],
      ...['--listening-ip', SERVER_ADDRESS, '--relay-ip', SERVER_ADDRESS, '--listening-port', String(TURN_PORT)],
      ...['--realm', 'faults', '--user', `${TURN_USER}:${TURN_PASSWORD}`],
      ...['--log-file', 'stdout', '--simple-log', '--pidfile', join(this.#folder, 'turn.pid')],
      ...['--userdb', join(this.#folder, 'turn.db')],
    ]);
    await listening(this.#turn, /UDP listener opened on/, 'The TURN server');
  }

  /** Without a goodbye to anybody. */
  killSite() {
    return kill(this.#site);
  }

  /** Without a goodbye to anybody. */
  killTurn() {
    return kill(this.#turn);
  }

  /** Idempotent. */
  async close() {
    await Promise.all([this.#site, this.#turn].filter(Boolean).map(kill));
  }

  #spawn(command) {
    const [program, ...args] = [...this.#network.enter('net'), ...command];
    return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** Resolves when the process has printed that it listens. */
function listening(child, line, what) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (why) => reject(new Error(`${what} ${why}. It printed:\n${printed.slice(-2000)}`));
    const timer = setTimeout(() => fail(`did not listen within ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
    const ended = (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    };
    const read = (chunk) => {
      printed += chunk;
      if (!line.test(printed)) return;
      clearTimeout(timer);
      child.off('exit', ended);
      for (const stream of [child.stdout, child.stderr]) {
        stream.off('data', read);
        // Or the pipe fills, and the server stops.
        stream.resume();
      }
      resolve();
    };
    child.on('error', reject);
    child.on('exit', ended);
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
}

async function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
