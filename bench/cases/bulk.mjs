/** One large ArrayBuffer: from `send()` until the other side has said that it has all of it. */

import { NARROW_MARKS, WIDE_MARKS, framesOf, sendFrames } from '../page/frames.js';

const MIB = 1024 * 1024;

export default {
  name: 'bulk',
  title: 'bulk: one ArrayBuffer of 64 MiB',
  rounds: 7,
  metrics: { throughput: { unit: 'MiB/s', better: 'more' } },
  sizes: { full: { bytes: 64 * MIB }, quick: { bytes: 8 * MIB } },
  contenders: {
    ours: { engine: 'ours' },
    'ours compatible': { engine: 'ours', options: { native: false } },
    peerjs: { engine: 'peerjs' },
    'bare 64 KiB': { engine: 'bare', frame: 64 * 1024, marks: WIDE_MARKS },
    'bare 256 KiB': { engine: 'bare', frame: 256 * 1024, marks: WIDE_MARKS },
    'bare 16 KiB, narrow': { engine: 'bare', frame: 16 * 1024, marks: NARROW_MARKS },
    'bare 64 KiB, narrow': { engine: 'bare', frame: 64 * 1024, marks: NARROW_MARKS },
  },
  best: { metric: 'throughput', of: { bare: ['bare 64 KiB', 'bare 256 KiB', 'bare 16 KiB, narrow', 'bare 64 KiB, narrow'] } },
  figures: [
    { metric: 'throughput', of: 'ours compatible', over: 'peerjs', atLeast: 0.95, profile: 'compatible' },
    { metric: 'throughput', of: 'ours', over: 'peerjs', atLeast: 1.5, profile: 'native' },
    { metric: 'throughput', of: 'ours', over: 'bare', atLeast: 0.95, profile: 'native' },
  ],

  async call({ session, remoteId, size, contender }) {
    const line = await session.connect(remoteId);
    const bytes = pattern(size.bytes);
    const started = performance.now();
    if (contender.frame) await sendFrames(line.channel, framesOf(bytes, contender.frame), contender.marks);
    else void line.send(bytes.buffer);
    const received = await line.next();
    const seconds = (performance.now() - started) / 1000;
    if (received !== 'whole') throw new Error(`The other side has received ${received}.`);
    return { throughput: size.bytes / MIB / seconds };
  },

  async answer({ session, size, contender }) {
    const line = await session.accept();
    const buffer = contender.frame ? await joinFrames(line, size.bytes) : await line.next();
    const bytes = new Uint8Array(buffer);
    line.send(bytes.length === size.bytes ? 'whole' : `${bytes.length} bytes`);
    // After the sender's clock has been stopped: looking at every byte takes its time.
    if (!isPattern(bytes)) throw new Error('Other bytes were received than were sent.');
  },
};

/** The receiver of a bare channel ends with the same as the others: one ArrayBuffer. */
function joinFrames(line, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  return new Promise((resolve) => {
    line.listen((frame) => {
      whole.set(new Uint8Array(frame), at);
      at += frame.byteLength;
      if (at >= length) resolve(whole.buffer);
    });
  });
}

function pattern(length) {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = byteAt(index);
  return bytes;
}

function isPattern(bytes) {
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] !== byteAt(index)) return false;
  return true;
}

/** Differs from frame to frame, so that a lost, doubled or misplaced one is noticed. */
function byteAt(index) {
  return (index ^ (index >> 8) ^ (index >> 16)) & 0xff;
}
