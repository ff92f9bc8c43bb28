import { PeerChannel } from '../peer-channel.js';
import { PeerNode } from '../peer-node.js';

/** What is used of a `CommandEvent`. */
export interface CommandLike extends Event {
  readonly command: string;
  readonly source: Element | null;
}

/** Sends the value of a button over a channel. */
export type SendValue = (channel: PeerChannel, value: string) => void;

const NODE_COMMANDS: ReadonlyMap<string, (node: PeerNode) => void> = new Map([
  ['--open', (node: PeerNode) => node.open()],
  ['--close', (node: PeerNode) => node.close()],
  ['--reconnect', (node: PeerNode) => node.reconnect()],
  ['--disconnect', (node: PeerNode) => node.disconnect()],
]);

/**
 * Does what a button asks of a node (`--open`, `--close`, `--reconnect`, `--disconnect`) or of a channel (`--connect`,
 * `--close`, and `--send`: the button's `value`). To be called for `command` events; other commands and elements are left
 * alone.
 *
 * `preventDefault()` leaves the command undone. A listener of the element's own, made before the page's, is too early to see
 * that; one that captures further out is not: called on the way down, this acts after the listeners that the element has.
 * Never throws.
 */
export function handleCommand(event: CommandLike, send: SendValue): void {
  const target = event.composedPath()[0] ?? event.target;
  if (!(target instanceof PeerNode || target instanceof PeerChannel)) return;
  if (event.eventPhase !== Event.CAPTURING_PHASE) return obey(target, event, send);
  const last = (later: Event): void => {
    // Another one, where something on the way has stopped the first.
    if (later === event) obey(target, event, send);
  };
  target.addEventListener('command', last, { once: true });
}

function obey(target: PeerNode | PeerChannel, { command, source, defaultPrevented }: CommandLike, send: SendValue): void {
  if (defaultPrevented) return;
  if (target instanceof PeerNode) NODE_COMMANDS.get(command)?.(target);
  else if (command === '--connect') target.connect();
  else if (command === '--close') target.close();
  else if (command === '--send' && source instanceof HTMLButtonElement) send(target, source.value);
}

/** A `CommandEvent` where there is no such class. */
class InvokedCommand extends Event implements CommandLike {
  readonly command: string;
  readonly source: Element;

  constructor(command: string, source: Element) {
    super('command', { cancelable: true, composed: true });
    this.command = command;
    this.source = source;
  }
}

/**
 * Invoker commands for a browser without them: a click on a `<button command commandfor>` in `root`, outside its shadow
 * roots, fires `command` at the element that it names there. For commands with two dashes only. As the HTML standard has it,
 * a button in a form needs `type="button"`: without a `type` it does nothing, and it does not submit either; with another
 * type it does what that says. A click that a listener stops on its way up has no command here.
 *
 * @param lacking By default whether the browser lacks them; where it does not, nothing is done.
 * @returns ends it; may be called again.
 */
export function installCommandFallback(
  root: Document | ShadowRoot,
  lacking = !('commandForElement' in HTMLButtonElement.prototype),
): () => void {
  const clicked = (event: Event): void => {
    if (event.defaultPrevented || !(event.target instanceof Element)) return;
    const button = event.target.closest('button');
    const command = button?.getAttribute('command') ?? '';
    const id = button?.getAttribute('commandfor') ?? '';
    if (!button || !command.startsWith('--') || id === '' || button.matches(':disabled')) return;
    const type = button.getAttribute('type')?.toLowerCase() ?? '';
    if (button.form && type !== 'button') {
      // What has no type of its own would submit here.
      if (type !== 'submit' && type !== 'reset') event.preventDefault();
      return;
    }
    root.getElementById(id)?.dispatchEvent(new InvokedCommand(command, button));
  };
  if (lacking) root.addEventListener('click', clicked);
  return () => root.removeEventListener('click', clicked);
}
