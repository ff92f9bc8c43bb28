import { expect } from '@open-wc/testing';
import fc from 'fast-check';

import { EarlySignals } from '../../../src/engine/early-signals.js';
import { announcementIn, announcementOf, limitsIn } from '../../../src/engine/native/announcement.js';
import { firstFrame, jsonFrame, jsonIn, openingIn } from '../../../src/engine/native/in-band.js';
import { healingIn, healingSignal } from '../../../src/engine/native/healing-signals.js';
import { helloFrame, helloIn } from '../../../src/engine/native/hello.js';
import { IncomingStream } from '../../../src/engine/native/incoming-stream.js';
import { connectionIdOf, parseAnswer, parseCandidate, parseOffer } from '../../../src/engine/signals.js';
import { PieceOrder, endIn, pieceIn } from '../../../src/engine/transfer/pieces.js';
import { parseTransfer } from '../../../src/engine/transfer/offer.js';
import { readFrame } from '../../../src/signaling/peer-server-frame.js';
import { readRoomFrame } from '../../../src/signaling/room-frame.js';
import { concat, type Bytes } from '../../../src/wire/bytes.js';
import {
  eachFrame,
  FrameType,
  frameOf,
  MESSAGE_COST,
  numbersFrame,
  VarintReader,
  type MessageKind,
} from '../../../src/wire/index.js';
import { writeVarint, varintSize } from '../../../src/wire/native/varint.js';
import { anyBytes, expectWithin, fuzz, mutated, oddRecord, oddText, oddValue, tolerant } from '../../support/fuzz.js';
import { Clock, End, OVER, message } from './native/stream-pair.js';

const SDP = { type: 'offer', sdp: 'v=0\r\n' };
const NATIVE = announcementOf('nonce', { window: 4_194_304, maxMessageSize: 1_000_000 }, { maxRetransmits: 1 });
/** Of a stream that frames of a few hundred bytes fill. */
const SMALL = { window: 2_000, maxMessageSize: 1_500 };
const LIMITS = { window: 65_536, maxMessageSize: 1_000_000 };
const LINE = 'candidate:1 1 udp 1 127.0.0.1 9 typ host';
const CANDIDATE = { candidate: LINE, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'abcd' };
const CONNECTION = { connectionId: 'dc_1', metadata: { a: 1 }, label: 'chat', reliable: false, serialization: 'binary' };
const CAPABILITIES = { frames: 1, transfer: 1, lanes: 1, datagram: 1, file: 1 };

/** What must hold of every name that was let through. */
const isName = (name: unknown): boolean => typeof name === 'string' && name !== '' && name.length <= 1_024;

describe('the parsers of the engine, given what nobody means well with', () => {
  fuzz('OFFERs', 3_000, oddRecord({ sdp: SDP, type: 'data', ...CONNECTION, native: NATIVE }), (payload) => {
    const parsed = tolerant(() => parseOffer(payload));
    if (parsed) expect([parsed.connectionId, parsed.label, parsed.serialization].every(isName)).to.equal(true);
  });
  const answer = oddRecord({ sdp: SDP, candidate: CANDIDATE, connectionId: 'dc_1', refused: true });
  fuzz('ANSWERs, CANDIDATEs and whose they are', 2_000, answer, (payload) => {
    tolerant(() => parseAnswer(payload));
    expect(isName(tolerant(() => connectionIdOf(payload)) ?? 'none')).to.equal(true);
  });
  fuzz('candidates', 2_000, oddRecord(CANDIDATE), (candidate) => {
    const { candidate: line = '', sdpMid, usernameFragment } = tolerant(() => parseCandidate({ candidate })) ?? {};
    for (const text of [line, sdpMid, usernameFragment]) expectWithin(text?.length ?? 0, 1_024);
  });
  fuzz('announcements', 2_000, oddRecord({ nonce: 'n', ...CAPABILITIES, ...LIMITS, datagrams: { ordered: false } }), (native) => {
    const found = announcementIn({ native });
    if (!found) return;
    expectWithin(found.nonce.length, 64);
    expect(Number.isSafeInteger(found.window) && found.window >= 65_536 && found.maxMessageSize > 0).to.equal(true);
    for (const version of Object.values(found.versions)) expect([0, 1]).to.include(version);
  });
  fuzz('steps of healing', 1_000, oddRecord({ generation: 1, step: 'resume', side: 'caller' }), (healing) => {
    const payload = { connectionId: 'c', sdp: SDP, candidate: CANDIDATE, native: { healing } };
    const step = healingIn(payload);
    if (step) for (const type of ['OFFER', 'ANSWER', 'CANDIDATE'] as const) tolerant(() => healingSignal(type, payload, step));
  });

  const opening = jsonFrame(FrameType.Open, { ...CONNECTION, ...LIMITS });
  fuzz('first packets of channels', 2_000, mutated(fc.constant(opening)), (bytes) => {
    const opened = tolerant(() => openingIn(bytes.slice().buffer));
    if (opened) expect([opened.connectionId, opened.label].every(isName)).to.equal(true);
  });
  const offered = { connectionId: 'c', id: 't', name: 'a.txt', type: 'text/plain', size: 1, lastModified: 1, attachment: 'a', ...LIMITS };
  const oddOffer = oddRecord(offered).map((fields) => jsonFrame(FrameType.Transfer, Object(fields) as object));
  const changedOffer = mutated(fc.constant(jsonFrame(FrameType.Transfer, offered)));
  fuzz('offers of transfers', 2_000, fc.oneof(oddOffer, changedOffer), (bytes) => {
    const fields = jsonIn(firstFrame(bytes.slice().buffer, FrameType.Transfer));
    const { id, name, size = 0, attachment = 'a' } = parseTransfer(fields);
    expectWithin(id.length, 64);
    expectWithin(name.length, 255);
    expect(attachment).to.be.a('string').with.length.within(1, 64);
    expect(size >= 0 && limitsIn(fields).window >= 65_536).to.equal(true);
  });
  const hello = helloFrame({ farewell: 'word', pause: 'another', connections: ['c'], transfers: ['t'] });
  fuzz('first words on a control channel', 1_000, mutated(fc.constant(hello)), (bytes) => {
    expectWithin(helloIn(firstFrame(bytes.slice().buffer, FrameType.Hello)).farewell.length, 1_024);
  });

  const asText = (frame: fc.Arbitrary<unknown>) => frame.map((given) => JSON.stringify(given) ?? '');
  const sent = { type: 'OFFER', src: 'a', dst: 'b', payload: { msg: 'x' } };
  fuzz('frames of a signaling server', 2_000, asText(oddRecord(sent)), (text) => {
    const frame = readFrame(text, { key: 'k', id: 'i' });
    if (frame.kind === 'signal') expect(frame.signal.src).to.not.equal('');
  });
  fuzz('frames of a room', 1_000, fc.oneof(oddText, asText(oddRecord({ kind: 'signal', n: '1', ...sent }))), (text) => {
    readRoomFrame(text);
  });
  const signals = fc.array(fc.tuple(oddText, oddText, oddValue), { maxLength: 40 });
  fuzz('signals that come before their offer', 1_000, signals, (signals) => {
    const early = new EarlySignals();
    for (const [src, connectionId, payload] of signals) early.store(connectionId, { type: 'CANDIDATE', src, payload });
    for (const [src, connectionId] of signals) early.take(src, connectionId);
    expect(early.size).to.equal(0);
  });
});

describe('a native stream, given what nobody means well with', () => {
  let clock: Clock;
  beforeEach(() => void (clock = new Clock()));
  afterEach(() => clock.restore());

  const position = fc.oneof(fc.nat(200), fc.nat(70_000), fc.maxSafeNat());
  const numbers = (count: number) => fc.array(position, { minLength: count, maxLength: count });
  const kind = fc.constantFrom(FrameType.Value, FrameType.Bytes, FrameType.Text);
  const begun = fc.tuple(fc.oneof(kind, fc.constant(0x77)), position, anyBytes).map(([kind, size, bytes]) => {
    const body = new Uint8Array(1 + varintSize(size) + bytes.length);
    body[0] = kind;
    body.set(bytes, writeVarint(body, 1, size));
    return frameOf(FrameType.Start, body);
  });
  const whole = fc.tuple(kind, anyBytes).map(([type, body]) => frameOf(type, body));
  const frame = fc.oneof(
    fc
      .tuple(fc.constantFrom(FrameType.At, FrameType.Resend, FrameType.Probe), numbers(1))
      .map(([type, given]) => numbersFrame(type, ...given)),
    numbers(3).map((given) => numbersFrame(FrameType.Ack, ...given)),
    fc.tuple(fc.oneof(kind, fc.constantFrom(FrameType.More, 0x7e)), anyBytes).map(([type, body]) => frameOf(type, body)),
    begun,
  );
  const START = [numbersFrame(FrameType.At, 0), new Uint8Array(0)];
  const packet = fc.array(frame, { maxLength: 6 }).map((frames) => concat([...START, ...frames]));
  const packets = fc.array(mutated(packet), { maxLength: 10 });
  const frames = fc.array(fc.oneof({ weight: 8, arbitrary: whole }, { weight: 1, arbitrary: frame }), { maxLength: 40 });

  fuzz('ends by itself or goes on, and gives the page no more than came', 3_000, packets, (packets) => {
    const end = new End();
    try {
      end.stream.remoteAllows(65_536, 1_000_000);
      end.stream.attach(end.port, 65_536);
      void end.stream.push(message(500));
      let came = 0;
      for (const bytes of packets) {
        came += bytes.byteLength;
        const sent = end.port.sent.length;
        end.stream.receive(bytes.slice().buffer);
        // An answer to each frame of a packet would be a way to have a page sent to by many.
        expectWithin(end.port.sent.length - sent, 2 + bytes.byteLength / 3);
      }
      expectWithin(end.heard.bodies.reduce((sum, body) => sum + body.byteLength, 0), came);
      expectWithin(end.heard.ends.length, 1);
      expectWithin(clock.pending, 3);
    } finally {
      end.stream.end(OVER);
      expect(clock.pending).to.equal(0);
    }
  });

  it('answers a packet of 20,000 probes once', () => {
    const end = new End();
    end.stream.attach(end.port, 65_536);
    end.stream.receive(concat(Array.from({ length: 20_000 }, () => numbersFrame(FrameType.Probe, 1))).slice().buffer);
    expect(end.port.sent).to.have.length(1);
    end.stream.end(OVER);
  });

  it('answers a packet of 20,000 RESENDs with no more than the channel should hold', () => {
    const end = new End();
    end.stream.remoteAllows(1_000_000, 1_000_000);
    void end.stream.push(message(900_000));
    end.stream.attach(end.port, 65_536);
    end.stream.receive(concat(Array.from({ length: 20_000 }, () => numbersFrame(FrameType.Resend, 0))).slice().buffer);
    expectWithin(end.port.bufferedAmount, 1_000_000);
    end.stream.end(OVER);
  });

  fuzz('takes no more than its window and the message beyond it, and that as large as it said', 3_000, frames, (frames) => {
    let held = 0;
    let announced = 0;
    const incoming = new IncomingStream(
      {
        deliver(_kind: MessageKind, body: Bytes, owned: boolean, cost: number) {
          if (owned) expect(body.byteLength).to.equal(announced);
          held += cost;
        },
        fault: () => undefined,
        granted: () => undefined,
      },
      SMALL,
    );
    for (const bytes of frames) {
      incoming.packet();
      incoming.at(incoming.received);
      const broken = tolerant(() => {
        eachFrame(bytes, (type, body) => {
          if (type < FrameType.Value || type > FrameType.More) return;
          if (type === FrameType.Start) announced = new VarintReader(body, 1).next();
          incoming.frame(type, body);
        });
        return false;
      });
      if (broken ?? true) break;
    }
    incoming.end();
    expectWithin(held, SMALL.window + SMALL.maxMessageSize + MESSAGE_COST);
  });

  const pieces = fc.array(fc.tuple(position, fc.uint8Array({ maxLength: 30 })), { maxLength: 40 });
  fuzz('puts pieces of a transfer in order within its reach', 2_000, pieces, (pieces) => {
    const order = new PieceOrder();
    let read = 0;
    for (const [offset, bytes] of pieces) {
      const body = new Uint8Array(varintSize(offset) + bytes.length);
      body.set(bytes, writeVarint(body, 0, offset));
      const piece = pieceIn(body);
      expect(piece.offset).to.equal(offset);
      const ready = order.take(offset, { bytes: piece.bytes, confirm: () => undefined }, 1_000) ?? [];
      read += ready.reduce((sum, { bytes: given }) => sum + given.byteLength, 0);
      expect(order.next).to.equal(read);
    }
    tolerant(() => endIn(new Uint8Array(0)));
  });
});
