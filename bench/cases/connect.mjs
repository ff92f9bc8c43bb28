/**
 * The first connection between two registered peers: from `connect()` until it is open on both sides. That it is open on
 * the called side the caller learns by an answer to its first message, which costs every contender the same fraction of a
 * millisecond; clocks of two processes need not agree for that.
 */
export default {
  name: 'connect',
  title: 'first channel: connect() to open on both sides',
  metrics: { duration: { unit: 'ms', better: 'less' } },
  sizes: { full: { repeats: 5 }, quick: { repeats: 3 } },
  contenders: {
    ours: { engine: 'ours' },
    'ours compatible': { engine: 'ours', options: { native: false } },
    peerjs: { engine: 'peerjs' },
    bare: { engine: 'bare' },
  },
  figures: [
    { metric: 'duration', of: 'ours compatible', over: 'peerjs', atMost: 1.05, profile: 'compatible' },
    { metric: 'duration', of: 'ours', over: 'peerjs', atMost: 1.05, profile: 'native' },
    { metric: 'duration', of: 'ours', over: 'bare', atMost: 1.3, profile: 'native' },
  ],

  async call({ session, remoteId }) {
    const started = performance.now();
    const line = await session.connect(remoteId);
    void line.send('open?');
    if ((await line.next()) !== 'open') throw new Error('Something else came first.');
    return { duration: performance.now() - started };
  },

  async answer({ session }) {
    const line = await session.accept();
    if ((await line.next()) === 'open?') void line.send('open');
  },
};
