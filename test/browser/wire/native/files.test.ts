import { expect } from '@open-wc/testing';

import { pack } from '../../../../src/wire/binarypack/pack.js';
import { unpack } from '../../../../src/wire/binarypack/unpack.js';
import { concat } from '../../../../src/wire/bytes.js';
import { FrameType, safeName, type Bytes, type FileBuffer } from '../../../../src/wire/index.js';
import { expectSameBytes, hex, nested, noise, packed, refused, unhex } from '../support.js';
import { bodyOf, carried, codec } from './support.js';

const FILE = { type: 'image/jpeg', lastModified: 1_700_000_000_000 };
/** A file with that description, as anybody may write it. */
const described = (description: unknown, bytes: Uint8Array = noise(3)) =>
  concat([unhex('c7'), ...(pack(description) as Bytes[]), ...(pack(bytes) as Bytes[])]);
const read = (body: Bytes) => codec('binary').decode(FrameType.Value, body, false) as FileBuffer;

describe('files', () => {
  it('arrive as ArrayBuffers with a type, a name and a time', async () => {
    const file = (await carried(codec('binary'), new File([noise(40_000)], 'photo.jpg', FILE))) as FileBuffer;
    expect(file).to.be.instanceOf(ArrayBuffer);
    expectSameBytes(file, noise(40_000));
    expect({ ...file }).to.deep.equal({ ...FILE, name: 'photo.jpg' });
  });

  it('are Blobs where there is only a type', async () => {
    const blob = (await carried(codec('binary'), new Blob(['ab'], { type: 'text/plain;charset=utf-8' }))) as FileBuffer;
    expect(hex(blob)).to.equal('6162');
    expect({ ...blob }).to.deep.equal({ type: 'text/plain;charset=utf-8' });
    expect({ ...((await carried(codec('binary'), new Blob())) as FileBuffer) }).to.deep.equal({ type: '' });
  });

  it('arrive anywhere in a value, in order', async () => {
    const value = { a: [new File(['one'], '1.txt', FILE), 'x', new Blob(['two'])], b: noise(3), c: new File([], 'c', FILE) };
    type Arrived = { a: [FileBuffer, string, FileBuffer]; b: ArrayBuffer; c: FileBuffer };
    const { a, b, c } = (await carried(codec('binary'), value)) as Arrived;
    expect([hex(a[0]), a[1], hex(a[2]), hex(b), hex(c)]).to.deep.equal(['6f6e65', 'x', '74776f', hex(noise(3)), '']);
    expect([a[0].name, a[2].name, c.name]).to.deep.equal(['1.txt', undefined, 'c']);
    expect(Object.keys(b)).to.deep.equal([]);
  });

  it('are a tag, a map and a binary', async () => {
    const file = new File(['ab'], 'a', { type: 'text/plain', lastModified: 5 });
    expect(hex(await bodyOf(codec('binary').encode(file)))).to.equal(
      'c7 83 b4 74797065 ba 746578742f706c61696e b4 6e616d65 b1 61 bc 6c6173744d6f646966696564 05 a2 6162'.replaceAll(' ', ''),
    );
    expect(hex(await bodyOf(codec('binary').encode([new Blob(['ab'])])))).to.equal('91c781b474797065b0a26162');
  });

  it('are read when the message\'s turn comes', () => {
    const file = new File([noise(40_000)], 'a');
    expect(codec('binary').encode({ file }).parts.filter((part) => part instanceof Blob)).to.deep.equal([file]);
  });

  it('of an iframe are files too', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const other = frame.contentWindow as Window & typeof globalThis;
    const file = (await carried(codec('binary'), new other.File(['ab'], 'a.txt'))) as FileBuffer;
    frame.remove();
    expect(file.name).to.equal('a.txt');
  });

  it('cannot be renamed by what the page does to them', () => {
    const file = read(described({ type: 'text/plain', name: 'a', lastModified: 5 }));
    for (const [key, { writable, enumerable, configurable }] of Object.entries(Object.getOwnPropertyDescriptors(file))) {
      expect([key, writable, enumerable, configurable]).to.deep.equal([key, false, true, false]);
    }
    expect(() => ((file as { name: string }).name = 'b')).to.throw(TypeError);
  });

  it('nest one deeper than their bytes would', () => {
    const limits = { maxMessageSize: 1000, maxDepth: 1, maxPartialMessages: 1 };
    const target = codec('binary', { limits });
    target.encode(new Blob());
    refused('invalid-data', () => target.encode([new Blob()]));
    target.decode(FrameType.Value, described({}), false);
    refused('bad-message', () => target.decode(FrameType.Value, concat([unhex('91'), described({})]), false));
    refused('bad-message', () => target.decode(FrameType.Value, described({ type: nested(1) }), false));
  });

  it('have no tag in the compatible profile, nor where one side takes none', () => {
    expect(hex(concat(pack(noise(3)) as Bytes[]))).to.equal(`a3${hex(noise(3))}`);
    expect(pack(new File(['ab'], 'a')).map((part) => (part instanceof Blob ? 'Blob' : hex(part)))).to.deep.equal(['a2', 'Blob']);
    expect(unpack(described({ type: '' }))).to.equal(undefined);
    expect(codec('binary', { files: false }).decode(FrameType.Value, described({ type: '' }), false)).to.equal(undefined);
  });
});

describe('files from anybody', () => {
  it('keep only what can be true of them', () => {
    for (const type of [
      undefined, null, 5, {}, 'image', 'image/', '/png', 'a/b/c', 'a/b\n', 'a/b<script>', 'tëxt/plain', `a/${'b'.repeat(254)}`,
    ]) {
      expect(read(described({ type })).type, String(type)).to.equal('');
    }
    for (const type of [
      'image/svg+xml', 'application/vnd.ms-excel', 'text/plain;charset=utf-8', 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
      `a/${'b'.repeat(253)}`,
    ]) {
      expect(read(described({ type })).type).to.equal(type);
    }
    for (const lastModified of [undefined, null, '5', 0.5, NaN, Infinity, 2 ** 53, [5]]) {
      expect({ ...read(described({ lastModified })) }, String(lastModified)).to.deep.equal({ type: '' });
    }
    for (const lastModified of [0, -1, 2 ** 53 - 1]) {
      expect(read(described({ lastModified })).lastModified).to.equal(lastModified);
    }
    for (const name of [undefined, null, 5, ['a']]) expect({ ...read(described({ name })) }).to.deep.equal({ type: '' });
    expect(read(described({ name: '../../etc/passwd' })).name).to.equal('passwd');
    expect(read(described({ name: '' })).name).to.equal('unnamed');
  });

  it('bring no properties but those', () => {
    const file = read(described(JSON.parse('{"__proto__":{"name":"x"},"byteLength":9,"slice":1,"extra":1,"type":"a/b"}')));
    expect(Object.getPrototypeOf(file)).to.equal(ArrayBuffer.prototype);
    expect({ ...file }).to.deep.equal({ type: 'a/b' });
    expect([file.byteLength, typeof file.slice]).to.deep.equal([3, 'function']);
  });

  it('are bad-message where they are no map and bytes', () => {
    for (const text of [
      'c7', 'c7 80', 'c7 a0', 'c7 c0 a0', 'c7 90 a0', 'c7 b0 a0', 'c7 80 c0', 'c7 80 b1 61', 'c7 80 80',
      'c7 81 a0', 'c7 80 a2 01',
    ]) {
      refused('bad-message', () => read(unhex(text)));
    }
    expect(hex(read(unhex('c7 de0000 da0001 05')))).to.equal('05');
    expect(hex(read(unhex('c7 df00000000 db00000001 05')))).to.equal('05');
  });

  it('cannot nest without a bound', () => {
    const bytes = new Uint8Array(3_000_000);
    for (let at = 0; at < bytes.length; at += 3) bytes.set(unhex('c7 81 b0'), at);
    expect(refused('bad-message', () => read(bytes)).message).to.contain('nests too deep');
    const tags = new Uint8Array(100_000).fill(0xc7);
    for (const body of [tags, concat([unhex('c7 80'), tags])]) {
      expect(refused('bad-message', () => read(body)).message).to.contain('not a map');
    }
  });

  it('are bytes of their own', () => {
    const body = described({ type: '' }, noise(50));
    const file = codec('binary').decode(FrameType.Value, body, true) as ArrayBuffer;
    body.fill(0);
    expectSameBytes(file, noise(50));
    expect(packed(file).byteLength).to.equal(53);
  });
});

describe('safeName', () => {
  const GOLDEN: [unknown, string][] = [
    ['photo.jpg', 'photo.jpg'],
    [' a b ', ' a b '],
    ['Ünï €uro 😀.txt', 'Ünï €uro 😀.txt'],
    ['.profile', '.profile'],
    ['a/b/c.txt', 'c.txt'],
    ['C:\\Windows\\system.ini', 'system.ini'],
    ['a/b\\c', 'c'],
    ['a\\b/c', 'c'],
    ['../../x', 'x'],
    ['a\u0000b\n\r\tc\u007f\u0085', 'abc'],
    ['exe.\u202egpj.evil', 'exe.gpj.evil'],
    ['\ufeffa\u200b\u2066b\u2069', 'ab'],
    ['a\ud800b\udc00', 'ab'],
    ['', 'unnamed'],
    ['.', 'unnamed'],
    ['..', 'unnamed'],
    ['a/..', 'unnamed'],
    ['folder/', 'unnamed'],
    ['.\u0000.', 'unnamed'],
    ['..  ', 'unnamed'],
    ['   ', 'unnamed'],
    ['\u202e', 'unnamed'],
    ['...', '...'],
    [undefined, 'unnamed'],
    [null, 'unnamed'],
    [5, 'unnamed'],
    [['a'], 'unnamed'],
    [{ toString: () => 'a' }, 'unnamed'],
  ];

  for (const [name, safe] of GOLDEN) {
    it(`makes ${JSON.stringify(safe)} of ${JSON.stringify(name)}`, () => {
      expect(safeName(name)).to.equal(safe);
    });
  }

  it('makes at most 255 characters, none of them in halves', () => {
    expect(safeName('x'.repeat(255))).to.equal('x'.repeat(255));
    expect(safeName('x'.repeat(256))).to.equal('x'.repeat(255));
    expect(safeName(`${'\u200b'.repeat(1000)}a`)).to.equal('a');
    expect(safeName('😀'.repeat(200))).to.equal('😀'.repeat(127));
    expect(safeName(`${'a/'.repeat(1_000_000)}b`)).to.equal('b');
  });

  it('makes of a safe name the same', () => {
    for (const [name] of GOLDEN) expect(safeName(safeName(name))).to.equal(safeName(name));
  });
});
