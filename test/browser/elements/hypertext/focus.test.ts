/** Where the focus goes when what has it is hidden by a condition, or goes with its stamp. */
import { expect } from '@open-wc/testing';

import type { PeerChannel } from '../../../../src/index.js';
import { cleanPage } from '../../../support/elements.js';
import { nodeWith, shown, twoPages } from '../../../support/html-pages.js';

/** Whether an element has the focus. To be compared as such: chai prints elements for ever. */
function hasFocus(element: Element | null): boolean {
  return element !== null && document.activeElement === element;
}

describe('the focus', () => {
  cleanPage();

  const button = '<button data-peer-when="state=open" hidden>Leave</button>';

  it('passes to the closest box with a tabindex when its element is hidden', async () => {
    const { guest, guestChannel } = await twoPages('', `<section tabindex="-1"><p>${button}</p></section>`);
    const [section, leave] = [guest.querySelector('section'), guest.querySelector('button') as HTMLElement];
    await shown(guest, () => !leave.hidden);
    leave.focus();
    guestChannel.close();
    await shown(guest, () => leave.hasAttribute('hidden'));
    expect(hasFocus(section)).to.equal(true);
  });

  it('passes on when what it is inside is hidden, and over a box that is hidden itself', async () => {
    const inside = '<div tabindex="-1" data-peer-when="state=open" hidden><div tabindex="-1"><input></div></div>';
    const { guest, guestChannel } = await twoPages('', `<section tabindex="-1">${inside}</section>`);
    const box = guest.querySelector('section > div') as HTMLElement;
    await shown(guest, () => !box.hidden);
    guest.querySelector('input')?.focus();
    guestChannel.close();
    await shown(guest, () => box.hasAttribute('hidden'));
    expect(hasFocus(guest.querySelector('section'))).to.equal(true);
  });

  it('is left alone where it is elsewhere, and where the author names no box', async () => {
    const { guest, guestChannel } = await twoPages('', `<section tabindex="-1">${button}<input></section>`);
    const [leave, input] = [guest.querySelector('button') as HTMLElement, guest.querySelector('input') as HTMLElement];
    await shown(guest, () => !leave.hidden);
    input.focus();
    guestChannel.close();
    await shown(guest, () => leave.hasAttribute('hidden'));
    expect(hasFocus(input)).to.equal(true);

    const other = await twoPages('', button);
    const alone = other.guest.querySelector('button') as HTMLElement;
    await shown(other.guest, () => !alone.hidden);
    alone.focus();
    other.guestChannel.close();
    await shown(other.guest, () => alone.hasAttribute('hidden'));
    expect(document.activeElement?.hasAttribute('tabindex') ?? false).to.equal(false);
  });

  it('passes on when the stamp of a connection goes', async () => {
    const stamp = '<li><peer-channel><button>Remove</button></peer-channel></li>';
    const host = nodeWith(`<ul tabindex="-1"><template data-peer-each="connection">${stamp}</template></ul>`);
    nodeWith(`<peer-channel to="${host.peerId ?? ''}" retry></peer-channel>`);
    await shown(host, () => host.querySelector('peer-channel')?.state === 'open');
    host.querySelector('button')?.focus();
    (host.querySelector('peer-channel') as PeerChannel).close();
    await shown(host, () => host.querySelector('li') === null);
    expect(hasFocus(host.querySelector('ul'))).to.equal(true);
  });
});
