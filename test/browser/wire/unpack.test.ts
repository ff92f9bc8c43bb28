import { expect } from '@open-wc/testing';

import { unpack } from '../../../src/wire/binarypack/unpack.js';
import { oraclePack } from './oracle.js';
import { hex, nested, noise, packed, refused, unhex } from './support.js';

const read = (text: string) => unpack(unhex(text));

describe('unpack - tags', () => {
  const VALUES: Record<string, unknown> = {
    '00': 0,
    '7f': 127,
    e0: -32,
    ff: -1,
    c0: null,
    c1: undefined,
    c2: false,
    c3: true,
    'cc ff': 255,
    'cd ffff': 65_535,
    'ce ffffffff': 4_294_967_295,
    'cf 0000000000000001': 1,
    'cf 8000000000000000': 2 ** 63,
    'cf ffffffffffffffff': 2 ** 64,
    'd0 80': -128,
    'd0 7f': 127,
    'd1 8000': -32_768,
    'd2 80000000': -(2 ** 31),
    'd3 ffffffffffffffff': -1,
    'd3 8000000000000000': -(2 ** 63),
    'd3 7fffffffffffffff': 2 ** 63,
    'd3 001fffffffffffff': Number.MAX_SAFE_INTEGER,
    'd3 ffe0000000000001': Number.MIN_SAFE_INTEGER,
    'ca 3fc00000': 1.5,
    'ca 00000001': 2 ** -149,
    'ca 7f800000': Infinity,
    'ca ff800000': -Infinity,
    'ca 7fc00000': NaN,
    'ca 80000000': -0,
    'ca 00000000': 0,
    'cb 3ff8000000000000': 1.5,
    'cb 0000000000000000': 0,
    'cb 8000000000000000': -0,
    'cb 0000000000000001': Number.MIN_VALUE,
    'cb 7ff0000000000000': Infinity,
    'cb fff0000000000000': -Infinity,
    'cb 7ff8000000000000': NaN,
    'cb fff8000000000001': NaN,
    b0: '',
    'b1 61': 'a',
    'd8 0001 61': 'a',
    'd9 00000001 61': 'a',
    '90': [],
    '92 01 c0': [1, null],
    'dc 0001 01': [1],
    'dd 00000001 01': [1],
    '80': {},
    '81 b161 01': { a: 1 },
    'de 0001 b161 01': { a: 1 },
    'df 00000001 b161 01': { a: 1 },
  };

  for (const [bytes, value] of Object.entries(VALUES)) {
    it(`reads ${bytes}`, () => {
      if (typeof value === 'number') expect(Object.is(read(bytes), value), String(read(bytes))).to.equal(true);
      else expect(read(bytes)).to.deep.equal(value);
    });
  }

  it('reads a tag without a meaning as undefined, and goes on after it', () => {
    for (const tag of ['c1', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9', 'd4', 'd5', 'd6', 'd7']) {
      expect(read(`93 01 ${tag} 02`), tag).to.deep.equal([1, undefined, 2]);
    }
  });

  it('reads binaries as ArrayBuffers of their own', () => {
    for (const bytes of ['a2 0102', 'da 0002 0102', 'db 00000002 0102']) {
      const input = unhex(bytes);
      const output = unpack(input) as ArrayBuffer;
      expect(output).to.be.instanceOf(ArrayBuffer);
      expect(hex(output)).to.equal('0102');
      input.fill(0);
      expect(hex(output)).to.equal('0102');
    }
  });

  it('shares no memory with a subclass of Uint8Array whose slices do, such as the Buffer of Node', () => {
    class Sharing extends Uint8Array<ArrayBuffer> {
      override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
        return this.subarray(start, end);
      }
    }
    const input = Sharing.from(unhex('a2 0102'));
    const output = unpack(input) as ArrayBuffer;
    expect(output).to.not.equal(input.buffer);
    expect(hex(output)).to.equal('0102');
  });

  it('reads binaries as views on request', () => {
    const input = unhex('91 a2 0102');
    const [view] = unpack(input, { views: true }) as [Uint8Array];
    expect(view.buffer).to.equal(input.buffer);
    expect(hex(view)).to.equal('0102');
  });

  it('reads an ArrayBuffer, a view and a part of a buffer', () => {
    const bytes = unhex('ff 92 a1 05 cd 0102 ff');
    const inner = bytes.subarray(1, 7);
    for (const input of [inner, inner.slice().buffer, new DataView(bytes.buffer, 1, 6)]) {
      const [binary, number] = unpack(input) as [ArrayBuffer, number];
      expect(hex(binary)).to.equal('05');
      expect(number).to.equal(258);
    }
    refused('bad-message', () => unpack(bytes.subarray(1, 6)));
  });

  it('ignores what follows the value, as PeerJS', () => {
    expect(read('01 02 03')).to.equal(1);
  });

  it('reads 64-bit integers as the nearest double', () => {
    const view = new DataView(new ArrayBuffer(9));
    let state = 88_172_645_463_325_252n;
    for (let i = 0; i < 5000; i++) {
      state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
      view.setBigUint64(1, state);
      view.setUint8(0, 0xcf);
      expect(unpack(view)).to.equal(Number(state));
      view.setUint8(0, 0xd3);
      expect(unpack(view)).to.equal(Number(BigInt.asIntN(64, state)));
    }
  });

  it('reads the negative integers that PeerJS corrupts', () => {
    for (const value of [-2_147_483_649, -3_000_000_000, -1_700_000_000_001]) expect(unpack(oraclePack(value))).to.equal(value);
  });
});

describe('unpack - strings', () => {
  it('reads what PeerJS writes', () => {
    for (const text of ['', 'hello', 'é', '€', '😀', '\u0000', 'a'.repeat(24), 'a'.repeat(25), 'é'.repeat(12), `${'a'.repeat(23)}é`, '👩‍👩‍👧'.repeat(9000)]) {
      expect(unpack(oraclePack(text))).to.equal(text);
    }
  });

  it('keeps a byte order mark', () => {
    expect(read('b4 efbbbf 61')).to.equal('\ufeffa');
  });

  it('makes U+FFFD of malformed UTF-8', () => {
    expect(read('b1 80')).to.equal('\ufffd');
    expect(read('b3 61 ff 62')).to.equal('a\ufffdb');
    expect(read('b4 f7bfbfbf')).to.match(/^\ufffd+$/);
  });
});

describe('unpack - short strings against the decoder', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const asKeyAndValue = (bytes: Uint8Array) => {
    const text = [0xb0 | bytes.length, ...bytes];
    // A continuation byte after the text must not become part of it.
    const [map] = unpack(Uint8Array.from([0x92, 0x81, ...text, ...text, 0x80, 0x80])) as [Record<string, string>];
    return Object.entries(map)[0];
  };

  it('reads every unit that one, two or three bytes make', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      if (unit >= 0xd800 && unit < 0xe000) continue;
      const text = `a${String.fromCharCode(unit)}`;
      expect(unpack(packed(text)), unit.toString(16)).to.equal(text);
    }
  });

  it('reads every two bytes, and what is too long, cut off or half of a pair, as the decoder does', () => {
    for (let first = 0; first < 0x100; first++) {
      for (let second = 0; second < 0x100; second++) {
        const bytes = Uint8Array.of(first, second);
        expect(asKeyAndValue(bytes), hex(bytes)).to.deep.equal([decoder.decode(bytes), decoder.decode(bytes)]);
      }
    }
    for (const text of ['c3', 'e2', 'e282', '61e282', 'c080', 'c1bf', 'e08080', 'e09fbf', 'eda080', 'edbfbf', 'f09f9880', 'f09f98', 'f8808080', 'e2c382', 'e28261']) {
      const bytes = unhex(text);
      expect(asKeyAndValue(bytes), text).to.deep.equal([decoder.decode(bytes), decoder.decode(bytes)]);
    }
  });
});

describe('unpack - keys', () => {
  it('takes no key for another that looks like it', () => {
    const keys = ['', 'a', 'text', 'tixt', 'txet', 't\u0000xt', 'texts', 'é', 'éa', 'aé', '€', 'ab', 'a', 'constructor', 'a'.repeat(15)];
    for (const key of [...keys, ...keys.reverse()]) {
      expect(unpack(packed({ [key]: 1 }))).to.deep.equal({ [key]: 1 });
    }
    expect(read('81 b2 c3a9 01')).to.deep.equal({ é: 1 });
    expect(read('81 b1 e9 01')).to.deep.equal({ '\ufffd': 1 });
  });

  it('reads more keys than it remembers', () => {
    const map = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i]));
    for (let i = 0; i < 2; i++) expect(unpack(packed(map))).to.deep.equal(map);
  });

  it('makes "__proto__" an own property', () => {
    const map = unpack(packed(JSON.parse('{"__proto__":{"admin":true},"a":1}'))) as Record<string, unknown>;
    expect(Object.getPrototypeOf(map)).to.equal(Object.prototype);
    expect((map as { admin?: boolean }).admin).to.equal(undefined);
    expect(Object.keys(map)).to.deep.equal(['__proto__', 'a']);
    expect(Object.getOwnPropertyDescriptor(map, '__proto__')).to.deep.equal({
      value: { admin: true },
      writable: true,
      enumerable: true,
      configurable: true,
    });
    expect(({} as { admin?: boolean }).admin).to.equal(undefined);
    expect(hex(packed(map))).to.equal(hex(packed(JSON.parse('{"__proto__":{"admin":true},"a":1}'))));
  });

  it('makes strings of all other keys', () => {
    expect(read('85 01 01 c0 02 c3 03 920102 04 80 05')).to.deep.equal({ '1': 1, null: 2, true: 3, '1,2': 4, '[object Object]': 5 });
    expect(read('81 91 b9 5f5f70726f746f5f5f c2')).to.satisfy((map: object) => Object.hasOwn(map, '__proto__'));
  });

  it('refuses a key that cannot be made a string', () => {
    refused('bad-message', () => read('81 81 b8 746f537472696e67 c0 c0'));
  });

  it('takes the last of two equal keys', () => {
    expect(read('82 b161 01 b161 02')).to.deep.equal({ a: 2 });
  });
});

describe('unpack - hostile bytes', () => {
  const started = () => {
    const start = performance.now();
    return () => performance.now() - start;
  };

  it('refuses no bytes at all, where PeerJS says 0', () => {
    refused('bad-message', () => unpack(new ArrayBuffer(0)));
  });

  it('refuses announced lengths that cannot follow, at once', () => {
    const elapsed = started();
    for (const bytes of ['dd ffffffff', 'dd 04000000', 'df ffffffff', 'db ffffffff', 'd9 ffffffff', 'dc ffff', 'de ffff', 'da ffff', 'd8 ffff', 'df 00000001 00', '82 0000 00', '9f 00', 'af 00', 'bf 00', '8f 00']) {
      refused('bad-message', () => read(bytes));
    }
    expect(elapsed()).to.be.below(1000);
  });

  it('refuses 5000 nested arrays and maps', () => {
    refused('bad-message', () => unpack(new Uint8Array(5000).fill(0x91)));
    refused('bad-message', () => unpack(new Uint8Array(10_000).map((_, i) => (i % 2 ? 0x00 : 0x81))));
    refused('bad-message', () => unpack(new Uint8Array(10_000).fill(0x81)));
  });

  it('bounds the depth where it is told to', () => {
    expect(unpack(packed(nested(256)))).to.have.length(1);
    refused('bad-message', () => unpack(new Uint8Array(257).fill(0x91)));
    expect(unpack(packed(nested(2)), { maxDepth: 2 })).to.deep.equal([[]]);
    refused('bad-message', () => unpack(packed(nested(3)), { maxDepth: 2 }));
    expect(unpack(unhex('05'), { maxDepth: 0 })).to.equal(5);
  });

  it('does not believe nested headers that each claim all the rest', () => {
    const bytes = new Uint8Array(5 * 250 + 1_000_000);
    for (let i = 0; i < 250; i++) bytes.set(unhex('dd 000f4240'), i * 5);
    const elapsed = started();
    refused('bad-message', () => unpack(bytes));
    expect(elapsed()).to.be.below(5000);
  });

  it('refuses a message cut off at any byte', () => {
    const bytes = packed({
      text: 'hello there, how are you today?', é: '😀', list: [1, 200, 70_000, 2 ** 40, -5, -200, -70_000, -(2 ** 40), 0.1],
      bytes: new Uint8Array(20), long: new Uint8Array(300), words: 'x'.repeat(300), flags: [true, false, null], deep: [[[{}]]],
      many: Array.from({ length: 20 }, (_, i) => i),
    });
    expect(unpack(bytes)).to.be.an('object');
    for (let length = 0; length < bytes.byteLength; length++) refused('bad-message', () => unpack(bytes.slice(0, length)));
  });

  it('survives 20,000 random byte strings with bad-message only', () => {
    const elapsed = started();
    for (let seed = 1; seed <= 20_000; seed++) {
      const bytes = noise(seed % 97, seed * 2_654_435_761);
      // Every other one begins as an array or a map, to come further.
      if (seed % 2 && bytes.length) bytes[0] = 0x80 | (bytes[0] as number & 0x1f);
      try {
        unpack(bytes);
      } catch (error) {
        refused('bad-message', () => {
          throw error;
        });
      }
    }
    expect(elapsed()).to.be.below(10_000);
  });
});
