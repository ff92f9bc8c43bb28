/** A hundred channels to as many peers, open and idle: what each takes of the memory, and how often timers wake the page. */

const KIB_PER_MIB = 1024;

export default {
  name: 'links',
  title: '100 channels to 100 peers, open and idle',
  rounds: 6,
  limitMs: 120_000,
  countTimers: true,
  metrics: {
    js: { unit: 'KiB/channel', better: 'less' },
    process: { unit: 'KiB/channel', better: 'less' },
    wakeUps: { unit: 'wake-ups/s', better: 'less' },
  },
  sizes: { full: { count: 100, idleMs: 10_000 }, quick: { count: 10, idleMs: 2_000 } },
  contenders: {
    ours: { engine: 'ours' },
    peerjs: { engine: 'peerjs' },
    bare: { engine: 'bare' },
  },
  figures: [{ metric: 'wakeUps', of: 'ours', atMost: 1, profile: 'native' }],

  memory: ({ caller }, { count }) => ({
    js: (caller.settled.js * KIB_PER_MIB) / count,
    process: (caller.settled.rss * KIB_PER_MIB) / count,
  }),

  async call({ session, remoteId, size }) {
    const first = await session.connect(remoteId);
    void first.send('register');
    if ((await first.next()) !== 'registered') throw new Error('Something else came first.');
    await globalThis.watchMemory();
    for (let index = 0; index < size.count; index += 1) await session.connect(idOf(remoteId, index));
    const { wakeUps } = globalThis.benchTimers;
    await new Promise((resolve) => setTimeout(resolve, size.idleMs));
    // The one of this wait is not theirs.
    const counted = globalThis.benchTimers.wakeUps - wakeUps - 1;
    await globalThis.readMemory();
    void first.send('end');
    const accepted = await first.next();
    if (accepted !== String(size.count)) throw new Error(`Only ${accepted} of them were open at the other end.`);
    return { wakeUps: (counted / size.idleMs) * 1000 };
  },

  /** All the called peers are in one page. */
  async answer({ session, id, size, openAnother }) {
    const line = await session.accept();
    await line.next();
    let accepted = 0;
    for (let index = 0; index < size.count; index += 1) {
      const another = await openAnother(idOf(id, index));
      // Nobody waits for it here: its limit would be over before the last is called.
      void another.called().then(() => (accepted += 1));
    }
    void line.send('registered');
    await line.next();
    void line.send(String(accepted));
  },
};

function idOf(id, index) {
  return `${id}-${index}`;
}
