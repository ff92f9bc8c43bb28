import { expect } from '@open-wc/testing';
import { MARKUP, cleanPage, markup, mount, opened, openNode, makeChannel } from '../../support/elements.js';
import type { PeerChannel } from '../../../src/index.js';

describe('a page with the elements', () => {
  cleanPage();

  it('has no fault that axe finds', async () => {
    const host = await openNode({}, makeChannel({ listen: true }));
    const page = markup(`
      <main>
        <h1>Chat</h1>
        <peer-node ${MARKUP}>
          <peer-channel to="${String(host.currentId)}">
            <ul><li>A message</li></ul>
            <label>Message <input></label>
          </peer-channel>
          <template data-peer-each="connection"><peer-channel></peer-channel></template>
        </peer-node>
      </main>`);
    await opened(page.querySelector('peer-channel') as PeerChannel);
    await expect(page).to.be.accessible();
  });

  it('keeps the roles of what is inside them', async () => {
    const list = mount(document.createElement('ul'));
    list.innerHTML = '<peer-channel hidden></peer-channel><li>One</li>';
    const node = markup('<peer-node manual><button>Send</button></peer-node>');
    await expect(node).to.be.accessible();
  });
});
