/** A small object there and back on an idle connection: the median round trip. */
import { median } from '../statistics.mjs';

const JSON_CODEC = { write: JSON.stringify, read: JSON.parse };
const NO_CODEC = { write: (value) => value, read: (value) => value };

export default {
  name: 'ping',
  title: 'ping-pong of a small object',
  metrics: { roundTrip: { unit: 'ms', better: 'less' } },
  sizes: { full: { count: 2_000, warmUp: 200 }, quick: { count: 300, warmUp: 50 } },
  contenders: {
    ours: { engine: 'ours' },
    'ours compatible': { engine: 'ours', options: { native: false } },
    peerjs: { engine: 'peerjs' },
    bare: { engine: 'bare' },
  },
  figures: [
    { metric: 'roundTrip', of: 'ours compatible', over: 'peerjs', atMost: 1 / 0.95, profile: 'compatible' },
    { metric: 'roundTrip', of: 'ours', over: 'bare', atMost: 1.15, profile: 'native' },
  ],

  async call({ session, remoteId, size, contender }) {
    const line = await session.connect(remoteId);
    const { write, read } = codecOf(contender);
    const times = [];
    for (let id = 0; id < size.warmUp + size.count; id += 1) {
      const started = performance.now();
      const answer = line.next();
      void line.send(write({ id, text: 'hello' }));
      if (read(await answer).id !== id) throw new Error(`Another answer than that to message ${id}.`);
      if (id >= size.warmUp) times.push(performance.now() - started);
    }
    return { roundTrip: median(times), times: { roundTrip: times } };
  },

  async answer({ session, size, contender }) {
    const line = await session.accept();
    const { write, read } = codecOf(contender);
    await new Promise((resolve) => {
      line.listen((data) => {
        const value = read(data);
        void line.send(write(value));
        if (value.id === size.warmUp + size.count - 1) resolve();
      });
    });
  },
};

function codecOf(contender) {
  return contender.engine === 'bare' ? JSON_CODEC : NO_CODEC;
}
