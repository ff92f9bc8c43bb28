/* global location */
/** One page's part in a fault test: a peer, a conversation with the other page, and what became of it. */
import { now } from './clock.js';
import { linksMade } from './counted-links.js';
import { ENGINES, FILE_LABEL } from './engines.js';
import { FileTally, pseudoRandomFile } from './file.js';
import { Pacer } from './pacer.js';
import { PathWatch, selectedPair } from './path.js';
import { Tally } from './tally.js';

/** Most events that are kept: an engine that emits without end must not fill the page. */
const EVENTS_KEPT = 5_000;

export class Session {
  #engine;
  #peer;
  #connection;
  #fileConnection;
  #path;
  #linksBefore = 0;
  #pacer = new Pacer();
  #tally = new Tally();
  #received = new FileTally();
  #sentFile;
  #events = [];
  #arrived;
  #arrival = new Promise((resolve) => (this.#arrived = resolve));

  /** Registers at the PeerServer of this origin. */
  async open({ engine, id, config }) {
    this.#engine = ENGINES[engine];
    const Peer = await this.#engine.load();
    const { hostname: host, port } = location;
    this.#peer = new Peer(id, { host, port: Number(port), path: '/peerjs', secure: false, debug: 0, config });
    // One that ends before it opens is told of by its events.
    this.#peer.on('connection', (connection) => void this.#adopt(connection).catch(() => undefined));
    for (const name of ['open', 'disconnected', 'close']) this.#peer.on(name, () => this.#note(`peer-${name}`));
    this.#peer.on('error', (error) => this.#note('peer-error', `${error.type}: ${error.message}`));
    await new Promise((resolve, reject) => {
      this.#peer.on('open', resolve);
      this.#peer.on('error', reject);
    });
  }

  /** Calls the other page; resolves when all that is needed is open. */
  async call(remoteId) {
    const labels = this.#engine.fileConnection ? ['messages', FILE_LABEL] : ['messages'];
    const opening = labels.map((label) => this.#adopt(this.#peer.connect(remoteId, { label, reliable: true })));
    await Promise.all(opening);
  }

  /** Resolves when the other page's call is open. */
  accepted() {
    return this.#arrival;
  }

  /**
   * Begins to send, and returns at once.
   *
   * @param {{ count: number, perSecond: number, fileBytes?: number, lanes?: number }} traffic
   */
  begin({ count, perSecond, fileBytes = 0, lanes = 1 }) {
    this.watchPath();
    this.#linksBefore = linksMade();
    void this.#pacer.run((message) => this.#connection.send(message), { count, perSecond });
    if (fileBytes === 0) return;
    const { blob, hash } = pseudoRandomFile(fileBytes);
    this.#sentFile = { bytes: fileBytes, hash };
    this.#engine.sendFile(this.#fileConnection ?? this.#connection, blob, { lanes }).then(
      () => this.#note('file-sent'),
      (error) => this.#note('file-failed', String(error?.message ?? error)),
    );
  }

  /** Sends no more messages. */
  stop() {
    this.#pacer.stop();
  }

  /** The reported path is the one from here on. */
  watchPath() {
    this.#path = new PathWatch(this.#connection);
  }

  /** Closes the RTCPeerConnection that the browser has for the conversation, as nobody should. */
  closeBeneath() {
    this.#connection.peerConnection.close();
  }

  /** Everything that is known by now. */
  report() {
    const { delivered, duplicated, reordered, damaged, highest, lastAt, silences } = this.#tally;
    return {
      ...{ sent: this.#pacer.sent, refused: this.#pacer.refused },
      ...{ tally: { delivered, duplicated, reordered, damaged, highest, lastAt, silences } },
      sentFile: this.#sentFile,
      receivedFile: { bytes: this.#received.bytes, hash: this.#received.hash, lastAt: this.#received.lastAt },
      path: this.#path?.path,
      linksMade: linksMade() - this.#linksBefore,
      events: this.#events,
      secure: globalThis.isSecureContext,
    };
  }

  /** See {@link selectedPair}. */
  pair() {
    return selectedPair(this.#connection.peerConnection);
  }

  /** Listens to a connection; resolves when it is open. */
  #adopt(connection) {
    const isFile = connection.label === FILE_LABEL;
    if (isFile) this.#fileConnection = connection;
    else {
      this.#connection = connection;
      connection.on('data', (data) => this.#tally.take(data));
    }
    if (isFile || !this.#engine.fileConnection) {
      const failed = (error) => this.#note('file-failed', String(error?.message ?? error));
      this.#engine.receiveFile(connection, (bytes) => this.#received.take(bytes), failed);
    }
    const note = (what, detail) => this.#note(isFile ? `file-connection-${what}` : what, detail);
    connection.on('interrupted', () => note('interrupted'));
    connection.on('resumed', (path) => {
      note('resumed', path);
      if (!isFile) this.#path?.healed();
    });
    connection.on('iceStateChanged', (state) => note('ice', state));
    connection.on('error', (error) => note('error', `${error.type}: ${error.message}`));
    connection.on('close', (reason) => {
      note('close', reason);
      if (!isFile) this.#pacer.stop();
    });
    return new Promise((resolve, reject) => {
      connection.on('error', reject);
      connection.on('open', () => {
        note('open');
        if (connection === this.#connection) this.#arrived();
        resolve();
      });
    });
  }

  #note(what, detail) {
    if (this.#events.length < EVENTS_KEPT) this.#events.push({ at: now(), what, detail });
  }
}
