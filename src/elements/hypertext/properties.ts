import { PeerChannel } from '../peer-channel.js';
import { PeerInvite } from '../peer-invite.js';
import { PeerNode } from '../peer-node.js';

/** What a page can show of an element, by the name of its attribute. */
type Readers<E> = Readonly<Record<string, (element: E) => unknown>>;

const CHANNEL: Readers<PeerChannel> = {
  state: ({ state }) => state,
  error: ({ error }) => error?.type,
  incoming: ({ incoming }) => incoming,
  profile: ({ profile }) => profile,
  'remote-id': ({ remoteId }) => remoteId,
  label: ({ label }) => label,
};

const NODE: Readers<PeerNode> = {
  state: ({ state }) => state,
  error: ({ error }) => error?.type,
  'current-id': ({ currentId }) => currentId,
  'open-count': ({ openCount }) => openCount,
};

const INVITE: Readers<PeerInvite> = {
  ready: ({ ready }) => ready,
  copied: ({ copied }) => copied,
  shared: ({ shared }) => shared,
  'can-share': ({ canShare }) => canShare,
};

/** The tags that hold what a page can show. */
export const HOLDERS = 'peer-channel, peer-node';

/** The channels of connection stamps, by the stamps' roots: what stands beside the channel speaks of it, too. */
export const channelOfStamp = new WeakMap<Element, PeerChannel>();

/**
 * What a name means at a place of the page: a property of the closest invitation around it, else of the closest channel, else
 * of its node. Undefined where none of them has that name.
 */
export function propertyAt(element: Element, name: string): unknown {
  let outer = element;
  for (let at: Element | null = element; at; at = at.parentElement) {
    // An invitation that is told when to show itself means its surroundings.
    if (at instanceof PeerInvite && at !== element && Object.hasOwn(INVITE, name)) return INVITE[name]?.(at);
    const channel = at instanceof PeerChannel ? at : channelOfStamp.get(at);
    if (channel && Object.hasOwn(CHANNEL, name)) return CHANNEL[name]?.(channel);
    const node = at instanceof PeerNode ? at : channel?.node;
    if (node) return Object.hasOwn(NODE, name) ? NODE[name]?.(node) : undefined;
    outer = at;
  }
  const root = outer.getRootNode();
  return root instanceof ShadowRoot ? propertyAt(root.host, name) : undefined;
}

/**
 * Whom a form without a name for it sends to: the closest channel around it, or that of the connection's stamp that it is in,
 * where it stands beside it; else the closest node. What is written to one remote must not go to all.
 */
export function correspondentOf(form: Element): PeerChannel | PeerNode | undefined {
  for (let at: Element | null = form; at; at = at.parentElement) {
    if (at instanceof PeerChannel || at instanceof PeerNode) return at;
    const channel = channelOfStamp.get(at);
    if (channel) return channel;
  }
  return undefined;
}

/** The closest channel or node around an element, itself included. */
export function holderOf(element: Element): PeerChannel | PeerNode | undefined {
  const closest = element.closest(HOLDERS);
  return closest instanceof PeerChannel || closest instanceof PeerNode ? closest : undefined;
}
