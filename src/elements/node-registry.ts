import type { PeerNode } from './peer-node.js';

/**
 * The nodes that are in a document now. A channel looks here for its node, so that it makes no difference which of the two
 * is inserted, named or defined first.
 */
const nodes = new Set<PeerNode>();
const watchers = new Set<() => void>();

/** A node has come, or has another id. */
export function announceNode(node: PeerNode): void {
  nodes.add(node);
  for (const watcher of [...watchers]) watcher();
}

/** A node has gone. */
export function withdrawNode(node: PeerNode): void {
  if (!nodes.delete(node)) return;
  for (const watcher of [...watchers]) watcher();
}

/** Calls `watcher` whenever a node comes, goes or is renamed. Returns the way to stop. */
export function watchNodes(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The node with that id in the tree of `element`, its document's tree included. */
export function nodeById(element: Element, id: string): PeerNode | undefined {
  const root = element.getRootNode();
  const named = [...nodes].filter((node) => node.id === id);
  return named.find((node) => node.getRootNode() === root) ?? named.find((node) => node.getRootNode() === element.ownerDocument);
}

/** An element as a node that is defined, and in a document now. */
export function nodeOf(element: Element): PeerNode | undefined {
  return [...nodes].find((node) => node === element);
}

/** The closest node around an element, across shadow roots. What is inside a template is there to be copied. */
export function nodeAround(element: Element): PeerNode | undefined {
  let closest: PeerNode | undefined;
  let distance = Infinity;
  for (const node of nodes) {
    const steps = stepsUp(element, node);
    if (steps < distance) [closest, distance] = [node, steps];
  }
  return closest;
}

/** How far above an element another one is; Infinity where it is not. */
function stepsUp(element: Element, ancestor: Element): number {
  let steps = 0;
  for (let at: Node | null = element; at; at = at instanceof ShadowRoot ? at.host : at.parentNode) {
    if (at === ancestor) return steps;
    if (at instanceof HTMLTemplateElement) break;
    steps++;
  }
  return Infinity;
}
