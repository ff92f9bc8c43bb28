import { CHUNK_SIZE, createUtilChunk, utilPack, utilUnpack, type PeerJSChunk } from '../wire/index.js';
import { CLOUD_HOST, CLOUD_PORT, DEFAULT_CONFIG, randomToken } from './options.js';

/** What this browser can do, in PeerJS's terms. */
export interface UtilSupportsObj {
  /** Whether it is a browser this project knows. */
  readonly browser: boolean;
  /** RTCPeerConnection. */
  readonly webRTC: boolean;
  /** Media streams. */
  readonly audioVideo: boolean;
  /** Data channels. */
  readonly data: boolean;
  /** Blobs over data channels: always read first, so always true where there are channels. */
  readonly binaryBlob: boolean;
  /** Reliable data channels. */
  readonly reliable: boolean;
}

const ID = /^[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*$/;

/**
 * PeerJS's `util`: the documented members and the small undocumented ones that programs use. Nothing is looked up before it
 * is asked for (PeerJS makes and closes an RTCPeerConnection when it is imported).
 */
export class Util {
  readonly CLOUD_HOST = CLOUD_HOST;
  readonly CLOUD_PORT = CLOUD_PORT;
  /** PeerJS cuts for these browsers; everybody is cut for nowadays. */
  readonly chunkedBrowsers = { Chrome: 1, chrome: 1 };
  /** Bytes of a message beyond which it is cut. */
  readonly chunkedMTU = CHUNK_SIZE;
  readonly defaultConfig: RTCConfiguration = DEFAULT_CONFIG;
  /** BinaryPack: an ArrayBuffer, or a promise of one where the value holds Blobs. */
  readonly pack = utilPack;
  readonly unpack = utilUnpack;
  readonly chunk: (data: ArrayBuffer) => PeerJSChunk[] = createUtilChunk();
  readonly randomToken: () => string = randomToken;
  #supports: UtilSupportsObj | undefined;

  get [Symbol.toStringTag](): string {
    return 'Util';
  }

  /** `firefox`, `chrome`, `safari`, `edge`, or PeerJS's two sentences for what is none of them. */
  get browser(): string {
    const agent = (globalThis.navigator as Navigator | undefined)?.userAgent ?? '';
    if (!globalThis.RTCPeerConnection) return 'Not a supported browser.';
    if (/Firefox\//.test(agent)) return 'firefox';
    if (/Chrome\//.test(agent)) return 'chrome';
    if (/AppleWebKit\//.test(agent)) return 'safari';
    return 'Not a browser.';
  }

  /** The browser's major version, or 0. */
  get browserVersion(): number {
    const agent = (globalThis.navigator as Navigator | undefined)?.userAgent ?? '';
    return Number(/(?:Firefox|Chrome|Version)\/(\d+)/.exec(agent)?.[1] ?? 0);
  }

  get supports(): UtilSupportsObj {
    return (this.#supports ??= findSupports(this.browser));
  }

  readonly noop = (): void => undefined;

  /** Whether PeerJS's clients accept an id. PeerServer accepts any. The empty one means "assign me one". */
  readonly validateId = (id: string): boolean => !id || ID.test(id);

  /** Whether the page was loaded over TLS. */
  readonly isSecure = (): boolean => (globalThis.location as Location | undefined)?.protocol === 'https:';

  /** Reads a Blob and calls back with its bytes, or with null where it cannot be read. */
  readonly blobToArrayBuffer = (blob: Blob, callback: (buffer: ArrayBuffer | null) => void): void => {
    blob.arrayBuffer().then(callback, () => callback(null));
  };

  /** The bytes of a string whose every character is one byte. */
  readonly binaryStringToArrayBuffer = (binary: string): ArrayBuffer => Uint8Array.from(binary, (char) => char.charCodeAt(0)).buffer;
}

function findSupports(browser: string): UtilSupportsObj {
  const prototype = (globalThis.RTCPeerConnection as typeof RTCPeerConnection | undefined)?.prototype ?? {};
  const data = 'createDataChannel' in prototype;
  return {
    browser: /^[a-z]+$/.test(browser),
    webRTC: 'createOffer' in prototype,
    audioVideo: 'addTrack' in prototype,
    data,
    binaryBlob: data,
    reliable: data,
  };
}

/** PeerJS's collection of helpers. */
export const util: Util = new Util();
