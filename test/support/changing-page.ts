import type { PeerChannel, PeerNode } from '../../src/index.js';
import { MARKUP, markup, opened } from './elements.js';
import { nodeWith, shown, texts } from './html-pages.js';
import { uniqueId } from './peers.js';

/** A list with a template for messages. */
export const LIST = '<ol>\n<template data-peer-each="message">\n<li><p itemprop="text"></p></li>\n</template>\n</ol>';
const FIELDS = '<input name="name" data-peer-keep><input name="text">';
export const FORM = `<form method="dialog" data-peer-send>${FIELDS}<button>Send</button></form>`;
/** What shows something of the page. */
export const BOUND = `<b class="open" data-peer-when="state=open" hidden>open</b><b class="not" data-peer-when="!state=open">not yet</b>
  <code data-peer-text="remote-id">nobody</code><output data-peer-count="text">0</output>`;

/** What a page tells Idiomorph, so that it leaves alone what was stamped, and what somebody has typed. */
export const KEEP = {
  beforeNodeRemoved: (node: Node) => !(node instanceof HTMLElement && node.dataset['peerFrom'] !== undefined),
  beforeAttributeUpdated: (name: string) => name !== 'value',
};

/** A node that is in a section, with this inside. */
export function sourceOf(inside: string): string {
  return `<section><peer-node peer-id="${uniqueId()}" ${MARKUP}>${inside}</peer-node></section>`;
}

/** A page, its source, and a channel elsewhere that is connected with its channel. */
export async function page(inside = LIST + FORM + BOUND) {
  const other = await opened(nodeWith('<peer-channel listen></peer-channel>'));
  const html = sourceOf(`<peer-channel to="${other.currentId ?? ''}">${inside}</peer-channel>`);
  const holder = markup(html);
  const node = holder.querySelector('peer-node') as PeerNode;
  const [channel, otherChannel] = [node, other].map((each) => each.querySelector('peer-channel')) as [PeerChannel, PeerChannel];
  await Promise.all([opened(channel), opened(otherChannel)]);
  return { html, holder, node, channel, otherChannel };
}

export type Page = Awaited<ReturnType<typeof page>>;

/** Has the other side say something, and waits until it is shown. */
export async function hear({ channel, otherChannel }: Page, text: string): Promise<void> {
  void otherChannel.send({ text });
  await shown(channel, () => texts(channel, 'li p').at(-1) === text);
}

function hiddenOnes({ channel }: Page): string[] {
  return [...channel.querySelectorAll('b')].filter(({ hidden }) => hidden).map(({ className }) => className);
}

/** Waits until the page shows what is so, however it was written over. */
export function settled(each: Page, count: string): Promise<void> {
  const { holder, channel, otherChannel } = each;
  return shown(holder, () => {
    const [code, output] = [texts(channel, 'code')[0], texts(channel, 'output')[0]];
    const isRight = code === otherChannel.node?.currentId && output === count && hiddenOnes(each).join() === 'not';
    return isRight && channel.getAttribute('state') === 'open';
  });
}
