import { expect } from '@open-wc/testing';

import type { PeerOptions } from '../../../src/engine/index.js';
import { destroyPeers, once, openPair } from '../../support/peers.js';
import { expectTyped } from '../../support/typed-errors.js';
import { bytes } from '../../support/values.js';

/** What a remote sends past its own engine: a frame as it is. */
type Frame = string | Uint8Array<ArrayBuffer>;

const hex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const text = (value: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(value));

/** Each is one bad frame. */
const BAD: Record<string, Record<string, Frame>> = {
  binary: {
    'an empty frame': hex(''),
    'a text frame': 'not binary',
    'a string that is cut off': hex('d9ffffffff41'),
    'an array of 4 billion items': hex('ddffffffff'),
    'a map of 4 billion entries': hex('dfffffffff'),
    'a buffer that is cut off': hex('dbffffffff00'),
    '10,000 nested arrays': new Uint8Array(10_000).fill(0x91),
    'a chunk without data': hex('83ba5f5f706565724461746101b16e00b5746f74616c02'),
    'a chunk beyond its total': hex('84ba5f5f706565724461746101b16e05b464617461a100b5746f74616c02'),
  },
  json: {
    'what is no JSON': text('{"cut off'),
    'a text frame that is no JSON': 'neither',
    'an empty frame': hex(''),
    'malformed UTF-8': hex('ff22fe'),
  },
};

/** In the compatible profile: what a native remote may do wrong is in `native/`. */
async function goodAfter(bad: readonly Frame[], serialization: string, options: PeerOptions = {}) {
  const { call, answer } = await openPair({ native: false, ...options }, { serialization });
  const errors: unknown[] = [];
  answer.on('error', (error) => errors.push(error));
  const heard = once(answer, 'data');
  for (const frame of bad) call.dataChannel?.send(frame as string);
  void call.send('good');
  expect(await heard).to.equal('good');
  expect(answer.open).to.be.true;
  return { errors };
}

for (const [serialization, frames] of Object.entries(BAD)) {
  describe(`over ${serialization} a remote's frame`, () => {
    afterEach(destroyPeers);

    for (const [name, frame] of Object.entries(frames)) {
      it(`that is ${name} is a bad-message, and the next message arrives`, async () => {
        const { errors } = await goodAfter([frame], serialization);
        expect(errors).to.have.length(1);
        expectTyped(errors[0], 'bad-message');
      });
    }
  });
}

describe('a remote', () => {
  afterEach(destroyPeers);

  it('that sends a hundred bad frames is told of a hundred times, and heard afterwards', async () => {
    const { errors } = await goodAfter(Array<Frame>(100).fill(hex('d9ff')), 'binary');
    expect(errors).to.have.length(100);
  });

  it('that sends a message over maxMessageSize in chunks is stopped, and heard afterwards', async () => {
    const chunk = (n: number): Frame =>
      Uint8Array.from([...hex('84ba5f5f706565724461746101b16e'), n, ...hex('b464617461da3e80'), ...bytes(16_000), ...hex('b5746f74616c10')]);
    const { errors } = await goodAfter(Array.from({ length: 10 }, (_, n) => chunk(n)), 'binary', { maxMessageSize: 100_000 });
    expect(errors).to.have.length(1);
    expectTyped(errors[0], 'bad-message');
  });

  it('that sends a frame over maxMessageSize is stopped, and heard afterwards', async () => {
    const { errors } = await goodAfter([bytes(2_000)], 'raw', { maxMessageSize: 1_000 });
    expectTyped(errors[0], 'bad-message');
  });

  it('cannot set the prototype of what it sends', async () => {
    const { call, answer } = await openPair({ native: false });
    const heard = once<{ admin?: boolean }>(answer, 'data');
    // {"__proto__": {"admin": true}}
    call.dataChannel?.send(hex('81b95f5f70726f746f5f5f81b561646d696ec3'));
    const value = await heard;
    expect(value.admin).to.equal(undefined);
    expect(Object.keys(value)).to.deep.equal(['__proto__']);
  });

  it('that opens a second channel finds it closed, and is heard on the first', async () => {
    const { call, answer } = await openPair();
    const extra = call.peerConnection?.createDataChannel('uninvited');
    await new Promise((resolve) => extra?.addEventListener('close', resolve));
    const heard = once(answer, 'data');
    void call.send('good');
    expect(await heard).to.equal('good');
  });

  it('that closes its RTCPeerConnection ends the connection, in PeerJS’s protocol', async () => {
    const { call, answer } = await openPair({ native: false });
    const ended = once(answer, 'close');
    call.peerConnection?.close();
    expect(await ended).to.equal('remote');
  });
});
