import { expect } from '@open-wc/testing';

import { pack } from '../../../src/wire/binarypack/pack.js';
import { oraclePack } from './oracle.js';
import { expectSameBytes, hex, nested, packed, refused } from './support.js';

const binaryOf = (length: number) => new Uint8Array(length).fill(7);
const mapOf = (length: number) => Object.fromEntries(Array.from({ length }, (_, i) => [`key${i}`, i]));

describe('pack - numbers', () => {
  const BOUNDARIES = [
    0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
    2 ** 53 - 1, 2 ** 53, 2 ** 62, 2 ** 63 - 1024, 1_700_000_000_000, -0, -1, -32, -33, -0x7f, -0x80, -0x81, -0x7fff, -0x8000,
    -0x8001, -0x7fffffff, -0x80000000, -0x80000001, -3_000_000_000, -1_700_000_000_001, -(2 ** 53) + 1, -(2 ** 53), -(2 ** 63),
    0.5, -0.5, 1.5, 3.14, -2.25, 1e-5, 123456.789, 1.0000000000000002, 1e300 + 0.1e290,
  ].filter((value) => Math.abs(value) < 2 ** 64);

  it('writes the bytes of PeerJS at every boundary', () => {
    for (const value of BOUNDARIES) expect(hex(packed(value)), String(value)).to.equal(hex(oraclePack(value)));
  });

  it('writes 2^63 and more as an unsigned integer, where PeerJS makes it negative', () => {
    expect(hex(packed(2 ** 63))).to.equal('cf8000000000000000');
    expect(hex(packed(2 ** 64 - 2048))).to.equal('cffffffffffffff800');
  });

  it('writes integers beyond 64 bits as doubles, where PeerJS throws or writes 0', () => {
    expect(hex(packed(2 ** 64))).to.equal('cb43f0000000000000');
    expect(hex(packed(-(2 ** 64)))).to.equal('cbc3f0000000000000');
    expect(hex(packed(-(2 ** 63) - 2048))).to.equal('cbc3e0000000000001');
    expect(hex(packed(Number.MAX_VALUE))).to.equal('cb7fefffffffffffff');
  });

  it('writes NaN and the infinities, where PeerJS writes 0 or throws', () => {
    expect(hex(packed(NaN))).to.equal('cb7ff8000000000000');
    expect(hex(packed(Infinity))).to.equal('cb7ff0000000000000');
    expect(hex(packed(-Infinity))).to.equal('cbfff0000000000000');
  });

  it('writes -0 as 0, as PeerJS', () => {
    expect(hex(packed(-0))).to.equal('00');
  });

  it('writes exact doubles where PeerJS computes a neighbour', () => {
    expect(hex(packed(7.999999999999999))).to.equal('cb401fffffffffffff');
    expect(hex(packed(Number.MIN_VALUE))).to.equal('cb0000000000000001');
    const view = new DataView(new ArrayBuffer(8));
    const near = Array.from({ length: 1074 }, (_, k) => 2 ** -(k + 1)).flatMap((power) => [power, power * (1 - 2 ** -53), -power]);
    for (const value of near) {
      view.setFloat64(0, value);
      expect(hex(packed(value)), String(value)).to.equal(value === 0 ? '00' : `cb${hex(view.buffer)}`);
    }
  });
});

describe('pack - lengths', () => {
  for (const length of [0, 1, 5, 15, 16, 17, 31, 32, 40, 41, 255, 256, 5461, 5462, 16_384, 16_385, 65_535, 65_536, 70_000]) {
    it(`writes the bytes of PeerJS for strings and binaries of ${length}`, () => {
      expectSameBytes(packed('x'.repeat(length)), oraclePack('x'.repeat(length)));
      expectSameBytes(packed('é'.repeat(length)), oraclePack('é'.repeat(length)));
      expectSameBytes(packed('😀'.repeat(length)), oraclePack('😀'.repeat(length)));
      expectSameBytes(packed(binaryOf(length)), oraclePack(binaryOf(length)));
    });
  }

  for (const length of [0, 1, 15, 16, 255, 256, 5000]) {
    it(`writes the bytes of PeerJS for arrays and maps of ${length}`, () => {
      const items = Array.from({ length }, (_, i) => i * 3);
      expectSameBytes(packed(items), oraclePack(items));
      expectSameBytes(packed(mapOf(length)), oraclePack(mapOf(length)));
    });
  }

  it('writes arrays and maps of 65,535 and 65,536, where PeerJS overflows the stack', () => {
    const items = (length: number) => packed(Array.from({ length }, () => 1));
    expect(hex(items(65_535).subarray(0, 5))).to.equal('dcffff0101');
    expect(items(65_535)).to.have.length(3 + 65_535);
    expect(hex(items(65_536).subarray(0, 6))).to.equal('dd0001000001');
    expect(hex(packed(mapOf(65_535)).subarray(0, 3))).to.equal('deffff');
    expect(hex(packed(mapOf(65_536)).subarray(0, 5))).to.equal('df00010000');
  });

  it('keeps what fits one frame in one part', () => {
    expect(pack('x'.repeat(16_297))).to.have.length(1);
    expect(pack([binaryOf(8000), 'x'.repeat(8000), mapOf(20)])).to.have.length(1);
    expect(pack(Array.from({ length: 16_297 }, () => 1))).to.have.length(1);
  });

  it('loses nothing at the end of its buffer of 64 KiB', () => {
    const large = Array.from({ length: 4 }, () => binaryOf(16_000));
    for (let fill = 1300; fill < 1540; fill++) {
      for (const item of ['€'.repeat(30), 'a'.repeat(30), '', 0.1, binaryOf(30), [[]]]) {
        const value = [...large, binaryOf(fill), item, 1];
        expect(hex(packed(value).subarray(64_000)), `${fill} ${String(item)}`).to.equal(hex(oraclePack(value).subarray(64_000)));
      }
    }
  });

  it('loses nothing in what is longer than its buffer', () => {
    const value = Array.from({ length: 3000 }, (_, i) => ({ i, text: 'ü'.repeat(i % 50), bytes: binaryOf(i % 70), x: i / 7 }));
    expectSameBytes(packed(value), oraclePack(value));
  });
});

describe('pack - strings', () => {
  it('writes UTF-8 at every change of the header size', () => {
    for (const length of [4, 5, 7, 8, 15, 16]) {
      for (const unit of ['a', 'é', '€', '😀', 'aé', 'a😀']) {
        const text = unit.repeat(length);
        expect(hex(packed(text)), text).to.equal(hex(oraclePack(text)));
        expect(hex(packed([text, 1, text])), text).to.equal(hex(oraclePack([text, 1, text])));
      }
    }
  });

  it('writes every unit as the encoder does', () => {
    const encoder = new TextEncoder();
    for (let unit = 0; unit < 0x10000; unit++) {
      const text = `a${String.fromCharCode(unit)}`;
      expect(hex(packed(text)).slice(2), unit.toString(16)).to.equal(hex(encoder.encode(text)));
    }
  });

  it('writes a lone surrogate as U+FFFD', () => {
    expect(hex(packed('\ud800'))).to.equal('b3efbfbd');
    expect(hex(packed(`${'a'.repeat(20)}\udc00`))).to.equal(hex(oraclePack(`${'a'.repeat(20)}\udc00`)));
  });
});

describe('pack - other values', () => {
  class Point {
    x = 1;
    #y = 2;
    get y() {
      return this.#y;
    }
  }

  it('writes the bytes of PeerJS', () => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    const values: unknown[] = [
      null, undefined, true, false, '', [], {}, [null, undefined, true], { a: undefined, b: null }, { z: 1, a: 2, 10: 3, 9: 4 },
      // eslint-disable-next-line no-sparse-arrays
      [1, , 3],
      new Date(0), new Date(NaN), new Point(), buffer, new Uint8Array(buffer, 2, 3), new Uint16Array(buffer, 2, 2), new Float64Array(buffer),
      new (class List extends Array<number> {})(5).fill(1), { deep: [{ er: [[], {}, ''] }] },
    ];
    for (const value of values) expect(hex(packed(value))).to.equal(hex(oraclePack(value)));
  });

  it('writes these bytes', () => {
    expect(hex(packed({ __peerData: { type: 'close' } }))).to.equal('81ba5f5f706565724461746181b474797065b5636c6f7365');
    expect(hex(packed([1, -1, 'a', new Uint8Array([9]), null, true, 1.5]))).to.equal('9701ffb161a109c0c3cb3ff8000000000000');
  });

  it('writes the range of a DataView, where PeerJS throws', () => {
    expect(hex(packed(new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2)))).to.equal('a20203');
  });

  it('writes null-prototype objects and functions\' instances, where PeerJS throws', () => {
    function Old(this: { a: number }) {
      this.a = 1;
    }
    expect(hex(packed(Object.assign(Object.create(null), { a: 1 })))).to.equal('81b16101');
    expect(hex(packed(new (Old as unknown as new () => object)()))).to.equal('81b16101');
    expect(hex(packed(Object.create({ inherited: 1 })))).to.equal('80');
  });

  it('writes objects whose keys PeerJS trips over', () => {
    for (const key of ['hasOwnProperty', 'constructor', 'BYTES_PER_ELEMENT', 'toString', 'length', 'then']) {
      expect(hex(packed({ [key]: 1 })), key).to.equal(`81${hex(packed(key))}01`);
    }
    expect(hex(packed(JSON.parse('{"__proto__":1}')))).to.equal(`81${hex(packed('__proto__'))}01`);
  });

  it('writes a nested "__peerData", and at the top too: the serializer is what refuses it', () => {
    expect(hex(packed([{ __peerData: 1 }]))).to.equal(hex(oraclePack([{ __peerData: 1 }])));
  });

  it('writes the buffers, dates and Blobs of an iframe', () => {
    if (typeof document === 'undefined') return;
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const other = frame.contentWindow as Window & typeof globalThis;
    const values = [new other.Uint8Array([1, 2]), new other.Uint8Array([1, 2]).buffer, new other.Array(1, 2), new other.Object()];
    expect(values.map((value) => hex(packed(value)))).to.deep.equal(['a20102', 'a20102', '920102', '80']);
    const date = new other.Date(0);
    expect(hex(packed(date))).to.equal(hex(packed(date.toString())));
    expect(pack(new other.Blob(['ab']))).to.have.length(2);
    refused('invalid-data', () => pack(new other.Map([[1, 2]])));
    refused('invalid-data', () => pack(new other.Error('no')));
    frame.remove();
  });

  it('copies a view on shared memory', () => {
    if (typeof SharedArrayBuffer === 'undefined') return;
    const shared = new Uint8Array(new SharedArrayBuffer(20_000)).fill(3);
    const bytes = packed(shared);
    expect(bytes.buffer).to.be.instanceOf(ArrayBuffer);
    expectSameBytes(bytes.subarray(3), new Uint8Array(20_000).fill(3));
    expect(hex(packed(new SharedArrayBuffer(2)))).to.equal('a20000');
  });
});

describe('pack - Blobs', () => {
  it('makes a header and the Blob itself of each, in order', () => {
    const first = new Blob(['abc']);
    const second = new File(['x'.repeat(300)], 'name.txt');
    const parts = pack({ a: [first], b: second, c: 1 });
    expect(parts.map((part) => (part instanceof Blob ? 'Blob' : hex(part)))).to.deep.equal([
      '83b16191a3',
      'Blob',
      'b162da012c',
      'Blob',
      'b16301',
    ]);
    expect(parts[1]).to.equal(first);
    expect(parts[3]).to.equal(second);
  });

  it('has no form for 4 GiB and more', () => {
    const huge = Object.defineProperty(new Blob(), 'size', { value: 2 ** 32 });
    expect(refused('invalid-data', () => pack(huge)).message).to.contain('4 GiB');
  });
});

describe('pack - snapshots', () => {
  for (const length of [10, 100_000]) {
    it(`is no longer bound to the value (${length} bytes)`, () => {
      const bytes = binaryOf(length);
      const list = [1];
      const result = pack({ bytes, list });
      const before = result.map((part) => hex(part as Uint8Array));
      bytes.fill(9);
      list[0] = 2;
      pack('x'.repeat(10_000));
      expect(result.map((part) => hex(part as Uint8Array))).to.deep.equal(before);
    });
  }

  it('may be called by a getter of the value', () => {
    let inner = '';
    const value = {
      before: 1,
      get nested() {
        inner = hex(packed('inner'));
        return 2;
      },
      after: 3,
    };
    expect(hex(packed(value))).to.equal(hex(oraclePack({ before: 1, nested: 2, after: 3 })));
    expect(inner).to.equal(hex(oraclePack('inner')));
  });

  it('leaves nothing behind after a refusal', () => {
    refused('invalid-data', () => pack(['left behind', 1n]));
    refused('invalid-data', () => pack(['x'.repeat(100_000), 1n]));
    expect(hex(packed(1))).to.equal('01');
  });

  it('takes as many items as were announced, whatever getters do', () => {
    const list: unknown[] = [];
    Object.defineProperty(list, 0, { get: () => list.push(1), enumerable: true });
    list.length = 2;
    expect(hex(packed(list)).slice(0, 2)).to.equal('92');
    const map = {
      get a() {
        delete (map as { b?: number }).b;
        return 1;
      },
      b: 2,
    };
    expect(hex(packed(map))).to.equal('82b16101b162c0');
  });
});

describe('pack - what it refuses', () => {
  const KINDS: Record<string, unknown> = {
    bigint: 1n,
    symbol: Symbol('s'),
    function: () => 1,
    Map: new Map([[1, 2]]),
    Set: new Set([1]),
    RegExp: /x/,
    Error: new TypeError('x'),
    Promise: Promise.resolve(),
    WeakMap: new WeakMap(),
    WeakSet: new WeakSet(),
    String: new String('ab'),
    Number: new Number(1),
    Boolean: new Boolean(true),
    URL: new URL('https://example.com/'),
  };

  for (const [kind, value] of Object.entries(KINDS)) {
    it(`refuses ${kind}, nested too, and says so`, () => {
      for (const whole of [value, [value], { a: { b: value } }]) {
        expect(refused('invalid-data', () => pack(whole)).message).to.match(new RegExp(`\\b${kind}\\b.*: .+`));
      }
    });
  }

  it('refuses an Error by any other name', () => {
    class Odd extends Error {
      readonly code = 1;
      get [Symbol.toStringTag]() {
        return 'Odd';
      }
    }
    expect(refused('invalid-data', () => pack(new Odd('x'))).message).to.contain('send its message');
  });

  it('refuses what holds itself', () => {
    const array: unknown[] = [];
    array.push(array);
    const map: Record<string, unknown> = {};
    map['self'] = { map };
    for (const value of [array, map]) expect(refused('invalid-data', () => pack(value)).message).to.contain('holds itself');
  });

  it('takes 256 levels, and no more', () => {
    expect(packed(nested(256))).to.have.length(256);
    refused('invalid-data', () => pack(nested(257)));
    expect(pack(nested(3), 3)).to.have.length(1);
    refused('invalid-data', () => pack(nested(4), 3));
    expect(pack(1, 0)).to.have.length(1);
  });

  it('takes one object in many places', () => {
    const shared = { a: 1 };
    const value = Array.from({ length: 1000 }, () => shared);
    expectSameBytes(packed(value), oraclePack(value));
  });

  it('says what a getter threw', () => {
    const cause = new RangeError('no luck');
    const value = {
      get a(): never {
        throw cause;
      },
    };
    const error = refused('invalid-data', () => pack(value));
    expect(error.cause).to.equal(cause);
    expect(error.message).to.contain('no luck');
  });

  it('refuses a buffer that was transferred away', () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    refused('invalid-data', () => pack(bytes.buffer));
    refused('invalid-data', () => pack([bytes]));
  });
});
