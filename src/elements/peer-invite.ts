import { ReactiveElement, css } from '@lit/reactive-element';
import { PeerError, messageOf } from '../errors.js';
import { copyText } from './copy-text.js';
import { InviteCopyEvent, InviteErrorEvent, InviteShareEvent } from './events.js';
import { announceElement, hypertext, withdrawElement } from './hypertext-port.js';
import { nodeAround, nodeById, nodeOf, watchNodes } from './node-registry.js';
import { addressWith, watchAddress } from './page-address.js';
import type { PeerNode } from './peer-node.js';
import { QrCode } from './qr-code.js';
import { ReadOnlyAttributes } from './read-only-attributes.js';
import { given } from './settings.js';

/** How long `copied` and `shared` say so, in milliseconds: long enough to be read. */
const TOLD_FOR = 2000;
const READ_ONLY = ['ready', 'copied', 'shared'] as const;
type Told = 'copied' | 'shared';

/**
 * The address under which others reach a node: a link, a QR code, something to copy and to share.
 *
 * It writes the address into the `href` of its first link and keeps it there. While the node has no id the link has no
 * `href`. Its node is the closest `<peer-node>` around it, or the one that `node` names.
 *
 * @tag peer-invite
 *
 * @attr {string} href - The page to open and the parameter that gets the node's id: `#peer`, `?peer` (this page, with all else its address has), `guest.html#peer`, an absolute URL. Under `http:`, `https:` or `file:`.
 * @attr {string} node - The id of its `<peer-node>`, if not the closest one around it.
 * @attr {string} qr - Show a QR code of the address. A value is the code's accessible name; without one it is hidden from assistive technology, for the link says the same.
 * @attr {boolean} ready - Read-only. There is an address; also as `:state(ready)`.
 * @attr {boolean} copied - Read-only. It has been copied in the last two seconds; also as `:state(copied)`.
 * @attr {boolean} shared - Read-only. It has been shared in the last two seconds; also as `:state(shared)`.
 *
 * @fires {InviteCopyEvent} invite-copy - The address, `url`, is in the clipboard.
 * @fires {InviteShareEvent} invite-share - The address, `url`, has been given to what the person has chosen.
 * @fires {InviteErrorEvent} invite-error - The address could not be copied or shared: `error.type` names why.
 *
 * @slot - The link, and buttons with `command="--copy"` or `command="--share"`.
 * @csspart qr - The QR code, an SVG.
 * @cssprop --peer-qr-size - How wide the QR code is: at least, and by default, 10rem.
 *
 * @cssstate ready - There is an address to give out.
 * @cssstate copied - It has been copied in the last two seconds.
 * @cssstate shared - It has been shared in the last two seconds.
 *
 * @command --copy - Puts the address into the clipboard.
 * @command --share - Opens the system's dialog for sharing; copies where there is none.
 */
export class PeerInvite extends ReactiveElement {
  /** @internal */
  static override properties = { href: {}, node: { noAccessor: true }, qr: {} };

  /** @internal */
  static override styles = css`
    :host {
      display: block;
    }
    :host([hidden]) {
      display: none;
    }
    svg {
      display: block;
      inline-size: max(10rem, var(--peer-qr-size, 10rem));
      max-inline-size: 100%;
      aspect-ratio: 1;
      forced-color-adjust: none;
      print-color-adjust: exact;
    }
    svg[viewBox] {
      background: #fff;
      fill: #000;
    }
  `;

  /** The page to open and the parameter that gets the node's id. */
  declare href: string | null | undefined;
  /** Show a QR code of the address, with this accessible name; an empty one hides it from assistive technology. */
  declare qr: string | boolean | null | undefined;

  readonly #readOnly = new ReadOnlyAttributes(this, READ_ONLY);
  readonly #internals = this.attachInternals();
  readonly #observer = new MutationObserver(() => this.#writeLink());
  readonly #told = new Map<Told, ReturnType<typeof setTimeout>>();
  #nodeSetting: string | Element | undefined;
  #node: PeerNode | undefined;
  #url: string | null = null;
  /** The link that has the address, and nobody else's. */
  #link: HTMLAnchorElement | undefined;
  #code: QrCode | undefined;
  #stopWatching: (() => void)[] | undefined;
  /** The setting that the console has been told of. */
  #warned: string | undefined;

  constructor() {
    super();
    this.addEventListener('command', (event) => {
      const { command } = event as CommandEvent;
      if (command === '--copy') void this.copy();
      else if (command === '--share') void this.share();
    });
  }

  /** Registers the element, once: under a name that is taken it does nothing. */
  static define(tag = 'peer-invite', registry: CustomElementRegistry = customElements): void {
    if (!registry.get(tag)) registry.define(tag, this);
  }

  /** @internal */
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...READ_ONLY];
  }

  /** Its node, or null. Takes an id or an element; null gives it back to the closest one. */
  get node(): PeerNode | null {
    return this.#node ?? null;
  }

  set node(node: string | Element | null | undefined) {
    const old = this.#nodeSetting;
    this.#nodeSetting = given(node);
    // The getter gives the node that was found, so a change cannot be told by it.
    this.requestUpdate('node', old, { hasChanged: () => true });
  }

  /** The address, or null while there is none. */
  get url(): string | null {
    return this.#url;
  }

  /** There is an address to give out. */
  get ready(): boolean {
    return this.#url !== null;
  }

  /** It has been copied in the last two seconds. */
  get copied(): boolean {
    return this.#told.has('copied');
  }

  /** It has been shared in the last two seconds. */
  get shared(): boolean {
    return this.#told.has('shared');
  }

  /** The browser can share: else `share()` copies. */
  get canShare(): boolean {
    return typeof navigator.share === 'function';
  }

  /**
   * Puts the address into the clipboard. The browser may want a click or a key press before. Never rejects: false where it
   * did not go, and `invite-error` says why.
   */
  async copy(): Promise<boolean> {
    return this.#giveOut('copied', (url) => copyText(url, this.#link ?? this));
  }

  /**
   * Opens the system's dialog for sharing, with the address and the page's title; copies where there is none. Resolves when
   * the person is done. Never rejects: false where the address did not go; `invite-error` says why, unless the person
   * changed their mind.
   */
  async share(): Promise<boolean> {
    if (!this.canShare) return this.copy();
    return this.#giveOut('shared', (url) => navigator.share({ url, title: document.title }));
  }

  /** @internal */
  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    this.#readOnly.changed(name, value);
  }

  /** @internal */
  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.#stopWatching) {
      const refresh = (): void => this.#refresh();
      this.#stopWatching = [watchNodes(refresh), watchAddress(refresh)];
      this.#observer.observe(this, { subtree: true, childList: true, attributes: true, attributeFilter: ['href'] });
    }
    announceElement(this);
    this.#refresh();
  }

  /** @internal */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move comes as a removal and an insertion in one task, or in two calls of one script.
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  /** Present so that `moveBefore()` does not come as a removal. @internal */
  connectedMoveCallback(): void {
    announceElement(this);
    this.#refresh();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    root.append(document.createElement('slot'));
    this.#code = new QrCode(root);
    return root;
  }

  protected override updated(): void {
    this.#refresh();
  }

  #leave(): void {
    if (!this.#stopWatching) return;
    for (const stop of this.#stopWatching) stop();
    this.#stopWatching = undefined;
    this.#observer.disconnect();
    this.#refresh();
    withdrawElement(this);
  }

  /** Brings link and code into line with settings, node and page. Idempotent. */
  #refresh(): void {
    if (!this.hasUpdated) return;
    const here = this.#stopWatching !== undefined;
    this.#follow(here ? this.#findNode() : undefined);
    const old = this.#url;
    this.#url = this.#address();
    if (this.#url !== old) {
      this.#show('ready', this.ready);
      this.#unsay('copied');
      this.#unsay('shared');
    }
    this.#writeLink();
    const { qr } = this;
    const wanted = typeof qr === 'string' || qr === true;
    this.#code?.show(wanted ? this.#url : null, typeof qr === 'string' ? qr.trim() : '');
    if (this.#url !== old) hypertext()?.changed(this);
  }

  #findNode(): PeerNode | undefined {
    const setting = this.#nodeSetting;
    if (setting === undefined) return nodeAround(this);
    return typeof setting === 'string' ? nodeById(this, setting) : nodeOf(setting);
  }

  #follow(node: PeerNode | undefined): void {
    if (node === this.#node) return;
    this.#node?.removeEventListener('peer-state', this.#nodeChanged);
    this.#node = node;
    node?.addEventListener('peer-state', this.#nodeChanged);
  }

  readonly #nodeChanged = (): void => this.#refresh();

  #address(): string | null {
    const href = given(this.href);
    const id = this.#node?.currentId;
    if (href === undefined || !id) return null;
    const url = addressWith(href, id, document.baseURI);
    if (url === undefined && this.#warned !== href) {
      this.#warned = href;
      console.warn('<peer-invite>', `href="${href}" makes no address. Write "#peer", "?peer" or "guest.html#peer", under http:, https: or file:.`);
    }
    return url ?? null;
  }

  /** Writes the address into the link, or takes it out of one that has it no more. */
  #writeLink(): void {
    const link = this.#stopWatching && this.#firstLink();
    if (this.#link && this.#link !== link) this.#link.removeAttribute('href');
    this.#link = link;
    if (!link || link.getAttribute('href') === this.#url) return;
    if (this.#url === null) link.removeAttribute('href');
    else link.setAttribute('href', this.#url);
  }

  /** Links of an invitation within this one are its own: two would write for ever. */
  #firstLink(): HTMLAnchorElement | undefined {
    return [...this.querySelectorAll<HTMLAnchorElement>('a')].find((link) => {
      let at: Element | null = link;
      while (at && !(at instanceof PeerInvite)) at = at.parentElement;
      return at === this && link instanceof HTMLAnchorElement;
    });
  }

  async #giveOut(told: Told, give: (url: string) => Promise<void>): Promise<boolean> {
    // The address may have been changed by a script, which tells nobody.
    this.#refresh();
    const url = this.#url;
    if (url === null) return this.#fail(this.#whyNoAddress());
    try {
      await give(url);
    } catch (cause) {
      if (told === 'shared' && cause instanceof DOMException && cause.name === 'AbortError') return false;
      return this.#fail(new PeerError('not-allowed', `The browser has not ${told} the address: ${messageOf(cause)}`, { cause }));
    }
    // It may have been taken out of the page, or have another address by now.
    if (this.#url === url) this.#say(told);
    const event = told === 'copied' ? new InviteCopyEvent('invite-copy', url) : new InviteShareEvent('invite-share', url);
    this.dispatchEvent(event);
    return true;
  }

  #whyNoAddress(): PeerError {
    if (!this.#node) return new PeerError('no-node', 'This invitation has no node: put it inside a <peer-node>, or name one by node="id".');
    if (!this.#node.currentId) return new PeerError('disconnected', 'The node of this invitation has no id yet. Copy or share after "peer-open".');
    return new PeerError('invalid-setting', 'This invitation has no address: write href="#peer" or href="guest.html#peer".');
  }

  #fail(error: PeerError): false {
    this.dispatchEvent(new InviteErrorEvent('invite-error', error));
    return false;
  }

  #say(told: Told): void {
    clearTimeout(this.#told.get(told));
    this.#told.set(told, setTimeout(() => this.#unsay(told), TOLD_FOR));
    this.#show(told, true);
    hypertext()?.changed(this);
  }

  #unsay(told: Told): void {
    if (!this.#told.has(told)) return;
    clearTimeout(this.#told.get(told));
    this.#told.delete(told);
    this.#show(told, false);
    hypertext()?.changed(this);
  }

  /** As attribute and as `:state()`. */
  #show(name: (typeof READ_ONLY)[number], value: boolean): void {
    this.#readOnly.set(name, value);
    if (value) this.#internals.states.add(name);
    else this.#internals.states.delete(name);
  }
}
