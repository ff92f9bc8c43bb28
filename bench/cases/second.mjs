/**
 * A second channel to the same peer, beside one that is open and idle: from `connect()` until it is open on both sides,
 * which the caller learns as in the case `connect`. `bare that asks` is a bare channel whose caller asks whether it is taken, and
 * says nothing before it is told so, as a caller of this engine has to: what a remote that may decline costs in any case.
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
    'bare that asks': { engine: 'bare', asks: true },
  },
  figures: [
    { metric: 'duration', of: 'ours', over: 'peerjs', atMost: 0.15, profile: 'native' },
    { metric: 'duration', of: 'ours', over: 'bare that asks', atMost: 1.15, profile: 'native' },
    { metric: 'duration', of: 'bare that asks', over: 'peerjs', atMost: 0.15, profile: 'native' },
    { metric: 'duration', of: 'ours compatible', over: 'peerjs', atMost: 1.05, profile: 'compatible' },
  ],

  async call({ session, remoteId, contender }) {
    await ask(await session.connect(remoteId, 'first'), 'open');
    const started = performance.now();
    const line = await session.connect(remoteId, 'second');
    if (contender.asks) await ask(line, 'taken');
    await ask(line, 'open');
    return { duration: performance.now() - started };
  },

  async answer({ session, contender }) {
    await answer(await session.accept(), 'open');
    const line = await session.accept();
    if (contender.asks) await answer(line, 'taken');
    await answer(line, 'open');
  },
};

async function ask(line, word) {
  void line.send(`${word}?`);
  if ((await line.next()) !== word) throw new Error('Something else came first.');
}

async function answer(line, word) {
  if ((await line.next()) === `${word}?`) void line.send(word);
}
