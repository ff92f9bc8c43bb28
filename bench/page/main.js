/** What the driver calls in a page: open a session, play one side of a case, close. */
import { openBareSession } from './bare-session.js';
import { loadEngine, openEngineSession } from './engine-session.js';
import { within } from './limit.js';
import { countTimers } from './timers.js';
import { throughRelay } from './through-relay.js';

/** A WebSocket and an answer from a server on the same machine. */
const OPEN_LIMIT_MS = 5_000;
/** A hundred times what a connection on one machine takes. */
const CONNECT_LIMIT_MS = 10_000;

let sessions = [];

globalThis.bench = {
  /** From now on every RTCPeerConnection goes through the relay. Before an engine is loaded. */
  throughRelay,
  /** From now on timers are counted. Before an engine is loaded. */
  countTimers,

  /**
   * @param {'ours' | 'peerjs' | 'bare'} engine
   * @param {object} options further ones of the engine's peer
   */
  async open(engine, id, options) {
    await openSession(engine, id, options);
  },

  /**
   * @param {'call' | 'answer' | 'alone'} side a function of the case
   * @param {object} play `{ caseName, contender, size, id, remoteId, limit }`
   * @returns the metrics, from `call` and `alone`, and `times`, the single ones of any metric
   */
  async play(side, { caseName, contender, size, id, remoteId, limit }) {
    const { default: test } = await import(`/bench/cases/${caseName}.mjs`);
    const settings = test.contenders[contender];
    // Another peer in the same page.
    const openAnother = (anotherId) => openSession(settings.engine, anotherId, settings.options);
    const [session] = sessions;
    const playing = test[side]({ session, id, remoteId, size, contender: settings, loadEngine, openAnother });
    return within(limit, `${contender} in ${caseName}`, playing);
  },

  close() {
    for (const session of sessions.splice(0)) session.close();
  },
};

async function openSession(engine, id, options) {
  const opening = engine === 'bare' ? openBareSession(id) : openEngineSession(engine, id, options);
  const opened = await within(OPEN_LIMIT_MS, 'registering at the PeerServer', opening);
  const session = {
    connect: (remoteId, label) => within(CONNECT_LIMIT_MS, `connecting ${engine}`, opened.connect(remoteId, label)),
    accept: () => within(CONNECT_LIMIT_MS, `being called by ${engine}`, opened.accept()),
    // As `accept`, for as long as it takes.
    called: () => opened.accept(),
    close: () => opened.close(),
  };
  sessions.push(session);
  return session;
}
