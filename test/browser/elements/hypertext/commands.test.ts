import { expect } from '@open-wc/testing';
import { handleCommand, installCommandFallback, type CommandLike } from '../../../../src/elements/hypertext/commands.js';
import type { PeerChannel, PeerNode } from '../../../../src/index.js';
import { cleanPage, makeChannel, makeNode, markup, mount, openNode, opened, reached, task } from '../../../support/elements.js';
import { uniqueId } from '../../../support/peers.js';

describe('a command', () => {
  cleanPage();
  const sent: string[] = [];
  const send = (channel: PeerChannel, value: string): void => void sent.push(`${channel.id} ${value}`);
  const onCommand = (event: Event): void => handleCommand(event as CommandLike, send);

  beforeEach(() => {
    sent.length = 0;
    document.addEventListener('command', onCommand, { capture: true });
  });
  afterEach(() => document.removeEventListener('command', onCommand, { capture: true }));

  /** A button that gives it, as the browser knows buttons. */
  function buttonFor(element: Element, command: string, value = ''): HTMLButtonElement {
    const holder = markup('<button type="button"></button>');
    const button = holder.firstElementChild as HTMLButtonElement;
    element.id ||= uniqueId();
    Object.assign(button, { value });
    button.setAttribute('command', command);
    button.setAttribute('commandfor', element.id);
    return button;
  }

  it('opens, disconnects, reconnects and closes a node', async () => {
    const node = mount(makeNode({ manual: true, peerId: uniqueId() }));
    await node.updateComplete;
    for (const [command, state] of [['--open', 'open'], ['--disconnect', 'disconnected'], ['--reconnect', 'open'], ['--close', 'closed']] as const) {
      buttonFor(node, command).click();
      await reached(node, state);
    }
  });

  it('connects and closes a channel', async () => {
    const host = await openNode({}, makeChannel({ listen: true }));
    const channel = makeChannel({ to: host.currentId, manual: true });
    await openNode({}, channel);
    buttonFor(channel, '--connect').click();
    await opened(channel);
    buttonFor(channel, '--close').click();
    expect(channel.state).to.equal('closed');
  });

  it('sends the value of its button', async () => {
    const channel = mount(makeChannel({ id: uniqueId() }));
    buttonFor(channel, '--send', '👍').click();
    expect(sent).to.deep.equal([`${channel.id} 👍`]);
  });

  it('does the right thing for a node and for a channel inside it', async () => {
    const channel = makeChannel({});
    const node = await openNode({}, channel);
    buttonFor(channel, '--close').click();
    expect(node.state).to.equal('open');
  });

  it('that is unknown, or of the other element, does nothing', async () => {
    const channel = makeChannel({ id: uniqueId() });
    const node = await openNode({}, channel);
    for (const command of ['--explode', '--send', '--connect', '--constructor', 'close', '__proto__']) buttonFor(node, command, 'x').click();
    for (const command of ['--explode', '--open', '--disconnect', '--toString']) buttonFor(channel, command, 'x').click();
    expect([node.state, channel.state, channel.error, sent]).to.deep.equal(['open', 'idle', null, []]);
  });

  it('for an element that is not ours does nothing', () => {
    const other = markup('<div></div>').firstElementChild as Element;
    buttonFor(other, '--send', 'x').click();
    expect(sent).to.deep.equal([]);
  });

  it('that the page prevents is left undone, this once', async () => {
    const node = await openNode();
    const button = buttonFor(node, '--close');
    node.addEventListener('command', (event) => event.preventDefault(), { once: true });
    button.click();
    expect(node.state).to.equal('open');
    button.click();
    expect(node.state).to.equal('closed');
  });

  it('that is stopped on its way is left undone, and is not made up for later', () => {
    const channel = mount(makeChannel({ id: uniqueId() }));
    const stop = (event: Event): void => event.stopImmediatePropagation();
    document.addEventListener('command', stop, { capture: true, once: true });
    buttonFor(channel, '--send', 'stopped').click();
    buttonFor(channel, '--send', 'sent').click();
    expect(sent).to.deep.equal([`${channel.id} sent`]);
  });

  it('is obeyed by a listener of the element itself, too', () => {
    document.removeEventListener('command', onCommand, { capture: true });
    const channel = mount(makeChannel({ id: uniqueId() }));
    channel.addEventListener('command', onCommand);
    buttonFor(channel, '--send', 'x').click();
    expect(sent.length).to.equal(1);
  });

  it('without a button sends nothing', () => {
    const channel = mount(makeChannel({ id: uniqueId() }));
    channel.dispatchEvent(Object.assign(new Event('command'), { command: '--send', source: null }));
    expect(sent).to.deep.equal([]);
  });
});

describe('the fallback for browsers without commands', () => {
  cleanPage();
  let end = (): void => undefined;
  afterEach(() => end());

  /** The commands that it fires: the browser's own are trusted. */
  function fired(target: Element): CommandLike[] {
    const events: CommandLike[] = [];
    target.addEventListener('command', (event) => {
      if (!event.isTrusted) events.push(event as CommandLike);
    });
    return events;
  }

  function scene(button: string, root: Document | ShadowRoot = document, wrap = (html: string): string => html): { button: HTMLButtonElement; events: CommandLike[]; target: Element } {
    const id = uniqueId();
    const holder = mount(document.createElement('div'), root === document ? document.body : root);
    holder.innerHTML = `<div id="${id}"></div>${wrap(`<button commandfor="${id}" ${button}><b>Do</b></button>`)}`;
    end();
    end = installCommandFallback(root, true);
    const target = holder.firstElementChild as Element;
    return { button: holder.querySelector('button') as HTMLButtonElement, events: fired(target), target };
  }

  it('fires a command at the element that the button names', async () => {
    const { button, events } = scene('command="--send"');
    (button.firstElementChild as HTMLElement).click();
    await task();
    const [event] = events;
    expect(events.length).to.equal(1);
    expect([event?.command, event?.source === button, event?.bubbles, event?.cancelable]).to.deep.equal(['--send', true, false, true]);
  });

  it('fires it in a shadow root at the element there', () => {
    const root = markup('<div></div>').firstElementChild!.attachShadow({ mode: 'open' });
    const { button, events } = scene('command="--send"', root);
    button.click();
    expect(events.length).to.equal(1);
  });

  it('leaves alone other commands, disabled buttons, missing targets and clicks that were prevented', () => {
    for (const attributes of ['command="show-modal"', 'command="send"', '', 'command="--send" disabled']) {
      const { button, events } = scene(attributes);
      button.click();
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
      expect(events.length, attributes).to.equal(0);
    }
    const { button, events, target } = scene('command="--send"');
    button.addEventListener('click', (event) => event.preventDefault(), { once: true });
    button.click();
    target.id = uniqueId();
    button.click();
    expect(events.length).to.equal(0);
  });

  it('takes in a form a button of type="button" only, and has no other one without type submit', () => {
    for (const [type, commands, submits] of [['type="button"', 1, 0], ['', 0, 0], ['type="nonsense"', 0, 0], ['type="submit"', 0, 1], ['type="reset"', 0, 0]] as const) {
      const { button, events } = scene(`command="--send" ${type}`, document, (html) => `<form>${html}</form>`);
      let submitted = 0;
      button.form?.addEventListener('submit', (event) => {
        event.preventDefault();
        submitted++;
      });
      button.click();
      expect([events.length, submitted], type).to.deep.equal([commands, submits]);
    }
  });

  it('does what the command says, together with handleCommand', async () => {
    const node: PeerNode = await openNode({ id: uniqueId() });
    node.addEventListener('command', (event) => {
      if (!event.isTrusted) handleCommand(event as CommandLike, () => undefined);
    });
    end = installCommandFallback(document, true);
    const button = markup(`<button command="--close" commandfor="${node.id}"></button>`).firstElementChild as HTMLButtonElement;
    button.click();
    expect(node.state).to.equal('closed');
  });

  it('is at an end when it is ended, again too', () => {
    const { button, events } = scene('command="--send"');
    end();
    end();
    button.click();
    expect(events.length).to.equal(0);
  });

  it('does nothing where the browser has commands', () => {
    const { button, events } = scene('command="--send"');
    end();
    end = installCommandFallback(document);
    button.click();
    expect(events.length).to.equal(0);
  });

  it('is on where the browser has none', () => {
    const { prototype } = HTMLButtonElement;
    const own = Object.getOwnPropertyDescriptor(prototype, 'commandForElement') as PropertyDescriptor;
    delete (prototype as { commandForElement?: unknown }).commandForElement;
    try {
      const { button, events } = scene('command="--send"');
      end();
      end = installCommandFallback(document);
      button.click();
      expect(events.length).to.equal(1);
    } finally {
      Object.defineProperty(prototype, 'commandForElement', own);
    }
  });
});
