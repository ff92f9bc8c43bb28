/** The network in between that the benchmark makes: it loses, delays and holds up what it says, and nothing else. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { Path } from '../../bench/relay/path.mjs';
import { Relay } from '../../bench/relay/relay.mjs';

const ADDRESS = '127.0.0.1';
/** Bytes that IPv4 and UDP add. */
const HEADERS = 28;

describe('a path', () => {
  it('delays each packet by the same, where it has any rate', () => {
    const path = new Path({ delay: 20 });
    assert.deepEqual([path.accept(1_000, 0), path.accept(1, 0), path.accept(1_000, 7)], [20, 20, 27]);
  });

  it('sends one packet after the other at its rate, headers included', () => {
    // 8 Mbit/s are 1,000 bytes a millisecond.
    const path = new Path({ delay: 5, rate: 8, queue: 100 });
    assert.deepEqual([0, 0, 10].map((now) => path.accept(1_000 - HEADERS, now)), [6, 7, 16]);
  });

  it('drops what would wait longer than its queue is, and takes more once there is room', () => {
    const path = new Path({ rate: 8, queue: 2 });
    const accept = (now) => path.accept(1_000 - HEADERS, now);
    assert.deepEqual([0, 0, 0, 0, 0].map(accept), [1, 2, 3, undefined, undefined]);
    assert.equal(accept(1), 4);
    assert.deepEqual(path.counts, { taken: 6, lost: 0, dropped: 2 });
  });

  it('loses nothing with a loss of 0, and everything with one of 1', () => {
    const [none, all] = [new Path({ loss: 0 }), new Path({ loss: 1 })];
    for (let now = 0; now < 10_000; now += 1) {
      assert.equal(none.accept(100, now), now);
      assert.equal(all.accept(100, now), undefined);
    }
    assert.equal(all.counts.lost, 10_000);
  });

  it('loses the same packets for the same seed, others for another, and about as many as it says', () => {
    const lost = (seed) => {
      const path = new Path({ loss: 0.1, seed });
      return Array.from({ length: 20_000 }, (_, now) => path.accept(1, now) === undefined);
    };
    assert.deepEqual(lost(1), lost(1));
    assert.notDeepEqual(lost(1), lost(2));
    const count = lost(3).filter(Boolean).length;
    // Ten standard deviations to either side; and the seed is always the same.
    assert.ok(count > 1_575 && count < 2_425, `${count} of 20,000`);
  });

  it('lets a lost packet take its time on the line', () => {
    const path = new Path({ rate: 8, queue: 1, loss: 1 });
    for (let count = 0; count < 3; count += 1) path.accept(1_000 - HEADERS, 0);
    assert.deepEqual(path.counts, { taken: 3, lost: 2, dropped: 1 });
  });
});

describe('the relay', { timeout: 60_000 }, () => {
  let caller;
  let callee;
  let relay;

  before(async () => {
    [caller, callee] = await Promise.all([openSocket(), openSocket()]);
  });
  after(() => {
    caller.close();
    callee.close();
  });

  /** The ports that stand for the two sockets: what the other one sends to. */
  async function standIns(path) {
    relay = new Relay(path);
    const forCaller = await relay.portFor('caller', ADDRESS, caller.address().port);
    const forCallee = await relay.portFor('callee', ADDRESS, callee.address().port);
    return { forCaller, forCallee };
  }

  it('carries packets both ways, byte for byte and in order, from one address throughout', async (test) => {
    const { forCaller, forCallee } = await standIns({ delay: 1 });
    test.after(() => relay.close());
    for (const [from, to, port, source] of [[caller, callee, forCallee, forCaller], [callee, caller, forCaller, forCallee]]) {
      const packets = Array.from({ length: 50 }, (_, index) => Buffer.alloc(1_200 - index, index));
      const received = receive(to, packets.length);
      for (const packet of packets) from.send(packet, port, ADDRESS);
      const got = await received;
      assert.deepEqual(got.map(({ bytes }) => bytes), packets);
      assert.deepEqual([...new Set(got.map((packet) => packet.port))], [source]);
    }
    assert.equal(relay.counts.delivered, 100);
  });

  it('gives the same stand-in for the same socket', async (test) => {
    const { forCaller } = await standIns({});
    test.after(() => relay.close());
    assert.equal(await relay.portFor('caller', ADDRESS, caller.address().port), forCaller);
  });

  it('takes no less time than the path does', async (test) => {
    const { forCallee } = await standIns({ delay: 60 });
    test.after(() => relay.close());
    const sent = performance.now();
    const received = receive(callee, 1);
    caller.send('late', forCallee, ADDRESS);
    await received;
    // Half a tick of the relay's may be missing, and the clock's rounding.
    assert.ok(performance.now() - sent >= 59);
  });

  it('carries no more than the rate, and drops what its queue cannot hold', async (test) => {
    // 0.8 Mbit/s are 100 bytes a millisecond: ten packets of 1,000 in its queue of 100 ms, one on the line.
    const { forCallee } = await standIns({ rate: 0.8, queue: 100 });
    test.after(() => relay.close());
    const received = receive(callee, 11);
    const sent = performance.now();
    for (let count = 0; count < 40; count += 1) caller.send(Buffer.alloc(1_000 - HEADERS), forCallee, ADDRESS);
    await received;
    assert.ok(performance.now() - sent >= 109);
    assert.ok(relay.counts.callee.taken <= 40);
    assert.equal(relay.counts.callee.lost, 0);
  });

  it('takes a packet from a socket that nobody has told it of', async (test) => {
    const { forCallee } = await standIns({});
    const unknown = await openSocket();
    test.after(() => [relay, unknown].forEach((each) => each.close()));
    const received = receive(callee, 1);
    // The first ones may be lost, as on any network, while a stand-in is made.
    const again = setInterval(() => unknown.send('hello', forCallee, ADDRESS), 5);
    const [{ port }] = await received;
    clearInterval(again);
    assert.notEqual(port, unknown.address().port);
    assert.equal(await relay.portFor('caller', ADDRESS, unknown.address().port), port);
  });

  it('refuses an address of another machine', async (test) => {
    await standIns({});
    test.after(() => relay.close());
    await assert.rejects(relay.portFor('callee', '198.51.100.7', 9), { code: 'EADDRNOTAVAIL' });
  });

  it('is closed for good, and twice', async () => {
    await standIns({});
    relay.close();
    relay.close();
    await assert.rejects(relay.portFor('caller', ADDRESS, 9), /closed/);
  });
});

async function openSocket() {
  const socket = createSocket('udp4');
  socket.bind(0, ADDRESS);
  await once(socket, 'listening');
  return socket;
}

/** The next so many packets. */
function receive(socket, count) {
  return new Promise((resolve) => {
    const packets = [];
    socket.on('message', function take(bytes, { port }) {
      packets.push({ bytes, port });
      if (packets.length < count) return;
      socket.off('message', take);
      resolve(packets);
    });
  });
}
