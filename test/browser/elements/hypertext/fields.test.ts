import { expect } from '@open-wc/testing';
import { Fields, fieldsOf, speaksOfFiles, type FileMaker, type Reserved } from '../../../../src/elements/hypertext/fields.js';
import { FileItem } from '../../../../src/elements/hypertext/file-item.js';

/** Makes items, and remembers of what. */
class Maker implements FileMaker {
  readonly descriptions: object[] = [];

  received(description: { name: string; type: string; size: number }, bytes: Blob | ArrayBuffer | ArrayBufferView): FileItem {
    this.descriptions.push(description);
    const item = new FileItem(description, 'receiving');
    item.complete(new Blob([bytes as BlobPart]));
    return item;
  }

  attached(description: { name: string; type: string; size: number; attachment: string }): FileItem {
    this.descriptions.push(description);
    return new FileItem(description, 'receiving');
  }
}

const RESERVED: Reserved = { _from: 'bob', _time: 5, _direction: 'received', _state: 'received' };
const read = (message: unknown, maker = new Maker()): Fields => new Fields(fieldsOf(message, maker), () => RESERVED);
const fail = (): never => {
  throw new Error('run');
};
const PNG = { name: 'a.png', type: 'image/png', size: 2, data: new Uint8Array(2) };

describe('the fields of a message', () => {
  it('are one, "data", where it is no object', () => {
    for (const message of ['text', 7, true, 9n, null, undefined, new Date(0)]) expect(read(message).get('data')).to.equal(message);
    expect(read([1, 2]).get('data')).to.deep.equal([1, 2]);
    expect(read('text').get('length')).to.equal(undefined);
  });

  it('are its own', () => {
    const fields = read({ text: 'hi', n: 0, none: null });
    expect(fields.get('text')).to.equal('hi');
    expect(fields.get('n')).to.equal(0);
    expect(fields.get('none')).to.equal(null);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'absent', '']) expect(fields.get(name), name).to.equal(undefined);
  });

  it('are never those of a prototype, though it be called so', () => {
    const fields = read(JSON.parse('{"__proto__":{"admin":true},"constructor":"own","text":"hi"}'));
    expect(fields.get('admin')).to.equal(undefined);
    expect(fields.get('__proto__'), 'a leading underscore').to.equal(undefined);
    expect(fields.get('constructor')).to.equal('own');
    expect(read(Object.create({ text: 'inherited' })).get('text')).to.equal(undefined);
    expect(({} as any).admin).to.equal(undefined);
  });

  it('are read without running anything', () => {
    const own = Object.defineProperties({}, { a: { get: fail, enumerable: true }, b: { value: 'hidden', enumerable: false } });
    for (const fields of [read(own), new Fields(own)]) {
      expect(fields.get('a')).to.equal(undefined);
      expect(fields.get('b')).to.equal(undefined);
    }
    const proxy = new Proxy({}, { getOwnPropertyDescriptor: fail, get: fail, has: fail });
    expect(read(proxy).get('a')).to.equal(undefined);
    expect(read(Object.create(null, { text: { value: 'hi', enumerable: true } })).get('text')).to.equal('hi');
  });

  it('beginning with an underscore are the page\'s, in an item within too', () => {
    const fields = read({ _from: 'eve', _state: 'sent', _secret: 1, item: { _direction: 'sent', deep: { _time: 9 } } });
    expect(fields.get('_from')).to.equal('bob');
    expect(fields.get('_state')).to.equal('received');
    expect(fields.get('_secret')).to.equal(undefined);
    expect(fields.get('_toString')).to.equal(undefined);
    const item = fields.inner(fields.get('item'))!;
    expect(item.get('_direction')).to.equal('received');
    expect(item.inner(item.get('deep'))!.get('_time')).to.equal(5);
    expect(new Fields({ _from: 'eve' }).get('_from'), 'without reserved ones').to.equal(undefined);
  });

  it('of an item are not those of what is around it', () => {
    const fields = read({ text: 'outer', item: {} });
    expect(fields.inner(fields.get('item'))!.get('text')).to.equal(undefined);
  });

  it('have items within objects only', () => {
    const fields = read({});
    for (const value of ['x', 1, null, undefined, [{}], new Date(), () => 0, Symbol('x')]) expect(fields.inner(value)).to.equal(undefined);
  });
});

describe('a file in a message', () => {
  it('is an item, by whichever form its bytes have', () => {
    const view = new DataView(new ArrayBuffer(8), 2, 4);
    for (const [bytes, size] of [[new ArrayBuffer(3), 3], [new Uint8Array(2), 2], [view, 4], [new Blob(['abcd']), 4]] as const) {
      for (const fields of [read(bytes), read({ file: bytes })]) {
        const item = fields.get('file') as FileItem;
        expect(FileItem.is(item)).to.equal(true);
        expect([item.name, item.type, item.size, item.state]).to.deep.equal(['file', 'application/octet-stream', size, 'complete']);
        expect(fields.get('file') === item, 'the same again').to.equal(true);
        item.dispose();
      }
    }
  });

  it('has the name and the type that a File has', () => {
    const maker = new Maker();
    read({ pic: new File(['x'], 'p.png', { type: 'image/png' }) }, maker).get('pic');
    expect(maker.descriptions).to.deep.equal([{ name: 'p.png', type: 'image/png', size: 1 }]);
  });

  it('is what transfer() sends to a PeerJS peer, alone or as a field', () => {
    for (const message of [PNG, { file: PNG }, { file: { ...PNG, data: new Blob(['xx']) } }]) {
      const item = read(message).get('file') as FileItem;
      expect([item.name, item.kind, item.size]).to.deep.equal(['a.png', 'image', 2]);
    }
  });

  it('has the size of its bytes where none is said, as PeerJS programs send it', () => {
    const file = { name: PNG.name, type: PNG.type, data: PNG.data };
    for (const message of [file, { file }]) expect((read(message).get('file') as FileItem).size).to.equal(2);
  });

  it('is an attachment, where it says so', () => {
    const maker = new Maker();
    const described = { name: 'a', type: '', size: 9, attachment: 'x', more: 1 };
    const item = read({ file: described }, maker).get('file') as FileItem;
    expect(item.state).to.equal('receiving');
    expect(maker.descriptions).to.deep.equal([{ name: 'a', type: '', size: 9, attachment: 'x' }]);
  });

  it('is none where the description does not fit', () => {
    const wrong = [
      { ...PNG, size: 3 },
      { ...PNG, size: '2' },
      { ...PNG, size: NaN },
      { ...PNG, name: 1 },
      { ...PNG, type: null },
      { ...PNG, data: 'xx' },
      { ...PNG, data: [0, 0] },
      { ...PNG, data: Object.defineProperty({}, 'size', { value: 2 }) },
      { name: 'a', type: '', size: -1, attachment: 'x' },
      { name: 'a', type: '', size: Infinity, attachment: 'x' },
      { name: 'a', type: '', size: 1, attachment: '' },
      { name: 'a', type: '', size: 1, attachment: 'x'.repeat(65) },
      { name: 'a', type: '', size: 1, attachment: 7 },
      Object.create({ name: 'a', type: '', size: 1, attachment: 'x' }),
      Object.defineProperty({ name: 'a', type: '', size: 1 }, 'attachment', { get: fail, enumerable: true }),
      { name: 'a', type: 'image/png', kind: 'image', size: 1, state: 'complete', url: 'https://evil.example/' },
    ];
    for (const [index, file] of wrong.entries()) {
      const maker = new Maker();
      expect(FileItem.is(read({ file }, maker).get('file')), `case ${index}`).to.equal(false);
      expect(maker.descriptions).to.deep.equal([]);
    }
  });

  it('may be in an array, and in an array in that', () => {
    const files = read({ files: [PNG, 'x', [PNG, [PNG]]] }).get('files') as any[];
    expect([FileItem.is(files[0]), files[1], FileItem.is(files[2][0]), FileItem.is(files[2][1][0])]).to.deep.equal([true, 'x', true, false]);
  });

  it('may be in an object within', () => {
    const fields = read({ album: { cover: PNG } });
    const album = fields.inner(fields.get('album'))!;
    expect(FileItem.is(album.get('cover'))).to.equal(true);
    expect(fields.get('album') === fields.get('album')).to.equal(true);
  });

  it('has these fields and no other', () => {
    const fields = read({ file: PNG });
    const file = fields.inner(fields.get('file'))!;
    expect(['name', 'type', 'kind', 'size', 'state', 'progress'].map((name) => file.get(name))).to.deep.equal(['a.png', 'image/png', 'image', 2, 'complete', 1]);
    expect(file.get('url')).to.match(/^blob:/);
    expect(file.get('_from')).to.equal('bob');
    for (const name of ['dispose', 'disposed', 'onchange', 'constructor', 'data', 'attachment']) expect(file.get(name), name).to.equal(undefined);
    file.file!.dispose();
  });
});

describe('a large message', () => {
  it('makes items only of what is asked for', () => {
    const maker = new Maker();
    const fields = read(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, PNG])), maker);
    expect(maker.descriptions.length).to.equal(0);
    fields.get('f9999');
    fields.get('f9999');
    expect(maker.descriptions.length).to.equal(1);
  });

  it('has a thousand members of its arrays looked at, however they nest', () => {
    const maker = new Maker();
    const fields = read({ flat: Array(10_000_000).fill(0), files: Array(5000).fill(PNG), nested: Array(2000).fill(Array(2000).fill(1)) }, maker);
    expect((fields.get('flat') as unknown[]).length).to.equal(1000);
    expect((fields.get('files') as unknown[]).length).to.equal(1000);
    expect(maker.descriptions.length).to.equal(1000);
    expect((fields.get('nested') as unknown[]).flat().length).to.be.at.most(1000);
    expect((read(Array(10_000_000)).get('data') as unknown[]).length).to.equal(1000);
  });

  it('may be deep, or go round', () => {
    let deep: Record<string, unknown> = { end: 'reached' };
    for (let depth = 0; depth < 50_000; depth++) deep = { deep };
    const round: Record<string, unknown> = { text: 'hi' };
    round.self = round;
    round.list = [round];
    let fields = read(round);
    for (let depth = 0; depth < 5; depth++) fields = fields.inner(fields.get('self'))!;
    expect(fields.get('text')).to.equal('hi');
    fields = read(deep);
    for (let depth = 0; depth < 20; depth++) fields = fields.inner(fields.get('deep'))!;
    expect(fields.get('end')).to.equal(undefined);
  });
});

describe('a message that speaks of files', () => {
  it('is told from others', () => {
    const attached = { name: 'a', type: '', size: 1, attachment: 'x' };
    for (const message of [PNG, attached, new Blob(), new Uint8Array(1), { a: PNG }, { a: [attached] }, { a: { b: [[{ c: PNG }]] } }, [PNG]]) {
      expect(speaksOfFiles(message)).to.equal(true);
    }
    const round: Record<string, unknown> = {};
    round.self = round;
    const proxy = new Proxy({}, { ownKeys: fail });
    for (const message of ['x', null, undefined, 1, {}, [], { a: ['b', { name: 'a' }] }, round, proxy, Array(10_000_000).fill(0), new Date()]) {
      expect(speaksOfFiles(message)).to.equal(false);
    }
  });
});
