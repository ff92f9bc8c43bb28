/** 10,000 chat messages into a list that keeps 200: the longest task of the page that shows them. */
import { listByHand, listOfElements, shownLast } from '../page/lists.js';

/** The items that a list keeps. */
const MAX = 200;

export default {
  name: 'html-flood',
  title: '10,000 messages into a list that keeps 200',
  rounds: 7,
  metrics: {
    longest: { unit: 'ms', better: 'less' },
    busiest: { unit: 'ms', better: 'less' },
    duration: { unit: 'ms', better: 'less' },
  },
  sizes: { full: { count: 10_000 }, quick: { count: 2_000 } },
  contenders: {
    ours: { engine: 'ours', elements: true },
    'ours from peerjs': { engine: 'peerjs', elements: true },
    'by hand': { engine: 'ours' },
    'peerjs by hand': { engine: 'peerjs' },
  },
  figures: [
    { metric: 'longest', of: 'ours', atMost: 50, profile: 'native' },
    { metric: 'longest', of: 'ours from peerjs', atMost: 50, profile: 'compatible' },
    { metric: 'busiest', of: 'ours', atMost: 50, profile: 'native' },
    { metric: 'busiest', of: 'ours from peerjs', atMost: 50, profile: 'compatible' },
    { metric: 'longest', of: 'ours', over: 'by hand', atMost: 1, profile: 'native' },
    { metric: 'longest', of: 'ours from peerjs', over: 'peerjs by hand', atMost: 1, profile: 'compatible' },
  ],

  tasks: ({ longest, busiest }) => ({ longest, busiest }),

  async call({ session, remoteId, size }) {
    const control = await session.connect(remoteId);
    void control.send('list?');
    const ready = await control.next();
    if (ready !== 'ready') throw new Error(`The other side is not ready: ${ready}`);
    const line = await session.connect(idOf(remoteId));
    const started = performance.now();
    for (let n = 0; n < size.count; n += 1) void line.send({ name: 'Ann', text: textOf(n) });
    const shown = await control.next();
    const duration = performance.now() - started;
    if (shown !== MAX) throw new Error(`The list shows ${shown} messages.`);
    if ((await control.next()) !== 'read') throw new Error('The tasks were not read.');
    return { duration };
  },

  /** The list has a peer of its own, which only messages go to. */
  async answer({ session, id, size, contender, openAnother }) {
    const control = await session.accept();
    await control.next();
    const list = contender.elements ? await listOfElements(idOf(id), MAX) : calledByHand(await openAnother(idOf(id)));
    const shown = shownLast(list, textOf(size.count - 1));
    await globalThis.watchTasks();
    void control.send('ready');
    await shown;
    void control.send(list.querySelectorAll(':scope > li').length);
    await globalThis.readTasks();
    void control.send('read');
  },
};

/** The list that a session's first caller writes into. */
function calledByHand(session) {
  const { list, take } = listByHand(MAX);
  void session.called().then((line) => line.listen(take));
  return list;
}

function idOf(id) {
  return `${id}-list`;
}

function textOf(n) {
  return `message ${n}`;
}
