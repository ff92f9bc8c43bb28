import { labelOf, type EngineConnection } from '../engine-port.js';
import { PeerChannel } from '../peer-channel.js';
import type { PeerNode } from '../peer-node.js';
import { Fields, fieldsOf, type FileMaker } from './fields.js';
import { fill } from './fill.js';
import { FileItem } from './file-item.js';
import { passFocusOn } from './focus.js';
import { HOLDERS, channelOfStamp } from './properties.js';
import { contentOf, isEqualTemplate, maxOf } from './template-content.js';
import { Terms } from './terms.js';
import { makeIdsUnique } from './unique-ids.js';

const TEMPLATES = 'template[data-peer-each="connection"]';
/** Stamps of closed connections that a template with `data-peer-keep` has by default. */
const DEFAULT_KEPT = 1_000;

/** Metadata comes whole, as JSON: there is no file in it. */
const NO_FILES: FileMaker = {
  received: (description) => new FileItem(description, 'failed'),
  attached: (description) => new FileItem(description, 'failed'),
};

/** A connection in the page: a copy of a template, with the channel in it. */
interface ConnectionStamp {
  /** It, or an equal one that has taken its place. */
  template: HTMLTemplateElement;
  readonly channel: PeerChannel;
  readonly roots: readonly ChildNode[];
  /** Who called, and under which label. */
  readonly remoteId: string;
  readonly label: string;
}

/**
 * `<template data-peer-each="connection">` in a node: stamped for each connection that no other channel takes. The stamp goes
 * right before the template, and goes away when its channel closes; with `data-peer-keep` it stays, and the same remote gets it
 * again.
 */
export class ConnectionStamps {
  /** By the nodes that they are in. */
  readonly #stamps = new WeakMap<PeerNode, ConnectionStamp[]>();

  channelFor(node: PeerNode, connection: EngineConnection): PeerChannel | undefined {
    const metadata = new Fields(fieldsOf(connection.metadata, NO_FILES), () => ({
      _from: connection.peer,
      _time: Date.now(),
      _direction: 'received',
      _state: 'received',
    }));
    for (const template of node.querySelectorAll<HTMLTemplateElement>(TEMPLATES)) {
      const condition = template.getAttribute('data-peer-when');
      if (template.closest(HOLDERS) !== node) continue;
      if (condition !== null && !new Terms(condition).holds((name) => metadata.get(name))) continue;
      const channel = this.#kept(node, template, connection) ?? this.#stamp(node, template, connection, metadata);
      if (channel) return channel;
    }
    return undefined;
  }

  /** The stamp that a remote had before, and that nobody has now. */
  #kept(node: PeerNode, template: HTMLTemplateElement, connection: EngineConnection): PeerChannel | undefined {
    const free = this.#of(node, template).filter(({ channel }) => !channel.connection);
    return free.find(({ remoteId, label }) => remoteId === connection.peer && label === labelOf(connection))?.channel;
  }

  #stamp(node: PeerNode, template: HTMLTemplateElement, connection: EngineConnection, metadata: Fields): PeerChannel | undefined {
    const fragment = contentOf(template);
    const channel = [...fragment.querySelectorAll('*')].find((element) => element instanceof PeerChannel);
    if (!channel) return warnOf(template);
    fill(fragment, metadata, { conditions: false });
    makeIdsUnique(fragment);
    const roots = [...fragment.childNodes];
    for (const root of roots) {
      if (!(root instanceof Element)) continue;
      channelOfStamp.set(root, channel);
      root.setAttribute('data-peer-from', connection.peer);
      root.setAttribute('data-peer-direction', 'received');
    }
    const stamp = { template, channel, roots, remoteId: connection.peer, label: labelOf(connection) };
    this.#stamps.set(node, [...this.#in(node), stamp]);
    template.before(fragment);
    channel.addEventListener('channel-close', (event) => {
      // A caller that is back, after a reload say, keeps its stamp.
      if (event.target !== channel || event.reason === 'replaced') return;
      if (stamp.template.hasAttribute('data-peer-keep')) this.#trim(node, stamp.template);
      else this.#remove(node, stamp);
    });
    return channel;
  }

  /** Those of a node that are in the page. */
  #in(node: PeerNode): ConnectionStamp[] {
    return (this.#stamps.get(node) ?? []).filter(({ channel }) => channel.isConnected);
  }

  /** Those of a template, and of an equal one that was there before it. */
  #of(node: PeerNode, template: HTMLTemplateElement): ConnectionStamp[] {
    const stamps = this.#in(node).filter(
      (stamp) => stamp.template === template || (!stamp.template.isConnected && isEqualTemplate(stamp.template, template)),
    );
    for (const stamp of stamps) stamp.template = template;
    return stamps;
  }

  #remove(node: PeerNode, stamp: ConnectionStamp): void {
    for (const root of stamp.roots) {
      if (root instanceof Element) passFocusOn(root);
      root.remove();
    }
    this.#stamps.set(node, this.#in(node));
  }

  /** Callers that come under ever new ids must not fill the page. */
  #trim(node: PeerNode, template: HTMLTemplateElement): void {
    const kept = this.#of(node, template).filter(({ channel }) => !channel.connection);
    for (const stamp of kept.slice(0, Math.max(0, kept.length - maxOf(template, DEFAULT_KEPT)))) this.#remove(node, stamp);
  }
}

/** What has been said already: strangers may call again and again. */
const warned = new WeakSet<HTMLTemplateElement>();

/** Who calls is refused, and would not know why; nor would whoever wrote the page. */
function warnOf(template: HTMLTemplateElement): undefined {
  if (!warned.has(template)) console.warn('data-peer-each: a template for connections needs a <peer-channel> in it. Callers are refused.', template);
  warned.add(template);
}
