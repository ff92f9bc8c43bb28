import { expect } from '@open-wc/testing';

import { PeerError } from '../../src/engine/index.js';

/** What every error of this engine is: typed, nothing but its type as JSON, and with words to act on. */
export function expectTyped(error: unknown, type: string): void {
  expect(error).to.be.instanceOf(PeerError);
  const { type: given, message } = error as PeerError;
  expect(given).to.equal(type);
  expect(JSON.stringify(error)).to.equal(`{"type":"${type}"}`);
  expect(message.length, 'length of the message').to.be.above(10);
}
