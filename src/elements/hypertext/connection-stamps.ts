import { labelOf, type EngineConnection } from '../engine-port.js';
import { PeerChannel } from '../peer-channel.js';
import type { PeerNode } from '../peer-node.js';
import { Fields, fieldsOf, type FileMaker } from './fields.js';
import { fill } from './fill.js';
import { FileItem } from './file-item.js';
import { HOLDERS, channelOfStamp } from './properties.js';
import { contentOf, maxOf } from './template-content.js';
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
  readonly #stamps = new WeakMap<HTMLTemplateElement, ConnectionStamp[]>();

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
      const channel = this.#kept(template, connection.peer, labelOf(connection)) ?? this.#stamp(template, connection, metadata);
      if (channel) return channel;
    }
    return undefined;
  }

  /** The stamp that a remote had before, and that nobody has now. */
  #kept(template: HTMLTemplateElement, remoteId: string, label: string): PeerChannel | undefined {
    const free = this.#of(template).filter(({ channel }) => !channel.connection);
    return free.find((stamp) => stamp.remoteId === remoteId && stamp.label === label)?.channel;
  }

  #stamp(template: HTMLTemplateElement, connection: EngineConnection, metadata: Fields): PeerChannel | undefined {
    const fragment = contentOf(template);
    const channel = [...fragment.querySelectorAll('*')].find((element) => element instanceof PeerChannel);
    if (!channel) return undefined;
    fill(fragment, metadata, { conditions: false });
    makeIdsUnique(fragment);
    const roots = [...fragment.childNodes];
    for (const root of roots) {
      if (!(root instanceof Element)) continue;
      channelOfStamp.set(root, channel);
      root.setAttribute('data-peer-from', connection.peer);
      root.setAttribute('data-peer-direction', 'received');
    }
    const stamps = this.#of(template);
    const stamp = { channel, roots, remoteId: connection.peer, label: labelOf(connection) };
    stamps.push(stamp);
    this.#stamps.set(template, stamps);
    template.before(fragment);
    channel.addEventListener('channel-close', (event) => {
      // A caller that is back, after a reload say, keeps its stamp.
      if (event.target !== channel || event.reason === 'replaced') return;
      if (template.hasAttribute('data-peer-keep')) this.#trim(template);
      else this.#remove(template, stamp);
    });
    return channel;
  }

  /** Those of a template that are in the page. */
  #of(template: HTMLTemplateElement): ConnectionStamp[] {
    return (this.#stamps.get(template) ?? []).filter(({ channel }) => channel.isConnected);
  }

  #remove(template: HTMLTemplateElement, stamp: ConnectionStamp): void {
    for (const root of stamp.roots) root.remove();
    this.#stamps.set(template, this.#of(template));
  }

  /** Callers that come under ever new ids must not fill the page. */
  #trim(template: HTMLTemplateElement): void {
    const kept = this.#of(template).filter(({ channel }) => !channel.connection);
    for (const stamp of kept.slice(0, Math.max(0, kept.length - maxOf(template, DEFAULT_KEPT)))) this.#remove(template, stamp);
  }
}
