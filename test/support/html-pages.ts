import type { PeerChannel, PeerNode } from '../../src/index.js';
import { MARKUP, markup, next, opened } from './elements.js';
import { uniqueId } from './peers.js';

/** Two pages' worth of markup in one document, and what is in it. */
export interface Pages {
  readonly host: PeerNode;
  readonly guest: PeerNode;
  readonly hostChannel: PeerChannel;
  readonly guestChannel: PeerChannel;
}

/** A node with this inside. */
export function nodeWith(inside: string, attributes = '', id = uniqueId()): PeerNode {
  const holder = markup(`<peer-node peer-id="${id}" ${MARKUP} ${attributes}>${inside}</peer-node>`);
  return holder.querySelector('peer-node') as PeerNode;
}

/** A listening channel with this inside, and one that calls it with that; both open. */
export async function twoPages(host: string, guest: string, attributes: { host?: string; guest?: string } = {}): Promise<Pages> {
  const hostNode = nodeWith(`<peer-channel listen ${attributes.host ?? ''}>${host}</peer-channel>`);
  const guestNode = nodeWith(`<peer-channel to="${hostNode.peerId ?? ''}" retry ${attributes.guest ?? ''}>${guest}</peer-channel>`);
  const [hostChannel, guestChannel] = [hostNode, guestNode].map((node) => node.querySelector('peer-channel') as PeerChannel);
  await Promise.all([opened(hostChannel as PeerChannel), opened(guestChannel as PeerChannel)]);
  return { host: hostNode, guest: guestNode, hostChannel: hostChannel as PeerChannel, guestChannel: guestChannel as PeerChannel };
}

/** Resolves once something is so inside an element, looking after each of its changes. */
export function shown(element: Element, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const observer = new MutationObserver(check);
    function check(): void {
      if (!condition()) return;
      observer.disconnect();
      resolve();
    }
    observer.observe(element, { subtree: true, childList: true, attributes: true, characterData: true });
    check();
  });
}

/** Fills a form's field and sends the form as a person would. */
export function submit(form: Element | null, fields: Record<string, string> = {}): void {
  const target = form as HTMLFormElement;
  for (const [name, value] of Object.entries(fields)) (target.elements.namedItem(name) as HTMLInputElement).value = value;
  target.requestSubmit();
}

/** Puts files into a file control. */
export function choose(control: Element | null, ...files: File[]): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  (control as HTMLInputElement).files = transfer.files;
}

/** The texts of the elements that match, trimmed. */
export function texts(inside: Element, selector: string): string[] {
  return [...inside.querySelectorAll(selector)].map((element) => element.textContent.trim());
}

export { next };
