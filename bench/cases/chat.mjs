/** Chat while a large file is on its way between two pages of one machine. */
import { answerDuringBulk, callDuringBulk } from '../page/chat.js';

const MIB = 1024 * 1024;

export default {
  name: 'chat',
  title: 'chat during a transfer of 256 MiB',
  rounds: 6,
  limitMs: 90_000,
  metrics: {
    p50: { unit: 'ms', better: 'less' },
    p95: { unit: 'ms', better: 'less' },
    p99: { unit: 'ms', better: 'less' },
    atStart: { unit: 'ms', better: 'less' },
    throughput: { unit: 'MiB/s', better: 'more' },
  },
  sizes: {
    full: { bulkBytes: 256 * MIB, bufferBytes: 16 * MIB, startCount: 200, count: 1_000, beatMs: 10 },
    quick: { bulkBytes: 16 * MIB, bufferBytes: 4 * MIB, startCount: 50, count: 200, beatMs: 10 },
  },
  contenders: {
    ours: { engine: 'ours', bulk: 'transfers' },
    'ours without chat': { engine: 'ours', bulk: 'transfers', alone: true },
    peerjs: { engine: 'peerjs', bulk: 'buffers' },
    'peerjs same connection': { engine: 'peerjs', bulk: 'buffers', sameConnection: true },
    bare: { engine: 'bare', bulk: 'frames' },
  },
  figures: [
    { metric: 'p95', of: 'ours', atMost: 30, profile: 'native' },
    { metric: 'p95', of: 'ours', over: 'bare', atMost: 1.5, profile: 'native' },
    { metric: 'p99', of: 'ours', over: 'bare', atMost: 1.5, profile: 'native' },
    { metric: 'p99', of: 'ours', over: 'peerjs', atMost: 1 / 20, profile: 'native' },
    { metric: 'p99', of: 'ours', over: 'peerjs same connection', atMost: 1 / 20, profile: 'native' },
    { metric: 'throughput', of: 'ours', over: 'ours without chat', atLeast: 0.8, profile: 'native' },
  ],

  async call(play) {
    const { bytesPerSecond, ...metrics } = await callDuringBulk(play);
    return { ...metrics, throughput: bytesPerSecond / MIB };
  },

  answer: answerDuringBulk,
};
