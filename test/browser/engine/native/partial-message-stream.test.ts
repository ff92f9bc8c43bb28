import { expect } from '@open-wc/testing';

import { PartialMessage } from '../../../../src/engine/native/partial-message.js';
import { concat, type Bytes } from '../../../../src/wire/bytes.js';
import { expectSameBytes } from '../../wire/support.js';
import { pattern } from './stream-pair.js';

const KB = 1024;

describe('a partial message', () => {
  it('keeps no packet alive for a small part of it, and copies no large one twice', () => {
    const message = new PartialMessage();
    const packet = pattern(64 * KB);
    message.add(packet.subarray(10, 1_000));
    message.add(packet.subarray(1_000, 1_001));
    message.add(packet.subarray(1_001, 50 * KB));
    packet.fill(0);
    expectSameBytes(message.join(), concat([pattern(64 * KB).subarray(10, 1_001), new Uint8Array(50 * KB - 1_001)]));
  });

  it('joins parts of every size in order', () => {
    const sizes = [0, 1, 5_000, 3, 70_000, 4_095, 4_096, 1, 64 * KB, 64 * KB - 1, 2];
    const message = new PartialMessage();
    const parts = sizes.map((size, seed) => pattern(size, seed));
    for (const part of parts) message.add(part);
    const whole = message.join();
    expectSameBytes(whole, concat(parts));
    expect(whole.byteLength).to.equal(whole.buffer.byteLength);
  });

  it('is nobody else\'s, of one part too', () => {
    const part: Bytes = pattern(8 * KB);
    const message = new PartialMessage();
    message.add(part);
    const whole = message.join();
    part.fill(0);
    expectSameBytes(whole, pattern(8 * KB));
    expect(new PartialMessage().join().byteLength).to.equal(0);
  });
});
