import { expect } from '@open-wc/testing';
import { cleanPage, makeNode, mount, next, openNode, record } from '../../support/elements.js';

describe('JSON as a text in a property of <peer-node>', () => {
  cleanPage();

  // So do React, Preact, Vue and Svelte with an attribute of their markup, once the element is defined.
  for (const [property, text, value] of [
    ['options', '{"debug":0}', { debug: 0 }],
    ['config', '{"iceServers":[]}', { iceServers: [] }],
    ['iceServers', '[]', []],
    ['config', '', undefined],
  ] as const) {
    it(`${property} = '${text}' is read as its attribute would be`, () => {
      const node = makeNode({ manual: true });
      (node as any)[property] = text;
      expect((node as any)[property]).to.deep.equal(value);
    });
  }

  it('is no change where it says what the attribute said', async () => {
    const node = await openNode({ config: { iceServers: [] } });
    const states = record(node, 'peer-state');
    (node as any).config = '{ "iceServers": [] }';
    await node.updateComplete;
    expect(states).to.be.empty;
    expect(node.config).to.deep.equal({ iceServers: [] });
  });

  it('that is not JSON is an error of the node', async () => {
    const node = makeNode({ config: '{iceServers: []}' as any });
    const failed = next(node, 'peer-error');
    mount(node);
    expect((await failed).error.type).to.equal('invalid-setting');
  });
});
