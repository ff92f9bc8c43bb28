/** Many small objects, one `send()` each in a loop: from the first until the other side has said that it has the last. */
import { NARROW_MARKS, sendFrames } from '../page/frames.js';

/** Objects in one frame of the bare channel that gathers them. */
const BATCH = 100;

export default {
  name: 'burst',
  title: 'burst: 100,000 two-key objects',
  metrics: { rate: { unit: 'messages/s', better: 'more' } },
  rounds: 7,
  // The batched one is over in a fraction of a second: a single stall would decide it.
  sizes: { full: { count: 100_000, repeats: 1, repeatsOf: { 'bare batched': 9 } }, quick: { count: 10_000, repeats: 1 } },
  contenders: {
    ours: { engine: 'ours' },
    'ours compatible': { engine: 'ours', options: { native: false } },
    'ours awaited': { engine: 'ours', awaited: true },
    peerjs: { engine: 'peerjs' },
    bare: { engine: 'bare', batch: 1 },
    'bare batched': { engine: 'bare', batch: BATCH },
  },
  figures: [
    { metric: 'rate', of: 'ours compatible', over: 'peerjs', atLeast: 0.95, profile: 'compatible' },
    { metric: 'rate', of: 'ours', over: 'peerjs', atLeast: 8, profile: 'native' },
    { metric: 'rate', of: 'ours', over: 'bare', atLeast: 4, profile: 'native', or: 'the next' },
    { metric: 'rate', of: 'ours', over: 'bare batched', atLeast: 0.7, profile: 'native', or: 'the one before' },
    { metric: 'rate', of: 'ours awaited', over: 'ours', atLeast: 0.8, profile: 'native' },
  ],

  async call({ session, remoteId, size, contender }) {
    const line = await session.connect(remoteId);
    const started = performance.now();
    if (contender.batch === 1) sendEach(line, size.count);
    else if (contender.batch) await sendFrames(line.channel, batches(size.count, contender.batch), NARROW_MARKS);
    else if (contender.awaited) await sendAwaited(line, size.count);
    else for (let id = 0; id < size.count; id += 1) void line.send(message(id));
    const received = await line.next();
    const seconds = (performance.now() - started) / 1000;
    if (received !== 'all') throw new Error(`The other side has received ${received}.`);
    return { rate: size.count / seconds };
  },

  async answer({ session, size, contender }) {
    const line = await session.accept();
    let expected = 0;
    await new Promise((resolve, reject) => {
      const take = ({ id, text }) => {
        if (id !== expected || text !== 'hello') reject(new Error(`Message ${id} came in the place of ${expected}.`));
        expected += 1;
        if (expected === size.count) resolve();
      };
      line.listen(contender.batch ? unbatched(take, contender.batch) : take);
    });
    line.send('all');
  },
};

function message(id) {
  return { id, text: 'hello' };
}

async function sendAwaited(line, count) {
  for (let id = 0; id < count; id += 1) await line.send(message(id));
}

function sendEach(line, count) {
  for (let id = 0; id < count; id += 1) line.send(JSON.stringify(message(id)));
}

/** Given to the channel all at once, they overrun SCTP's slow start, which then stands still for seconds. */
function* batches(count, batch) {
  for (let first = 0; first < count; first += batch) {
    yield JSON.stringify(Array.from({ length: batch }, (_, index) => message(first + index)));
  }
}

function unbatched(take, batch) {
  return batch === 1 ? (text) => take(JSON.parse(text)) : (text) => JSON.parse(text).forEach(take);
}
