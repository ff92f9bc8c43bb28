/**
 * Attributes by which an element shows its state. They are the element's to write: what others change, remove, write into
 * the markup or copy with a clone is written back in a microtask.
 */
export class ReadOnlyAttributes {
  readonly #element: HTMLElement;
  readonly #values = new Map<string, string | null>();
  #restoring = false;

  /** @param names the attributes; each is absent until it is set. */
  constructor(element: HTMLElement, names: readonly string[]) {
    this.#element = element;
    for (const name of names) this.#values.set(name, null);
  }

  /** Sets one; null and false remove it. */
  set(name: string, value: string | number | boolean | null): void {
    this.#values.set(name, value === null || value === false ? null : value === true ? '' : String(value));
    this.#write(name);
  }

  /** To be called from `attributeChangedCallback`. */
  changed(name: string, value: string | null): void {
    if (!this.#values.has(name) || this.#values.get(name) === value || this.#restoring) return;
    this.#restoring = true;
    queueMicrotask(() => {
      this.#restoring = false;
      for (const own of this.#values.keys()) this.#write(own);
    });
  }

  #write(name: string): void {
    const value = this.#values.get(name) ?? null;
    if (this.#element.getAttribute(name) === value) return;
    if (value === null) this.#element.removeAttribute(name);
    else this.#element.setAttribute(name, value);
  }
}
