import { expect } from '@open-wc/testing';
// Without `define`: the floor that makes pages work without script comes in the course of the test.
import { PeerChannel, PeerInvite, PeerNode } from '../../../src/index.js';
import { uniqueId } from '../../support/peers.js';

PeerNode.define();
PeerChannel.define();
PeerInvite.define();

/** Resolves once something is so inside an element, looking after each of its changes. */
function shown(element: Element, condition: () => boolean): Promise<void> {
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

describe('an invitation that came before the floor was started', () => {
  const page = document.createElement('div');
  afterEach(() => {
    page.remove();
    delete (navigator as unknown as Record<string, unknown>)['clipboard'];
  });

  it('shows "copied" outside of its node, and again what others write over', async () => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.resolve() }, configurable: true });
    const id = uniqueId();
    page.innerHTML = `<peer-node id="${id}" server="/peerjs" config='{"iceServers":[]}'></peer-node>
      <peer-invite node="${id}" href="#peer"><a>Link</a>
        <b data-peer-when="ready" hidden>ready</b> <i data-peer-when="copied" hidden>copied</i></peer-invite>`;
    document.body.append(page);
    const [node, invite] = [page.querySelector('peer-node') as PeerNode, page.querySelector('peer-invite') as PeerInvite];
    const [ready, copied] = [page.querySelector('b') as HTMLElement, page.querySelector('i') as HTMLElement];
    await new Promise((resolve) => node.addEventListener('peer-open', resolve, { once: true }));
    expect([invite.ready, ready.hidden, copied.hidden]).to.deep.equal([true, true, true]);
    await import('../../../src/define.js');
    await shown(invite, () => !ready.hidden);
    expect(copied.hidden).to.equal(true);
    expect(await invite.copy()).to.equal(true);
    await shown(invite, () => !copied.hidden);
    ready.hidden = true;
    await shown(invite, () => !ready.hidden);
    expect(copied.hidden, 'before anything else has changed').to.equal(false);
  });
});
