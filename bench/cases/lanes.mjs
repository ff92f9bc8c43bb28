/** A large file over a path with delay and loss: from the start until the sender knows that the other side has it all. */
import { largeBlob } from '../page/frames.js';
import { discardTransfers, transfer } from '../page/transfers.js';

const MIB = 1024 * 1024;
const BYTES_PER_MBIT = 1_000_000 / 8;

export default {
  name: 'lanes',
  title: 'lanes: 32 MiB over 50 Mbit/s, 40 ms there and back, 0.2 % of packets lost',
  rounds: 6,
  limitMs: 150_000,
  path: { delay: 20, rate: 50, queue: 20, loss: 0.002 },
  metrics: { throughput: { unit: 'Mbit/s', better: 'more' }, relayLateness: { unit: 'ms', better: 'less' } },
  sizes: { full: { bytes: 32 * MIB }, quick: { bytes: 4 * MIB } },
  contenders: {
    'ours 4 lanes': { engine: 'ours', lanes: 4 },
    'ours 1 lane': { engine: 'ours', lanes: 1 },
    peerjs: { engine: 'peerjs' },
  },
  figures: [
    { metric: 'throughput', of: 'ours 4 lanes', over: 'peerjs', atLeast: 2.5, profile: 'native' },
    { metric: 'throughput', of: 'ours 4 lanes', over: 'ours 1 lane', atLeast: 2.5, profile: 'native' },
  ],

  async call({ session, remoteId, size, contender }) {
    const line = await session.connect(remoteId);
    void line.send('ready?');
    if ((await line.next()) !== 'ready') throw new Error('Something else came first.');
    const started = performance.now();
    if (contender.lanes) {
      await transfer(line, largeBlob(size.bytes), { name: 'large.bin', lanes: contender.lanes }).finished;
    } else void line.send(new ArrayBuffer(size.bytes));
    const received = await line.next();
    const seconds = (performance.now() - started) / 1000;
    if (received !== 'whole') throw new Error(`The other side has received ${received}.`);
    return { throughput: size.bytes / BYTES_PER_MBIT / seconds };
  },

  async answer({ session, size, contender }) {
    const line = await session.accept();
    await line.next();
    let received = 0;
    await new Promise((resolve) => {
      const took = (bytes) => {
        received += bytes;
        if (received >= size.bytes) resolve();
      };
      if (contender.lanes) discardTransfers(line, took);
      else line.listen((data) => took(data.byteLength));
      void line.send('ready');
    });
    void line.send(received === size.bytes ? 'whole' : `${received} bytes`);
  },
};
