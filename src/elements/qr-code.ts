import { messageOf } from '../errors.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Modules of white around the code, which readers need to find it: ISO/IEC 18004, 6.3.8. */
const QUIET_ZONE = 4;

/** The square of a code: `size` modules each way, dark or light. */
interface Modules {
  readonly size: number;
  get(x: number, y: number): boolean;
}

let encoder: Promise<(text: string) => Modules> | undefined;
let warned = false;

/**
 * Shows one text at a time as QR code, at the end of a root. It is encoded once it has a place on the page, and what encodes
 * it is loaded with the first one.
 */
export class QrCode {
  readonly #root: ParentNode;
  readonly #observer = new ResizeObserver(() => this.#appear());
  #text: string | null = null;
  /** Takes its place from the beginning, so that nothing moves when the code comes. */
  #image: SVGSVGElement | undefined;

  constructor(root: ParentNode) {
    this.#root = root;
  }

  /**
   * Shows a text; null shows none, and ends what was begun. Nothing appears where the text is too long or the encoder can't
   * be loaded, of which the console is told once. Never throws.
   *
   * @param label the code's accessible name; with an empty one it is hidden from assistive technology.
   */
  show(text: string | null, label = ''): void {
    if (text !== this.#text) {
      this.#text = text;
      this.#observer.disconnect();
      this.#image?.remove();
      this.#image = text === null ? undefined : this.#place();
    }
    if (this.#image) setLabel(this.#image, label);
  }

  #place(): SVGSVGElement {
    const image = document.createElementNS(SVG, 'svg');
    image.setAttribute('part', 'qr');
    this.#root.append(image);
    this.#observer.observe(image);
    return image;
  }

  #appear(): void {
    const image = this.#image;
    if (!image || image.getClientRects().length === 0) return;
    this.#observer.disconnect();
    // What changes the page within the observer's own turn is an error of the page in some browsers.
    setTimeout(() => void this.#draw(image));
  }

  async #draw(image: SVGSVGElement): Promise<void> {
    if (this.#image !== image || this.#text === null) return;
    const modules = await encode(this.#text);
    // Another text may be wanted by now: that has an image of its own.
    if (modules && this.#image === image) draw(modules, image);
    else image.remove();
  }
}

/** Error correction M, or better where that takes no larger code. */
async function encode(text: string): Promise<Modules | undefined> {
  try {
    return (await (encoder ??= load()))(text);
  } catch (cause) {
    if (!warned) console.warn('<peer-invite>', `There is no QR code: ${messageOf(cause)}`);
    warned = true;
    return undefined;
  }
}

async function load(): Promise<(text: string) => Modules> {
  try {
    const { correction, generate } = await import('lean-qr');
    return (text) => {
      try {
        return generate(text, { minCorrectionLevel: correction.M });
      } catch (cause) {
        throw new Error(`an address of ${text.length} characters is too long for one (${messageOf(cause)}).`, { cause });
      }
    };
  } catch (cause) {
    encoder = undefined;
    throw new Error(`the package lean-qr could not be loaded; beside peer-elements.js it is the file peer-elements-qr.js (${messageOf(cause)}).`, { cause });
  }
}

/** Every dark run of a row is a rectangle of one path. */
function draw(modules: Modules, image: SVGSVGElement): void {
  const edge = modules.size + 2 * QUIET_ZONE;
  let outline = '';
  for (let y = 0; y < modules.size; y++) {
    let run: number;
    for (let x = 0; x < modules.size; x += run + 1) {
      run = 0;
      while (modules.get(x + run, y)) run++;
      if (run > 0) outline += `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h${run}v1h-${run}z`;
    }
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', outline);
  image.setAttribute('viewBox', `0 0 ${edge} ${edge}`);
  image.setAttribute('shape-rendering', 'crispEdges');
  image.append(path);
}

function setLabel(image: SVGSVGElement, label: string): void {
  const attributes = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' };
  for (const name of ['role', 'aria-label', 'aria-hidden']) {
    const value = (attributes as Record<string, string | undefined>)[name];
    if (value === undefined) image.removeAttribute(name);
    else image.setAttribute(name, value);
  }
}
