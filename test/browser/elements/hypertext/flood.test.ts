import { expect } from '@open-wc/testing';

import { Frames } from '../../../../src/elements/hypertext/frames.js';
import { Message } from '../../../../src/elements/hypertext/message.js';
import { MessageList } from '../../../../src/elements/hypertext/message-list.js';
import { FileItem } from '../../../../src/elements/hypertext/file-item.js';
import type { PeerChannel } from '../../../../src/index.js';
import { cleanPage, markup, mount, task } from '../../../support/elements.js';
import { shown, texts, twoPages } from '../../../support/html-pages.js';

const MAX = 200;
const LIST = `<div role="log" aria-label="Messages" tabindex="0"><ol><template data-peer-each="message" data-peer-max="${MAX}">
  <li><b itemprop="name"></b> <button type="button" itemprop="text"></button></li></template></ol></div>`;

/** Sends so many messages at once. Resolves when the last has been shown. */
async function flood(from: PeerChannel, to: PeerChannel, count: number, first = 0): Promise<void> {
  const sent: Promise<void>[] = [];
  for (let n = first; n < first + count; n++) sent.push(from.send({ name: 'Ann', text: String(n) }));
  await Promise.all(sent);
  await shown(to, () => texts(to, 'li button').at(-1) === String(first + count - 1));
}

function numbers(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(first + index));
}

/** A message as if it had been received. */
function messageOf(fields: object): Message {
  const noFile = (): FileItem => new FileItem({ name: '', type: '', size: 0 }, 'failed');
  return new Message(fields, { from: 'somebody', direction: 'received', files: { received: noFile, attached: noFile } });
}

/** A list with a template in the page, and so many messages to be shown. */
function listWith(count: number, max = MAX): MessageList {
  const item = '<li itemprop="text"></li>';
  const holder = markup(`<ol><template data-peer-each="message" data-peer-max="${max}">${item}</template></ol>`);
  const list = new MessageList(holder.querySelector('template') as HTMLTemplateElement);
  for (let n = 0; n < count; n++) list.add(messageOf({ text: String(n) }));
  return list;
}

/** Counts who holds a message. Gives the way to ask whether nobody does. */
function watchRelease(message: Message): () => boolean {
  const { release, hold } = message;
  let holders = 0;
  message.hold = () => {
    holders += 1;
    hold.call(message);
  };
  message.release = () => {
    holders -= 1;
    release.call(message);
  };
  return () => holders === 0;
}

/** The URLs of blobs that have been made and not been revoked, from now on, and the most there were at a time. */
function watchUrls() {
  const { createObjectURL, revokeObjectURL } = URL;
  const live = new Set<string>();
  const watched = { live, most: 0, stop: () => void Object.assign(URL, { createObjectURL, revokeObjectURL }) };
  URL.createObjectURL = (object) => {
    const url = createObjectURL.call(URL, object);
    live.add(url);
    watched.most = Math.max(watched.most, live.size);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    live.delete(url);
    revokeObjectURL.call(URL, url);
  };
  return watched;
}

/** Animation frames that come when `run` is called, and a time that stands still. `run` gives whether one was awaited. */
function fakeFrames() {
  const { requestAnimationFrame, cancelAnimationFrame } = window;
  const { now } = performance;
  const clock = { now: 0 };
  let awaited: FrameRequestCallback | undefined;
  window.requestAnimationFrame = (callback) => ((awaited = callback), 1);
  window.cancelAnimationFrame = () => (awaited = undefined);
  performance.now = () => clock.now;
  return {
    clock,
    run: () => {
      const callback = awaited;
      awaited = undefined;
      callback?.(clock.now);
      return callback !== undefined;
    },
    restore: () => {
      Object.assign(window, { requestAnimationFrame, cancelAnimationFrame });
      performance.now = now;
    },
  };
}

/** The second frame from now: what was laid out has been scrolled by then. */
function frame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

describe('a flood of messages', function () {
  this.timeout(60_000);
  cleanPage();

  it('leaves the last ones, in order, and no more elements than these', async () => {
    const { hostChannel, guestChannel } = await twoPages(LIST, '');
    await flood(guestChannel, hostChannel, MAX);
    const elements = document.getElementsByTagName('*').length;
    await flood(guestChannel, hostChannel, 10_000);
    expect(texts(hostChannel, 'li button')).to.deep.equal(numbers(10_000 - MAX, MAX));
    expect(document.getElementsByTagName('*').length).to.equal(elements);
  });

  it('makes no URL that it does not revoke, but those of the stamps that are there', async () => {
    const item = '<li><a itemprop="file"></a> <button itemprop="text"></button></li>';
    const list = `<ol><template data-peer-each="message" data-peer-max="20">${item}</template></ol>`;
    const { hostChannel, guestChannel } = await twoPages(list, '');
    const urls = watchUrls();
    try {
      const file = { name: 'a.png', type: 'image/png', size: 3, data: new Uint8Array(3) };
      for (let n = 0; n < 300; n++) void guestChannel.send({ text: String(n), file });
      await shown(hostChannel, () => texts(hostChannel, 'li button').at(-1) === '299');
      const shownUrls = [...hostChannel.querySelectorAll('a')].map(({ href }) => href);
      expect(shownUrls.length).to.equal(20);
      expect([...urls.live].sort()).to.deep.equal(shownUrls.sort());
      // One more is there before the oldest goes.
      expect(urls.most).to.be.at.most(21);
      hostChannel.querySelector('ol')?.remove();
      await task();
      expect(urls.live.size).to.equal(0);
    } finally {
      urls.stop();
    }
  });

  it('keeps the one that has the focus, and the focus', async () => {
    const { hostChannel, guestChannel } = await twoPages(LIST, '');
    await flood(guestChannel, hostChannel, 3);
    const button = hostChannel.querySelectorAll('button')[1] as HTMLButtonElement;
    button.focus();
    await flood(guestChannel, hostChannel, 2 * MAX, 3);
    expect(document.activeElement === button).to.equal(true);
    expect(texts(hostChannel, 'li button')).to.deep.equal(['1', ...numbers(3 + MAX + 1, MAX - 1)]);
    button.blur();
    await flood(guestChannel, hostChannel, 1, 3 + 2 * MAX);
    expect(button.isConnected).to.equal(false);
  });

  it('leaves a reader who has scrolled up where he is, and shows the newest to others', async () => {
    const { hostChannel, guestChannel } = await twoPages(LIST, '');
    const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/src/peer-elements.css' });
    const loaded = new Promise((resolve) => sheet.addEventListener('load', resolve, { once: true }));
    mount(sheet, document.head);
    await loaded;
    const log = hostChannel.querySelector('[role=log]') as HTMLElement;
    log.style.cssText = 'block-size: 300px; flex: none';
    expect(getComputedStyle(log).flexDirection).to.equal('column-reverse');
    await flood(guestChannel, hostChannel, MAX / 2);
    const newest = [...log.querySelectorAll('li')].at(-1) as HTMLElement;
    expect(newest.getBoundingClientRect().bottom).to.be.at.most(log.getBoundingClientRect().bottom);
    // What is still coming in does not move whom it concerns not: they arrive by opacity alone.
    log.scrollTop = -1000;
    await frame();
    const edge = log.getBoundingClientRect().top;
    const read = [...log.querySelectorAll('li')].find((item) => item.getBoundingClientRect().top >= edge) as HTMLElement;
    const { top } = read.getBoundingClientRect();
    await flood(guestChannel, hostChannel, 50, MAX / 2);
    await frame();
    // The browsers' scroll anchoring does it, and rounds: scrollTop goes further from the end by as much as has come.
    expect(read.getBoundingClientRect().top).to.be.closeTo(top, 1);
    expect(log.scrollTop).to.be.below(-1000 - 50 * 16);
  });
});

describe('the stamping of a flood', () => {
  cleanPage();

  it('holds no more messages than it will show', () => {
    const list = listWith(0, 5);
    const messages = Array.from({ length: 100 }, (_, n) => messageOf({ text: String(n) }));
    const released = messages.map((message) => watchRelease(message));
    for (const message of messages) list.add(message);
    expect(released.filter((isReleased) => isReleased()).length).to.equal(95);
    list.dispose();
    expect(released.every((isReleased) => isReleased())).to.equal(true);
  });

  it('has no more stamps than it shows', () => {
    const list = listWith(0, 5);
    for (let n = 0; n < 100; n++) {
      list.add(messageOf({ text: String(n) }));
      list.step();
      expect(list.stamps.length).to.equal(Math.min(n + 1, 5));
    }
  });

  it('ends each frame when its time is up, and goes on in the next', () => {
    const { run, clock, restore } = fakeFrames();
    try {
      const list = listWith(100);
      let frames = 0;
      const work = { step: () => ((clock.now += 2), list.step()) };
      const rounds = new Frames(() => (frames += 1));
      rounds.request(work);
      const perFrame: number[] = [];
      while (list.stamps.length < 100) {
        const before = list.stamps.length;
        run();
        perFrame.push(list.stamps.length - before);
      }
      // 4 ms, of 2 each.
      expect(perFrame).to.deep.equal(Array.from({ length: 50 }, () => 2));
      expect(frames).to.equal(50);
      expect(list.template.parentElement?.querySelectorAll('li').length).to.equal(100);
    } finally {
      restore();
    }
  });

  it('does one piece a frame where each takes longer than that', () => {
    const { run, clock, restore } = fakeFrames();
    try {
      const list = listWith(3);
      new Frames(() => undefined).request({ step: () => ((clock.now += 1000), list.step()) });
      for (const stamps of [1, 2, 3]) {
        run();
        expect(list.stamps.length).to.equal(stamps);
      }
    } finally {
      restore();
    }
  });

  it('goes on in a page that gets no frames', async () => {
    const { requestAnimationFrame } = window;
    window.requestAnimationFrame = () => 0;
    try {
      const list = listWith(10);
      await new Promise<void>((resolve) => {
        new Frames(() => list.stamps.length === 10 && resolve()).request(list);
      });
      expect(list.template.parentElement?.querySelectorAll('li').length).to.equal(10);
    } finally {
      window.requestAnimationFrame = requestAnimationFrame;
    }
  });

  it('takes longer at a time in a page that gets no frames, and so catches up', async () => {
    const { clock, restore } = fakeFrames();
    try {
      const list = listWith(100);
      await new Promise<void>((resolve) => {
        new Frames(resolve).request({ step: () => ((clock.now += 2), list.step()) });
      });
      // 40 ms, of 2 each.
      expect(list.stamps.length).to.equal(20);
    } finally {
      restore();
    }
  });

  it('stops where it is called off', () => {
    const { run, restore } = fakeFrames();
    try {
      const list = listWith(10);
      const frames = new Frames(() => undefined);
      frames.request(list);
      frames.cancel(list);
      expect(run()).to.equal(false);
      expect(list.stamps.length).to.equal(0);
    } finally {
      restore();
    }
  });
});
