import { expect } from '@open-wc/testing';
import { FileItem } from '../../../../src/elements/hypertext/file-item.js';

const items: FileItem[] = [];
function make({ name = 'a.png', type = 'image/png', size = 3 }: Record<string, unknown> = {}, state: 'sending' | 'receiving' = 'receiving'): FileItem {
  const item = new FileItem({ name, type, size }, state);
  items.push(item);
  return item;
}
const changesOf = (item: FileItem): { count: number } => {
  const changes = { count: 0 };
  item.onchange = () => (changes.count += 1);
  return changes;
};

describe('a file item', () => {
  afterEach(() => items.splice(0).forEach((item) => item.dispose()));

  it('has the last path part for a name', () => {
    const names: [unknown, string][] = [
      ['a.txt', 'a.txt'],
      ['../../x.html', 'x.html'],
      ['C:\\Windows\\x.exe', 'x.exe'],
      ['a/b\\c', 'c'],
      ['/', 'file'],
      ['', 'file'],
      ['.', 'file'],
      ['..', 'file'],
      ['../..', 'file'],
      [' .. ', 'file'],
      ['a/\0', 'file'],
      ['a\0\r\nb\x7f\x85', 'ab'],
      ['\u202Egnp.exe', 'gnp.exe'],
      ['a\u2066b\u200E\u2028c\u2029', 'abc'],
      ['a\uD800b', 'ab'],
      ['日本 é😀.png', '日本 é😀.png'],
      ['__proto__', '__proto__'],
      ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
      ...[undefined, null, 7, {}, ['a'], { toString: () => 'x' }, Symbol('x')].map((name): [unknown, string] => [name, 'file']),
    ];
    for (const [given, name] of names) expect(new FileItem({ name: given, type: '', size: 0 }, 'receiving').name, JSON.stringify(given)).to.equal(name);
  });

  it('keeps the extension of a name that is too long', () => {
    expect(make({ name: `${'a'.repeat(1000)}.tar.gz` }).name).to.equal(`${'a'.repeat(252)}.gz`);
    expect(make({ name: 'a'.repeat(1000) }).name).to.equal('a'.repeat(255));
    expect(make({ name: `a.${'b'.repeat(1000)}` }).name.length).to.equal(255);
    expect(make({ name: '😀'.repeat(1000) }).name).to.equal('😀'.repeat(127));
    expect(make({ name: `${'\u202E'.repeat(10_000_000)}a.png` }).name).to.equal('.png');
  });

  it('keeps the type of a raster image, of sound and of a film', () => {
    const kept: [string, string, string][] = [
      ['image/png', 'image/png', 'image'],
      ['IMAGE/JPEG; charset=x', 'image/jpeg', 'image'],
      ...['gif', 'webp', 'avif', 'bmp', 'apng', 'x-icon', 'vnd.microsoft.icon'].map((name): [string, string, string] => [`image/${name}`, `image/${name}`, 'image']),
      ['audio/ogg; codecs=opus', 'audio/ogg', 'audio'],
      ['video/mp4', 'video/mp4', 'video'],
      ['video/x-matroska', 'video/x-matroska', 'video'],
    ];
    for (const [given, type, kind] of kept) {
      const item = make({ type: given });
      expect([item.type, item.kind]).to.deep.equal([type, kind]);
    }
  });

  it('hides every other type', () => {
    const other: unknown[] = ['', 'text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'text/plain', 'application/pdf', 'image/', 'audio/', 'video'];
    other.push('image/heic', 'imag/png', 'video/x+xml', 'audio/svg+xml', 'audio/a b', 'audio/a/b', 'video/"x"', 'video/é', 'x'.repeat(1e6));
    other.push('audio/mpegurl', 'audio/x-mpegurl', 'video/x-mpegURL', `audio/${'a'.repeat(128)}`, undefined, null, 7, {}, ['image/png'], { toString: () => 'image/png' });
    for (const type of other) {
      const item = new FileItem({ name: 'a', type, size: 0 }, 'receiving');
      expect([item.type, item.kind], JSON.stringify(type)?.slice(0, 40)).to.deep.equal(['application/octet-stream', 'file']);
    }
  });

  it('has a size where that is one', () => {
    for (const size of [0, 1, 1e15]) expect(make({ size }).size).to.equal(size);
    for (const size of [-1, NaN, Infinity, '3', null, {}, 3n]) expect(make({ size }).size).to.equal(undefined);
  });

  it('has a URL of that type alone, once its bytes are here', async () => {
    for (const [type, safe] of [['text/html', 'application/octet-stream'], ['image/svg+xml', 'application/octet-stream'], ['image/png', 'image/png']]) {
      const item = make({ type });
      expect(item.url).to.equal(undefined);
      item.complete(new Blob(['<script>1</script>'], { type: 'text/html' }));
      const response = await fetch(item.url!);
      expect(response.headers.get('content-type')).to.equal(safe);
      expect(await response.text()).to.equal('<script>1</script>');
      expect(item.url).to.equal(item.url);
      expect([item.state, item.progress, item.size]).to.deep.equal(['complete', 1, 18]);
    }
  });

  it('goes from 0 to 1, and says so', () => {
    const item = make({ size: undefined });
    const changes = changesOf(item);
    item.advance(0.5);
    item.advance(0.5);
    expect([item.progress, changes.count]).to.deep.equal([0.5, 1]);
    item.advance(0.5, 10);
    expect([item.size, changes.count]).to.deep.equal([10, 2]);
    item.advance(7, -1);
    expect([item.progress, item.size]).to.deep.equal([1, 10]);
    item.advance(-7);
    expect(item.progress).to.equal(0);
    item.advance(NaN);
    expect(item.progress).to.equal(0);
  });

  it('changes no more once it is complete or failed', () => {
    for (const end of [(item: FileItem) => item.complete(new Blob(['x'])), (item: FileItem) => item.fail()]) {
      const item = make();
      end(item);
      const before = [item.state, item.progress, item.size];
      const changes = changesOf(item);
      item.advance(0.3, 99);
      item.fail();
      item.complete(new Blob(['other']));
      expect([item.state, item.progress, item.size]).to.deep.equal(before);
      expect(changes.count).to.equal(0);
    }
  });

  it('that is sent can be shown before it has arrived, and where it never does', () => {
    const item = make({}, 'sending');
    item.provide(new Blob(['abc']));
    const { url } = item;
    expect([item.state, item.progress, url?.slice(0, 5)]).to.deep.equal(['sending', 0, 'blob:']);
    item.provide(new Blob(['other']));
    item.complete(new Blob(['another']));
    expect([item.state, item.url, item.size]).to.deep.equal(['complete', url, 3]);
    const failing = make({}, 'sending');
    failing.provide(new Blob(['abc']));
    failing.fail();
    expect([failing.state, typeof failing.url]).to.deep.equal(['failed', 'string']);
  });

  it('revokes its URL when it is disposed, and does nothing afterwards', async () => {
    const item = make();
    item.complete(new Blob(['x']));
    const url = item.url!;
    const changes = changesOf(item);
    item.dispose();
    item.dispose();
    expect([item.disposed, item.url, item.onchange]).to.deep.equal([true, undefined, undefined]);
    expect(await fetch(url).then(() => 'there', () => 'gone')).to.equal('gone');
    item.onchange = () => (changes.count += 1);
    item.provide(new Blob(['y']));
    item.complete(new Blob(['y']));
    item.advance(0.5);
    item.fail();
    expect([item.url, item.state, changes.count]).to.deep.equal([undefined, 'complete', 0]);
  });

  it('is told from what looks like one', () => {
    const item = make();
    expect(FileItem.is(item)).to.equal(true);
    for (const other of [null, undefined, {}, Object.create(FileItem.prototype), { ...item }, JSON.parse(JSON.stringify(item)), 'x']) expect(FileItem.is(other)).to.equal(false);
    expect(Object.prototype.toString.call(item)).to.equal('[object FileItem]');
  });
});
