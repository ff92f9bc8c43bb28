/** The codecs alone, in one page: a chat message to bytes and back. JSON makes text, not bytes. */

const MESSAGE = { from: 'ann', text: 'Shall we meet at the harbour at six?', at: 1_764_000_000_000, likes: 3 };
/** Values between two looks at the clock. */
const BLOCK = 500;

export default {
  name: 'binarypack',
  title: 'BinaryPack: a chat object',
  metrics: { pack: { unit: 'objects/s', better: 'more' }, unpack: { unit: 'objects/s', better: 'more' } },
  sizes: { full: { warmUpMs: 300, ms: 500 }, quick: { warmUpMs: 100, ms: 100 } },
  contenders: {
    ours: { engine: 'ours' },
    peerjs: { engine: 'peerjs' },
    JSON: {},
  },
  figures: [
    { metric: 'pack', of: 'ours', over: 'peerjs', atLeast: 0.95, profile: 'compatible' },
    { metric: 'pack', of: 'ours', over: 'peerjs', atLeast: 10, profile: 'native' },
    { metric: 'pack', of: 'ours', over: 'JSON', atLeast: 0.7, profile: 'native' },
    { metric: 'unpack', of: 'ours', over: 'peerjs', atLeast: 0.95, profile: 'compatible' },
    { metric: 'unpack', of: 'ours', over: 'peerjs', atLeast: 1.5, profile: 'native' },
  ],

  async alone({ size, contender, loadEngine }) {
    const { pack, unpack } = contender.engine
      ? (await loadEngine(contender.engine)).util
      : { pack: JSON.stringify, unpack: JSON.parse };
    const packed = pack(MESSAGE);
    if (JSON.stringify(unpack(packed)) !== JSON.stringify(MESSAGE)) throw new Error('Not what was packed.');
    return {
      pack: perSecond(() => pack(MESSAGE), size),
      unpack: perSecond(() => unpack(packed), size),
    };
  },
};

function perSecond(work, { warmUpMs, ms }) {
  repeat(work, warmUpMs);
  return repeat(work, ms);
}

/** Works for so long; gives the calls in a second. */
function repeat(work, ms) {
  const started = performance.now();
  let calls = 0;
  let elapsed;
  do {
    for (let index = 0; index < BLOCK; index += 1) work();
    calls += BLOCK;
    elapsed = performance.now() - started;
  } while (elapsed < ms);
  return (calls / elapsed) * 1000;
}
