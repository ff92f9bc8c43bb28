/** A file of 1 GiB to a stream at the other end, which throws it away: what both pages take of the memory meanwhile. */
import { discardTransfers, transfer } from '../page/transfers.js';

const MIB = 1024 * 1024;

export default {
  name: 'file',
  title: 'a file of 1 GiB, read from the disk and thrown away',
  rounds: 6,
  limitMs: 300_000,
  metrics: {
    senderJs: { unit: 'MiB', better: 'less' },
    receiverJs: { unit: 'MiB', better: 'less' },
    senderProcess: { unit: 'MiB', better: 'less' },
    receiverProcess: { unit: 'MiB', better: 'less' },
    throughput: { unit: 'MiB/s', better: 'more' },
  },
  sizes: { full: { bytes: 1024 * MIB }, quick: { bytes: 64 * MIB } },
  contenders: { ours: { engine: 'ours' } },
  figures: [
    { metric: 'senderJs', of: 'ours', atMost: 64, profile: 'native' },
    { metric: 'receiverJs', of: 'ours', atMost: 64, profile: 'native' },
    { metric: 'senderProcess', of: 'ours', atMost: 128, profile: 'native' },
    { metric: 'receiverProcess', of: 'ours', atMost: 128, profile: 'native' },
  ],

  /** Without content of its own it takes no room on the disk, and is read all the same. */
  async files(folder, { bytes }) {
    // Not imported in a page.
    const [{ truncate, writeFile }, { join }] = await Promise.all([import('node:fs/promises'), import('node:path')]);
    const path = join(folder, 'large.bin');
    await writeFile(path, '');
    await truncate(path, bytes);
    return [path];
  },

  memory: ({ caller, callee }) => ({
    senderJs: caller.peak.js,
    receiverJs: callee.peak.js,
    senderProcess: caller.peak.rss,
    receiverProcess: callee.peak.rss,
  }),

  async call({ session, remoteId, size }) {
    const line = await session.connect(remoteId);
    void line.send('ready?');
    if ((await line.next()) !== 'ready') throw new Error('Something else came first.');
    const [file] = document.querySelector('input[type=file]').files;
    await globalThis.watchMemory();
    const started = performance.now();
    await transfer(line, file, { name: file.name }).finished;
    const seconds = (performance.now() - started) / 1000;
    await globalThis.readMemory();
    void line.send('end');
    if ((await line.next()) !== size.bytes) throw new Error('The other side has received another number of bytes.');
    return { throughput: size.bytes / MIB / seconds };
  },

  async answer({ session }) {
    const line = await session.accept();
    let received = 0;
    const whole = new Promise((resolve) => discardTransfers(line, (bytes) => (received += bytes), resolve));
    await line.next();
    void line.send('ready');
    await Promise.all([whole, line.next()]);
    void line.send(received);
  },
};
