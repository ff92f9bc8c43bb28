import { expect } from '@open-wc/testing';
import { cleanPage, markup } from '../../support/elements.js';

describe('a boolean attribute with the text "false"', () => {
  cleanPage();

  // So do Vue, Svelte and Preact: names with a hyphen are no properties, and before its definition an element has none.
  for (const [tag, attribute, property] of [
    ['peer-node', 'keep-id', 'keepId'],
    ['peer-node', 'manual', 'manual'],
    ['peer-node', 'relay', 'relay'],
    ['peer-channel', 'listen', 'listen'],
    ['peer-channel', 'reliable', 'reliable'],
    ['peer-channel', 'manual', 'manual'],
    ['peer-channel', 'retry', 'retry'],
  ] as const) {
    it(`is absent to <${tag} ${attribute}>`, () => {
      const holder = markup(`<${tag} server="/peerjs" manual ${attribute === 'manual' ? '' : `${attribute}="false"`}></${tag}>`);
      const element = holder.querySelector(tag) as HTMLElement;
      for (const [text, expected] of [['false', false], ['', true], [attribute, true], ['true', true], ['false', false]] as const) {
        element.setAttribute(attribute, text);
        expect((element as any)[property], `${attribute}="${text}"`).to.equal(expected);
      }
    });
  }
});
