/** Chat while a large file is on its way over a line of 50 Mbit/s, at a distance of 40 ms. */
import { answerDuringBulk, callDuringBulk } from '../page/chat.js';

const MIB = 1024 * 1024;
const ROUND_TRIP_MS = 40;
/** Bits in a Mbit, by bits in a byte. */
const BYTES_PER_MBIT = 1_000_000 / 8;

export default {
  name: 'chat-path',
  title: 'chat during a transfer of 256 MiB over 50 Mbit/s, 40 ms there and back',
  rounds: 6,
  limitMs: 90_000,
  path: { delay: ROUND_TRIP_MS / 2, rate: 50, queue: 20 },
  metrics: {
    p50: { unit: 'ms', better: 'less' },
    p95: { unit: 'ms', better: 'less' },
    p99: { unit: 'ms', better: 'less' },
    atStart: { unit: 'ms', better: 'less' },
    throughput: { unit: 'Mbit/s', better: 'more' },
    relayLateness: { unit: 'ms', better: 'less' },
  },
  sizes: {
    full: { bulkBytes: 256 * MIB, bufferBytes: 2 * MIB, startCount: 600, count: 1_000, beatMs: 10 },
    quick: { bulkBytes: 16 * MIB, bufferBytes: MIB, startCount: 50, count: 300, beatMs: 10 },
  },
  contenders: {
    ours: { engine: 'ours', bulk: 'transfers' },
    'ours 4 lanes': { engine: 'ours', bulk: 'transfers', lanes: 4 },
    peerjs: { engine: 'peerjs', bulk: 'buffers' },
    bare: { engine: 'bare', bulk: 'frames' },
  },
  figures: [
    { metric: 'p95', of: 'ours', atMost: ROUND_TRIP_MS + 25, profile: 'native' },
    { metric: 'throughput', of: 'ours', atLeast: 40, profile: 'native', or: 'the next' },
    { metric: 'throughput', of: 'ours 4 lanes', atLeast: 40, profile: 'native', or: 'the one before' },
    { metric: 'p95', of: 'ours', over: 'bare', atMost: 1, profile: 'native' },
    { metric: 'throughput', of: 'ours', over: 'bare', atLeast: 0.95, profile: 'native' },
    { metric: 'throughput', of: 'ours', over: 'peerjs', atLeast: 1, profile: 'native' },
  ],

  async call(play) {
    const { bytesPerSecond, ...metrics } = await callDuringBulk(play);
    return { ...metrics, throughput: bytesPerSecond / BYTES_PER_MBIT };
  },

  answer: answerDuringBulk,
};
