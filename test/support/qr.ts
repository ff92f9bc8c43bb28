import decodeQR from 'qr/decode.js';

/** Pixels of a module when a code is read. */
const SCALE = 4;

/** Resolves when something within a root is so. */
export function seen<T>(root: Node, look: () => T | null | undefined | false): Promise<T> {
  return new Promise((resolve) => {
    const check = (): void => {
      const found = look();
      if (!found) return;
      observer.disconnect();
      resolve(found);
    };
    const observer = new MutationObserver(check);
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    check();
  });
}

/** The image of a code, once it is drawn. */
export function drawn(root: ParentNode & Node): Promise<SVGSVGElement> {
  return seen(root, () => root.querySelector<SVGSVGElement>('svg[viewBox]'));
}

/** Paints the path alone, in black on white, as the browser does, and has another library read it. */
export function read(image: SVGSVGElement): string {
  const edge = image.viewBox.baseVal.width * SCALE;
  const context = new OffscreenCanvas(edge, edge).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, edge, edge);
  context.scale(SCALE, SCALE);
  context.fillStyle = '#000';
  context.fill(new Path2D(image.querySelector('path')?.getAttribute('d') ?? ''));
  return decodeQR(context.getImageData(0, 0, edge, edge));
}
