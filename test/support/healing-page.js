/* global clearInterval, location, performance, setInterval, window */
/** One page of the healing tests: a peer and one connection, with numbered messages both ways. */
import { throughRelay } from '/bench/page/through-relay.js';

window.healing = {
  events: [],
  received: [],
  sent: 0,

  /** Registers; through the relay, if there is one. `options` go to the engine. */
  async open({ engine = 'ours', id, options = {}, relayed = false }) {
    if (relayed) throughRelay();
    let Peer;
    if (engine === 'peerjs') {
      await import('/engine/peerjs.min.js');
      ({ Peer } = window.peerjs);
    } else ({ Peer } = await import('/engine/peer-elements.js'));
    const { hostname: host, port } = location;
    this.peer = new Peer(id, { host, port: Number(port), path: '/peerjs', config: { iceServers: [] }, ...options });
    this.peer.on('connection', (connection) => this.adopt(connection));
    this.peer.on('error', (error) => this.note('peer-error', error.type));
    await new Promise((resolve) => this.peer.on('open', resolve));
  },

  async call(remoteId, settings) {
    const connection = this.peer.connect(remoteId, settings);
    this.adopt(connection);
    if (!connection.open) await new Promise((resolve) => connection.on('open', resolve));
  },

  adopt(connection) {
    this.connection = connection;
    connection.on('open', () => this.note('open'));
    connection.on('data', (data) => this.received.push(data));
    connection.on('interrupted', () => this.note('interrupted'));
    connection.on('resumed', (by) => this.note('resumed', by));
    connection.on('error', (error) => this.note('error', error.type));
    connection.on('close', (reason, unconfirmed) => this.note('close', reason, unconfirmed));
    connection.on('transfer', async (transfer) => {
      this.transfer = transfer;
      this.blob = await transfer.blob();
      this.note('transferred');
    });
  },

  note(what, ...details) {
    this.events.push({ what, details, at: Date.now() });
  },

  /** Sends a number every few ms, until `stop()`. */
  start(every = 5) {
    this.timer = setInterval(() => void this.connection.send(this.sent++), every);
  },

  stop() {
    clearInterval(this.timer);
  },

  /** Keeps the main thread busy. */
  block(ms) {
    const end = performance.now() + ms;
    while (performance.now() < end);
  },

  /** Whether everything that the other page has sent has come, once and in order. */
  inOrder(count) {
    return this.received.length === count && this.received.every((number, index) => number === index);
  },

  names() {
    return this.events.map(({ what, details: [detail] }) => (detail === undefined ? what : `${what} ${detail}`));
  },
};
