/**
 * `node bench/relay/accuracy.mjs`: how well the relay keeps to its path on this machine. Two sockets of this process talk
 * through it, first gently, for the delay, then more than the line carries, for the rate.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

import { Relay } from './relay.mjs';

const PATH = { delay: 20, rate: 50, queue: 20 };
const ADDRESS = '127.0.0.1';
/** As large as Chromium makes its own. */
const PACKET_BYTES = 1_200;
const HEADER_BYTES = 28;
const GENTLE = { packets: 2_000, perTick: 1 };
/** At a tick of a millisecond some 100 Mbit/s: twice the rate. */
const TOO_MUCH = { packets: 20_000, perTick: 10 };
/** The last packet of either: nothing is on its way any more after it. */
const SETTLE_MS = 200;

for (const load of [GENTLE, TOO_MUCH]) {
  const { delays, seconds, busy, lateness } = await play(load);
  const sorted = delays.sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(2);
  const mbit = (delays.length * (PACKET_BYTES + HEADER_BYTES) * 8) / seconds / 1e6;
  console.log(`${load.packets} packets, ${delays.length} arrived in ${seconds.toFixed(2)} s: ${mbit.toFixed(1)} Mbit/s`);
  console.log(`  delay p1 ${at(0.01)}, p50 ${at(0.5)}, p99 ${at(0.99)} ms; left ${lateness.toFixed(2)} ms late on average`);
  console.log(`  this process was busy for ${(busy * 100).toFixed(0)} % of the time, sender and receiver included`);
}

async function play({ packets, perTick }) {
  const relay = new Relay(PATH);
  const [sender, receiver] = await Promise.all([socket(), socket()]);
  const port = await relay.portFor('callee', ADDRESS, receiver.address().port);
  await relay.portFor('caller', ADDRESS, sender.address().port);
  const delays = [];
  let [first, last] = [0, 0];
  receiver.on('message', (bytes) => {
    last = performance.now();
    first ||= last;
    delays.push(last - bytes.readDoubleLE(0));
  });

  const before = performance.eventLoopUtilization();
  const started = performance.now();
  await new Promise((resolve) => {
    let sent = 0;
    const timer = setInterval(() => {
      for (let index = 0; index < perTick && sent < packets; index += 1, sent += 1) {
        const bytes = Buffer.alloc(PACKET_BYTES);
        bytes.writeDoubleLE(performance.now(), 0);
        sender.send(bytes, port, ADDRESS);
      }
      if (sent < packets) return;
      clearInterval(timer);
      setTimeout(resolve, PATH.delay + PATH.queue + SETTLE_MS);
    }, 1);
  });
  const { utilization } = performance.eventLoopUtilization(before);
  const busy = Math.min(1, (utilization * (performance.now() - started)) / (last - started));
  const { meanLateness: lateness } = relay.counts;
  relay.close();
  sender.close();
  receiver.close();
  return { delays, seconds: (last - first) / 1000, busy, lateness };
}

async function socket() {
  const opened = createSocket('udp4');
  opened.bind(0, ADDRESS);
  await once(opened, 'listening');
  return opened;
}
