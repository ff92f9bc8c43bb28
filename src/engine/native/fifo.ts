/** Places given up at a time, so that each item moves once at most. */
const COMPACT_AT = 1_024;

/** First in, first out. Shifting an array of 100,000 would cost more than sending what is in it. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  /** Index of the first item. */
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** The item with that place in the queue, from 0. */
  at(place: number): T | undefined {
    return this.#items[this.#first + place];
  }

  /** All of them, in order: a copy. */
  all(): T[] {
    return this.#items.slice(this.#first) as T[];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#first === this.#items.length) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined; // A place that is not given up yet must not hold it.
    if (this.#first === this.#items.length) this.clear();
    else if (this.#first >= COMPACT_AT && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#first = 0;
  }
}
