/** Values of every kind that a connection carries, and what they are when they arrive. */

export interface Sample {
  readonly name: string;
  /** Made anew for each sending. */
  readonly make: () => unknown;
  /** What arrives at this engine; absent where it equals what was sent. */
  readonly arrives?: unknown;
}

/** `size` bytes that differ from their neighbours, and from those 16300 bytes away. */
export function bytes(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8) * 13) & 0xff);
}

/** Whether two buffers hold the same: for sizes at which a deep comparison takes too long. */
export function sameBytes(one: ArrayBuffer | ArrayBufferView, other: ArrayBuffer | ArrayBufferView): boolean {
  const [a, b] = [view(one), view(other)];
  return a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i]);
}

/** The same value with every view made an ArrayBuffer of its range: peerjs gives either, by the message's size. */
export function withoutViews(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return view(value).slice().buffer;
  if (value instanceof ArrayBuffer || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutViews);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, withoutViews(held)]));
}

function view(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const WHEN = new Date('2013-04-05T06:07:08Z');
const FLOATS = Float64Array.of(0.1, -2.5, 1e300);

/** What either engine sends and takes alike. */
export const SAMPLES: readonly Sample[] = [
  { name: 'positive integers at every tag boundary', make: () => [0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1] },
  { name: 'negative integers at every tag boundary', make: () => [-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31)] },
  { name: 'fractions', make: () => [0.5, -1.25, 0.1, 1 / 3, Math.PI, -1e-300, 123456.789] },
  { name: 'booleans and null inside', make: () => [true, false, null] },
  { name: 'undefined, as null', make: () => [undefined, { gone: undefined }], arrives: [null, { gone: null }] },
  { name: 'an empty string', make: () => '' },
  { name: 'text with astral characters', make: () => 'ünï €uro 😀 👨‍👩‍👧 𝒳 end' },
  { name: 'text at every length boundary', make: () => [15, 16, 65535, 65536].map((length) => 'x'.repeat(length)) },
  { name: 'text of 20,000 astral characters', make: () => '😀'.repeat(20_000) },
  { name: 'nested objects and arrays', make: () => ({ a: [1, { b: [[], {}, { c: 'd' }] }], '': 'empty key', 'ключ 🔑': [['x']] }) },
  { name: 'arrays at length boundaries', make: () => [15, 16, 2000].map((length) => Array.from({ length }, (_, i) => i)) },
  { name: 'objects at size boundaries', make: () => [15, 16, 500].map((size) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, i]))) },
  { name: 'a Date, as PeerJS makes it a string', make: () => WHEN, arrives: String(WHEN) },
  { name: 'a Uint8Array', make: () => bytes(100), arrives: bytes(100).buffer },
  { name: 'a Float64Array, by its bytes', make: () => FLOATS.slice(), arrives: FLOATS.buffer },
  { name: 'the range that a view shows', make: () => new Uint16Array(bytes(64).buffer, 8, 4), arrives: bytes(64).slice(8, 16).buffer },
  { name: 'an empty ArrayBuffer', make: () => new ArrayBuffer(0) },
  { name: 'ArrayBuffers at length boundaries', make: () => [15, 16, 17].map((size) => bytes(size).buffer) },
  { name: 'an ArrayBuffer in one frame', make: () => bytes(16_297).buffer },
  { name: 'an ArrayBuffer just beyond one frame', make: () => bytes(16_298).buffer },
  { name: 'an ArrayBuffer of 65,536 bytes', make: () => bytes(65_536).buffer },
  { name: 'a Blob, as its bytes', make: () => new Blob([bytes(1000)]), arrives: bytes(1000).buffer },
  { name: 'a File, as its bytes', make: () => new File([bytes(40_000)], 'photo.jpg', { type: 'image/jpeg' }), arrives: bytes(40_000).buffer },
  { name: 'a Blob within an object', make: () => ({ name: 'a', parts: [new Blob(['ab']), new Blob([bytes(20_000)])] }), arrives: { name: 'a', parts: [new TextEncoder().encode('ab').buffer, bytes(20_000).buffer] } },
];

/** What peerjs encodes or decodes wrongly: right between two of ours. */
export const HARD_SAMPLES: readonly Sample[] = [
  { name: 'null', make: () => null },
  { name: 'undefined, as null', make: () => undefined, arrives: null },
  { name: 'integers below -2^31', make: () => [-(2 ** 31) - 1, -3_000_000_000, -1_700_000_000_001, -(2 ** 53) + 1] },
  { name: 'whole numbers beyond 2^63', make: () => [2 ** 63, 2 ** 64, -(2 ** 63), 1e300] },
  { name: 'doubles that need every bit', make: () => [7.999999999999999, 2 ** -29, 5e-324, Number.MAX_VALUE, Number.EPSILON] },
  { name: 'NaN and the infinities', make: () => [NaN, Infinity, -Infinity] },
  { name: 'an array of 100,000 items', make: () => Array.from({ length: 100_000 }, (_, i) => i) },
  { name: 'a key called __proto__', make: () => JSON.parse('{"__proto__":{"admin":true}}') as unknown },
  { name: 'a key called constructor', make: () => ({ constructor: 1, hasOwnProperty: 2 }) },
];

/** What the serialization "json" carries. */
export const JSON_SAMPLES: readonly Sample[] = [
  { name: 'numbers', make: () => [0, -1, 2 ** 53 - 1, -3_000_000_000, 0.1, 1e300] },
  { name: 'text with astral characters', make: () => 'ünï 😀 𝒳' },
  { name: 'nested objects and arrays', make: () => ({ a: [1, null, { b: [true, 'x'] }] }) },
  { name: 'a Date, as its ISO string', make: () => WHEN, arrives: WHEN.toJSON() },
  { name: 'the largest message', make: () => 'x'.repeat(16_297) },
];

/** What the serialization "raw" carries. */
export const RAW_SAMPLES: readonly Sample[] = [
  { name: 'text with astral characters', make: () => 'ünï 😀 𝒳' },
  { name: 'an ArrayBuffer', make: () => bytes(1000).buffer },
  { name: 'a typed array', make: () => bytes(1000), arrives: bytes(1000).buffer },
  { name: 'an ArrayBuffer of 200,000 bytes', make: () => bytes(200_000).buffer },
];
