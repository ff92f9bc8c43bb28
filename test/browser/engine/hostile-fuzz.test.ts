import { expect } from '@open-wc/testing';
import fc from 'fast-check';

import type { DataConnection, Peer } from '../../../src/engine/index.js';
import { ChannelProtocol, jsonFrame } from '../../../src/engine/native/in-band.js';
import { concat, type Bytes } from '../../../src/wire/bytes.js';
import { FrameType, frameOf, numbersFrame } from '../../../src/wire/index.js';
import { countedResources } from '../../support/counted-links.js';
import { pageFaults, type PageFaults } from '../../support/faults.js';
import { RUN_SEED, anyBytes, mutated, oddRecord, oddText, oddValue } from '../../support/fuzz.js';
import { heardOut } from '../../support/heard-out.js';
import { mutePeer } from '../../support/mute-peer.js';
import { destroyPeers, makePeer, once, tracked, uniqueId } from '../../support/peers.js';
import { rawPeer, sendAnyway, type RawPeer } from '../../support/raw-peer.js';
import { hex, packed } from '../wire/support.js';

const samples = <T>(inputs: fc.Arbitrary<T>, count: number): T[] => fc.sample(inputs, { seed: RUN_SEED, numRuns: count });

const position = fc.oneof(fc.nat(200), fc.nat(70_000), fc.maxSafeNat());
const type = fc.constantFrom(...Object.values(FrameType));
const frame = fc.oneof(
  fc.tuple(type, anyBytes).map(([of, body]) => frameOf(of, body)),
  fc.tuple(type, fc.array(position, { maxLength: 3 })).map(([of, numbers]) => numbersFrame(of, ...numbers)),
  fc.tuple(type, oddValue).map(([of, fields]) => jsonFrame(of, Object(fields) as object)),
);
const START = [numbersFrame(FrameType.At, 0), new Uint8Array(0)];
const packet = mutated(fc.array(frame, { maxLength: 5 }).map((frames) => concat([...START, ...frames])));
/** Frames that are right, or nearly so: what gets further than the first look. */
const count = fc.integer({ min: 1, max: 5 });
const chunk = fc
  .record({ __peerData: count, n: fc.nat(5), data: fc.uint8Array({ maxLength: 60 }), total: count })
  .map((given) => packed(given));
const CANDIDATE = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0' };
const LIMITS = { window: 65_536, maxMessageSize: 65_536 };
/** What asks to close would end the test. */
const compatible = fc
  .oneof(anyBytes, mutated(chunk), mutated(fc.jsonValue({ maxDepth: 3 }).map((given) => packed(given))))
  .filter((bytes) => !hex(bytes).includes(hex(packed('close'))));

const DESCRIBED = { type: 'data', connectionId: 'c1', metadata: 1, label: 'l', reliable: true, serialization: 'binary' };
const opening = (): Bytes => jsonFrame(FrameType.Open, { ...DESCRIBED, connectionId: uniqueId('dc'), ...LIMITS });

describe('a peer whom somebody floods with what means nothing', () => {
  let faults: PageFaults;
  beforeEach(() => void (faults = pageFaults()));
  afterEach(() => {
    destroyPeers();
    faults.restore();
  });

  /** A peer that listens to everything, as a page would, and what it holds open. */
  async function victim() {
    const counted = countedResources();
    const bob = makePeer(uniqueId('bob'), counted.options);
    const heard: DataConnection[] = [];
    bob.on('error', () => undefined);
    bob.on('connection', (connection) => {
      heard.push(connection);
      connection.on('error', () => undefined);
      connection.on('data', () => undefined);
      connection.on('transfer', (transfer) => transfer.blob().catch(() => undefined));
    });
    await once(bob, 'open');
    return { bob, heard, counted };
  }

  /** The page's own conversation goes on, and nothing was thrown past it. */
  async function unharmed(bob: Peer): Promise<void> {
    const id = uniqueId('honest');
    const incoming = new Promise<DataConnection>((resolve) => {
      bob.on('connection', (connection) => connection.peer === id && resolve(connection));
    });
    const call = makePeer(id).connect(bob.id ?? '');
    const [answer] = await Promise.all([incoming, call.opened]);
    answer.on('data', (data) => void answer.send(data));
    const back = once(call, 'data');
    void call.send('still there?');
    expect(await back).to.equal('still there?');
    await faults.reported();
    expect(faults.errors, `errors, seed ${RUN_SEED}`).to.deep.equal([]);
    expect(faults.rejections, `rejections, seed ${RUN_SEED}`).to.deep.equal([]);
  }

  it('with 3,000 signals keeps to its bounds', async function () {
    this.timeout(60_000);
    const { bob, counted } = await victim();
    const mallory = tracked(await mutePeer());
    const sdp = { type: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' };
    const healing = { generation: 1, step: 'restart', side: 'caller' };
    const native = { nonce: 'n', frames: 1, ...LIMITS, transfer: 1, lanes: 1, datagram: 1, file: 1, healing };
    const payload = fc.oneof(
      oddRecord({ ...DESCRIBED, sdp, native, candidate: CANDIDATE, refused: true, withdrawn: true }),
      fc.tuple(oddText, oddRecord(native)).map(([connectionId, given]) => ({ ...DESCRIBED, sdp, connectionId, native: given })),
    );
    const signals = samples(fc.tuple(fc.constantFrom('OFFER', 'ANSWER', 'CANDIDATE', 'LEAVE', 'EXPIRE'), payload), 3_000);
    // Bob calls as well: there is a link that ANSWERs and CANDIDATEs may be for.
    const call = bob.connect(mallory.id, { connectionId: 'c1' });
    for (const [type, given] of signals) mallory.say({ type, dst: bob.id ?? '', payload: given });
    await heardOut(mallory, bob.id ?? '');
    await unharmed(bob);
    call.close();
    // 64 calls at once and 16 a second, and two of its own.
    expect(counted.links.length).to.be.below(64 + 16 * 60);
    bob.destroy();
    expect(counted.open().links).to.equal(0);
  });

  it('with 3,000 frames on a PeerJS channel hears the next message', async function () {
    this.timeout(60_000);
    const { bob, heard } = await victim();
    const incoming = once<DataConnection>(bob, 'connection');
    const { channel } = await rawPeer(bob.id ?? '');
    const answer = await incoming;
    await answer.opened;
    for (const bytes of samples(compatible, 3_000)) sendAnyway(channel, bytes);
    for (const text of samples(oddText, 50)) sendAnyway(channel, text);
    const last = new Promise<unknown>((resolve) => answer.on('data', (data) => data === 'the last' && resolve(data)));
    sendAnyway(channel, packed('the last'));
    expect(await last).to.equal('the last');
    expect(heard).to.have.length(1);
    await unharmed(bob);
  });

  it('with 3,000 packets on channels of a native link keeps to its bounds', async function () {
    this.timeout(100_000);
    const { bob, heard, counted } = await victim();
    const raw = await rawPeer(bob.id ?? '', { native: true });
    const packets = samples(packet, 3_000);
    const { Connection, Transfer, Lane, Datagram } = ChannelProtocol;
    const firsts = [Connection, Connection, Connection, Transfer, Lane, Datagram, 'something else'];
    while (packets.length > 0 && raw.control?.readyState === 'open') {
      const protocol = firsts[packets.length % firsts.length] ?? '';
      const channel = await raw.open('intruder', protocol).catch(() => undefined);
      if (!channel) {
        packets.splice(0, 1);
        continue;
      }
      const closed = new Promise((resolve) => channel.addEventListener('close', resolve));
      if (protocol === Connection) sendAnyway(channel, opening());
      for (const bytes of packets.splice(0, 10)) sendAnyway(channel, bytes);
      if (protocol !== Connection) sendAnyway(channel, new Uint8Array(0));
      channel.close();
      await closed;
    }
    expect(packets.length, 'left').to.equal(0);
    expect(heard.length, 'connections that the packets came on').to.be.above(30);
    await unharmed(bob);
    // Its own and the honest one's, and the lanes that it was made to answer.
    expect(counted.links.length).to.be.below(2 + 8 + 16);
    bob.destroy();
    expect(counted.open().links).to.equal(0);
  });

  it('with 1,000 packets on control channels keeps to its bounds', async function () {
    this.timeout(100_000);
    const { bob, counted } = await victim();
    const packets = samples(packet, 1_000);
    const lane = oddRecord({ lane: 'lane', description: { type: 'offer', sdp: 'v=0' }, candidate: CANDIDATE, end: true });
    const lanes = samples(lane, 500);
    let raw: RawPeer | undefined;
    let links = 0;
    while (packets.length > 0 && links < 40) {
      links++;
      raw = await rawPeer(bob.id ?? '', { native: true });
      const { control, connection } = raw;
      for (const fields of lanes.splice(0, 50)) sendAnyway(control!, jsonFrame(FrameType.Lane, Object(fields) as object));
      for (const bytes of packets.splice(0, 25)) sendAnyway(control!, bytes);
      // A frame that the control channel breaks at, and a number that is none: the link has to be gone.
      const over = new Promise((resolve) => {
        control!.addEventListener('close', resolve);
        connection.onconnectionstatechange = () => connection.connectionState !== 'connected' && resolve(undefined);
      });
      sendAnyway(control!, Uint8Array.of(FrameType.Ping, 200));
      await over;
      raw.destroy();
    }
    expect(packets.length, 'left').to.equal(0);
    await unharmed(bob);
    expect(counted.links.length).to.be.below(41 + 40 * 16);
    bob.destroy();
    expect(counted.open().links).to.equal(0);
  });
});
