import { expect } from '@open-wc/testing';
import { PeerChannel, PeerNode } from '../../../src/index.js';
import { CONFIG, MARKUP, cleanPage, converse, makeChannel, makeNode, markup, mount, OURS, openNode, opened, reached, task } from '../../support/elements.js';
import { uniqueId } from '../../support/peers.js';

describe('the node of a channel', () => {
  cleanPage();

  it('is the closest one around it', async () => {
    const outer = mount(makeNode({ manual: true }));
    const inner = makeNode({ manual: true });
    const channel = makeChannel();
    outer.append(inner);
    inner.append(channel);
    await channel.updateComplete;
    expect(channel.node === inner, 'its node').to.equal(true);
    expect(inner.channels[0] === channel).to.equal(true);
    expect(outer.channels.length).to.equal(0);
  });

  it('is found across nested shadow roots', async () => {
    const node = mount(makeNode({ manual: true }));
    let place: Node = node;
    for (let depth = 0; depth < 3; depth++) place = place.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' });
    const channel = makeChannel();
    place.appendChild(channel);
    await channel.updateComplete;
    expect(channel.node === node, 'its node').to.equal(true);
  });

  it('is the one that it names, though another is around it', async () => {
    const named = mount(makeNode({ manual: true, id: uniqueId() }));
    const channel = makeChannel({ node: named.id });
    mount(makeNode({ manual: true }, channel));
    await channel.updateComplete;
    expect(channel.node === named, 'its node').to.equal(true);
  });

  it('is found when it comes after the channel', async () => {
    const id = uniqueId();
    const channel = mount(makeChannel({ node: id }));
    await channel.updateComplete;
    expect(channel.node === null, 'its node').to.equal(true);
    const node = mount(makeNode({ manual: true, id }));
    expect(channel.node === node, 'its node').to.equal(true);
  });

  it('is found when it is given its id later, and lost when it is given another', async () => {
    const id = uniqueId();
    const node = mount(makeNode({ manual: true }));
    const channel = mount(makeChannel({ node: id }));
    await channel.updateComplete;
    expect(channel.node === null, 'its node').to.equal(true);
    node.id = id;
    expect(channel.node === node, 'its node').to.equal(true);
    node.id = uniqueId();
    expect(channel.node === null, 'its node').to.equal(true);
    expect(node.channels.length).to.equal(0);
  });

  it('is the one in its own tree where two have the same id', async () => {
    const id = uniqueId();
    mount(makeNode({ manual: true, id }));
    const root = mount(document.createElement('div')).attachShadow({ mode: 'open' });
    const node = root.appendChild(makeNode({ manual: true, id }));
    const channel = root.appendChild(makeChannel({ node: id }));
    await channel.updateComplete;
    expect(channel.node === node, 'its node').to.equal(true);
  });

  it('may be set as an element, and given back by null', async () => {
    const [around, other] = [mount(makeNode({ manual: true })), mount(makeNode({ manual: true }))];
    const channel = makeChannel({ node: other });
    around.append(channel);
    await channel.updateComplete;
    expect(channel.node === other, 'its node').to.equal(true);
    channel.node = null;
    await channel.updateComplete;
    expect(channel.node === around, 'its node').to.equal(true);
  });

  it('may be set as an element that is not in the page yet', async () => {
    const node = makeNode({ manual: true });
    const channel = mount(makeChannel({ node }));
    await channel.updateComplete;
    expect(channel.node === null, 'its node').to.equal(true);
    mount(node);
    expect(channel.node === node, 'its node').to.equal(true);
  });

  it('may be set as an element that is no node, and is none then', async () => {
    const channel = mount(makeChannel({ node: document.createElement('div') }));
    mount(makeNode({ manual: true }));
    await channel.updateComplete;
    expect(channel.node === null, 'its node').to.equal(true);
  });

  it('serves a channel outside it', async () => {
    const node = await openNode({ id: uniqueId() });
    const called = mount(makeChannel({ listen: true, node: node.id }));
    await reached(called, 'waiting');
    const calling = makeChannel({ to: node.currentId });
    await openNode({}, calling);
    await Promise.all([opened(calling), opened(called)]);
    expect(node.openCount).to.equal(1);
  });

  it('may be defined later than the channel', async () => {
    const tag = `late-${uniqueId()}`.toLowerCase();
    const id = uniqueId();
    const holder = markup(`<${tag} peer-id="${id}" ${MARKUP}><peer-channel listen></peer-channel></${tag}>`);
    const channel = holder.querySelector('peer-channel') as PeerChannel;
    await channel.updateComplete;
    expect(channel.state).to.equal('idle');
    expect(channel.node === null, 'its node').to.equal(true);
    class LateNode extends PeerNode {}
    LateNode.define(tag);
    await reached(channel, 'waiting');
    expect(channel.node?.localName).to.equal(tag);
    await opened(channel.node as PeerNode);
    expect(channel.node?.currentId).to.equal(id);
  });

  it('may be defined earlier than the channel', async () => {
    const tag = `late-${uniqueId()}`.toLowerCase();
    const host = await openNode({}, makeChannel({ listen: true }));
    const holder = markup(`<peer-node ${MARKUP}><${tag}></${tag}></peer-node>`);
    const element = holder.querySelector(tag) as PeerChannel;
    // Properties that were set before the definition count, as attributes do.
    Object.assign(element, { to: host.currentId, label: 'chat', metadata: { a: 1 } });
    class LateChannel extends PeerChannel {}
    LateChannel.define(tag);
    await opened(element);
    expect(host.channels[0]?.connection?.metadata).to.deep.equal({ a: 1 });
  });

  it('may have had its properties before it was defined', async () => {
    const tag = `late-${uniqueId()}`.toLowerCase();
    const id = uniqueId();
    const node = document.createElement(tag) as PeerNode;
    Object.assign(node, { peerId: id, server: '/peerjs', config: CONFIG, engine: OURS.Engine });
    mount(node);
    class LateNode extends PeerNode {}
    LateNode.define(tag);
    await opened(node);
    expect(node.currentId).to.equal(id);
  });
});

describe('the elements', () => {
  cleanPage();

  it('lay out as contents', async () => {
    const node = mount(makeNode({ manual: true }, makeChannel()));
    expect(getComputedStyle(node).display).to.equal('contents');
    expect(getComputedStyle(node.firstElementChild as Element).display).to.equal('contents');
  });

  it('lay out as contents in a shadow root', async () => {
    const root = mount(document.createElement('div')).attachShadow({ mode: 'open' });
    expect(getComputedStyle(root.appendChild(makeChannel())).display).to.equal('contents');
  });

  it('lay out as contents in the document of a frame', async () => {
    const frame = mount(document.createElement('iframe'));
    const channel = mount(makeChannel(), frame.contentDocument?.body);
    expect(getComputedStyle(channel).display).to.equal('contents');
  });

  it('lay out as any rule of the page says', async () => {
    const node = makeNode({ manual: true });
    mount(document.createElement('style')).textContent = 'peer-node { display: grid }';
    mount(node);
    expect(getComputedStyle(node).display).to.equal('grid');
  });

  it('can be hidden', () => {
    const node = mount(makeNode({ manual: true }));
    node.hidden = true;
    expect(getComputedStyle(node).display).to.equal('none');
  });

  it('are cloned with their settings and without their conversation', async () => {
    const { host, called, calling } = await converse(OURS.Engine);
    const clone = calling.cloneNode() as PeerChannel;
    calling.close();
    await reached(called, 'waiting');
    clone.setAttribute('to', host.currentId ?? '');
    calling.node?.append(clone);
    await opened(clone);
    expect(clone.connection).not.to.equal(calling.connection);
  });

  it('inside a template are inert', async () => {
    const node = await openNode();
    const template = document.createElement('template');
    const channel = makeChannel({ listen: true });
    template.append(channel);
    node.append(template);
    await task();
    expect(channel.state).to.equal('idle');
    expect(node.channels.length).to.equal(0);
  });
});
