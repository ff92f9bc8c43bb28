/** The chat demo as its visitors see it: driven by what is on the page. */

import { randomUUID } from 'node:crypto';

import { WebSocket } from 'ws';

const PAGE = 'chat.html';
/** What browsers say of a PeerServer that is not there. */
export const NO_SERVER = /WebSocket|establish a connection|interrupted while|Failed to load resource|NetworkError/;

/** Two people who are connected: the guest has opened the host's link. The options are those of `site.visitor()`. */
export async function conversation(site, hostBrowser, guestBrowser, options) {
  const host = await site.visitor(hostBrowser, PAGE, options);
  const guest = await site.visitor(guestBrowser, await host.invitation(), options);
  for (const each of [host, guest]) await each.reads('Connected with your friend.');
  return { host, guest };
}

/** Somebody whom the PeerServer knows and who never answers. Gives the id, and the way to end. */
export async function silentPeer(site) {
  const id = randomUUID();
  const address = new URL(`/peerjs/peerjs?key=peerjs&id=${id}&token=${id}&version=1.5.5`, site.origin);
  address.protocol = 'ws:';
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  return { id, leave: () => socket.terminate() };
}

/** The page's channel comes to be in that state. */
export function becomes({ page }, state) {
  return page.waitForSelector(`peer-channel[state="${state}"]`);
}

/** Types a message and presses Enter. */
export async function says(visitor, words) {
  await visitor.submits({ text: words });
}

/**
 * The messages of one side, "sent" or "received", once the visitor has as many of them: what each says, or the name of its file.
 */
export async function messages({ page }, direction, count) {
  await page.bringToFront();
  await page.waitForFunction(
    (side, wanted) => document.querySelectorAll(`[role=log] li[data-peer-direction=${side}]`).length >= wanted,
    {},
    direction,
    count,
  );
  return page.$$eval(`[role=log] li[data-peer-direction=${direction}]`, (items) =>
    items.map((item) =>
      [...item.querySelectorAll('p, em, bdi')]
        .filter((element) => element.checkVisibility())
        .map(({ textContent }) => textContent)
        .join(' + '),
    ),
  );
}

/**
 * Waits until a file of one side is shown as "moving", "complete" or "not complete". Gives the words about its size.
 */
export async function sees({ page }, direction, name, state) {
  await page.bringToFront();
  const found = await page.waitForFunction(
    (side, wantedName, wantedState) => {
      const shownState = (figure) => {
        if ([...figure.querySelectorAll('progress')].some((bar) => bar.checkVisibility())) return 'moving';
        if (figure.querySelector('strong').checkVisibility()) return 'not complete';
        return figure.querySelector('a').href.startsWith('blob:') ? 'complete' : 'unknown';
      };
      return [...document.querySelectorAll(`[data-peer-direction=${side}] figure:not([hidden])`)].find(
        (figure) => figure.querySelector('bdi').textContent === wantedName && shownState(figure) === wantedState,
      );
    },
    {},
    direction,
    name,
    state,
  );
  return found.asElement().$eval('data', ({ textContent }) => textContent);
}

/** From now on the page takes the beginning of each file that comes, and waits with the rest. */
export function takeLittle({ page }) {
  return page.evaluate(() => {
    document.addEventListener(
      'channel-transfer',
      ({ transfer }) => {
        transfer.blob = async () => {
          const reader = transfer.readable.getReader();
          await reader.read();
          // It fails when the transfer does.
          await reader.closed;
          return new Blob();
        };
      },
      { capture: true },
    );
  });
}

/** The network between two pages fails beneath the engine, as where a device changes from one network to another. */
export function losesNetwork({ page }) {
  return page.evaluate(() => document.querySelector('peer-channel').connection.peerConnection.close());
}

/** Presses Tab until what is wanted has the focus. */
export async function tabTo(page, selector, { most = 20 } = {}) {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  throw new Error(`Tab does not reach ${selector}.`);
}
