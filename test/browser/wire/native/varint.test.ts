import { expect } from '@open-wc/testing';

import { MAX_VARINT, VarintReader, varintSize, writeVarint } from '../../../../src/wire/index.js';
import { hex, refused, unhex } from '../support.js';

/** Each bound of the format, and the bytes of it. */
const GOLDEN: [number, string][] = [
  [0, '00'],
  [1, '01'],
  [127, '7f'],
  [128, '80 01'],
  [300, 'ac 02'],
  [16_383, 'ff 7f'],
  [16_384, '80 80 01'],
  [2 ** 31, '80 80 80 80 08'],
  [2 ** 32 - 1, 'ff ff ff ff 0f'],
  [2 ** 32, '80 80 80 80 10'],
  [2 ** 49 - 1, 'ff ff ff ff ff ff 7f'],
  [2 ** 49, '80 80 80 80 80 80 80 01'],
  [2 ** 53 - 1, 'ff ff ff ff ff ff ff 0f'],
];

describe('varint', () => {
  for (const [value, golden] of GOLDEN) {
    it(`of ${value} is ${golden}`, () => {
      const bytes = new Uint8Array(MAX_VARINT + 2);
      const end = writeVarint(bytes, 1, value);
      expect(hex(bytes)).to.equal(`00${golden.replaceAll(' ', '')}`.padEnd(2 * bytes.length, '0'));
      expect(end).to.equal(1 + varintSize(value));
      const reader = new VarintReader(bytes, 1);
      expect(reader.next()).to.equal(value);
      expect(reader.at).to.equal(end);
    });
  }

  it('reads one after another', () => {
    const reader = new VarintReader(unhex('05 ac02 00'));
    expect([reader.next(), reader.next(), reader.next()]).to.deep.equal([5, 300, 0]);
    refused('bad-message', () => reader.next());
  });

  it('refuses a number that is cut off', () => {
    for (const text of ['', '80', 'ff ff', 'ff ff ff ff ff ff ff']) {
      expect(refused('bad-message', () => new VarintReader(unhex(text)).next()).message, text).to.contain('cut off');
    }
  });

  it('refuses a number that is not in its shortest form', () => {
    for (const text of ['80 00', 'ff 00', '80 80 00', 'ff ff ff ff ff ff ff 00']) {
      expect(refused('bad-message', () => new VarintReader(unhex(text)).next()).message, text).to.contain('shortest');
    }
  });

  it('refuses a number of 2^53 and more, or of nine bytes', () => {
    for (const text of [
      '80 80 80 80 80 80 80 10', '81 80 80 80 80 80 80 10', 'ff ff ff ff ff ff ff 7f',
      '80 80 80 80 80 80 80 80 01', 'ff ff ff ff ff ff ff ff ff ff',
    ]) {
      expect(refused('bad-message', () => new VarintReader(unhex(text)).next()).message, text).to.contain('too large');
    }
  });
});
