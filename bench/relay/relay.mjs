/**
 * A network between two hosts, in user space: UDP sockets on this machine, and a `Path` for each direction.
 *
 * Each address of one host has a *stand-in*, a socket that the other host takes for it. What comes to a stand-in goes down
 * the path and leaves from the sender's own stand-in, so that both ends see one remote address throughout. All sockets of a
 * host share the path: a second connection between two hosts does not make the line any wider.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

import { Path } from './path.mjs';

/** Node's shortest timer, in ms. Whatever is due by then leaves together. */
const TICK_MS = 1;
/** A packet that is due within half a tick leaves now: late and early ones balance. */
const EARLY_MS = TICK_MS / 2;
/** Room for what comes between two ticks, and for a pause of this process. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
/** Far more than two pages with lanes have. */
const MAX_STAND_INS = 256;

/** @typedef {'caller' | 'callee'} Host */
const OTHER = { caller: 'callee', callee: 'caller' };

export class Relay {
  /** @type {Record<Host, { path: Path, packets: { at: number, from: object, to: object, bytes: Buffer }[] }>} */
  #towards;
  #standIns = new Map();
  #timer;
  #closed = false;
  #cut = false;
  #delivered = 0;
  #late = 0;

  /** @param {ConstructorParameters<typeof Path>[0]} path of either direction; they lose different packets */
  constructor(path) {
    const { seed = 1 } = path;
    this.#towards = {
      caller: { path: new Path({ ...path, seed: 2 * seed }), packets: [] },
      callee: { path: new Path({ ...path, seed: 2 * seed + 1 }), packets: [] },
    };
  }

  /** What has become of the packets towards each host, and how late they left on average, in ms. */
  get counts() {
    const { caller, callee } = this.#towards;
    return {
      caller: caller.path.counts,
      callee: callee.path.counts,
      delivered: this.#delivered,
      meanLateness: this.#delivered > 0 ? this.#late / this.#delivered : 0,
    };
  }

  /**
   * The port, on the same address, that stands for a host's socket. The same one each time it is asked for.
   *
   * @param {Host} host whose socket that is
   * @param {string} address of this machine, IPv4
   * @param {number} port
   * @throws Error where the address is not this machine's, or the relay is closed
   */
  async portFor(host, address, port) {
    const standIn = this.#standInFor(host, address, port);
    await standIn.bound;
    return standIn.socket.address().port;
  }

  /** Lets nothing through any more, as if the network were gone. */
  cut() {
    this.#cut = true;
  }

  /** The network is back. */
  mend() {
    this.#cut = false;
  }

  /** Lets nothing through between the sockets that are known by now, as if a host had another address. */
  strand() {
    for (const standIn of this.#standIns.values()) standIn.stranded = true;
  }

  /** Closes every socket; what is on its way is lost. Idempotent. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { socket } of this.#standIns.values()) socket.close();
    this.#standIns.clear();
    for (const { packets } of Object.values(this.#towards)) packets.length = 0;
  }

  #standInFor(host, address, port) {
    const key = `${address}:${port}`;
    const known = this.#standIns.get(key);
    if (known) return known;
    if (this.#closed) throw new Error('The relay is closed.');
    if (this.#standIns.size >= MAX_STAND_INS) throw new Error(`The relay has ${MAX_STAND_INS} stand-ins already.`);
    const socket = createSocket({ type: 'udp4', recvBufferSize: SOCKET_BUFFER_BYTES, sendBufferSize: SOCKET_BUFFER_BYTES });
    const standIn = { host, address, port, socket, ready: false, bound: once(socket, 'listening') };
    // Told to whoever waits for it; a stranger's address, which cannot be bound, concerns nobody.
    standIn.bound.then(
      () => {
        standIn.ready = true;
        socket.on('error', () => {});
      },
      () => {
        this.#standIns.delete(key);
        if (!this.#closed) socket.close();
      },
    );
    this.#standIns.set(key, standIn);
    socket.on('message', (bytes, from) => this.#take(standIn, bytes, from));
    socket.bind({ address, port: 0 });
    return standIn;
  }

  /** A packet has come for the socket behind `to`. */
  #take(to, bytes, { address, port }) {
    const known = this.#standIns.get(`${address}:${port}`);
    if (!known?.ready) {
      // It may come before its candidate does. ICE sends again what is lost here.
      if (!known && this.#standIns.size < MAX_STAND_INS) this.#standInFor(OTHER[to.host], address, port);
      return;
    }
    if (this.#cut || to.stranded || known.stranded) return;
    const { path, packets } = this.#towards[to.host];
    const at = path.accept(bytes.length, performance.now());
    if (at === undefined) return;
    packets.push({ at, from: known, to, bytes });
    this.#timer ??= setTimeout(this.#deliver, TICK_MS);
  }

  #deliver = () => {
    this.#timer = undefined;
    const now = performance.now();
    let waiting = 0;
    for (const { packets } of Object.values(this.#towards)) {
      let due = 0;
      while (due < packets.length && packets[due].at <= now + EARLY_MS) {
        const { at, from, to, bytes } = packets[due];
        from.socket.send(bytes, to.port, to.address, () => {});
        this.#late += now - at;
        due += 1;
      }
      packets.splice(0, due);
      this.#delivered += due;
      waiting += packets.length;
    }
    if (waiting > 0) this.#timer = setTimeout(this.#deliver, TICK_MS);
  };
}
