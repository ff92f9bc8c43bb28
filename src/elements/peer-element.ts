import { ReactiveElement } from '@lit/reactive-element';
import type { PeerError } from '../errors.js';
import { layOutAsContents } from './display.js';
import { announceElement, hypertext, withdrawElement } from './hypertext-port.js';
import { ReadOnlyAttributes } from './read-only-attributes.js';
import { isBadJson } from './settings.js';

/** Attributes that both elements show. */
const SHARED_ATTRIBUTES = ['state', 'error'] as const;
/**
 * In the markup of a server it asks an element to wait: whoever binds it takes the attribute away when that is done. Lit does
 * so with elements inside others, which are defined before those around them have bound anything.
 */
const DEFERRED = 'defer-hydration';
/** Stands for the value of an attribute that is not JSON: no other value equals it. */
const BAD_JSON = Symbol('not JSON');

/**
 * What the elements have in common: a state that shows as attribute and as `:state()`, an error, no box and no shadow root
 * of their own, and an end that waits a microtask, so that moving an element ends nothing.
 */
export abstract class PeerElement<State extends string> extends ReactiveElement {
  /** Names of the element's own read-only attributes. */
  protected static readonly readOnlyAttributes: readonly string[] = [];
  /** Attributes that hold JSON, and their properties. */
  protected static readonly jsonAttributes: Readonly<Record<string, string>> = {};

  static {
    // An update may bring an event, and a page that is told may set something: nothing that Lit need warn of in development.
    this.disableWarning?.('change-in-update');
  }

  readonly #readOnly: ReadOnlyAttributes;
  readonly #internals: ElementInternals;
  #state: State;
  #error: PeerError | null = null;
  #here = false;

  constructor(initialState: State) {
    super();
    const { readOnlyAttributes } = this.constructor as typeof PeerElement;
    this.#readOnly = new ReadOnlyAttributes(this, [...SHARED_ATTRIBUTES, ...readOnlyAttributes]);
    this.#internals = this.attachInternals();
    this.#state = initialState;
  }

  /** @internal */
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...SHARED_ATTRIBUTES, ...this.readOnlyAttributes, DEFERRED];
  }

  /** The state, also as the read-only attribute `state` and as the CSS state `:state(…)`. */
  get state(): State {
    return this.#state;
  }

  /** What went wrong, until the next attempt; the attribute `error` shows its type. */
  get error(): PeerError | null {
    return this.#error;
  }

  /** @internal */
  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === DEFERRED && value === null && this.isConnected && !this.#here) this.connectedCallback();
    this.#readOnly.changed(name, value);
    // What is not JSON reads as absent, and yet it is a change when it comes, and when it is mended.
    const property = (this.constructor as typeof PeerElement).jsonAttributes[name];
    if (property && (isBadJson(old) || isBadJson(value))) this.requestUpdate(property, BAD_JSON);
  }

  /** @internal */
  override connectedCallback(): void {
    if (this.#isDeferred) return;
    super.connectedCallback();
    layOutAsContents(this);
    this.show('state', this.#state);
    this.#internals.states.add(this.#state);
    this.#here = true;
    this.arrived();
    announceElement(this);
  }

  /** @internal */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move comes as a removal and an insertion in one task, or in two calls of one script.
    queueMicrotask(() => {
      if (this.isConnected || !this.#here) return;
      this.#here = false;
      this.left();
      withdrawElement(this);
    });
  }

  /** Present so that `moveBefore()` does not come as a removal. @internal */
  connectedMoveCallback(): void {
    if (this.#isDeferred) return;
    layOutAsContents(this);
    this.arrived();
    announceElement(this);
  }

  get #isDeferred(): boolean {
    return !this.#here && this.hasAttribute(DEFERRED);
  }

  /** The element is in a document, or at another place of one. */
  protected abstract arrived(): void;

  /** The element has been taken out, and not put back: everything it owns ends. */
  protected abstract left(): void;

  /** Writes a read-only attribute; null and false remove it. */
  protected show(name: string, value: string | number | boolean | null): void {
    this.#readOnly.set(name, value);
    if (this.#here) hypertext()?.changed(this);
  }

  /** Sets the state. Gives the old one, or undefined where nothing changed. */
  protected enter(state: State): State | undefined {
    const old = this.#state;
    if (state === old) return undefined;
    this.#state = state;
    this.#internals.states.delete(old);
    this.#internals.states.add(state);
    this.show('state', state);
    return old;
  }

  protected setError(error: PeerError | null): void {
    this.#error = error;
    this.show('error', error?.type ?? null);
  }

  /** The children stay as they are. */
  protected override createRenderRoot(): this {
    return this;
  }
}
