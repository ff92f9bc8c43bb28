import { expect } from '@open-wc/testing';
import { QrCode } from '../../../src/elements/qr-code.js';
import { cleanPage, mount } from '../../support/elements.js';
import { drawn, read, seen } from '../../support/qr.js';

function makeCode(): { root: HTMLElement; code: QrCode } {
  const root = mount(document.createElement('div'));
  return { root, code: new QrCode(root) };
}

describe('a QR code', () => {
  cleanPage();

  const texts = {
    'an address': 'https://a.example/dir/chat.html?room=1#x=2&peer=5f2c0d4e-7d1f-4f57-9d0f-2b9b6a1c3d4e',
    'what is percent-encoded': 'https://xn--bcher-kva.example/%C3%BC?a=%zz#peer=a+b%26',
    'one character': 'x',
    'a long address': `https://a.example/#peer=${'0aZ%'.repeat(300)}`,
  };
  for (const [name, text] of Object.entries(texts)) {
    it(`says ${name}`, async () => {
      const { root, code } = makeCode();
      code.show(text);
      expect(read(await drawn(root))).to.equal(text);
    });
  }

  it('has four light modules around it, and a corner with the pattern by which it is found', async () => {
    const { root, code } = makeCode();
    code.show('https://a.example/#peer=abc');
    const image = await drawn(root);
    const { x, y, width, height } = image.viewBox.baseVal;
    expect([x, y, width - height, (width - 8 - 17) % 4]).to.deep.equal([0, 0, 0, 0]);
    const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
    const path = new Path2D(image.querySelector('path')?.getAttribute('d') ?? '');
    const dark = (column: number, row: number): boolean => context.isPointInPath(path, column + 0.5, row + 0.5);
    for (let at = 0; at < width; at++) {
      for (const edge of [0, 3, width - 4, width - 1]) expect([dark(at, edge), dark(edge, at)]).to.deep.equal([false, false]);
    }
    for (const [row, pattern] of ['#######', '#.....#', '#.###.#'].entries()) {
      const found = [...pattern].map((_, column) => (dark(column + 4, row + 4) ? '#' : '.')).join('');
      expect(found).to.equal(pattern);
    }
  });

  it('still says it where a tenth of it cannot be read', async () => {
    const { root, code } = makeCode();
    const text = 'https://a.example/dir/chat.html#peer=5f2c0d4e-7d1f-4f57-9d0f-2b9b6a1c3d4e';
    code.show(text);
    const image = await drawn(root);
    // A square of light in the middle: the path is filled by the rule that a second layer does not undo, so it is cut out.
    const edge = image.viewBox.baseVal.width;
    const side = Math.floor((edge - 8) * 0.25);
    const from = Math.floor((edge - side) / 2);
    const runs = (image.querySelector('path')?.getAttribute('d') ?? '').match(/M[^M]+/g) ?? [];
    const kept = runs.filter((run) => {
      const [, x, y] = /M(\d+) (\d+)/.exec(run) ?? [];
      return !(Number(y) >= from && Number(y) < from + side && Number(x) >= from && Number(x) < from + side);
    });
    expect(kept.length).to.be.lessThan(runs.length - 5);
    image.querySelector('path')?.setAttribute('d', kept.join(''));
    expect(read(image)).to.equal(text);
  });

  it('is hidden from assistive technology without a name, and an image with one', async () => {
    const { root, code } = makeCode();
    const of = (image: Element): unknown[] => ['role', 'aria-label', 'aria-hidden'].map((name) => image.getAttribute(name));
    code.show('x');
    const image = await drawn(root);
    expect(of(image)).to.deep.equal([null, null, 'true']);
    code.show('x', '<b>The code</b>');
    expect(of(image)).to.deep.equal(['img', '<b>The code</b>', null]);
    code.show('x', '');
    expect(of(image)).to.deep.equal([null, null, 'true']);
    expect(root.querySelectorAll('svg').length).to.equal(1);
  });

  it('is the one of the last text, and none after null', async () => {
    const { root, code } = makeCode();
    for (const text of ['a', 'b', null, 'c', 'd']) code.show(text);
    expect(read(await drawn(root))).to.equal('d');
    code.show('e');
    expect(root.querySelectorAll('svg[viewBox]').length, 'stale codes').to.equal(0);
    expect(read(await drawn(root))).to.equal('e');
    expect(root.querySelectorAll('svg').length).to.equal(1);
    code.show(null);
    expect(root.childElementCount).to.equal(0);
  });

  it('is drawn once it has a place on the page', async () => {
    const { root, code } = makeCode();
    root.hidden = true;
    code.show('x');
    const { root: other, code: shown } = makeCode();
    shown.show('y');
    await drawn(other);
    expect(root.querySelector('svg[viewBox]') === null).to.equal(true);
    root.hidden = false;
    expect(read(await drawn(root))).to.equal('x');
  });

  it('is not there for a text that is too long: the console says so once', async () => {
    const { root, code } = makeCode();
    const { warn } = console;
    const said: unknown[][] = [];
    console.warn = (...words: unknown[]) => void said.push(words);
    try {
      for (const text of ['x'.repeat(3000), 'y'.repeat(1e6)]) {
        code.show(text);
        await seen(root, () => root.childElementCount === 0);
      }
    } finally {
      console.warn = warn;
    }
    expect(said.length).to.equal(1);
    expect(String(said[0])).to.match(/^<peer-invite>,There is no QR code: an address of 3000 characters is too long/);
    code.show('z');
    expect(read(await drawn(root))).to.equal('z');
  });
});
