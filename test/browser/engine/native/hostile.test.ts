import { expect } from '@open-wc/testing';

import type { DataConnection } from '../../../../src/engine/index.js';
import { FrameType, frameOf, numbersFrame } from '../../../../src/wire/index.js';
import { messages } from '../../../support/partners.js';
import { destroyPeers, once, openPair } from '../../../support/peers.js';
import { expectTyped } from '../../../support/typed-errors.js';

const text = (value: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(value));
const joined = (...frames: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> => Uint8Array.from(frames.flatMap((frame) => [...frame]));
const at = (position: number): Uint8Array<ArrayBuffer> => numbersFrame(FrameType.At, position);

/** What a remote may put on a connection's channel, past its own engine, that ends the connection. */
const BREAKS: Record<string, string | Uint8Array<ArrayBuffer>> = {
  'a text frame': 'not a packet',
  'a packet that ends within a frame': Uint8Array.of(FrameType.Value, 10, 1),
  'a message without a position': frameOf(FrameType.Value, text('x')),
  'a message that goes on and has not begun': joined(at(0), frameOf(FrameType.More, text('x'))),
  'a message of a kind that does not exist': joined(at(0), frameOf(FrameType.Start, Uint8Array.of(0x77, 5, 1))),
  'an ACK of what was never sent': numbersFrame(FrameType.Ack, 10, 10, 10_000_000),
  'an ACK that takes back the limit': numbersFrame(FrameType.Ack, 0, 0, 1),
  'an ACK with a number too few': numbersFrame(FrameType.Ack, 0, 0),
  'a RESEND of what was never sent': numbersFrame(FrameType.Resend, 1_000),
  'a number of eleven bytes': frameOf(FrameType.Probe, new Uint8Array(11).fill(0xff)),
  'more than a window': joined(at(5_000_000), frameOf(FrameType.Value, text('x'))),
};

describe('a native remote that sends', () => {
  afterEach(destroyPeers);

  for (const [name, packet] of Object.entries(BREAKS)) {
    it(`${name} ends that connection with bad-message, and no other on the link`, async () => {
      const { alice, bob, call, answer } = await openPair();
      const incoming = once<DataConnection>(bob, 'connection');
      const other = alice.connect(bob.id ?? '');
      const heard = messages(await incoming, 1);
      await other.opened;
      const error = once(answer, 'error');
      call.dataChannel?.send(packet as string);
      expectTyped(await error, 'bad-message');
      expect(await answer.closed).to.equal('failed');
      void other.send('still here');
      expect(await heard).to.deep.equal(['still here']);
    });
  }

  it('a message that cannot be decoded is told of it, and heard afterwards', async () => {
    const { call, answer } = await openPair();
    const error = once(answer, 'error');
    const heard = messages(answer, 1);
    // A string that is cut off, at the position where the next message would be.
    call.dataChannel?.send(joined(at(0), frameOf(FrameType.Value, Uint8Array.of(0xd9, 0xff, 0xff, 0xff, 0xff, 0x41)), frameOf(FrameType.Value, Uint8Array.of(7))));
    expectTyped(await error, 'bad-message');
    expect(await heard).to.deep.equal([7]);
    expect(answer.open).to.be.true;
  });

  it('frames of a type that nobody knows is heard all the same', async () => {
    const { call, answer } = await openPair();
    const heard = messages(answer, 1);
    call.dataChannel?.send(joined(frameOf(0x7e, text('from the future')), at(0), frameOf(FrameType.Value, Uint8Array.of(7))));
    expect(await heard).to.deep.equal([7]);
  });

  it('cannot set the prototype of what it sends', async () => {
    const { call, answer } = await openPair();
    const heard = once<{ admin?: boolean }>(answer, 'data');
    const packed = Uint8Array.from('81b95f5f70726f746f5f5f81b561646d696ec3'.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    call.dataChannel?.send(joined(at(0), frameOf(FrameType.Value, packed)));
    const value = await heard;
    expect(value.admin).to.equal(undefined);
    expect(Object.keys(value)).to.deep.equal(['__proto__']);
  });
});

describe('a native remote that opens', () => {
  afterEach(destroyPeers);

  /** A channel on the link, as a remote may open it past its own engine, and the first packet on it. */
  async function intrude(protocol: string, packet?: Uint8Array<ArrayBuffer> | string) {
    const pair = await openPair();
    const channel = pair.call.peerConnection!.createDataChannel('intruder', { protocol });
    const closed = new Promise((resolve) => channel.addEventListener('close', resolve));
    // It may be closed before it has opened here.
    await Promise.race([closed, new Promise((resolve) => channel.addEventListener('open', resolve))]);
    if (packet !== undefined) channel.send(packet as string);
    return { ...pair, channel, closed };
  }

  async function goesOn({ call, answer }: { call: DataConnection; answer: DataConnection }): Promise<void> {
    const heard = messages(answer, 1);
    void call.send('good');
    expect(await heard).to.deep.equal(['good']);
  }

  for (const protocol of ['', 'something else']) {
    it(`a channel with the protocol "${protocol}" finds it closed`, async () => {
      const pair = await intrude(protocol);
      await pair.closed;
      await goesOn(pair);
    });
  }

  const openings: Record<string, Uint8Array<ArrayBuffer> | string> = {
    'a text': 'hello',
    'something else than what the channel is for': numbersFrame(FrameType.Ping, 1),
    'an opening that is no JSON': frameOf(FrameType.Open, text('{')),
    'an opening that is no object': frameOf(FrameType.Open, text('7')),
    'an opening without an id': frameOf(FrameType.Open, text('{}')),
    'an opening with a serialization that nobody has': frameOf(FrameType.Open, text('{"connectionId":"x","serialization":"constructor"}')),
  };
  for (const [name, packet] of Object.entries(openings)) {
    it(`a connection with ${name} finds it closed, and the page hears of no connection`, async () => {
      const pair = await intrude('peer-elements.connection');
      const heard: unknown[] = [];
      pair.bob.on('connection', (connection) => heard.push(connection));
      pair.channel.send(packet as string);
      await pair.closed;
      expect(heard).to.be.empty;
      await goesOn(pair);
    });
  }

  const transfers: Record<string, Uint8Array<ArrayBuffer>> = {
    'without an id': frameOf(FrameType.Transfer, text('{"connectionId":"?"}')),
    'of a connection that is not there': frameOf(FrameType.Transfer, text('{"connectionId":"?","id":"t"}')),
    'that is no JSON': frameOf(FrameType.Transfer, text('[')),
  };
  for (const [name, packet] of Object.entries(transfers)) {
    it(`a transfer ${name} finds it closed`, async () => {
      const pair = await intrude('peer-elements.transfer', packet);
      await pair.closed;
      await goesOn(pair);
    });
  }

  it('a lane of no transfer finds it closed', async () => {
    const pair = await intrude('peer-elements.lane');
    await pair.closed;
    await goesOn(pair);
  });

  it('a hundred transfers finds those beyond the sixty-fourth declined', async () => {
    const { call, answer } = await openPair();
    const taken: unknown[] = [];
    answer.on('transfer', (transfer) => taken.push(transfer));
    const sent = Array.from({ length: 100 }, () => call.transfer(new Blob(['x'])));
    const ended = await Promise.all(sent.slice(64).map((transfer) => once(transfer, 'close')));
    expect(ended).to.deep.equal(Array(36).fill('aborted'));
    expect(taken).to.have.length(64);
  });
});
