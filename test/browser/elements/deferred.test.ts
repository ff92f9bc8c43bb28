import { expect } from '@open-wc/testing';
import type { PeerChannel, PeerNode } from '../../../src/index.js';
import { MARKUP, OURS, cleanPage, counted, markup, next, openNode, opened, reached, record, task } from '../../support/elements.js';

describe('an element with defer-hydration', () => {
  cleanPage();

  it('does and writes nothing, wherever it is moved, until the attribute is gone', async () => {
    const holder = markup(`<peer-node ${MARKUP} defer-hydration><peer-channel listen defer-hydration></peer-channel></peer-node><section></section>`);
    const [node, channel] = [holder.querySelector('peer-node') as PeerNode, holder.querySelector('peer-channel') as PeerChannel];
    const { Engine, made } = counted(OURS.Engine);
    holder.querySelector('section')!.append(node);
    await task();
    expect(holder.querySelectorAll('[state]')).to.be.empty;
    node.engine = Engine;
    node.options = { pingInterval: 4000 };
    await task();
    expect([node.state, channel.state, made.length]).to.deep.equal(['idle', 'idle', 0]);
    const states = record(node, 'peer-state');
    node.removeAttribute('defer-hydration');
    await opened(node);
    expect(states.map(({ state }) => state)).to.deep.equal(['connecting', 'open']);
    // With all that it was given, it has started once.
    expect(made.map(({ options }) => (options as Record<string, unknown>).pingInterval)).to.deep.equal([4000]);
    expect(channel.getAttribute('state')).to.equal(null);
    channel.removeAttribute('defer-hydration');
    await reached(channel, 'waiting');
    expect(channel.getAttribute('state')).to.equal('waiting');
  });

  it('that has begun goes on', async () => {
    const node = await openNode();
    const states = record(node, 'peer-state');
    node.setAttribute('defer-hydration', '');
    markup('<section></section>').append(node);
    await task();
    node.removeAttribute('defer-hydration');
    await task();
    expect(states).to.be.empty;
    const closed = next(node, 'peer-close');
    node.remove();
    await closed;
  });

  it('that is taken out before it has begun never begins', async () => {
    const holder = markup(`<peer-node ${MARKUP} defer-hydration></peer-node>`);
    const node = holder.querySelector('peer-node') as PeerNode;
    const { Engine, made } = counted(OURS.Engine);
    node.engine = Engine;
    node.remove();
    node.removeAttribute('defer-hydration');
    await task();
    expect([node.state, made.length]).to.deep.equal(['idle', 0]);
  });
});
