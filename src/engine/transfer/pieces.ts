import { FrameType, VarintReader, writeVarint, varintSize, type Bytes, type NativeMessage } from '../../wire/index.js';

/** The messages of a transfer's stream, and the order of its bytes: docs/protocol.md, section 6. */

/** Largest piece, in bytes: with what goes before it, one packet. */
export const PIECE_SIZE = 64_000;

/** A piece as a message. */
export function pieceMessage(offset: number, bytes: Bytes): NativeMessage {
  const header = varint(offset);
  return { kind: FrameType.Bytes, byteLength: header.byteLength + bytes.byteLength, parts: [header, bytes] };
}

/** The end as a message. */
export function endMessage(size: number): NativeMessage {
  const body = varint(size);
  return { kind: FrameType.Value, byteLength: body.byteLength, parts: [body] };
}

/** @throws PeerError `bad-message` */
export function pieceIn(body: Bytes): { readonly offset: number; readonly bytes: Bytes } {
  const reader = new VarintReader(body);
  const offset = reader.next();
  return { offset, bytes: body.subarray(reader.at) };
}

/** @throws PeerError `bad-message` */
export function endIn(body: Bytes): number {
  return new VarintReader(body).next();
}

function varint(value: number): Bytes {
  const bytes = new Uint8Array(varintSize(value));
  writeVarint(bytes, 0, value);
  return bytes;
}

/** A piece that has come. */
export interface OrderedPiece {
  readonly bytes: Bytes;
  /** To be called when the page has read it. */
  readonly confirm: () => void;
}

/** Puts pieces in order that come over several lanes, some of them twice. */
export class PieceOrder {
  readonly #early = new Map<number, OrderedPiece>();
  /** Where the next piece begins. */
  #next = 0;

  get next(): number {
    return this.#next;
  }

  /**
   * Takes a piece and gives what can be read now, in order. What came before is confirmed at once and forgotten.
   * @param reach how far beyond the next byte a piece may begin.
   * @returns undefined where it is out of reach: the sender has broken its word.
   */
  take(offset: number, piece: OrderedPiece, reach: number): readonly OrderedPiece[] | undefined {
    if (offset < this.#next || this.#early.has(offset)) {
      piece.confirm();
      return [];
    }
    if (offset > this.#next + reach) return undefined;
    this.#early.set(offset, piece);
    const ready: OrderedPiece[] = [];
    for (let at = this.#early.get(this.#next); at; at = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      // An empty piece would keep the place for ever.
      if (at.bytes.byteLength === 0) {
        at.confirm();
        break;
      }
      this.#next += at.bytes.byteLength;
      ready.push(at);
    }
    return ready;
  }
}
