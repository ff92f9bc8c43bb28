import { PeerChannel } from '../peer-channel.js';
import type { PeerNode } from '../peer-node.js';

/**
 * `<template data-peer-each="connection">` in a node: stamped for each connection that no other channel takes. The stamp
 * goes right before the template, and goes away when its channel closes.
 */
export function stampChannel(node: PeerNode): PeerChannel | undefined {
  for (const template of node.querySelectorAll<HTMLTemplateElement>('template[data-peer-each="connection"]')) {
    const stamp = document.importNode(contentOf(template), true);
    const channel = [...stamp.querySelectorAll('*')].find((element) => element instanceof PeerChannel);
    if (!channel) continue;
    const roots = [...stamp.childNodes];
    template.before(stamp);
    channel.addEventListener('channel-close', (event) => {
      // A caller that is back, after a reload say, keeps its stamp.
      if (event.target !== channel || event.reason === 'replaced') return;
      for (const root of roots) root.remove();
    });
    return channel;
  }
  return undefined;
}

/** Frameworks that render a template put the children into the element itself, not into its content. */
function contentOf(template: HTMLTemplateElement): DocumentFragment {
  if (template.content.childElementCount > 0) return template.content;
  const fragment = document.createDocumentFragment();
  for (const child of template.childNodes) fragment.append(child.cloneNode(true));
  return fragment;
}
