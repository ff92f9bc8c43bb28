/** What the bundles weigh that a page loads from a CDN, compressed as a server does it. No browser, and no rounds. */

const BYTES_PER_KB = 1000;

export default {
  name: 'sizes',
  title: 'size of the bundles, gzipped',
  rounds: 1,
  exact: true,
  metrics: { size: { unit: 'kB', better: 'less' } },
  sizes: { full: {}, quick: {} },
  contenders: {
    'peer-elements.js': { file: 'dist/cdn/peer-elements.js' },
    'peerjs.js (ours)': { file: 'dist/cdn/peerjs.js' },
    'peerjs.min.js': { file: 'node_modules/peerjs/dist/peerjs.min.js' },
  },
  figures: [],

  async here({ root, contender }) {
    const modules = ['fs/promises', 'path', 'zlib'].map((name) => import(`node:${name}`));
    const [{ readFile }, { join }, { gzipSync }] = await Promise.all(modules);
    return { size: gzipSync(await readFile(join(root, contender.file)), { level: 9 }).length / BYTES_PER_KB };
  },
};
