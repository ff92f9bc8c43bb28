/**
 * Chat beside a bulk transfer in the same direction: how long a chat message takes there and back, and how fast the bulk
 * goes meanwhile. The bulk is begun again where it ends too soon.
 *
 * Messages leave at a fixed beat, whether or not the last one has been answered, and their time counts from when they were
 * due: whoever types does not wait for the page either. A contender that holds up its page, or its line, shows it in all
 * the messages that were held up, and not in one.
 */
import { quantile } from '../statistics.mjs';

import { NARROW_MARKS, largeBlob, sendFrames } from './frames.js';
import { discardTransfers, transfer } from './transfers.js';

const JSON_CODEC = { write: JSON.stringify, read: JSON.parse };
const NO_CODEC = { write: (value) => value, read: (value) => value };

/** The kinds of bulk: how it is sent until it is `over`, and how its bytes are counted at the other end. */
const BULK = {
  /** One `transfer()` after the other. */
  transfers: {
    async send(line, size, over, { lanes }) {
      const blob = largeBlob(size.bulkBytes);
      while (!over.aborted) {
        const sending = transfer(line, blob, { name: 'bulk.bin', lanes });
        const abort = () => sending.abort();
        over.addEventListener('abort', abort, { once: true });
        await sending.finished.catch((error) => {
          if (!over.aborted) throw error;
        });
        over.removeEventListener('abort', abort);
      }
    },
    receive: discardTransfers,
  },
  /** One ArrayBuffer after the other, the next when the last has been received. */
  buffers: {
    async send(line, size, over, { received }) {
      const buffer = crypto.getRandomValues(new Uint8Array(64 * 1024));
      const bytes = new Uint8Array(size.bufferBytes);
      for (let at = 0; at < bytes.length; at += buffer.length) bytes.set(buffer, at);
      while (!over.aborted) {
        void line.send(bytes.buffer);
        await received();
      }
    },
  },
  /** Small frames on a channel of their own. */
  frames: {
    async send(line, size, over) {
      const frame = crypto.getRandomValues(new Uint8Array(16 * 1024));
      const frames = function* () {
        while (!over.aborted) yield frame;
      };
      await sendFrames(line.channel, frames(), NARROW_MARKS);
    },
    receive: (line, took) => line.listen((frame) => took(frame.byteLength)),
  },
};

/**
 * The first messages, as many as `startCount`, are told of apart: the browser is still finding out what the path takes, and
 * overdoes it.
 *
 * @returns `p50`, `p95`, `p99` of the later ones and `atStart`, the longest of the first, in ms; the single `times` of the
 *   later ones; `bytesPerSecond` of the bulk beside these
 */
export async function callDuringBulk({ session, remoteId, size, contender }) {
  const { read, write } = codecOf(contender);
  const chat = await session.connect(remoteId, 'chat');
  void chat.send(write({ type: 'hello' }));
  if (read(await chat.next()).type !== 'hello') throw new Error('Something else came first.');
  const bulk = contender.sameConnection ? chat : await session.connect(remoteId, 'bulk');

  const inbox = new Inbox(read);
  const ready = inbox.next('ready');
  for (const line of new Set([chat, bulk])) line.listen((data) => inbox.put(data));
  await ready;
  void chat.send(write({ type: 'start' }));
  const over = new AbortController();
  const sending = BULK[contender.bulk].send(bulk, size, over.signal, {
    lanes: contender.lanes,
    received: () => inbox.next('received'),
  });
  // A bulk that fails ends the measurement at once.
  const failing = sending.then(() => new Promise(() => {}));

  const settled = () => void chat.send(write({ type: 'settled' }));
  const metrics = {};
  if (contender.alone) {
    await Promise.race([failing, pause(size.startCount * size.beatMs)]);
    settled();
    await Promise.race([failing, pause(size.count * size.beatMs)]);
  } else {
    const send = (message) => chat.send(write(message));
    const all = await Promise.race([failing, beat(size, send, settled, inbox)]);
    const [first, times] = [all.slice(0, size.startCount), all.slice(size.startCount)];
    Object.assign(metrics, { p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99) });
    Object.assign(metrics, { atStart: Math.max(...first), times: { roundTrip: times } });
  }
  void chat.send(write({ type: 'stop' }));
  const { bytes, ms } = await Promise.race([failing, inbox.next('stopped')]);
  over.abort();
  return { ...metrics, bytesPerSecond: ms > 0 ? (bytes / ms) * 1000 : 0 };
}

export async function answerDuringBulk({ session, contender }) {
  const { read, write } = codecOf(contender);
  const chat = await session.accept();
  const { type } = read(await chat.next());
  const inbox = new Inbox(read);
  inbox.on('chat', (message) => void chat.send(write(message)));
  const now = { bytes: 0, at: 0 };
  // From the last piece before to the last piece at the end: large pieces would else count for more or less than they are.
  let settled = { ...now };
  inbox.on('start', () => (now.at = performance.now()));
  inbox.on('settled', () => (settled = { ...now }));
  const took = (count) => {
    now.bytes += count;
    now.at = performance.now();
  };
  const stopping = inbox.next('stop');
  chat.listen((data) => inbox.put(data));
  void chat.send(write({ type }));

  const bulk = contender.sameConnection ? chat : await session.accept();
  inbox.on('bytes', ({ length }) => {
    took(length);
    void bulk.send(write({ type: 'received' }));
  });
  const { receive } = BULK[contender.bulk];
  if (receive) receive(bulk, took);
  else bulk.listen((data) => inbox.put(data));
  void chat.send(write({ type: 'ready' }));
  await stopping;
  void chat.send(write({ type: 'stopped', bytes: now.bytes - settled.bytes, ms: now.at - settled.at }));
}

/** Messages at a fixed beat, `settled()` after the first ones; gives their times from when they were due to the answer, in ms. */
function beat({ startCount, count, beatMs }, send, settled, inbox) {
  const all = startCount + count;
  return new Promise((resolve) => {
    const times = [];
    const begun = performance.now();
    let sent = 0;
    // The channels are ordered, and so are the answers.
    inbox.on('chat', ({ id }) => {
      times.push(performance.now() - (begun + id * beatMs));
      if (times.length === all) resolve(times);
    });
    const timer = setInterval(() => {
      for (; sent < all && begun + sent * beatMs <= performance.now(); sent += 1) {
        if (sent === startCount) settled();
        void send({ type: 'chat', id: sent, text: 'hello' });
      }
      if (sent === all) clearInterval(timer);
    }, beatMs);
  });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Messages by their type. Bytes have the type `bytes`, and their length. */
class Inbox {
  #read;
  #listeners = new Map();

  constructor(read) {
    this.#read = read;
  }

  put(data) {
    const isBytes = data instanceof ArrayBuffer || ArrayBuffer.isView(data);
    const message = isBytes ? { type: 'bytes', length: data.byteLength } : this.#read(data);
    this.#listeners.get(message.type)?.(message);
  }

  on(type, listener) {
    this.#listeners.set(type, listener);
  }

  next(type) {
    return new Promise((resolve) => this.on(type, resolve));
  }
}

function codecOf({ engine }) {
  return engine === 'bare' ? JSON_CODEC : NO_CODEC;
}
