/** What the driver calls in a page: open a session, play one side of a case, close. */
import { openBareSession } from './bare-session.js';
import { loadEngine, openEngineSession } from './engine-session.js';
import { within } from './limit.js';

/** A WebSocket and an answer from a server on the same machine. */
const OPEN_LIMIT_MS = 5_000;
/** A hundred times what a connection on one machine takes. */
const CONNECT_LIMIT_MS = 10_000;

let session;

globalThis.bench = {
  /** @param {'ours' | 'peerjs' | 'bare'} engine */
  async open(engine, id) {
    const opening = engine === 'bare' ? openBareSession(id) : openEngineSession(engine, id);
    const opened = await within(OPEN_LIMIT_MS, 'registering at the PeerServer', opening);
    session = {
      connect: (remoteId) => within(CONNECT_LIMIT_MS, `connecting ${engine}`, opened.connect(remoteId)),
      accept: () => within(CONNECT_LIMIT_MS, `being called by ${engine}`, opened.accept()),
      close: () => opened.close(),
    };
  },

  /**
   * @param {'call' | 'answer' | 'alone'} side a function of the case
   * @param {object} play `{ caseName, contender, size, remoteId, limit }`
   * @returns the metrics, from `call` and `alone`
   */
  async play(side, { caseName, contender, size, remoteId, limit }) {
    const { default: test } = await import(`/bench/cases/${caseName}.mjs`);
    const settings = test.contenders[contender];
    const playing = test[side]({ session, remoteId, size, contender: settings, loadEngine });
    return within(limit, `${contender} in ${caseName}`, playing);
  },

  close() {
    session?.close();
    session = undefined;
  },
};
