import type { IncomingTransfer } from '../engine/index.js';
import type { EngineConnection } from './engine-port.js';
import type { PeerChannel } from './peer-channel.js';
import type { PeerElement } from './peer-element.js';
import type { PeerNode } from './peer-node.js';

/**
 * What the elements tell the floor that makes pages work without script. They know it by this interface alone: a page that
 * takes the classes without `define` has elements without that floor.
 */
export interface Hypertext {
  /** An element is in a page. */
  arrived(element: HypertextElement): void;
  /** It has been taken out for good. */
  left(element: HypertextElement): void;
  /** Something that a page can show has another value. */
  changed(element: HypertextElement): void;
  /** A transfer that a channel was offered is larger than it takes, and was given up. */
  declined(channel: HypertextElement, transfer: IncomingTransfer): void;
  /** Makes a channel for a connection that no other one takes, where the page has a template for it. */
  channelFor(node: PeerNode, connection: EngineConnection): PeerChannel | undefined;
}

/** A node, a channel or an invitation. */
export type HypertextElement = PeerElement<string> | HTMLElement;

let floor: Hypertext | undefined;
/** The elements that are in a page: a floor that comes later is told of them. */
const present = new Set<HypertextElement>();

/** The floor that is in use, if any. */
export function hypertext(): Hypertext | undefined {
  return floor;
}

/** Tells that an element is in a page, or at another place of one. */
export function announceElement(element: HypertextElement): void {
  present.add(element);
  floor?.arrived(element);
}

/** Tells that an element has been taken out for good. */
export function withdrawElement(element: HypertextElement): void {
  if (present.delete(element)) floor?.left(element);
}

/** Puts a floor in use, for all elements of this module. */
export function useHypertext(given: Hypertext): void {
  if (floor === given) return;
  floor = given;
  for (const element of present) floor.arrived(element);
}
