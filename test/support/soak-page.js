/* global window, location, performance, RTCPeerConnection, WebSocket */
/** One page of the soak: peers that call all others in turn, and are called by them. What could grow is counted. */
import { Peer } from '/dist/cdn/peer-elements.js';

/** How long an echo may take, in ms: what a busy machine takes. */
const ECHO_LIMIT_MS = 15_000;
/** Longest time that a connection is kept after its echo, in ms: some are closed at once, others meet the next of the pair. */
const HOLD_MS = 4_000;
/** More than any browser holds. */
const MANY_LINKS = 5_000;

const { setTimeout, setInterval, clearTimeout, clearInterval } = window;
const open = { sockets: new Set(), links: new Set(), timers: new Set() };
const counts = { made: 0, refused: 0, uncollected: 0, begun: 0, echoed: 0, native: 0, ended: 0, answered: 0, interrupted: 0, failed: 0 };
const failures = [];
/** Ends the pauses in which connections are kept. */
const holds = new Set();
/** Connections of the browser's that are none of the engine's. */
const ballast = [];
const collected = new FinalizationRegistry(() => (counts.uncollected -= 1));

class CountedSocket extends WebSocket {
  constructor(url) {
    super(url);
    open.sockets.add(this);
    this.addEventListener('close', () => open.sockets.delete(this));
  }
}

/** Those that are closed are not held here: the browser could not collect them. */
class CountedPeerConnection extends RTCPeerConnection {
  constructor(configuration) {
    try {
      super(configuration);
    } catch (error) {
      if (error.name === 'UnknownError') counts.refused += 1;
      throw error;
    }
    counts.made += 1;
    counts.uncollected += 1;
    open.links.add(this);
    collected.register(this);
  }

  close() {
    super.close();
    open.links.delete(this);
  }
}

Object.assign(window, {
  setTimeout(callback, delay, ...given) {
    const id = setTimeout(() => {
      open.timers.delete(id);
      callback(...given);
    }, delay);
    open.timers.add(id);
    return id;
  },
  setInterval(callback, delay) {
    const id = setInterval(callback, delay);
    open.timers.add(id);
    return id;
  },
  clearTimeout(id) {
    open.timers.delete(id);
    clearTimeout(id);
  },
  clearInterval(id) {
    open.timers.delete(id);
    clearInterval(id);
  },
});

window.soak = {
  failures,
  running: false,

  /** Registers those of `ids` that live on this page: every `pages`th one, from the `page`th on. The first `natives` of all speak the native profile. */
  async open({ ids, natives, page, pages, options }) {
    this.ids = ids;
    this.own = ids.map((_, index) => index).filter((index) => index % pages === page);
    const { hostname: host, port } = location;
    const all = { host, port: Number(port), path: '/peerjs', config: { iceServers: [] }, WebSocket: CountedSocket, ...options };
    this.peers = this.own.map(
      (index) => new Peer(ids[index], { ...all, native: index < natives, RTCPeerConnection: CountedPeerConnection }),
    );
    for (const peer of this.peers) {
      peer.on('error', ({ type }) => note('peer', peer.id, type));
      peer.on('connection', (connection) => {
        counts.answered += 1;
        watch(connection, 'callee');
        connection.on('data', (data) => void connection.send(data));
      });
    }
    await Promise.all(this.peers.map((peer) => new Promise((resolve) => peer.once('open', resolve))));
  },

  /** Calls for so long and so often, each peer of this page each of the others in turn. */
  async run({ seconds, perSecond }) {
    this.running = true;
    const interval = 1_000 / perSecond;
    const end = performance.now() + seconds * 1_000;
    for (let turn = 0, due = performance.now(); due < end; turn += 1) {
      const [caller, round] = [turn % this.own.length, Math.floor(turn / this.own.length)];
      // The golden ratio's multiples are spread evenly, and the same in each run.
      void this.call(caller, 1 + (round % (this.ids.length - 1)), HOLD_MS * ((turn * 0.618034) % 1));
      // What a busy machine is late with is not made up for: a crowd of connects would be another test.
      due = Math.max(due + interval, performance.now());
      await pause(due - performance.now());
    }
    this.running = false;
    for (const end of holds) end();
  },

  /** Every peer of this page calls its neighbour, which is on another page. Resolves to how many of them had an echo. */
  async round() {
    const echoes = await Promise.all(this.own.map((_, caller) => this.call(caller, 1)));
    return echoes.filter(Boolean).length;
  },

  /** One connect: a message, its echo, and after a while the close. Resolves to whether the echo came. Never rejects. */
  async call(caller, distance, ms = 0) {
    const to = this.ids[(this.own[caller] + distance) % this.ids.length];
    const connection = this.peers[caller].connect(to);
    const { connectionId } = connection;
    counts.begun += 1;
    watch(connection, 'caller');
    const echo = new Promise((resolve) => connection.once('data', resolve));
    await connection.opened.then(() => connection.send(connectionId)).catch(() => undefined);
    const echoed = connection.open && (await Promise.race([echo, connection.closed, pause(ECHO_LIMIT_MS)])) === connectionId;
    if (echoed) {
      counts.echoed += 1;
      if (connection.profile === 'native') counts.native += 1;
    } else if (connection.open) note('caller', connectionId, 'no echo');
    if (echoed && ms > 0) await kept(connection, ms);
    connection.close();
    await connection.closed;
    counts.ended += 1;
    return echoed;
  },

  /** Makes as many RTCPeerConnections as the browser lets a page have. Returns how many. */
  fill() {
    try {
      while (ballast.length < MANY_LINKS) ballast.push(new RTCPeerConnection());
    } catch (error) {
      if (error.name !== 'UnknownError') throw error;
    }
    return ballast.length;
  },

  /** Gives them back, as soon as the browser collects them. */
  free() {
    for (const link of ballast.splice(0)) link.close();
  },

  look() {
    const { sockets, links, timers } = open;
    // Somebody else than the engine may have closed it.
    for (const link of links) if (link.signalingState === 'closed') links.delete(link);
    return {
      sockets: [...sockets].filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
      links: links.size,
      timers: timers.size,
      connections: this.peers.flatMap((peer) => Object.values(peer.connections).flat()).length,
      ...counts,
    };
  },

  close() {
    for (const peer of this.peers) peer.destroy();
  },
};

/** Notes an end that nobody has asked for. The caller closes by itself, which its callee hears of. */
function watch(connection, side) {
  const { connectionId } = connection;
  let type;
  connection.on('error', (error) => (type = error.type));
  connection.on('interrupted', () => (counts.interrupted += 1));
  connection.on('close', (reason) => {
    if (type || reason !== (side === 'caller' ? 'local' : 'remote')) note(side, connectionId, type ?? reason);
  });
}

function note(side, id, type) {
  counts.failed += 1;
  failures.push({ side, id, type });
}

/** Resolves after so many ms, when the connection ends, or when the run does. */
function kept(connection, ms) {
  return new Promise((resolve) => {
    const end = () => {
      holds.delete(end);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    holds.add(end);
    void connection.closed.then(end);
  });
}

/** Not counted, as it is none of the engine's. */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
