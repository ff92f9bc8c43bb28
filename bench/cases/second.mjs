/**
 * A second channel to the same peer, beside one that is open and idle: from `connect()` until it is open on both sides,
 * which the caller learns as in the case `connect`.
 */
export default {
  name: 'second',
  title: 'second channel to the same peer: connect() to open on both sides',
  metrics: { duration: { unit: 'ms', better: 'less' } },
  sizes: { full: { repeats: 5 }, quick: { repeats: 3 } },
  contenders: {
    ours: { engine: 'ours' },
    'ours compatible': { engine: 'ours', options: { native: false } },
    peerjs: { engine: 'peerjs' },
    bare: { engine: 'bare' },
  },
  figures: [
    { metric: 'duration', of: 'ours', over: 'peerjs', atMost: 0.15, profile: 'native' },
    { metric: 'duration', of: 'ours compatible', over: 'peerjs', atMost: 1.05, profile: 'compatible' },
  ],

  async call({ session, remoteId }) {
    await askWhetherOpen(await session.connect(remoteId, 'first'));
    const started = performance.now();
    await askWhetherOpen(await session.connect(remoteId, 'second'));
    return { duration: performance.now() - started };
  },

  async answer({ session }) {
    for (let count = 0; count < 2; count += 1) {
      const line = await session.accept();
      if ((await line.next()) === 'open?') void line.send('open');
    }
  },
};

async function askWhetherOpen(line) {
  void line.send('open?');
  if ((await line.next()) !== 'open') throw new Error('Something else came first.');
}
